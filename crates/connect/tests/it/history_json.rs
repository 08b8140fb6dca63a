//! JSON-file stores: composed here, in the shapes that small servers write.

use super::history::{days, everything, files, holds, key, options};
use trimtab_connect::history::{self, Grain, Location, Options, Piece, Shape};
use trimtab_domain::{
    Source,
    entity::{EntityKind, Status},
};

const CAMPAIGNS: &str = r#"[
    {"id":"c-1","platform":"google-ads","external_id":"111","name":"Brand","status":"ENABLED","budget":50.5,
     "metrics":{"impressions":1000,"clicks":40,"spend":12.345678,"conversions":2.5,"revenue":99.9},
     "synced_at":"2026-03-10T06:00:00.000Z","created_at":"2026-03-01 09:00:00"},
    {"id":"c-2","platform":"meta-ads","external_id":222,"account_id":"act_17","name":"Prospecting","status":"PAUSED",
     "metrics":[{"date_start":"2026-03-01","date_stop":"2026-03-01","impressions":"500","clicks":"9","spend":"7.10",
       "actions":[{"action_type":"link_click","value":"9"},{"action_type":"purchase","value":"3"}],
       "action_values":[{"action_type":"purchase","value":"60.5"}]}],
     "synced_at":"2026-03-10T06:00:00.000Z","created_at":"2026-03-01 09:00:00"},
    {"id":"c-3","platform":"pinterest","external_id":"333","name":"Pins",
     "metrics":"{\"2026-03-02\":{\"IMPRESSION\":70,\"PIN_CLICK\":4,\"SPEND\":1500000,\"CHECKOUT\":1,\"CHECKOUT_VALUE\":20}}"},
    {"id":"c-4","platform":"google-ads","external_id":"444","name":"No figures","metrics":{}}
]"#;

async fn read(location: &Location, options: Options) -> (history::Found, Vec<Piece>) {
    let history = history::open(location, options).await.unwrap();
    assert_eq!(history.shape(), Shape::JsonStore);
    let (found, pieces) = everything(history.as_ref()).await;
    (found, pieces.into_values().collect())
}

#[tokio::test]
async fn campaigns_tell_their_figures_in_four_tongues() {
    let location = files([
        ("database/data/campaigns.json", CAMPAIGNS),
        ("database/data/projects.json", "[]"),
        ("database/data/secrets.txt", "x"),
    ]);
    let (found, pieces) = read(&location, options()).await;
    assert!(found.left_out.is_empty(), "{:?}", found.left_out);
    let accounts: Vec<_> = found.accounts.iter().map(|account| account.key.to_string()).collect();
    assert_eq!(accounts, ["meta/17", "google/history-google", "pinterest/history-pinterest"]);
    let rows: Vec<_> = pieces
        .iter()
        .flat_map(|piece| &piece.facts.ad_daily)
        .map(|row| {
            let measures = &row.measures;
            let figures =
                (measures.impressions, measures.clicks, measures.spend_micros, measures.conversions, measures.revenue_micros);
            (row.placing.campaign.as_str(), row.date.to_string(), row.span_days, figures)
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("222", "2026-03-01".to_owned(), 1, (500, 9, 7_100_000, Some(3.0), Some(60_500_000))),
            ("111", "2026-03-10".to_owned(), 10, (1000, 40, 12_345_678, Some(2.5), Some(99_900_000))),
            ("333", "2026-03-02".to_owned(), 1, (70, 4, 1_500_000, Some(1.0), Some(20_000_000))),
        ]
    );
    let notes = found.notes.join("\n");
    assert!(
        notes.contains("projects.json") && notes.contains("secrets.txt") && notes.contains("1 campaigns tell a total"),
        "{notes}"
    );
}

#[tokio::test]
async fn campaigns_are_objects() {
    let history = history::open(&files([("campaigns.json", CAMPAIGNS)]), options()).await.unwrap();
    let snapshot = history.entities(&key(Source::Google, "history-google")).await.unwrap();
    let told: Vec<_> = snapshot.states.iter().map(|s| (s.kind, s.id.as_str(), s.name.as_str(), s.status)).collect();
    assert_eq!(
        told,
        [(EntityKind::Campaign, "111", "Brand", Status::Active), (EntityKind::Campaign, "444", "No figures", Status::Unknown)]
    );
    assert_eq!(snapshot.states[0].attributes["budget"], "50.5");
}

