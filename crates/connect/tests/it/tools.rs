//! Tools against the simulated platforms: each reads something true, by its own schema, and gives no secret away.

use crate::{schema::wrong, world::World};
use jiff::ToSpan;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_connect::{
    AuthCause, CONNECTABLE, Connector, Error, Meter,
    tool::{self, Desk, Told, Tool},
};
use trimtab_domain::{DayRange, Source, SourceKind, account::Account, money::parse_micros};
use trimtab_sandbox::{AccountInfo, Fault, FaultKind, SandboxSettings};

/// An account of a world, and what reads it.
struct Scene<'w> {
    world: &'w World,
    info: &'w AccountInfo,
    connector: std::sync::Arc<dyn Connector>,
    meter: Meter,
    account: Account,
    /// The last week, today included.
    week: DayRange,
}

async fn scene(world: &World, index: usize) -> Scene<'_> {
    let info = &world.accounts[index];
    let source = info.source.parse().unwrap();
    let (connectors, meter) = world.connectors().metered();
    let connector = connectors.open(source, Some(info.base_url.parse().unwrap()), info.secret.as_str().into()).unwrap();
    let account = connector.account(&info.account.as_str().into()).await.unwrap();
    let week = DayRange::ending(account.zone.day_at(world.clock.now()), 7);
    Scene { world, info, connector, meter, account, week }
}

impl Scene<'_> {
    async fn call(&self, name: &str, input: Value) -> Result<Told, Error> {
        let prepared = tool::find(name).unwrap().prepare(input).unwrap();
        prepared.run(Desk { connector: &*self.connector, account: &self.account }).await
    }

    async fn told(&self, verb: &str, input: Value) -> Told {
        let name = format!("{}.{verb}", self.account.source);
        self.call(&name, input).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn days(&self) -> Value {
        json!({ "from": self.week.from().to_string(), "to": self.week.to().to_string() })
    }

    fn days_and(&self, more: &Value) -> Value {
        let mut input = self.days();
        let fields = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(fields);
        input
    }

    /// What is true of some days: spend in micros, impressions, clicks.
    fn truth(&self, days: DayRange) -> (i64, i64, i64) {
        let days = self.world.sandbox.totals(self.account.source, self.account.id.as_str(), days).unwrap();
        assert!(!days.is_empty(), "the account delivers");
        let spend = days.iter().map(|day| parse_micros(&day.spend).unwrap()).sum();
        let shown = days.iter().map(|day| day.impressions).sum();
        self.comparable((spend, shown, days.iter().map(|day| day.clicks).sum()))
    }

    /// Totals and summed rows of an answer, both as [`Self::truth`] tells them.
    fn figures(&self, told: &Told) -> [(i64, i64, i64); 2] {
        assert!(totals(&told.data).2 > 0, "there are clicks");
        [self.comparable(totals(&told.data)), self.comparable(sum(&told.data["rows"]))]
    }

    /// TikTok calls clicks only what leads to the advertised place; its own suite holds them against its own totals.
    fn comparable(&self, (spend, shown, clicks): (i64, i64, i64)) -> (i64, i64, i64) {
        (spend, shown, if self.account.source == Source::Tiktok { 0 } else { clicks })
    }

    /// An input of the tool's own example, moved to days there are figures of.
    async fn input(&self, tool: &Tool) -> Value {
        let mut input = tool.example().clone();
        let hourly = tool.name().ends_with("fetch_hourly");
        if input.get("from").is_some() {
            let days = if hourly { DayRange::ending(self.week.to(), 2) } else { self.week };
            input["from"] = days.from().to_string().into();
            input["to"] = days.to().to_string().into();
        }
        if input.get("pixel").is_some() {
            let pixels = self.told("list_pixels", json!({})).await;
            input["pixel"] = pixels.data["items"][0]["id"].clone();
        }
        input
    }
}

fn totals(data: &Value) -> (i64, i64, i64) {
    of(&data["totals"])
}

