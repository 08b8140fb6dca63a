//! Folders as Fivetran lands them: composed here, with the traps that real ones hold.

use super::history::{days, everything, files, key, options};
use trimtab_connect::history::{self, FoundAccount, Grain, HistoryError, Key, Location, Options, Piece};
use trimtab_domain::{
    Source,
    entity::{EntityKind, Status},
    fact::AdDaily,
};

const GOOGLE_HISTORY: [(&str, &str); 3] = [
    (
        "google_ads/account_history.csv",
        "id,updated_at,_fivetran_synced,currency_code,descriptive_name,time_zone\n\
         77,2021-01-01 9:00:00,,EUR,Old name,Europe/Berlin\n77,2022-02-01 2:20:51,,CHF,North Sea,Europe/Zurich\n",
    ),
    (
        "google_ads/campaign_history.csv",
        "id,updated_at,name,customer_id,status,start_date\n\
         c1,2021-08-25T20:21:09.602,Second,77,PAUSED,2020-04-22\nc1,2021-06-29T17:19:05.102,First,77,ENABLED,2020-04-22\n",
    ),
    ("google_ads/ad_group_history.csv", "id,updated_at,campaign_id,name,status\ng1,2021-06-29,c1,Group,ENABLED\n"),
];

async fn read(location: &Location, options: Options) -> (history::Found, Vec<(Key, Piece)>) {
    let history = history::open(location, options).await.unwrap();
    let (found, pieces) = everything(history.as_ref()).await;
    (found, pieces.into_iter().collect())
}

fn row(row: &AdDaily) -> (String, &str, &str, &str, i64, i64, i64) {
    let (placing, measures) = (&row.placing, &row.measures);
    let place = (placing.campaign.as_str(), placing.ad_group.as_str(), placing.ad.as_str());
    (row.date.to_string(), place.0, place.1, place.2, measures.clicks, measures.impressions, measures.spend_micros)
}

fn account<'a>(found: &'a history::Found, id: &str) -> &'a FoundAccount {
    found.accounts.iter().find(|account| account.key.account.as_str() == id).unwrap()
}

#[tokio::test]
async fn google_has_its_cost_in_micros_and_its_segments_in_rows_of_their_own() {
    let stats = "customer_id,date,ad_group_id,ad_group,device,ad_id,clicks,cost_micros,impressions,conversions,conversions_value,kinds\n\
        77,2021-05-19,,customers/77/adGroups/g1,DESKTOP,a1,3,20836690,10,1.416667,10.5,\"[CLICK, ENGAGEMENT]\"\n\
        77,2021-05-19,g1,customers/77/adGroups/g1,MOBILE,a1,1,3000000,7,,,[CLICK]\n";
    let location = files(GOOGLE_HISTORY.into_iter().chain([("google_ads/ad_stats.csv", stats)]));
    let (found, pieces) = read(&location, options()).await;
    assert!(found.left_out.is_empty(), "{:?}", found.left_out);
    let told = account(&found, "77");
    assert_eq!((told.account.name.as_str(), told.account.currency.as_str()), ("North Sea", "CHF"), "the latest version holds");
    assert_eq!((told.account.zone.as_str(), told.assumed.len()), ("Europe/Zurich", 0));
    let piece = &pieces[0].1;
    assert_eq!(
        piece.facts.ad_daily.iter().map(row).collect::<Vec<_>>(),
        [("2021-05-19".to_owned(), "c1", "g1", "a1", 4, 17, 23_836_690)]
    );
    let measures = &piece.facts.ad_daily[0].measures;
    assert_eq!((measures.conversions, measures.revenue_micros), (Some(1.416_667), Some(10_500_000)), "value is no micros");
    assert_eq!((piece.counted[0].grain, piece.counted[0].found.rows), (Grain::Ad, 2));
}