#[tokio::test]
async fn days_go_before_totals_and_the_last_sync_before_earlier_ones() {
    let metrics = r#"{"analytics_metrics":[
        {"id":1,"platform":"google-ads","campaign_id":"c-1","campaign_name":"Brand","date":"2026-03-09","impressions":10,"clicks":1,"spend":1.5,
         "conversions":0,"revenue":0,"synced_at":"2026-03-09T18:00:00Z"},
        {"id":2,"platform":"google-ads","campaign_id":"c-1","date":"2026-03-09","impressions":30,"clicks":3,"spend":4.5,
         "conversions":1,"revenue":10,"synced_at":"2026-03-10T06:00:00Z"},
        {"id":3,"platform":"google-ads","campaign_id":"c-1","date":"2026-03-09","impressions":20,"clicks":2,"spend":3,
         "conversions":0,"revenue":0,"synced_at":"2026-03-10T00:00:00Z"}
    ],"version":3}"#;
    let location = files([("data/campaigns.json", CAMPAIGNS), ("data/analytics_metrics.json", metrics)]);
    let history = history::open(&location, options()).await.unwrap();
    let found = history.accounts().await.unwrap();
    assert_eq!(found.left_out.listed.len(), 1, "{:?}", found.left_out);
    assert!(found.left_out.listed[0].reason.contains("whose days are told as well"), "{:?}", found.left_out);
    let piece = history.read(&key(Source::Google, "history-google"), days("2026-03-01..2026-03-31")).await.unwrap();
    holds(&piece);
    assert_eq!(piece.facts.ad_daily.len(), 1);
    assert_eq!(piece.facts.ad_daily[0].placing.campaign.as_str(), "111", "the store's id is the platform's");
    assert_eq!(piece.facts.ad_daily[0].measures.spend_micros, 4_500_000);
    let counted = piece.counted[0];
    assert_eq!((counted.grain, counted.found.rows, counted.taken.rows), (Grain::Campaign, 3, 1));
    let older: Vec<_> = piece.left_out.listed.iter().map(|left| left.place.as_str()).collect();
    assert_eq!(older, ["data/analytics_metrics.json entry 1", "data/analytics_metrics.json entry 3"]);
}

#[tokio::test]
async fn entries_and_files_that_are_broken_are_named_and_stop_nothing() {
    let campaigns = r#"{
        "c-1":{"platform":"google-ads","name":"A","metrics":{"spend":1,"date":"2026-03-01"}},
        "c-2":{"platform":"snapchat","name":"B","metrics":{"spend":1,"date":"2026-03-01"}},
        "c-3":{"name":"C"},
        "c-4":{"platform":"google-ads","metrics":{"spend":"much","date":"2026-03-01"}},
        "c-5":{"platform":"google-ads","metrics":{"spend":1,"date":"yesterday"}},
        "c-6":{"platform":"google-ads","metrics":{"spend":1}},
        "c-7":{"platform":"google-ads","metrics":7},
        "c-8":{"platform":"google-ads","metrics":{"ctr":0.5}}
    }"#;
    let cut =
        r#"[{"platform":"google","campaign_id":"9","date":"2026-03-02","spend":2},{"platform":"google","campaign_id":"9","da"#;
    let location = files([("campaigns.json", campaigns), ("metrics.json", cut), ("analytics.json", "locked")]);
    let (found, pieces) = read(&location, options()).await;
    let left: Vec<_> = found.left_out.listed.iter().map(|left| format!("{}: {}", left.place, left.reason)).collect();
    for expected in [
        "campaigns.json entry 2: has 'snapchat' as platform",
        "campaigns.json entry 3: has no platform",
        "campaigns.json entry 4: its spend: 'much' is not a number",
        "campaigns.json entry 5: has 'yesterday' as date",
        "campaigns.json entry 6: has metrics without days and no synced_at",
        "campaigns.json entry 7: has '7' as metrics",
        "campaigns.json entry 8: has no spend, impressions or clicks",
        "metrics.json: cannot be read from entry 2 on (EOF",
        "analytics.json: cannot be opened",
    ] {
        assert!(left.iter().any(|line| line.starts_with(expected)), "{expected}\n{left:#?}");
    }
    assert_eq!(left.len(), 9, "{left:#?}");
    let spend: i64 = pieces.iter().flat_map(|piece| &piece.facts.ad_daily).map(|row| row.measures.spend_micros).sum();
    assert_eq!(spend, 3_000_000, "what stands before the break is taken");
}
