//! Every maximum of the sandbox, in one place. Those of the simulated platforms stand with the platform's own figures.

/// Most tenants of a world.
pub(crate) const TENANTS_MAX: usize = 400;
/// Most ads asked for per tenant.
pub(crate) const ADS_MAX: usize = 100_000;
/// Longest history, in days.
pub(crate) const DAYS_MAX: u16 = 1_830;
/// When the last account's token dies, in days after the world's first today.
pub(crate) const TOKEN_DIES_AFTER_DAYS: i32 = 45;
/// How long before the world's first today the day lies that does not add up, in days.
pub(crate) const MISMATCH_DAYS_BACK: i32 = 45;

/// Largest request body, in bytes.
pub(crate) const BODY_BYTES_MAX: usize = 4 << 20;
/// Calls remembered; older ones are forgotten.
pub(crate) const CALLS_KEPT: usize = 100_000;
/// Accepted writes remembered.
pub(crate) const WRITES_KEPT: usize = 100_000;
/// Messages remembered.
pub(crate) const MESSAGES_KEPT: usize = 10_000;
/// Longest line of a mail client, in bytes; the standard has a thousand.
pub(crate) const MAIL_LINE_BYTES_MAX: u64 = 64 << 10;
/// Faults in force at once.
pub(crate) const FAULTS_MAX: usize = 200;
/// Longest hang or delay of a fault, in seconds.
pub(crate) const FAULT_SECONDS_MAX: f64 = 600.0;
/// Pages remembered for being served twice.
pub(crate) const PAGES_KEPT: usize = 256;
/// Report runs remembered; the oldest are forgotten.
pub(crate) const RUNS_KEPT: usize = 20_000;

/// Items in one batch request (Meta's own maximum).
pub(crate) const META_BATCH_MAX: usize = 50;
/// Page size when none is asked for.
pub(crate) const META_PAGE_DEFAULT: usize = 25;
/// Page size of a direct insights answer above which "reduce the amount of data" is answered.
pub(crate) const META_PAGE_MAX: usize = 1_000;
/// Page size of entity lists and of report results above which the same is answered.
pub(crate) const META_REPORT_PAGE_MAX: usize = 5_000;
/// Rows a direct insights call may stand for before the same is answered.
pub(crate) const META_DIRECT_ROWS_MAX: u64 = 250_000;
/// Rows a report run may stand for before it fails.
pub(crate) const META_REPORT_ROWS_MAX: u64 = 20_000_000;
/// Rows held for a sorted answer.
pub(crate) const META_SORT_ROWS_MAX: usize = 100_000;
/// Months back that insights reach.
pub(crate) const META_MONTHS_BACK: i32 = 37;
/// Days a report run can be read.
pub(crate) const META_RUN_DAYS: i64 = 30;
/// Budget changes of one object in an hour before the next one is refused.
pub(crate) const META_BUDGET_CHANGES_PER_HOUR: usize = 4;

