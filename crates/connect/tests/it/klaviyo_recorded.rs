//! Klaviyo answering from recorded bodies: the turns of the protocol the simulated platform does not take.

use crate::{
    tape::{Said, Tape, good, said},
    world::quick,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use trimtab_connect::{
    Ask, AuthCause, Connector, Error,
    klaviyo::{Klaviyo, ReportOf},
    silence::{Known, Suspicion},
};
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Standing},
    clock::testing::ManualClock,
    entity::{EntityKind, Status},
    fact::{EmailDaily, MailKind},
};
use trimtab_wire::Wire;

const KEY: &str = "pk_0123456789abcdef0123456789abcdef01";
const METRICS: &str = "GET api/metrics";
const CAMPAIGNS: &str = "GET api/campaigns";
const FLOWS: &str = "GET api/flows";
const COUNT: &str = "POST api/metric-aggregates";
const ACCOUNTS: &str = "GET api/accounts";
const REPORT: &str = "POST api/campaign-values-reports";

struct Scene {
    tape: Tape,
    klaviyo: Klaviyo,
}

async fn scene(answers: Vec<(&'static str, Said)>) -> Scene {
    let tape = Tape::start(answers).await;
    let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
    let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
    let klaviyo = Klaviyo::new(wire, &tape.base, &KEY.into(), clock).unwrap();
    Scene { tape, klaviyo }
}

fn account(zone: &str) -> Account {
    Account {
        source: Source::Klaviyo,
        id: "XaB12c".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: zone.parse().unwrap(),
        standing: Standing::Good,
    }
}

fn days() -> DayRange {
    "2026-11-01..2026-11-02".parse().unwrap()
}

impl Scene {
    async fn emails(&self) -> Result<Vec<EmailDaily>, Error> {
        Ok(self.klaviyo.facts(&account("Europe/Berlin"), days(), Ask::default()).await?.facts.emails)
    }
}

/// A list of one page.
fn page(data: &Value) -> Said {
    good(json!({ "data": data, "links": { "self": "{base}", "next": null } }).to_string())
}

fn metric(id: &str, name: &str, integration: &str) -> Value {
    json!({ "type": "metric", "id": id, "attributes": { "name": name, "integration": { "name": integration } } })
}

/// Received messages and orders alone, so that there are two questions to ask.
fn metrics() -> Said {
    page(&json!([metric("Rcv", "Received Email", "Klaviyo"), metric("Ord", "Placed Order", "Shopify")]))
}

fn campaign(id: &str, messages: &[&str]) -> Value {
    let messages: Vec<Value> = messages.iter().map(|id| json!({ "type": "campaign-message", "id": id })).collect();
    json!({
        "type": "campaign", "id": id,
        "attributes": { "name": format!("Mail {id}"), "status": "Sent", "archived": false, "send_time": "2026-11-01T23:30:00+00:00" },
        "relationships": { "campaign-messages": { "data": messages } },
    })
}

/// An aggregate of two days.
fn counted(rows: &[(&[&str], [f64; 2], [f64; 2])], next: Option<&str>) -> Said {
    let row = |(dimensions, count, value): &(&[&str], [f64; 2], [f64; 2])| json!({ "dimensions": dimensions, "measurements": { "count": count, "sum_value": value } });
    let body = json!({
        "data": { "type": "metric-aggregate", "id": "u", "attributes": {
            "dates": ["2026-11-01T00:00:00+01:00", "2026-11-02T00:00:00+01:00"],
            "data": rows.iter().map(row).collect::<Vec<_>>(),
        } },
        "links": { "self": "x", "next": next },
    });
    good(body.to_string())
}

/// The event a question was about.
fn about(document: &Value) -> &str {
    document["data"]["attributes"]["metric_id"].as_str().unwrap()
}

#[tokio::test]
async fn messages_come_together_by_campaign_and_orders_of_nobody_are_left_out() {
    let rows: &[(&[&str], [f64; 2], [f64; 2])] = &[
        (&["01M", ""], [100.0, 3.0], [120.0, 0.0]),
        (&["01N", ""], [50.0, 0.0], [0.0, 0.0]),
        (&["01F", "Flo"], [0.0, 9.0], [0.0, 59.9]),
        (&["", ""], [900.0, 900.0], [90_000.0, 90_000.0]),
    ];
    let answers =
        vec![(METRICS, metrics()), (CAMPAIGNS, page(&json!([campaign("01C", &["01M", "01N"])]))), (COUNT, counted(rows, None))];
    let scene = scene(answers).await;
    let told = scene.emails().await.unwrap();
    let short: Vec<_> =
        told.iter().map(|row| (row.date.day(), row.kind, row.campaign.as_str(), row.recipients, row.orders)).collect();
    assert_eq!(
        short,
        [
            (1, MailKind::Campaign, "01C", Some(150), Some(150)),
            (2, MailKind::Campaign, "01C", Some(3), Some(3)),
            (2, MailKind::Flow, "Flo", Some(9), Some(9)),
        ],
        "both messages of a campaign, and nothing of what no message caused"
    );
    assert_eq!(told.iter().filter_map(|row| row.revenue_micros).sum::<i64>(), 179_900_000);
    assert!(told.iter().all(|row| row.opens.is_none() && row.clicks.is_none()), "there are no events for these");

    let asked = scene.tape.documents(COUNT);
    assert_eq!(asked.iter().map(about).collect::<BTreeSet<_>>(), BTreeSet::from(["Ord", "Rcv"]));
    let orders = &asked.iter().find(|document| about(document) == "Ord").unwrap()["data"]["attributes"];
    assert_eq!(orders["by"][0], "$attributed_message");
    assert_eq!(orders["timezone"], "Europe/Berlin");
    assert_eq!(orders["filter"][1], "less-than(datetime,2026-11-03T00:00:00)", "up to the beginning of the next day");
    for request in scene.tape.all() {
        assert!(request.contains(&format!("authorization: Klaviyo-API-Key {KEY}")), "{request}");
        assert!(request.contains("revision: 2026-07-15"), "{request}");
        assert!(!request.lines().next().unwrap().contains(KEY), "{request}");
    }
    assert!(scene.tape.asked(COUNT)[0].contains("content-type: application/vnd.api+json"));
    let filters: Vec<String> = scene.tape.params(CAMPAIGNS, "filter");
    assert_eq!(
        filters,
        ["email", "sms", "mobile_push"].map(|way| format!("equals(messages.channel,'{way}')")),
        "no list without it"
    );
}

#[tokio::test]
async fn pages_follow_the_cursor_and_never_the_address() {
    let elsewhere = "https://elsewhere.example/api/metric-aggregates?page%5Bcursor%5D=next-1";
    let one: &[(&[&str], [f64; 2], [f64; 2])] = &[(&["01M", ""], [1.0, 0.0], [1.0, 0.0])];
    let two: &[(&[&str], [f64; 2], [f64; 2])] = &[(&["01N", ""], [2.0, 0.0], [2.0, 0.0])];
    let answers = vec![
        (METRICS, page(&json!([metric("Rcv", "Received Email", "Klaviyo")]))),
        (CAMPAIGNS, page(&json!([campaign("01C", &["01M", "01N"])]))),
        (COUNT, counted(one, Some(elsewhere))),
        (COUNT, counted(one, Some(elsewhere))),
        (COUNT, counted(two, None)),
    ];
    let scene = scene(answers).await;
    let told = scene.emails().await.unwrap();
    assert_eq!((told.len(), told[0].recipients), (1, Some(3)), "a page served twice counts once");
    let cursors: Vec<Value> =
        scene.tape.documents(COUNT).iter().map(|document| document["data"]["attributes"]["page_cursor"].clone()).collect();
    assert_eq!(cursors, [Value::Null, json!("next-1"), json!("next-1")]);
}

#[tokio::test]
async fn lists_follow_the_cursor_too_and_objects_are_campaigns_and_flows() {
    let next = json!({ "data": [campaign("01C", &["01M"])], "links": { "next": "{base}/api/campaigns?page%5Bcursor%5D=p2" } });
    let flow = json!({ "type": "flow", "id": "Flo", "attributes": { "name": "Welcome", "status": "live", "archived": false, "trigger_type": "Metric" } });
    let answers = vec![
        (CAMPAIGNS, good(next.to_string())),
        (CAMPAIGNS, page(&json!([campaign("01D", &["01O"])]))),
        (CAMPAIGNS, page(&json!([]))),
        (FLOWS, page(&json!([flow]))),
    ];
    let scene = scene(answers).await;
    let snapshot = scene.klaviyo.entities(&account("Europe/Berlin")).await.unwrap();
    assert_eq!(snapshot.complete, [EntityKind::Account, EntityKind::Campaign]);
    let told: Vec<_> = snapshot
        .states
        .iter()
        .map(|state| (state.id.as_str(), state.parent.as_str(), state.objective.as_str(), state.status))
        .collect();
    assert_eq!(
        told,
        [
            ("XaB12c", "", "", Status::Active),
            ("01C", "XaB12c", "campaign", Status::Ended),
            ("01D", "XaB12c", "campaign", Status::Ended),
            ("Flo", "XaB12c", "flow", Status::Active),
        ]
    );
    assert_eq!(snapshot.states[1].starts.unwrap().to_string(), "2026-11-02", "half past midnight in Berlin");
    assert_eq!(scene.tape.params(CAMPAIGNS, "page[cursor]"), ["", "p2", "", ""]);
}

#[tokio::test]
async fn an_order_is_that_of_the_shop_and_among_equals_the_busiest() {
    let both = page(&json!([metric("A", "Placed Order", "API"), metric("B", "Placed Order", "WooCommerce")]));
    let none: &[(&[&str], [f64; 2], [f64; 2])] = &[(&[], [0.0, 0.0], [0.0, 0.0])];
    let many: &[(&[&str], [f64; 2], [f64; 2])] = &[(&[], [7.0, 0.0], [0.0, 0.0])];
    let recent = |said: Said| said;
    let answers = vec![
        (METRICS, both),
        (CAMPAIGNS, page(&json!([]))),
        (COUNT, recent(counted(none, None))),
        (COUNT, recent(counted(many, None))),
        (COUNT, counted(&[], None)),
    ];
    let scene = scene(answers).await;
    assert_eq!(scene.emails().await.unwrap(), []);
    let asked = scene.tape.documents(COUNT);
    assert_eq!(asked.iter().map(about).collect::<Vec<_>>(), ["A", "B", "B"], "each is counted, then the busiest is read");
    scene.emails().await.unwrap();
    assert_eq!((scene.tape.asked(METRICS).len(), scene.tape.asked(COUNT).len()), (1, 4), "that is found out once");
}

#[tokio::test]
async fn a_zone_is_named_as_klaviyo_knows_it() {
    let scene = scene(vec![(METRICS, metrics()), (CAMPAIGNS, page(&json!([]))), (COUNT, counted(&[], None))]).await;
    scene.klaviyo.facts(&account("Europe/Kyiv"), days(), Ask::default()).await.unwrap();
    for document in scene.tape.documents(COUNT) {
        assert_eq!(document["data"]["attributes"]["timezone"], "Europe/Kiev");
    }
}

#[tokio::test]
async fn questions_are_of_a_year_at_most_and_end_today() {
    let none = json!({ "data": { "type": "metric-aggregate", "id": "u", "attributes": { "dates": [], "data": [] } }, "links": {} });
    let answers = vec![
        (METRICS, page(&json!([metric("Rcv", "Received Email", "Klaviyo")]))),
        (CAMPAIGNS, page(&json!([]))),
        (COUNT, good(none.to_string())),
    ];
    let scene = scene(answers).await;
    let years: DayRange = "2025-01-01..2026-12-31".parse().unwrap();
    scene.klaviyo.facts(&account("Europe/Berlin"), years, Ask::default()).await.unwrap();
    let bounds: Vec<Value> =
        scene.tape.documents(COUNT).iter().map(|document| document["data"]["attributes"]["filter"].clone()).collect();
    assert_eq!(
        bounds,
        [
            json!(["greater-or-equal(datetime,2025-11-22T00:00:00)", "less-than(datetime,2026-11-22T00:00:00)"]),
            json!(["greater-or-equal(datetime,2025-01-01T00:00:00)", "less-than(datetime,2025-11-22T00:00:00)"]),
        ]
    );
}

#[tokio::test]
async fn a_list_that_names_none_of_the_messages_is_asked_for_again() {
    let rows: &[(&[&str], [f64; 2], [f64; 2])] = &[(&["01M", ""], [1.0, 0.0], [1.0, 0.0])];
    let empty = || (CAMPAIGNS, page(&json!([])));
    let answers = vec![
        (METRICS, page(&json!([metric("Rcv", "Received Email", "Klaviyo")]))),
        (COUNT, counted(rows, None)),
        empty(),
        empty(),
        empty(),
        (CAMPAIGNS, page(&json!([campaign("01C", &["01M"])]))),
    ];
    let healed = scene(answers).await;
    assert_eq!(healed.emails().await.unwrap()[0].campaign.as_str(), "01C");
    let answers = vec![(METRICS, metrics()), (COUNT, counted(rows, None)), empty()];
    let gone = scene(answers).await;
    assert_eq!(gone.emails().await.unwrap()[0].campaign.as_str(), "01M", "one that stays empty is believed, and nothing is lost");
}

#[tokio::test]
async fn an_event_that_is_silent_while_others_are_not_is_asked_for_another_way() {
    let some: &[(&[&str], [f64; 2], [f64; 2])] = &[(&["01M", ""], [5.0, 0.0], [0.0, 0.0])];
    let whole: &[(&[&str], [f64; 2], [f64; 2])] = &[(&[], [5.0, 0.0], [0.0, 0.0])];
    let opened = || (METRICS, page(&json!([metric("Rcv", "Received Email", "Klaviyo"), metric("Opn", "Opened Email", "Klaviyo")])));
    let none = || (COUNT, counted(&[], None));
    let campaigns = || (CAMPAIGNS, page(&json!([campaign("01C", &["01M"])])));
    // Whichever of the two is answered first is the silent one.
    let healed = scene(vec![
        opened(),
        campaigns(),
        none(),
        (COUNT, counted(some, None)),
        (COUNT, counted(whole, None)),
        (COUNT, counted(some, None)),
    ])
    .await;
    let told = healed.emails().await.unwrap();
    assert_eq!((told[0].recipients, told[0].opens), (Some(5), Some(5)));
    let asked = healed.tape.documents(COUNT);
    assert_eq!((asked.len(), &asked[2]["data"]["attributes"]["by"]), (4, &Value::Null));

    let silent =
        scene(vec![opened(), campaigns(), none(), (COUNT, counted(some, None)), (COUNT, counted(whole, None)), none()]).await;
    let error = silent.emails().await.unwrap_err();
    assert!(matches!(&error, Error::Doubtful { what, .. } if what.contains("counts 5 of them")), "{error}");

    let true_silence = scene(vec![opened(), campaigns(), none(), (COUNT, counted(some, None)), none()]).await;
    let told = true_silence.emails().await.unwrap();
    assert_eq!(told[0].recipients.unwrap() + told[0].opens.unwrap(), 5, "an event that did not happen did not");
}

#[tokio::test]
async fn the_second_witness_knows_no_messages_and_none_without_events() {
    let rows: &[(&[&str], [f64; 2], [f64; 2])] = &[(&["email"], [4.0, 0.0], [80.5, 0.0]), (&[""], [9.0, 9.0], [9.0, 9.0])];
    let ungrouped: &[(&[&str], [f64; 2], [f64; 2])] = &[(&[], [150.0, 0.0], [0.0, 0.0])];
    let answers = vec![(METRICS, metrics()), (COUNT, counted(ungrouped, None)), (COUNT, counted(rows, None))];
    let witness = scene(answers).await;
    let totals = witness.klaviyo.totals(&account("Europe/Berlin"), days()).await.unwrap().unwrap();
    let total = totals.days[&days().from()];
    assert_eq!((total.recipients, total.orders, total.revenue_micros), (Some(150), Some(4), Some(80_500_000)));
    assert_eq!(totals.days.len(), 1, "orders of nobody are no mailing's");

    // No event at all: nothing can be said, so what is known is kept.
    let mute = scene(vec![(METRICS, page(&json!([]))), (CAMPAIGNS, page(&json!([])))]).await;
    let account = account("Europe/Berlin");
    let fetched = mute.klaviyo.facts(&account, days(), Ask::default()).await.unwrap();
    let known = Known { main: days().days().collect(), ..Known::default() };
    let suspicion = Suspicion::of(days(), &fetched.facts).unwrap();
    let heard = suspicion.weigh(&mute.klaviyo, &account, &known, fetched).await.unwrap();
    assert!(heard.sure.is_empty() && heard.doubt.unwrap().to_string().contains("has no total to ask"));
}

#[tokio::test]
async fn a_key_of_another_account_names_its_own_and_a_public_key_is_none() {
    let row = json!({ "type": "account", "id": "XaB12c", "attributes": {
        "contact_information": { "organization_name": "Shop" }, "timezone": "Europe/Berlin", "preferred_currency": "EUR" } });
    let scene = scene(vec![(ACCOUNTS, page(&json!([row]))), (METRICS, metrics())]).await;
    let account = scene.klaviyo.account(&"XaB12c".into()).await.unwrap();
    assert_eq!((account.name.as_str(), account.currency.as_str()), ("Shop", "EUR"));
    let error = scene.klaviyo.account(&"ZZZZZZ".into()).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("belongs to XaB12c (Shop)")), "{error}");
    assert_eq!(scene.klaviyo.check().await.unwrap().user_name, "Shop");
}

