//! Google: the common suite, and what is Google's own.

use crate::{
    conformance::{Subject, Totals, conformance, sorted},
    world::World,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use trimtab_connect::{
    Ask, Connector, Detail,
    google::{AdsDialect, BREAKDOWNS, Google, WINDOW_ALL, WINDOW_BIDDABLE},
};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    day::parse_day,
    entity::EntityKind,
    fact::{Breakdown, Facts, KeywordKind},
};
use trimtab_sandbox::{AccountInfo, Fault, FaultKind, SandboxSettings};
use trimtab_wire::{Call, Method, Place};
use url::Url;

pub(crate) struct GoogleSubject;

impl Subject for GoogleSubject {
    const SOURCE: Source = Source::Google;
    const FACTS: &'static str = "/googleAds:searchStream";
    const PAGED: bool = false;

    fn wrong_secret(secret: &str) -> String {
        let mut parts: Value = serde_json::from_str(secret).unwrap();
        parts["refresh_token"] = "1//0not-a-refresh-token-0000".into();
        parts.to_string()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        let parts: Value = serde_json::from_str(secret).unwrap();
        let text = |name: &str| parts[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        ["developer_token", "client_secret", "refresh_token"].into_iter().filter_map(text).collect()
    }

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        let query = format!(
            "SELECT segments.date, metrics.cost_micros, metrics.impressions, metrics.clicks FROM customer \
             WHERE segments.date BETWEEN '{}' AND '{}'",
            range.from(),
            range.to()
        );
        let batches = ask(world, account, &format!("customers/{}/googleAds:searchStream", account.account), &query).await;
        let rows = batches.as_array().unwrap().iter().filter_map(|batch| batch["results"].as_array()).flatten();
        let rows = rows.map(|row| {
            let count = |name: &str| row["metrics"][name].as_str().unwrap_or("0").parse::<i64>().unwrap();
            let day = parse_day(row["segments"]["date"].as_str().unwrap()).unwrap();
            (day, (count("costMicros"), count("impressions"), count("clicks")))
        });
        rows.collect()
    }
}