/// Page size when none is asked for, of reports and lists alike.
pub(crate) const TIKTOK_PAGE_DEFAULT: usize = 10;
/// Largest page.
pub(crate) const TIKTOK_PAGE_MAX: usize = 1_000;
/// Largest page of Smart+ ads.
pub(crate) const TIKTOK_SMART_PAGE_MAX: usize = 100;
/// Largest page of pixels.
pub(crate) const TIKTOK_PIXEL_PAGE_MAX: usize = 20;
/// Ids in one filter or call.
pub(crate) const TIKTOK_IDS_MAX: usize = 100;
/// Ids in one change of a status.
pub(crate) const TIKTOK_WRITE_IDS_MAX: usize = 20;
/// Days of a direct report by day.
pub(crate) const TIKTOK_DAYS_MAX: i32 = 30;
/// Days of a direct report without a dimension of time.
pub(crate) const TIKTOK_SPAN_MAX: i32 = 365;
/// Ads a direct report considers; older ones are left out silently.
pub(crate) const TIKTOK_ADS_MAX: usize = 20_000;
/// Rows times metrics a direct report may stand for.
pub(crate) const TIKTOK_CELLS_MAX: usize = 20_000_000;
/// Rows a prepared report may stand for before it fails.
pub(crate) const TIKTOK_TASK_ROWS_MAX: usize = 5_000_000;
/// Rows held for a sorted answer.
pub(crate) const TIKTOK_SORT_ROWS_MAX: usize = 100_000;
/// Counted reports remembered, so that their pages need not be counted anew.
pub(crate) const TIKTOK_COUNTS_KEPT: usize = 32;
/// Rows of a page, and of a batch of a stream (Google's own figure).
pub(crate) const GOOGLE_PAGE_ROWS: usize = 10_000;
/// Rows of one stream before the call runs out of time.
pub(crate) const GOOGLE_STREAM_ROWS_MAX: usize = 2_000_000;
/// Rows held for a sorted answer; beyond them the call runs out of time, too.
pub(crate) const GOOGLE_SORT_ROWS_MAX: usize = 500_000;
/// Months back that single days, weeks and hours reach.
pub(crate) const GOOGLE_MONTHS_BACK: i32 = 37;
/// Changes one query may ask for.
pub(crate) const GOOGLE_CHANGES_MAX: usize = 10_000;
/// Days back that change events reach.
pub(crate) const GOOGLE_EVENT_DAYS: i64 = 30;
/// Days back that change statuses reach.
pub(crate) const GOOGLE_STATUS_DAYS: i64 = 90;
/// Seconds a page token is good for.
pub(crate) const GOOGLE_PAGE_TOKEN_SECONDS: i64 = 7_200;
/// Operations per day of a project with basic access.
pub(crate) const GOOGLE_BASIC_PER_DAY: f64 = 15_000.0;
/// Operations per day of a project with explorer access, on accounts that are no test accounts.
pub(crate) const GOOGLE_EXPLORER_PER_DAY: f64 = 2_880.0;
/// Calls per customer and minute.
pub(crate) const GOOGLE_CUSTOMER_PER_MINUTE: f64 = 300.0;
/// Operations in one mutate request (Google's own maximum).
pub(crate) const GOOGLE_MUTATE_OPERATIONS_MAX: usize = 10_000;
/// Page size of Pinterest's lists when none is asked for, and the largest one.
pub(crate) const PINTEREST_PAGE_DEFAULT: usize = 25;
pub(crate) const PINTEREST_PAGE_MAX: usize = 250;
/// Ids in one parameter of Pinterest's lists and direct analytics, and in one list of a report.
pub(crate) const PINTEREST_IDS_MAX: usize = 250;
pub(crate) const PINTEREST_REPORT_IDS_MAX: usize = 500;
/// Pins in one parameter.
pub(crate) const PINTEREST_PINS_MAX: usize = 100;
/// Statuses in one list of a report.
pub(crate) const PINTEREST_STATUSES_MAX: usize = 6;
/// Targeting types in one report.
pub(crate) const PINTEREST_REPORT_TARGETINGS_MAX: usize = 5;
/// Items in one change.
pub(crate) const PINTEREST_ITEMS_MAX: usize = 30;
/// Days back that direct analytics reach, which is their longest range too.
pub(crate) const PINTEREST_DIRECT_DAYS: i32 = 90;
/// Days back that hourly figures reach, and their longest range.
pub(crate) const PINTEREST_HOURLY_DAYS: (i32, i32) = (8, 3);
/// Days back that reports reach, and their longest range.
pub(crate) const PINTEREST_REPORT_DAYS: (i32, i32) = (914, 186);
/// The same for reports on products.
pub(crate) const PINTEREST_PRODUCT_DAYS: (i32, i32) = (92, 31);
/// Rows a report may stand for before it fails.
pub(crate) const PINTEREST_REPORT_ROWS_MAX: usize = 5_000_000;
/// Seconds that a report can be asked about, and that a link to its file works.
pub(crate) const PINTEREST_REPORT_SECONDS: i64 = 3_600;
pub(crate) const PINTEREST_LINK_SECONDS: i64 = 300;
/// Files of finished reports held until they are fetched; the others are made anew when fetched.
pub(crate) const PINTEREST_FILES_KEPT: usize = 16;
/// Seconds that an access token and a refresh token live.
pub(crate) const PINTEREST_ACCESS_SECONDS: i64 = 2_592_000;
pub(crate) const PINTEREST_REFRESH_SECONDS: i64 = 5_184_000;
/// Access tokens of one user that live at once; older ones die early.
pub(crate) const PINTEREST_TOKENS_KEPT: usize = 50;
/// Page size of LinkedIn's lists when none is asked for, and the largest one.
pub(crate) const LINKEDIN_PAGE_DEFAULT: usize = 100;
pub(crate) const LINKEDIN_PAGE_MAX: usize = 1_000;
/// Elements of a page by `start` and `count` when none are asked for.
pub(crate) const LINKEDIN_COUNT_DEFAULT: usize = 10;
/// Longest URL; longer queries go into a body.
pub(crate) const LINKEDIN_URL_BYTES_MAX: usize = 8_192;
/// Fields of one analytics request, and its pivots.
pub(crate) const LINKEDIN_FIELDS_MAX: usize = 20;
pub(crate) const LINKEDIN_PIVOTS_MAX: usize = 3;
/// Elements of an analytics answer; what is beyond is left out silently.
pub(crate) const LINKEDIN_ELEMENTS_MAX: usize = 15_000;
/// Days that figures of people may span.
pub(crate) const LINKEDIN_REACH_DAYS: i32 = 92;
/// Impressions below which a row by member is kept back for privacy.
pub(crate) const LINKEDIN_MEMBER_IMPRESSIONS_MIN: i64 = 10;
/// Seconds by which figures by member lag behind.
pub(crate) const LINKEDIN_MEMBER_LAG_SECONDS: i64 = 64_800;
/// Seconds that an access token and a refresh token live.
pub(crate) const LINKEDIN_ACCESS_SECONDS: i64 = 5_184_000;
pub(crate) const LINKEDIN_REFRESH_SECONDS: i64 = 31_536_000;
/// Tokens of either kind remembered per user; older ones are strange.
pub(crate) const LINKEDIN_TOKENS_KEPT: usize = 50;
/// Calls per day and resource, of the app and of one member. LinkedIn tells nobody its own numbers.
pub(crate) const LINKEDIN_PER_DAY: (f64, f64) = (40_000.0, 10_000.0);
/// The same for an app in development.
pub(crate) const LINKEDIN_DEVELOPMENT_PER_DAY: (f64, f64) = (500.0, 100.0);
/// Analytics requests at once, and per second in the long run. No number is published; clients are known to hold themselves to six in ten
/// seconds, and to go far beyond unpunished.
pub(crate) const LINKEDIN_ANALYTICS_PACE: (f64, f64) = (1_200.0, 60.0);
/// Values that analytics may answer with, and in how many seconds.
pub(crate) const LINKEDIN_VALUES: (f64, f64) = (45_000_000.0, 300.0);
/// Days back that the bank's shorter history of exchange rates reaches.
pub(crate) const ECB_DAYS_BACK: i32 = 90;
/// Rows of an Analytics report when nothing is said, and the most of one page.
pub(crate) const GA4_ROWS_DEFAULT: usize = 10_000;
pub(crate) const GA4_ROWS_MAX: usize = 250_000;
/// Dimensions, metrics and ranges of dates of one report, and reports of one batch.
pub(crate) const GA4_DIMENSIONS_MAX: usize = 9;
pub(crate) const GA4_METRICS_MAX: usize = 10;
pub(crate) const GA4_RANGES_MAX: usize = 4;
pub(crate) const GA4_BATCH_MAX: usize = 5;
/// Ways of visits that are told apart on a busy day of a crowded property. The platform's own number is far larger, as are its properties.
pub(crate) const GA4_WAYS_TOLD: usize = 14;
/// People below which a row is withheld. The platform does not tell its number.
pub(crate) const GA4_PEOPLE_MIN: i64 = 10;
/// Sessions that a long report of a sampled property reads. The platform's own number is far larger, as are its properties.
pub(crate) const GA4_SESSIONS_READ: i64 = 40_000;
/// Tokens of a standard property per day, per hour, and per project and hour.
pub(crate) const GA4_TOKENS: (f64, f64, f64) = (200_000.0, 40_000.0, 14_000.0);
/// The part of these that is left for [`crate::Limits::Development`], which the platform itself does not know.
pub(crate) const GA4_DEVELOPMENT_PART: f64 = 0.01;
/// Days times fields times metrics that cost one token. The platform does not tell what a report costs before it has run.
pub(crate) const GA4_CELLS_PER_TOKEN: i64 = 300;
/// Requests of a property at once, its failures per hour, and requests per hour whose rows may be withheld.
pub(crate) const GA4_REQUESTS_AT_ONCE: f64 = 10.0;
pub(crate) const GA4_FAILURES_PER_HOUR: f64 = 10.0;
pub(crate) const GA4_THRESHOLDED_PER_HOUR: f64 = 120.0;
/// Page sizes of Klaviyo's lists: campaigns, flows, metrics. They are the usual ones, too.
pub(crate) const KLAVIYO_CAMPAIGNS_MAX: usize = 100;
pub(crate) const KLAVIYO_FLOWS_MAX: usize = 50;
pub(crate) const KLAVIYO_METRICS_MAX: usize = 200;
/// Rows of one page of aggregates when nothing is said, and the most of them.
pub(crate) const KLAVIYO_ROWS_MAX: usize = 500;
/// Reports of a kind per day.
pub(crate) const KLAVIYO_REPORTS_PER_DAY: f64 = 225.0;
/// Days that a query may span, and a series by day, by hour and by month.
pub(crate) const KLAVIYO_SPAN_DAYS: i64 = 366;
pub(crate) const KLAVIYO_SERIES_DAYS: (i64, i64, i64) = (60, 7, 364);
/// Largest page of Shopify's lists, and how deep a list can be paged through.
pub(crate) const SHOPIFY_PAGE_MAX: usize = 250;
pub(crate) const SHOPIFY_DEPTH_MAX: usize = 25_000;
/// What is counted to when nothing else is asked for.
pub(crate) const SHOPIFY_COUNT_DEFAULT: usize = 10_000;
/// Points that one query may cost.
pub(crate) const SHOPIFY_COST_MAX: i64 = 1_000;
/// Points of a bucket, and how many of them come back a second, of a standard shop and of one in development.
pub(crate) const SHOPIFY_STANDARD: (f64, f64) = (2_000.0, 100.0);
pub(crate) const SHOPIFY_DEVELOPMENT: (f64, f64) = (1_000.0, 50.0);
/// Age up to which orders may be seen without a special right.
pub(crate) const SHOPIFY_RECENT_SECONDS: i64 = 60 * 86_400;
/// Seconds that tokens live: of a client of its own, of an app for many shops, and the refresh token of the latter.
pub(crate) const SHOPIFY_CLIENT_SECONDS: i64 = 86_400;
pub(crate) const SHOPIFY_OFFLINE_SECONDS: i64 = 3_600;
pub(crate) const SHOPIFY_REFRESH_SECONDS: i64 = 90 * 86_400;
/// Access tokens of one shop that live at once; older ones die early.
pub(crate) const SHOPIFY_TOKENS_KEPT: usize = 50;
/// Bulk operations of a shop at once, and remembered of all shops.
pub(crate) const SHOPIFY_BULKS_AT_ONCE: usize = 5;
pub(crate) const SHOPIFY_BULKS_KEPT: usize = 1_000;
/// Seconds that a bulk operation's file can be fetched.
pub(crate) const SHOPIFY_FILE_SECONDS: i64 = 7 * 86_400;
/// Calls a minute that what stands before a Magento store lets through, and before one in development.
pub(crate) const MAGENTO_PER_MINUTE: f64 = 1_200.0;
pub(crate) const MAGENTO_DEVELOPMENT_PER_MINUTE: f64 = 120.0;
/// Seconds by which the time of a signature may lie before the latest one seen.
pub(crate) const MAGENTO_TIME_SECONDS: i64 = 600;
/// Nonces remembered.
pub(crate) const MAGENTO_NONCES_KEPT: usize = 100_000;
/// Filters and orders of sorting in one search.
pub(crate) const MAGENTO_FILTERS_MAX: usize = 200;