fn errors(code: &str, detail: &str) -> String {
    json!({ "errors": [{ "id": "1", "status": 403, "code": code, "title": "no", "detail": detail, "source": {} }] }).to_string()
}

#[tokio::test]
async fn a_key_that_may_not_read_figures_is_named_by_its_check() {
    let row = json!({ "type": "account", "id": "XaB12c", "attributes": { "timezone": "UTC", "preferred_currency": "EUR" } });
    let refused = said(403, errors("permission_denied", "The API key is missing required scopes: metrics:read"));
    let scene = scene(vec![(ACCOUNTS, page(&json!([row]))), (METRICS, refused)]).await;
    let error = scene.klaviyo.check().await.unwrap_err();
    assert!(
        matches!(&error, Error::Auth { cause: AuthCause::Permission, reason, .. } if reason.contains("metrics:read")),
        "{error}"
    );
}

fn reported(next: Option<&str>, campaign: &str) -> Said {
    let row = json!({
        "groupings": { "campaign_id": campaign, "campaign_message_id": "01M", "send_channel": "email" },
        "statistics": { "recipients": 100.0, "delivered": 99.0, "opens_unique": 40.0, "clicks_unique": 3.0, "unsubscribe_uniques": 1.0,
            "conversions": 2.0, "conversion_value": 119.8 },
    });
    let body =
        json!({ "data": { "type": "campaign-values-report", "attributes": { "results": [row] } }, "links": { "next": next } });
    good(body.to_string())
}