#[tokio::test]
async fn objects_are_told_in_their_latest_version() {
    let stats = "customer_id,date,id,clicks,cost_micros,impressions\n77,2021-05-19,g1,3,1000000,10\n";
    let location = files(GOOGLE_HISTORY.into_iter().chain([("google_ads/ad_group_stats.csv", stats)]));
    let history = history::open(&location, options()).await.unwrap();
    let snapshot = history.entities(&key(Source::Google, "77")).await.unwrap();
    assert!(snapshot.complete.is_empty(), "nothing is taken to have gone");
    let told: Vec<_> = snapshot.states.iter().map(|s| (s.kind, s.name.as_str(), s.parent.as_str(), s.status)).collect();
    assert_eq!(
        told,
        [(EntityKind::Campaign, "Second", "77", Status::Paused), (EntityKind::AdGroup, "Group", "c1", Status::Active)]
    );
    assert_eq!(snapshot.states[1].campaign.as_str(), "c1");
    let error = history.read(&key(Source::Tiktok, "77"), days("2021-05-19..2021-05-19")).await.unwrap_err();
    assert!(matches!(error, HistoryError::NoAccount(_)), "{error}");
}

#[tokio::test]
async fn tiktok_hours_add_up_to_days_under_upper_case_headers() {
    let hours = "ADGROUP_ID,STAT_TIME_HOUR,IMPRESSIONS,CLICKS,SPEND,CONVERSION,TOTAL_PURCHASE_VALUE,TOTAL_SALES_LEAD_VALUE,CPC\n\
        g1,2021-09-15 5:00:00,100,2,1.10,1,5.00,0.25,-\n\
        g1,2021-09-15 23:00:00,50,1,2.205,0,0.00,0.00,-\n\
        g1,2021-09-16 0:00:00,10,0,0.50,0,0.00,0.00,-\n";
    let groups = "adgroup_id,updated_at,advertiser_id,campaign_id,adgroup_name,placements,secondary_status\n\
        g1,2021-09-15 02:44:56.000,9,c1,Group,\"[ \"\"PLACEMENT_TIKTOK\"\" ]\",ADGROUP_STATUS_DELIVERY_OK\n";
    let location =
        files([("tiktok/tiktok_adgroup_report_hourly_data.csv", hours), ("tiktok/tiktok_adgroup_history_data.csv", groups)]);
    let (found, pieces) = read(&location, options()).await;
    assert_eq!(found.accounts.len(), 1, "the account comes from the ad group's history: {:?}", found.accounts);
    let facts = &pieces[0].1.facts;
    assert_eq!(
        facts.ad_daily.iter().map(row).collect::<Vec<_>>(),
        [("2021-09-15".to_owned(), "c1", "g1", "", 3, 150, 3_305_000), ("2021-09-16".to_owned(), "c1", "g1", "", 0, 10, 500_000)]
    );
    assert_eq!((facts.ad_daily[0].measures.conversions, facts.ad_daily[0].measures.revenue_micros), (Some(1.0), Some(5_250_000)));
}

#[tokio::test]
async fn pinterest_comes_with_a_mark_before_its_header_and_both_kinds_of_figures() {
    let pins = "\u{feff}date,pin_promotion_id,ad_group_id,campaign_id,advertiser_id,impression_1,impression_2,clickthrough_1,\
        clickthrough_2,spend_in_micro_dollar,total_conversions,total_conversions_value_in_micro_dollar\n\
        2023-06-01,p1,g1,c1,5,100,20,4,,225000,45,4500000\n";
    let (_, pieces) = read(&files([("pinterest_ads/pin_promotion_report.csv", pins)]), options()).await;
    let facts = &pieces[0].1.facts;
    assert_eq!(facts.ad_daily.iter().map(row).collect::<Vec<_>>(), [("2023-06-01".to_owned(), "c1", "g1", "p1", 4, 120, 225_000)]);
    assert_eq!(facts.ad_daily[0].measures.revenue_micros, Some(4_500_000));
}

