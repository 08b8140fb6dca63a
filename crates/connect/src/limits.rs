//! Every maximum of the connectors, by name.

use std::time::Duration;

/// Longest time one request for data may take, body included. Meta gives up on its side after about a minute.
pub const CALL_DEADLINE: Duration = Duration::from_secs(90);
/// Rows asked for per page of insights. Larger pages are known to fail with "reduce the amount of data".
pub const INSIGHTS_PAGE_ROWS: u32 = 500;
/// Objects asked for per page of a list.
pub const LIST_PAGE_ROWS: u32 = 200;
/// Objects asked for per page of a list with bookmarks: the most Pinterest gives.
pub const BOOKMARK_PAGE_ITEMS: u32 = 250;
/// Ids Pinterest's analytics are asked about at once. It takes 250; with fewer the address stays below the 8 kB that gateways take.
pub const IDS_AT_ONCE: usize = 200;
/// Ads, archived ones too, up to which Pinterest is asked for each by its id.
pub const DIRECT_ADS_MAX: usize = 2_000;
/// Days back from today that Pinterest's direct reads reach, less one of margin.
pub const DIRECT_DAYS_BACK: i64 = 89;
/// Days of one direct read of Pinterest.
pub const DIRECT_SPAN_DAYS: u16 = 90;
/// Days back from today that Pinterest's reports reach, less one of margin.
pub const REPORT_DAYS_BACK: i64 = 913;
/// Days of one report of Pinterest.
pub const REPORT_SPAN_DAYS: u16 = 186;
/// Campaigns × days of one read of Pinterest's breakdowns. A campaign's day has some fifty parts, so this is about 30 MB.
pub const PARTS_CAMPAIGN_DAYS_MAX: usize = 1_500;
/// Smallest page tried before the range is cut instead.
pub const PAGE_ROWS_MIN: u32 = 25;
/// Pages of one list or report.
pub const PAGES_MAX: u32 = 20_000;
/// Times in a row a page may bring nothing new, or a cursor come back, before paging is called broken.
pub const STALE_PAGES_MAX: u32 = 5;
/// Times a list that changes while it is read is read in all.
pub const REREADS_MAX: u32 = 4;
/// Times a reply that is no JSON of the expected shape is asked for.
pub const MALFORMED_ATTEMPTS_MAX: u32 = 3;
/// Wait before asking again for such a reply; multiplied by the number of failures.
pub const MALFORMED_WAIT: Duration = Duration::from_millis(250);
/// Bytes of an unexpected payload kept for the report.
pub const SAMPLE_BYTES_MAX: usize = 300;
/// Ads × days up to which insights are read directly; beyond, as a report prepared by the platform.
pub const DIRECT_AD_DAYS_MAX: usize = 10_000;
/// Ads × days of one chunk of a backfill. A selling ad has some twenty conversion rows a day, so this is about 100 000 rows.
pub const CHUNK_AD_DAYS_MAX: usize = 5_000;
/// Days of one chunk, however few ads there are.
pub const CHUNK_DAYS_MAX: u16 = 90;
/// First wait between two looks at a report; grows by half each time.
pub const REPORT_POLL_FIRST: Duration = Duration::from_millis(250);
/// Longest wait between two looks at a report.
pub const REPORT_POLL_CAP: Duration = Duration::from_secs(15);
/// Longest time a report may take to be prepared.
pub const REPORT_DEADLINE: Duration = Duration::from_secs(3600);
/// Times one report may be asked for again after the platform skipped or failed it.
pub const REPORT_SUBMITS_MAX: u32 = 3;
/// How long after its creation a report may still be unknown to the platform.
pub const REPORT_BIRTH: Duration = Duration::from_secs(60);
/// Objects of one account: more are refused rather than held in memory.
pub const ENTITIES_MAX: usize = 500_000;
/// Months Meta keeps insights for, less one of margin.
pub const HISTORY_MONTHS: i32 = 36;
/// Rows TikTok gives per page of a report or list.
pub const TIKTOK_PAGE_ROWS: u32 = 1_000;
/// Rows TikTok gives per page of Smart+ ads.
pub const TIKTOK_SMART_AD_ROWS: u32 = 100;
/// Days a daily report of TikTok may span.
pub const TIKTOK_DAYS_MAX: u16 = 30;
/// Days a report of TikTok without days may span.
pub const TIKTOK_TOTAL_DAYS_MAX: u16 = 365;
/// Ids one filter of TikTok may name.
pub const TIKTOK_FILTER_IDS_MAX: usize = 100;
/// An end farther ahead than this many days is TikTok's way to say that there is none: it prints one about ten years ahead.
pub const TIKTOK_END_DAYS_MAX: i64 = 5 * 365;
/// Rows of one answer of LinkedIn's analytics. One that has as many may be cut short.
pub const LINKEDIN_ROWS_MAX: usize = 15_000;
/// Fields one request of LinkedIn's analytics may name, the two that name the row included.
pub const LINKEDIN_FIELDS_MAX: usize = 20;
/// Days of one request of LinkedIn's analytics.
pub const LINKEDIN_DAYS_MAX: u16 = 30;
/// Days back from today that LinkedIn tells of members, less one of margin.
pub const LINKEDIN_MEMBER_DAYS_BACK: i64 = 729;
/// Objects asked for per page of a list of LinkedIn. It takes 1 000.
pub const LINKEDIN_PAGE_ITEMS: u32 = 500;
/// The same of a list that goes by numbers of elements.
pub const LINKEDIN_OFFSET_ITEMS: usize = 100;
/// Campaigns LinkedIn is asked for the creatives of at once.
pub const LINKEDIN_CAMPAIGNS_AT_ONCE: usize = 50;
/// Bytes of an address from which a question to LinkedIn travels as a body: gateways take 8 kB, proxies often less.
pub const LINKEDIN_URL_BYTES_MAX: usize = 4_000;
/// Reads of breakdowns under way at LinkedIn for one account.
pub const LINKEDIN_PARTS_AT_ONCE: usize = 4;
/// Days of the totals by which LinkedIn's conversions are chosen.
pub const LINKEDIN_TOTAL_DAYS: u16 = 365;
/// How long a new token of LinkedIn may be unknown to those who check it; it is tried again once after that.
pub const LINKEDIN_TOKEN_SETTLES: Duration = Duration::from_secs(3);
/// Rows of one page of a report of Analytics. It gives 250 000; a row may have 500 bytes, and a page is held in memory.
pub const GA4_PAGE_ROWS: u32 = 50_000;
/// Days of one report of Analytics: what a chunk of a backfill has at most.
pub const GA4_SPAN_DAYS: u16 = 90;
/// Reports of fewer days by which Analytics is asked again where one of many left something out. A month by the week and then by the day takes 35;
/// of those whose rows may be withheld, a property has 120 an hour.
pub const GA4_REASKS_MAX: usize = 60;
/// Properties Analytics is asked about at once: it answers ten questions of one property, and each is another's.
pub const GA4_PROPERTIES_AT_ONCE: usize = 4;
/// Rows of one page of Klaviyo's aggregates: what it gives unless asked for fewer.
pub const KLAVIYO_PAGE_ROWS: u32 = 500;
/// Days of one question to Klaviyo: it answers a year.
pub const KLAVIYO_SPAN_DAYS: u16 = 365;
/// Days by which one of several events of Klaviyo is chosen that may stand for an order.
pub const KLAVIYO_CHOICE_DAYS: u16 = 90;
/// Longest time one exchange of a refresh token may take.
pub const TOKEN_DEADLINE: Duration = Duration::from_secs(30);
/// Changes Google gives at once.
pub const CHANGES_AT_ONCE: usize = 10_000;
/// Days back from today that Google keeps changes of, less one of margin.
pub const CHANGE_DAYS_MAX: i64 = 29;
/// Days of one question to Meta's activity log: longer spans of busy accounts fail.
pub const ACTIVITY_SPAN_DAYS: i64 = 30;
/// Days back from now that Meta's activity log is asked for.
pub const ACTIVITY_DAYS_MAX: i64 = 1_095;
/// Events of one account's change history: more are refused rather than held in memory.
pub const EVENTS_MAX: usize = 200_000;
/// Days a day may stay open at most: the longest window any platform lets a conversion be credited in.
pub const LOOK_BACK_DAYS_MAX: u16 = 90;
/// Days before the end of an interface version from which it is told as ending: time to release, and to upgrade.
pub const SUNSET_WARN_DAYS: i64 = 60;
/// Orders of one page of Shopify.
pub const SHOPIFY_PAGE_ORDERS: u32 = 100;
/// Orders of one page of what was changed at Shopify: the most it gives.
pub const SHOPIFY_CHANGED_ORDERS: u32 = 250;
/// Orders of a range up to which Shopify is asked page by page; beyond, it prepares a file. Fifty pages take about a minute of a small
/// shop's bucket.
pub const SHOPIFY_DIRECT_ORDERS_MAX: usize = 5_000;
/// Objects after which a list of Shopify is begun anew. It ends after 25 000.
pub const SHOPIFY_DEPTH_MAX: usize = 20_000;
/// Days back from now of which Shopify shows an app the orders, unless it may read all.
pub const SHOPIFY_SHOWN_DAYS: i64 = 60;
/// Days of which one question to Shopify asks the counts.
pub const SHOPIFY_COUNT_DAYS: usize = 20;
/// Longest wait for Shopify's bucket that is waited before a question; longer ones are told by the refusal.
pub const SHOPIFY_PACE_WAIT_MAX: Duration = Duration::from_secs(5);
/// Orders of one page of Magento. A merchant may bound pages; smaller ones are tried then.
pub const MAGENTO_PAGE_ROWS: u32 = 300;
/// Bytes of the addresses Magento is asked about at once: with more, the address of the request would outgrow what gateways take.
pub const MAGENTO_ADDRESS_BYTES: usize = 3_000;
/// How long to keep off a store that says "too much" without saying until when: what stands in front of stores counts by the minute.
pub const MAGENTO_LIMIT_WAIT: Duration = Duration::from_secs(60);
/// Times one read of Magento is signed anew because the number of its signature has been used.
pub const MAGENTO_SIGNATURES_MAX: u32 = 6;
/// Bytes of the central bank's whole history: it has two megabytes and grows by a few hundred bytes a day.
pub const ECB_CSV_BYTES_MAX: u64 = 32 << 20;
/// Rows a tool answers when it is not asked for a number.
pub const TOOL_ROWS: u32 = 200;
/// Most rows a tool answers.
pub const TOOL_ROWS_MAX: u32 = 5_000;
/// Days a tool reads figures of: more are a sync's business.
pub const TOOL_DAYS_MAX: u32 = 31;
/// Days it reads at once, so that a large account fits in memory.
pub const TOOL_PIECE_DAYS: u16 = 7;
/// Days a tool reads hours of.
pub const TOOL_HOUR_DAYS_MAX: u32 = 7;
/// Days a tool has one report prepared for.
pub const TOOL_REPORT_DAYS_MAX: u32 = 92;
/// Digits of an id that a tool is given to ask the platform for.
pub const TOOL_ID_DIGITS_MAX: usize = 32;
/// Pixels TikTok gives per page.
pub const TIKTOK_PIXEL_ROWS: u32 = 20;
/// Days after which LinkedIn's splits are complete: what it tells of members comes up to a day late.
pub const LINKEDIN_SPLIT_LAG_DAYS: i64 = 2;
/// Impressions of which a split by members is never wholly left out as too small.
pub const LINKEDIN_SPLIT_CERTAIN: i64 = 10_000;
/// Longest time for one request to an identity provider, answer included: a person waits for it.
pub const OIDC_DEADLINE: Duration = Duration::from_secs(10);
/// How long an issuer's document and keys are taken to be as they were. Unknown keys are looked for at once.
pub const OIDC_DOCUMENT_KEPT: Duration = Duration::from_secs(3_600);
/// How long a person may take at the issuer.
pub const OIDC_PENDING_MAX: Duration = Duration::from_secs(600);
/// How far the issuer's clock and ours may differ.
pub const OIDC_LEEWAY: Duration = Duration::from_secs(60);
/// Draws of 16 random bytes behind each secret of a sign-in: ids carry the time in six of them, and forty are wanted without.
pub const OIDC_SECRET_DRAWS: usize = 4;
/// Longest code taken from a browser, in bytes.
pub const OIDC_CODE_MAX: usize = 4_096;
/// Longest text of an issuer or a person that is quoted, in letters.
pub const OIDC_TEXT_MAX: usize = 200;
/// Longest id of a person at an issuer, in bytes (OpenID Connect Core §2).
pub const OIDC_SUBJECT_MAX: usize = 255;
/// Longest e-mail address, in bytes (RFC 5321 §4.5.3).
pub const EMAIL_BYTES_MAX: usize = 254;
/// Longest subject of a letter, in letters.
pub const MAIL_SUBJECT_MAX: usize = 200;
/// Longest name of a person or sender in a header, in letters.
pub const MAIL_NAME_MAX: usize = 100;
/// Longest value in a letter's template, in letters; links fit in.
pub const MAIL_VALUE_MAX: usize = 2_000;

/// Longest time one request to whoever holds the vault's key may take.
pub const KEY_DEADLINE: Duration = Duration::from_secs(10);
/// Requests made to it before it is taken to be away.
pub const KEY_ATTEMPTS: u32 = 3;
/// Pause after the first that fails; multiplied by the number of failures.
pub const KEY_PAUSE: Duration = Duration::from_millis(200);
/// Characters kept of what it says when it refuses.
pub const KEY_MESSAGE_CHARS: usize = 300;