#[tokio::test]
async fn a_report_is_whole_or_says_when_it_can_be_had() {
    let next = "{base}/api/campaign-values-reports?page_cursor=p2";
    let whole = scene(vec![(METRICS, metrics()), (REPORT, reported(Some(next), "01C")), (REPORT, reported(None, "01D"))]).await;
    let rows = whole.klaviyo.report(&account("Europe/Berlin"), ReportOf::Campaigns, days()).await.unwrap();
    assert_eq!(rows.iter().map(|row| (row.mailing.as_str(), row.orders)).collect::<Vec<_>>(), [("01C", 2), ("01D", 2)]);
    assert_eq!(whole.tape.params(REPORT, "page_cursor"), ["", "p2"]);
    let attributes = &whole.tape.documents(REPORT)[0]["data"]["attributes"];
    assert_eq!(attributes["conversion_metric_id"], "Ord");
    assert_eq!(attributes["timeframe"], json!({ "start": "2026-11-01T00:00:00+00:00", "end": "2026-11-02T23:59:59+00:00" }));

    let spent =
        said(429, errors("throttled", "Request was throttled. Expected available in 39600 seconds.")).with("retry-after: 39600");
    let answers = vec![
        (METRICS, metrics()),
        (CAMPAIGNS, page(&json!([]))),
        (COUNT, counted(&[], None)),
        (REPORT, reported(Some(next), "01C")),
        (REPORT, spent),
    ];
    let capped = scene(answers).await;
    let error = capped.klaviyo.report(&account("Europe/Berlin"), ReportOf::Campaigns, days()).await.unwrap_err();
    let Error::RateLimited { wait, account: named, .. } = &error else { panic!("{error}") };
    assert!(*wait > Duration::from_secs(39_000), "{error}");
    assert_eq!(named.as_ref().unwrap().as_str(), "XaB12c", "no part of a report is returned, and the account is named as it is");
    capped.emails().await.unwrap();
}

#[tokio::test]
async fn a_revision_that_is_gone_asks_for_an_upgrade() {
    let gone = said(410, errors("gone", "The revision 2026-07-15 is no longer available."));
    let scene = scene(vec![(METRICS, gone)]).await;
    let error = scene.emails().await.unwrap_err();
    assert!(matches!(error, Error::Retired { version: "2026-07-15", .. }), "{error}");
}