#[tokio::test]
async fn linkedin_is_read_in_local_currency_or_in_dollars() {
    let history = "id,last_modified_time,name,currency\n50,2020-10-12 19:05:20.398,Acme,SEK\n";
    let campaigns = "id,last_modified_time,account_id,campaign_group_id,name\nk1,2019-09-14 17:53:17,50,q1,Brand\n";
    let creatives = "creative_id,day,clicks,impressions,cost_in_local_currency,cost_in_usd,external_website_conversions,\
        one_click_leads,conversion_value_in_local_currency\nx1,2020-10-17 00:00:00,,,100.5,9.75,1,2,30\n";
    let kin = "id,campaign_id,intended_status,created_time\nx1,k1,ACTIVE,2021-03-08 23:42:20\n";
    let location = files([
        ("linkedin_ads/account_history.csv", history),
        ("linkedin_ads/campaign_history.csv", campaigns),
        ("linkedin_ads/creative_history.csv", kin),
        ("linkedin_ads/ad_analytics_by_creative.csv", creatives),
    ]);
    let (found, pieces) = read(&location, options()).await;
    assert_eq!(account(&found, "50").account.currency.as_str(), "SEK");
    let local = &pieces[0].1.facts.ad_daily[0];
    assert_eq!(row(local), ("2020-10-17".to_owned(), "q1", "k1", "x1", 0, 0, 100_500_000), "empty cells are nothing");
    assert_eq!((local.measures.conversions, local.measures.revenue_micros), (Some(3.0), Some(30_000_000)));
    let (found, pieces) = read(&location, Options { linkedin_usd: true, ..options() }).await;
    assert_eq!(account(&found, "50").account.currency.as_str(), "USD");
    let usd = &pieces[0].1.facts.ad_daily[0].measures;
    assert_eq!((usd.spend_micros, usd.revenue_micros), (9_750_000, None), "crowns do not stand beside dollars");
}

const META: &str = "ad_id,date,account_id,impressions,inline_link_clicks,spend\n\
    a1,2024-10-01,act_17,1000,30,144.\na1,2024-10-02,act_17,10,,0.5\n";

#[tokio::test]
async fn meta_counts_five_actions_and_keeps_them_all() {
    let actions = "_fivetran_id,ad_id,date,index,_1_d_view,_7_d_click,action_type,inline,value\n\
        h,a1,2024-10-01,0,2.0,1.0,offsite_conversion.fb_pixel_lead,,3.0\nh,a1,2024-10-01,1,,,lead,,3.0\n\
        h,a1,2024-10-01,2,,,onsite_conversion.purchase,,1\nh,a1,2024-10-05,0,,,onsite_conversion.purchase,,4\n";
    let values = "ad_id,date,_fivetran_id,index,action_type,value,_7_d_click\n\
        a1,2024-10-01,h,0,onsite_conversion.purchase,46787.82,46787.82\na1,2024-10-01,h,1,view_content,5,5\n";
    let location = files([
        ("facebook_ads/basic_ad.csv", META),
        ("facebook_ads/basic_ad_actions.csv", actions),
        ("facebook_ads/basic_ad_action_values.csv", values),
        ("facebook_ads/account_history.csv", "id,name,_fivetran_synced,currency\n17,Acme,2024-10-01,DKK\n"),
    ]);
    let (found, pieces) = read(&location, options()).await;
    let told = account(&found, "17");
    assert_eq!((told.account.currency.as_str(), told.days), ("DKK", days("2024-10-01..2024-10-05")));
    let piece = &pieces[0].1;
    let rows = &piece.facts.ad_daily;
    assert_eq!(rows.iter().map(|row| row.measures.conversions).collect::<Vec<_>>(), [Some(4.0), Some(0.0)]);
    assert_eq!(rows.iter().map(|row| row.measures.revenue_micros).collect::<Vec<_>>(), [Some(46_787_820_000), Some(0)]);
    assert_eq!((rows[0].measures.clicks, rows[0].measures.link_clicks, rows[1].measures.link_clicks), (30, Some(30), None));
    let all: Vec<_> = piece.facts.conversions.iter().map(|c| (c.action_type.as_str(), c.window.as_str(), c.count)).collect();
    assert_eq!(all.len(), 9, "{all:?}");
    assert!(
        all.contains(&("offsite_conversion.fb_pixel_lead", "7d_click", 1.0)) && all.contains(&("lead", "default", 3.0)),
        "{all:?}"
    );
    let left: Vec<_> = piece.left_out.listed.iter().map(|left| (left.place.as_str(), left.reason.as_str())).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].0.ends_with("ad a1 on 2024-10-05") && left[0].1.contains("has 4 conversions"), "{left:?}");
}