/// Asks the platform itself, without the connector.
async fn ask(world: &World, account: &AccountInfo, path: &str, query: &str) -> Value {
    let parts: Value = serde_json::from_str(&account.secret).unwrap();
    let secret = |name: &str| SecretString::from(parts[name].as_str().unwrap_or_default());
    let call = |url: &Url,
                params: &[(&str, std::borrow::Cow<'_, str>)],
                json: Option<Vec<u8>>,
                secrets: Vec<(Place<'static>, SecretString)>| {
        let (wire, url, login) = (world.wire.clone(), url.clone(), parts["login_customer_id"].as_str().map(str::to_owned));
        let params: Vec<(String, String)> = params.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
        async move {
            let secrets: Vec<_> = secrets.iter().map(|(place, secret)| (*place, secret)).collect();
            let params: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
            let headers: Vec<_> = login.iter().map(|login| ("login-customer-id", login.as_str())).collect();
            let call = Call {
                source: Source::Google,
                account: None,
                method: Method::Post,
                url: &url,
                params: &params,
                json: json.as_deref(),
                headers: &headers,
                secrets: &secrets,
                dialect: &AdsDialect,
                deadline: Duration::from_secs(30),
                weight: 1,
            };
            serde_json::from_slice::<Value>(&wire.call(call).await.unwrap().body).unwrap()
        }
    };
    let base = account.base_url.trim_end_matches('/');
    let exchange = ["client_id", "client_secret", "refresh_token"].map(|name| (Place::Param(name), secret(name))).to_vec();
    let grant = [("grant_type", "refresh_token".into())];
    let granted = call(&format!("{base}/token").parse().unwrap(), &grant, None, exchange).await;
    let mut secrets = vec![(Place::Bearer, SecretString::from(granted["access_token"].as_str().unwrap()))];
    let developer = secret("developer_token");
    if !developer.expose_secret().is_empty() {
        secrets.push((Place::Header("developer-token"), developer));
    }
    let json = serde_json::json!({ "query": query }).to_string().into_bytes();
    call(&format!("{base}/v25/{path}").parse().unwrap(), &[], Some(json), secrets).await
}

conformance!(crate::google::GoogleSubject);

async fn open(world: &World, index: usize) -> (Google, Account, DayRange) {
    let info = &world.accounts[index];
    let base = Some(info.base_url.parse().unwrap());
    let google = Google::new(world.wire.clone(), base, &info.secret.as_str().into(), Arc::clone(&world.clock)).unwrap();
    let account = google.account(&info.account.as_str().into()).await.unwrap();
    let range = DayRange::ending(account.zone.day_at(world.clock.now()), 20);
    (google, account, range)
}

async fn facts(google: &Google, account: &Account, range: DayRange) -> Facts {
    google.facts(account, range, Ask::default()).await.unwrap().facts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_campaigns_have_days_without_ads() {
    let world = World::start(Source::Google).await;
    let mut without = 0;
    for index in 0..world.accounts.len() {
        let (google, account, range) = open(&world, index).await;
        let rest: Vec<_> =
            facts(&google, &account, range).await.ad_daily.into_iter().filter(|fact| fact.placing.ad.is_none()).collect();
        assert!(rest.iter().all(|fact| fact.placing.ad_group.is_none() && !fact.placing.campaign.is_none()));
        let snapshot = google.entities(&account).await.unwrap();
        for fact in &rest {
            let campaign =
                snapshot.states.iter().find(|s| s.kind == EntityKind::Campaign && s.id == fact.placing.campaign.as_str());
            let channel = &campaign.unwrap().attributes["advertising_channel_type"];
            assert_eq!(channel, "PERFORMANCE_MAX", "{fact:?}");
        }
        without += rest.len();
    }
    assert!(without > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breakdowns_and_keywords_are_read_where_wanted() {
    let world = World::start(Source::Google).await;
    let (google, account, range) = open(&world, 0).await;
    let all = facts(&google, &account, range).await;
    assert_eq!(all.breakdowns_read, BREAKDOWNS);
    assert_eq!(all.keywords_read, KeywordKind::ALL);
    for breakdown in BREAKDOWNS {
        let of = all.breakdowns.iter().filter(|f| f.breakdown == breakdown);
        let parts: BTreeSet<_> = of.map(|f| (f.part.as_str(), f.part2.as_str())).collect();
        assert!(parts.len() > 1, "{breakdown:?}: {parts:?}");
    }
    assert!(all.breakdowns.iter().all(|fact| fact.placing.ad_group.is_none()));
    let whole: i64 = all.ad_daily.iter().map(|fact| fact.measures.spend_micros).sum();
    let by_device: i64 = all.breakdowns.iter().filter(|f| f.breakdown == BREAKDOWNS[0]).map(|f| f.measures.spend_micros).sum();
    assert_eq!(by_device, whole, "every impression was on some device");
    let countries: Vec<_> = all.breakdowns.iter().filter(|f| f.breakdown == Breakdown::Country).collect();
    assert!(countries.iter().all(|f| f.part.len() == 2 && f.part.bytes().all(|b| b.is_ascii_uppercase())), "{:?}", countries[0]);
    assert_eq!(countries.iter().map(|f| f.measures.spend_micros).sum::<i64>(), whole, "everybody was in some country");
    let few = Ask { detail: Detail::AdsOnly, ..Ask::default() };
    let few = google.facts(&account, range, few).await.unwrap().facts;
    assert!(few.breakdowns_read.is_empty() && few.keywords_read.is_empty() && few.keywords.is_empty());
    let ads_of = |facts: Facts| sorted(Facts { breakdowns: Vec::new(), ..facts });
    assert_eq!(ads_of(few), ads_of(all));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keywords_and_search_terms_lie_in_listed_ad_groups() {
    let world = World::start(Source::Google).await;
    let mut seen = BTreeSet::new();
    for index in 0..world.accounts.len() {
        let (google, account, range) = open(&world, index).await;
        let snapshot = google.entities(&account).await.unwrap();
        let groups: BTreeSet<_> = snapshot.states.iter().filter(|s| s.kind == EntityKind::AdGroup).map(|s| s.id.as_str()).collect();
        for fact in facts(&google, &account, range).await.keywords {
            assert!(groups.contains(fact.placing.ad_group.as_str()) && !fact.text.is_empty(), "{fact:?}");
            assert!(fact.kind == KeywordKind::SearchTerm || !fact.id.is_empty(), "{fact:?}");
            assert!(fact.match_type.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{fact:?}");
            seen.insert(fact.kind);
        }
    }
    assert_eq!(seen.len(), 2, "both kinds are there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conversions_are_counted_both_ways() {
    let world = World::start(Source::Google).await;
    for index in 0..world.accounts.len() {
        let (google, account, range) = open(&world, index).await;
        let facts = facts(&google, &account, range).await;
        let of = |window: &str| facts.conversions.iter().filter(|c| c.window == window).map(|c| c.count).sum::<f64>();
        let counted: f64 = facts.ad_daily.iter().filter_map(|fact| fact.measures.conversions).sum();
        assert!((of(WINDOW_BIDDABLE) - counted).abs() < 1e-3, "{} by action, {counted} by ad", of(WINDOW_BIDDABLE));
        assert!(of(WINDOW_ALL) + 1e-6 >= of(WINDOW_BIDDABLE), "all of them contain those that count");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_add_up_to_their_days() {
    let world = World::start(Source::Google).await;
    let (google, account, range) = open(&world, 0).await;
    let range = DayRange::ending(range.to(), 3);
    let mut by_day = BTreeMap::<Day, i64>::new();
    for hour in google.hours(&account, range).await.unwrap().unwrap().rows {
        *by_day.entry(hour.date).or_default() += hour.measures.spend_micros;
    }
    let own: BTreeMap<Day, i64> = GoogleSubject::own_totals(&world, &world.accounts[0], range)
        .await
        .into_iter()
        .map(|(day, totals)| (day, totals.0))
        .collect();
    assert!(!own.is_empty());
    assert_eq!(by_day, own);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_has_aged_is_renewed_unnoticed() {
    let world = World::start(Source::Google).await;
    let (google, account, range) = open(&world, 0).await;
    facts(&google, &account, range).await;
    world.sandbox.advance("PT2H").unwrap();
    world.sandbox.forget_calls();
    let again = facts(&google, &account, range).await;
    assert!(!again.ad_daily.is_empty());
    let exchanged = world.sandbox.calls().iter().filter(|call| call.route.ends_with("/token")).count();
    assert_eq!(exchanged, 1);
    world.sandbox.add_fault(Fault::new("googleAds:searchStream", FaultKind::ExpiredToken).times(1)).unwrap();
    assert_eq!(sorted(facts(&google, &account, range).await), sorted(again), "one refusal is cured by renewing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_found_wherever_they_lie() {
    let settings = SandboxSettings { seed: 3, tenants: 9, ads: 20, days: 30, ..SandboxSettings::default() };
    let world = World::with(Source::Google, settings).await;
    let mut below = 0;
    for index in 0..world.accounts.len() {
        let (google, account, range) = open(&world, index).await;
        let credential = google.check().await.unwrap();
        assert!(credential.scopes.iter().all(|scope| scope.ends_with("/auth/adwords")), "{credential:?}");
        let accounts = google.accounts().await.unwrap();
        assert!(accounts.contains(&account), "{accounts:?}");
        assert!(accounts.iter().all(|account| account.id.as_str().bytes().all(|byte| byte.is_ascii_digit())));
        below += usize::from(accounts.len() > 1);

        // The same without being told the manager account.
        let info = &world.accounts[index];
        let mut parts: Value = serde_json::from_str(&info.secret).unwrap();
        parts["login_customer_id"] = Value::Null;
        let base = Some(info.base_url.parse().unwrap());
        let alone = Google::new(world.wire.clone(), base, &parts.to_string().into(), Arc::clone(&world.clock)).unwrap();
        assert_eq!(alone.account(&info.account.as_str().into()).await.unwrap(), account);
        assert_eq!(facts(&alone, &account, range).await.rows(), facts(&google, &account, range).await.rows());
    }
    assert!(below > 0, "some lie below a manager account");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entities_carry_budgets_and_stay_the_same() {
    let world = World::start(Source::Google).await;
    let (google, account, _) = open(&world, 0).await;
    let snapshot = google.entities(&account).await.unwrap();
    assert!([EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad].iter().all(|kind| snapshot.complete.contains(kind)));
    for campaign in snapshot.states.iter().filter(|state| state.kind == EntityKind::Campaign) {
        let shared = campaign.attributes.get("campaign_budget.explicitly_shared").is_some_and(|shared| shared == "true");
        assert!(campaign.attributes.contains_key("campaign_budget.id"), "{campaign:?}");
        assert!(!shared || campaign.daily_budget_micros.is_none(), "{campaign:?}");
    }
    assert!(snapshot.states.iter().any(|state| state.daily_budget_micros.is_some()));
    let again = google.entities(&account).await.unwrap();
    assert_eq!(again.states, snapshot.states, "nothing changes by being looked at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_tell_who_changed_what() {
    let world = World::start(Source::Google).await;
    let (mut changed, mut by_people) = (0, 0);
    for index in 0..world.accounts.len() {
        let (google, account, range) = open(&world, index).await;
        let snapshot = google.entities(&account).await.unwrap();
        let campaigns: BTreeSet<_> =
            snapshot.states.iter().filter(|s| s.kind == EntityKind::Campaign).map(|s| s.id.as_str()).collect();
        let changes = google.changes(&account, range).await.unwrap();
        assert!(changes.is_sorted_by(|newer, older| newer.at >= older.at), "newest first");
        for change in &changes {
            assert!(range.contains(account.zone.day_at(change.at)), "{change:?}");
            assert!(change.campaign.is_none() || campaigns.contains(change.campaign.as_str()), "{change:?}");
            changed += change.fields.iter().filter(|field| field.after.is_some() && field.before != field.after).count();
            by_people += usize::from(change.client == "GOOGLE_ADS_WEB_CLIENT" && change.user.contains('@'));
        }
    }
    assert!(changed > 0 && by_people > 0, "{changed} values changed, {by_people} times by people");
}