fn of(figures: &Value) -> (i64, i64, i64) {
    let count = |name: &str| figures[name].as_i64().unwrap();
    (parse_micros(figures["spend"].as_str().unwrap()).unwrap(), count("impressions"), count("clicks"))
}

fn sum(rows: &Value) -> (i64, i64, i64) {
    rows.as_array().unwrap().iter().map(of).fold((0, 0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1, sum.2 + row.2))
}

fn rows(told: &Told) -> &Vec<Value> {
    let list = ["items", "rows"].into_iter().find_map(|name| told.data.get(name)).expect("a list");
    list.as_array().unwrap()
}

#[test]
fn the_catalogue_is_known() {
    let names: Vec<&str> = tool::catalogue().iter().map(Tool::name).collect();
    insta::assert_snapshot!(names.join("\n"));
}

#[test]
fn the_page_of_tools_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tools.md");
    let page = tool::document();
    if std::env::var_os("TRIMTAB_WRITE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == page, "docs/tools.md is not what the tools say: run this test again with TRIMTAB_WRITE_DOCS=1");
}

#[test]
fn every_schema_is_one_and_takes_its_own_example() {
    for tool in tool::catalogue() {
        let name = tool.name();
        let schema = tool.input();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert_eq!(wrong(schema, tool.example()), [""; 0], "{name}");
        tool.prepare(tool.example().clone()).unwrap();
        let mut more = tool.example().clone();
        more["colour"] = "red".into();
        assert!(!wrong(schema, &more).is_empty(), "{name} lets an unknown field pass");
        let refusal = tool.prepare(more).unwrap_err().to_string();
        assert!(refusal.contains("unknown field `colour`"), "{refusal}");
        for field in tool.input()["properties"].as_object().unwrap().values() {
            assert!(field["description"].is_string(), "{name}: {field}");
        }
    }
}

/// Every tool of a platform on its first account.
async fn every_tool_reads_something(source: Source) {
    let world = World::start(source).await;
    let scene = scene(&world, 0).await;
    let tools: Vec<&Tool> = tool::catalogue().iter().filter(|tool| tool.platform() == source).collect();
    let common = if source.kind() == SourceKind::Ads { 7 } else { 4 };
    assert!(CONNECTABLE.iter().any(|known| known.source == source) && tools.len() >= common);
    for tool in tools {
        let name = tool.name();
        let input = scene.input(tool).await;
        let before = scene.meter.requests();
        let told = scene.call(name, input).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(scene.meter.requests() > before, "{name} asks the platform");
        assert_eq!(wrong(tool.output(), &told.data), [""; 0], "{name}");
        if told.data.get("items").is_some() || told.data.get("rows").is_some() {
            // Nothing need have been changed in an account within a week.
            assert!(!rows(&told).is_empty() || name == "google.list_changes", "{name}: {}", told.data);
        }
        assert_eq!(told.complete, told.next_step.is_none(), "{name}");
        let text = format!("{told:?}");
        for part in secrets(scene.info) {
            assert!(!text.contains(&part), "{name} gives a secret away");
        }
    }
}