#[tokio::test]
async fn facts_are_the_finest_grain_of_each_day_and_every_grain_is_counted() {
    let campaigns = "customer_id,date,id,clicks,cost_micros,impressions\n\
        77,2021-05-18,c1,1,5000000,10\n77,2021-05-19,c1,9,9000000,90\n78,2021-05-19,c9,1,1000000,1\n";
    let ads = "customer_id,date,ad_id,campaign_id,clicks,cost_micros,impressions\n77,2021-05-19,a1,c1,3,2000000,30\n";
    let location = files([("google_ads/campaign_stats.csv", campaigns), ("google_ads/ad_stats.csv", ads)]);
    let (_, pieces) = read(&location, options()).await;
    assert_eq!(pieces.len(), 2);
    let piece = &pieces[0].1;
    assert_eq!(
        piece.facts.ad_daily.iter().map(row).collect::<Vec<_>>(),
        [("2021-05-18".to_owned(), "c1", "", "", 1, 10, 5_000_000), ("2021-05-19".to_owned(), "c1", "", "a1", 3, 30, 2_000_000)]
    );
    let counted: Vec<_> = piece.counted.iter().map(|c| (c.grain, c.found.spend_micros, c.taken.spend_micros)).collect();
    assert_eq!(counted, [(Grain::Ad, 2_000_000, 2_000_000), (Grain::Campaign, 14_000_000, 5_000_000)]);
    let (_, pieces) = read(&location, Options { grain: Some(Grain::Campaign), ..options() }).await;
    let forced: i64 = pieces.iter().flat_map(|(_, piece)| &piece.facts.ad_daily).map(|row| row.measures.spend_micros).sum();
    assert_eq!(forced, 15_000_000, "a grain that is asked for is taken whole");
}

#[tokio::test]
async fn months_give_the_same_as_the_whole() {
    let mut stats = "customer_id,date,id,clicks,cost_micros,impressions,conversions\n".to_owned();
    for at in 0..200 {
        let (month, day) = (at % 12 + 1, at % 28 + 1);
        stats.push_str(&format!(
            "77,2021-{month:02}-{day:02},c{},{at},{},{},{}\n",
            at % 7,
            at * 1_001,
            at * 13,
            f64::from(at) / 3.0
        ));
    }
    let location = files([("google_ads/campaign_stats.csv", stats)]);
    let history = history::open(&location, options()).await.unwrap();
    let account = key(Source::Google, "77");
    let whole = history.read(&account, days("2021-01-01..2021-12-31")).await.unwrap();
    let mut parts = Vec::new();
    let mut spend = 0;
    for month in 1..=12 {
        let from = jiff::civil::date(2021, month, 1);
        let piece = history.read(&account, trimtab_domain::DayRange::new(from, from.last_of_month()).unwrap()).await.unwrap();
        spend += piece.counted.iter().map(|counted| counted.taken.spend_micros).sum::<i64>();
        parts.extend(piece.facts.ad_daily);
    }
    assert_eq!(parts, whole.facts.ad_daily);
    assert_eq!(spend, whole.counted[0].taken.spend_micros);
}

#[tokio::test]
async fn what_is_left_out_is_named_and_stops_nothing() {
    let stats = "customer_id,date,id,clicks,cost_micros,impressions\n\
        77,2021-05-01,c1,1,1000000,10\n77,someday,c1,1,1000000,10\n77,2021-05-02,,1,1000000,10\n77,2021-05-03,c1,1.5,1000000,10\n\
        77,2021-05-04,c1,1\n77,2021-05-05,c1,1,\"12,5\",10\n77,2021-05-01,c1,1,1000000,10\n77,2021-05-06,c1,2,2000000,20\n";
    let latin = b"id,updated_at,name,customer_id\nc1,2021-05-01,M\xfcnchen,77\nc2,2021-05-01,Bremen,77\n".to_vec();
    let location = files([
        ("google_ads/campaign_stats.csv", stats.as_bytes().to_vec()),
        ("google_ads/campaign_history.csv", latin),
        ("google_ads/ad_group_history.csv", b"locked".to_vec()),
        ("google_ads/ad_stats.csv", b"customer_id,day\n1,2\n".to_vec()),
        ("google_ads/ad_group_stats.csv", Vec::new()),
        ("notes.txt", b"hello".to_vec()),
    ]);
    let (found, pieces) = read(&location, options()).await;
    let left: Vec<_> = found.left_out.listed.iter().map(|left| format!("{}: {}", left.place, left.reason)).collect();
    for expected in [
        "google_ads/campaign_stats.csv line 3: has 'someday' as date, which is no day",
        "google_ads/campaign_stats.csv line 4: has no id",
        "google_ads/campaign_stats.csv line 5: its clicks: '1.5' is not a whole number",
        "google_ads/campaign_stats.csv line 6: has 4 cells where the header has 6",
        "google_ads/campaign_stats.csv line 7: its spend: '12,5' is not a number of millionths such as 1234560000",
        "google_ads/campaign_history.csv line 2: has a cell that is not UTF-8 text: save the file as UTF-8",
        "google_ads/ad_stats.csv: has no column ad_id: found customer_id, day",
        "google_ads/ad_group_stats.csv: is empty",
    ] {
        assert!(left.iter().any(|line| line == expected), "{expected}\n{left:#?}");
    }
    assert!(left.iter().any(|line| line.starts_with("google_ads/ad_group_history.csv: cannot be opened")), "{left:#?}");
    assert_eq!(left.len(), 9, "{left:#?}");
    assert!(found.notes[0].contains("notes.txt"), "{:?}", found.notes);
    let piece = &pieces[0].1;
    assert_eq!(piece.facts.ad_daily.iter().map(|row| row.measures.spend_micros).sum::<i64>(), 3_000_000);
    let twice: Vec<_> = piece.left_out.listed.iter().filter(|left| left.reason.contains("the same as a row before it")).collect();
    assert_eq!(twice.len(), 1);
    assert_eq!(twice[0].place, "google_ads/campaign_stats.csv line 8");
}

#[tokio::test]
async fn megabytes_in_a_cell_and_a_quote_without_end_do_no_harm() {
    let big = format!("\"[{}]\"", "{\"\"key\"\":\"\"value\"\"},".repeat(80_000));
    let kin = format!("ad_id,id,account_id,name,spec\n,c7,17,Big,{big}\n");
    let open =
        format!("id,name,updated_time,account_id\nc1,Good,2024-01-01,17\nc2,\"open,2024-01-01,17\n{}", "x,y,z,1\n".repeat(50));
    let location = files([
        ("facebook_ads/basic_ad.csv", META.to_owned()),
        ("facebook_ads/campaign_history.csv", open),
        ("facebook_ads/ad_set_history.csv", kin),
    ]);
    let history = history::open(&location, options()).await.unwrap();
    let found = history.accounts().await.unwrap();
    let left: Vec<_> = found.left_out.listed.iter().map(|left| left.place.as_str()).collect();
    assert_eq!(left, ["facebook_ads/campaign_history.csv line 3"], "{:?}", found.left_out);
    let names = history.entities(&key(Source::Meta, "17")).await.unwrap();
    assert_eq!(names.states.iter().map(|state| state.name.as_str()).collect::<Vec<_>>(), ["Good", "Big"]);
}

#[tokio::test]
async fn a_row_longer_than_anything_sensible_ends_its_file() {
    let endless =
        format!("ad_id,date,account_id,impressions,inline_link_clicks,spend\na1,2024-10-01,17,1,1,1\n\"{}", "x".repeat(70 << 20));
    let (found, pieces) = read(&files([("facebook_ads/basic_ad.csv", endless)]), options()).await;
    assert!(found.left_out.listed[0].reason.contains("more than 64 MiB"), "{:?}", found.left_out);
    assert_eq!(pieces[0].1.facts.ad_daily.len(), 1, "what stands before it is kept");
}

#[tokio::test]
async fn rows_of_no_known_account_share_one() {
    let hours = "AD_ID,STAT_TIME_HOUR,IMPRESSIONS,CLICKS,SPEND\na1,2021-09-15 5:00:00,100,2,1.10\n";
    let (found, _) = read(&files([("tiktok_ads/ad_report_hourly.csv", hours)]), options()).await;
    let told = &found.accounts[0];
    assert_eq!((told.key.account.as_str(), told.account.name.as_str()), ("history-tiktok", "TikTok Ads history"));
    assert_eq!(told.assumed, ["account", "currency", "zone"]);
    let known = trimtab_domain::account::Account { currency: "USD".parse().unwrap(), ..told.account.clone() };
    let (found, _) =
        read(&files([("tiktok_ads/ad_report_hourly.csv", hours)]), Options { accounts: vec![known], ..options() }).await;
    assert_eq!(
        (found.accounts[0].account.currency.as_str(), found.accounts[0].assumed.len()),
        ("USD", 0),
        "the tenant knows better"
    );
}