/// What must not be seen of a secret.
fn secrets(info: &AccountInfo) -> Vec<String> {
    let Ok(Value::Object(parts)) = serde_json::from_str(&info.secret) else { return vec![info.secret.clone()] };
    let secret = |name: &str| name.contains("token") || name.contains("secret");
    parts.iter().filter(|(name, _)| secret(name)).filter_map(|(_, value)| Some(value.as_str()?.to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_of_meta_reads_something() {
    every_tool_reads_something(Source::Meta).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_of_google_reads_something() {
    every_tool_reads_something(Source::Google).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_of_pinterest_reads_something() {
    every_tool_reads_something(Source::Pinterest).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_of_tiktok_reads_something() {
    every_tool_reads_something(Source::Tiktok).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_of_ga4_reads_something() {
    every_tool_reads_something(Source::Ga4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_of_klaviyo_reads_something() {
    every_tool_reads_something(Source::Klaviyo).await;
}

/// Figures come to the truth behind the platform, at every level and however they are cut.
async fn figures_are_true(source: Source) {
    let world = World::start(source).await;
    let scene = scene(&world, 0).await;
    let verb = if source == Source::Meta { "fetch_insights" } else { "fetch_metrics" };
    // Longer than what is read at once.
    let days = DayRange::ending(scene.week.to(), 18);
    let truth = scene.truth(days);
    for level in ["account", "campaign", "ad_group", "ad"] {
        for by_day in [true, false] {
            let input = json!({ "from": days.from().to_string(), "to": days.to().to_string(), "level": level, "by_day": by_day,
                "limit": 5_000 });
            let told = scene.told(verb, input).await;
            assert!(told.complete, "{:?}", told.next_step);
            assert_eq!(scene.figures(&told), [truth, truth], "{level} {by_day}");
            assert!(told.warnings.iter().any(|warning| warning.contains("provisional")), "{:?}", told.warnings);
            let first = &told.data["rows"][0];
            assert_eq!((first["date"].is_string(), first["campaign"].is_string()), (by_day, level != "account"), "{first}");
        }
    }
    let campaign = scene.told(verb, scene.days()).await.data["rows"][0]["campaign"].clone();
    let one = scene.told(verb, scene.days_and(&json!({ "campaign": campaign }))).await;
    assert!(rows(&one).iter().all(|row| row["campaign"] == campaign) && totals(&one.data).0 < scene.truth(scene.week).0);
    if trimtab_connect::tells_hours(source) {
        let hours = scene.told("fetch_hourly", scene.days_and(&json!({ "limit": 5_000 }))).await;
        assert_eq!(scene.figures(&hours), [scene.truth(scene.week); 2]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_of_meta_are_true() {
    figures_are_true(Source::Meta).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_of_google_are_true() {
    figures_are_true(Source::Google).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_of_pinterest_are_true() {
    figures_are_true(Source::Pinterest).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_of_tiktok_are_true() {
    figures_are_true(Source::Tiktok).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breakdowns_and_reports_of_pinterest_come_to_the_whole() {
    let world = World::start(Source::Pinterest).await;
    let scene = scene(&world, 0).await;
    let truth = scene.truth(scene.week);
    for breakdown in ["country", "age", "gender", "device", "placement", "interest"] {
        let told =
            scene.told("fetch_targeting_analytics", scene.days_and(&json!({ "breakdown": breakdown, "limit": 5_000 }))).await;
        let (spend, shown, _) = totals(&told.data);
        assert_eq!((spend, shown), (truth.0, truth.1), "{breakdown}");
    }
    // Older than direct reads reach.
    let old = DayRange::ending(scene.week.to().saturating_sub(95.days()), 20);
    world.sandbox.forget_calls();
    let input = json!({ "from": old.from().to_string(), "to": old.to().to_string(), "level": "account", "by_day": false });
    let told = scene.told("fetch_delivery_report", input).await;
    assert_eq!(totals(&told.data), scene.truth(old));
    let asked = |method: &str| {
        world.sandbox.calls().iter().filter(|call| call.method == method && call.route.ends_with("/reports")).count()
    };
    assert!(asked("POST") == 1 && asked("GET") >= 1, "a report was asked for and waited for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_read_to_its_end_or_says_that_it_was_not() {
    let settings = SandboxSettings { seed: 3, tenants: 1, ads: 1_000, days: 40, ..SandboxSettings::default() };
    let world = World::with(Source::Pinterest, settings).await;
    let scene = scene(&world, 0).await;
    world.sandbox.add_fault(Fault::new("/pins", FaultKind::DuplicatePage).times(1)).unwrap();
    let all = scene.told("list_pins", json!({ "limit": 5_000 })).await;
    let ids: BTreeSet<&str> = rows(&all).iter().map(|pin| pin["id"].as_str().unwrap()).collect();
    assert!(all.complete && ids.len() > 250, "{} pins take several pages", ids.len());
    assert_eq!((ids.len(), all.data["total"].as_u64()), (rows(&all).len(), Some(rows(&all).len() as u64)), "each once");
    world.sandbox.forget_calls();
    let some = scene.told("list_pins", json!({ "limit": 100 })).await;
    assert_eq!((rows(&some).len(), some.complete, &some.data["total"]), (100, false, &Value::Null));
    assert!(some.next_step.unwrap().contains("a higher limit (at most 5000)"));
    assert_eq!(world.sandbox.calls().len(), 1, "no more was read than was wanted");
    // Ads are listed with the pins they show.
    let ads = scene.told("list_ads", json!({ "limit": 5_000 })).await;
    let shown = rows(&ads).iter().filter_map(|ad| ad["attributes"]["creative.id"].as_str());
    assert!(shown.clone().count() > 0 && shown.clone().all(|pin| ids.contains(pin)), "every ad shows a pin of the business");
    let few = scene.told("list_ads", json!({ "limit": 3 })).await;
    assert_eq!((rows(&few).len(), few.data["total"].as_u64()), (3, Some(rows(&ads).len() as u64)));
    assert!(few.next_step.unwrap().contains("ask for one campaign or for fewer states"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boards_hold_the_pins_and_audiences_have_sizes() {
    let world = World::start(Source::Pinterest).await;
    let scene = scene(&world, 0).await;
    let boards = scene.told("list_boards", json!({})).await;
    let known: BTreeSet<&str> = rows(&boards).iter().map(|board| board["id"].as_str().unwrap()).collect();
    let pins = scene.told("list_pins", json!({})).await;
    assert!(rows(&pins).iter().all(|pin| known.contains(pin["board"].as_str().unwrap()) && pin["image"].is_string()));
    let held: i64 = rows(&boards).iter().map(|board| board["pins"].as_i64().unwrap()).sum();
    assert_eq!(held, i64::try_from(rows(&pins).len()).unwrap(), "boards count their pins");
    let audiences = scene.told("list_audiences", json!({})).await;
    assert!(rows(&audiences).iter().any(|audience| audience["size"].as_i64() > Some(0)), "{}", audiences.data);
    let tags = scene.told("list_conversion_tags", json!({})).await;
    assert!(rows(&tags).iter().all(|tag| tag["status"] == "active"), "{}", tags.data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_of_object_is_the_same_alone_and_among_the_others() {
    for source in [Source::Meta, Source::Google, Source::Pinterest, Source::Tiktok, Source::Ga4, Source::Klaviyo] {
        let world = World::start(source).await;
        let scene = scene(&world, 0).await;
        let whole = scene.connector.entities(&scene.account).await.unwrap();
        for kind in whole.complete {
            let alone = scene.connector.entities_of(&scene.account, kind).await.unwrap();
            let mut expected: Vec<_> = whole.states.iter().filter(|state| state.kind == kind).cloned().collect();
            let mut states = alone.states;
            expected.sort_by(|a, b| a.id.cmp(&b.id));
            states.sort_by(|a, b| a.id.cmp(&b.id));
            assert!(states == expected && alone.complete == [kind], "{source} {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pixel_events_come_to_what_the_pixel_says_of_its_week() {
    let world = World::start(Source::Meta).await;
    let scene = scene(&world, 0).await;
    let pixels = scene.told("list_pixels", json!({})).await;
    let pixel = &pixels.data["items"][0];
    let told = pixel["attributes"]["stats.events_7d"].as_str().unwrap().parse::<i64>().unwrap();
    let week = DayRange::ending(scene.week.to().saturating_sub(1.days()), 7);
    let input = json!({ "pixel": pixel["id"], "from": week.from().to_string(), "to": week.to().to_string() });
    let stats = scene.told("fetch_pixel_stats", input).await;
    let counted: i64 = rows(&stats).iter().map(|row| row["count"].as_i64().unwrap()).sum();
    assert!(told > 0 && counted == told, "{counted} of {told}");
    let days: BTreeSet<&str> = rows(&stats).iter().map(|row| row["date"].as_str().unwrap()).collect();
    assert_eq!((days.first().copied(), days.last().copied()), (Some(&*week.from().to_string()), Some(&*week.to().to_string())));
    // A pixel of somebody else's is none, even where the token would reach it.
    let foreign = json!({ "pixel": "4711", "from": week.from().to_string(), "to": week.to().to_string() });
    let error = scene.call("meta.fetch_pixel_stats", foreign).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("it has no pixel 4711; its pixels: ")), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_of_a_pixel_add_up_to_its_days() {
    let world = World::start(Source::Meta).await;
    let scene = scene(&world, 0).await;
    let pixel = scene.told("list_pixels", json!({})).await.data["items"][0]["id"].as_str().unwrap().to_owned();
    let hours = scene.connector.pixel_hours(&scene.account, &pixel, scene.week).await.unwrap().unwrap();
    assert_eq!(hours.keys().copied().collect::<Vec<_>>(), scene.week.days().collect::<Vec<_>>(), "every day is told");
    let by_day: BTreeMap<(String, String), i64> = hours
        .iter()
        .flat_map(|(day, events)| events.iter().map(|(name, hours)| ((day.to_string(), name.to_string()), hours.iter().sum())))
        .collect();
    let stats = scene.told("fetch_pixel_stats", scene.days_and(&json!({ "pixel": pixel }))).await;
    let told = rows(&stats).iter().map(|row| {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        ((text("date"), text("event")), row["count"].as_i64().unwrap())
    });
    assert_eq!(by_day, told.collect());
    // It is noon (UTC) in the world: hours to come have none.
    let now = scene.account.zone.tz().to_datetime(world.clock.now());
    let today = &hours[&now.date()]["PageView"];
    let (past, to_come) = today.split_at(usize::try_from(now.hour()).unwrap());
    assert!(past.iter().sum::<i64>() > 0 && to_come.iter().all(|count| *count == 0), "{today:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pixel_whose_events_cannot_be_read_is_a_pixel_nevertheless() {
    let world = World::start(Source::Meta).await;
    let scene = scene(&world, 0).await;
    let pixel = |told: &Told| told.data["items"][0].clone();
    let before = pixel(&scene.told("list_pixels", json!({})).await);
    world.sandbox.add_fault(Fault::new("/stats", FaultKind::ServerError)).unwrap();
    let after = pixel(&scene.told("list_pixels", json!({})).await);
    assert_eq!((&after["id"], &after["status"]), (&before["id"], &before["status"]));
    assert!(after["attributes"]["stats.events_7d"].is_null(), "{after}");
    let id = after["id"].as_str().unwrap();
    let error = scene.connector.pixel_hours(&scene.account, id, scene.week).await.unwrap_err();
    assert!(matches!(error, Error::Transient { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_of_the_limit_is_told_where_the_platform_tells_it() {
    for (source, tells) in [(Source::Meta, true), (Source::Pinterest, true), (Source::Google, false), (Source::Tiktok, false)] {
        let world = World::start(source).await;
        let scene = scene(&world, 0).await;
        scene.told("list_campaigns", json!({})).await;
        let left = scene.meter.left_percent();
        assert_eq!(left.is_some(), tells, "{source}");
        assert!(left.is_none_or(|left| left > 50.0 && left <= 100.0), "{source}: {left:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_to_come_and_dead_credentials_are_named() {
    let world = World::start(Source::Meta).await;
    let scene = scene(&world, 0).await;
    let tomorrow = scene.week.to().saturating_add(1.days()).to_string();
    let error = scene.call("meta.fetch_insights", json!({ "from": tomorrow, "to": tomorrow })).await.unwrap_err();
    assert!(error.to_string().contains("has begun: it is"), "{error}");
    world.sandbox.add_fault(Fault::new("", FaultKind::ExpiredToken)).unwrap();
    let error = scene.call("meta.list_ads", json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, .. }), "{error}");
    assert!(error.to_string().contains("connect again with a new one"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_of_shopify_reads_something() {
    every_tool_reads_something(Source::Shopify).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_of_magento_reads_something() {
    every_tool_reads_something(Source::Magento).await;
}
