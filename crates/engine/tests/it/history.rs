//! Another system's history becomes facts: every piece held against the original, once however often, and never over what a platform told.

use crate::world::World;
use async_trait::async_trait;
use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::Notify;
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Standing},
    entity::{EntityKind, EntitySnapshot},
    fact::{AdDaily, Facts, Measures, Placing},
    query::{Cell, Dimension, MetricQuery, QueryParts},
};
use trimtab_engine::{
    AccountFacts, AccountKey, Entry, ExecutionStatus, FailureKind, Files, Found, Grain, History, HistoryError, HistoryKey,
    Location, Piece, Shape,
    history::{HistoryChoice, HistoryReport, OpenHistory},
};

/// Two accounts of Google's from January to March: 77 in francs with ads, 88 with campaigns alone.
const ACCOUNTS: &str = "id,updated_at,currency_code,descriptive_name,time_zone\n\
    77,2026-04-01 0:00:00,CHF,North,Europe/Zurich\n88,2026-04-01 0:00:00,EUR,South,Europe/Berlin\n";
const CAMPAIGNS: &str = "id,updated_at,name,customer_id,status\nc1,2026-04-01 0:00:00,Brand,77,ENABLED\n";
const GROUPS: &str = "id,updated_at,campaign_id,name,status\ng1,2026-04-01 0:00:00,c1,Group,ENABLED\n";
const ADS: &str = "customer_id,date,ad_group_id,ad_id,device,clicks,cost_micros,impressions,conversions,conversions_value\n\
    77,2026-01-30,g1,a1,MOBILE,1,1000000,10,0.333333,3.5\n77,2026-02-10,g1,a1,MOBILE,2,2000000,20,1,\n\
    77,2026-02-11,g1,a1,MOBILE,3,3000000,30,,\n77,2026-02-11,g1,a1,DESKTOP,4,4000001,40,0.5,7\n77,2026-03-02,g1,a1,MOBILE,5,5000000,50,,\n";
const WHOLE: &str = "customer_id,date,id,device,clicks,cost_micros,impressions,conversions,conversions_value\n\
    77,2026-02-10,c1,MOBILE,9,9000000,90,9,9\n88,2026-02-01,c9,MOBILE,6,6000000,60,,\n88,2026-03-01,c9,MOBILE,7,7000000,70,,\n";

#[derive(Debug)]
struct InMemory(BTreeMap<&'static str, String>);

impl Files for InMemory {
    fn list(&self) -> io::Result<Vec<Entry>> {
        Ok(self.0.keys().map(|path| Entry { path: (*path).to_owned() }).collect())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        let text = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(text.clone().into_bytes())))
    }
}

fn fivetran(ads: &str) -> Location {
    let files = [
        ("google_ads/account_history.csv", ACCOUNTS),
        ("google_ads/campaign_history.csv", CAMPAIGNS),
        ("google_ads/ad_group_history.csv", GROUPS),
        ("google_ads/ad_stats.csv", ads),
        ("google_ads/campaign_stats.csv", WHOLE),
    ];
    Location::Files(Arc::new(InMemory(files.into_iter().map(|(path, text)| (path, text.to_owned())).collect())))
}

fn json_store(campaigns: &str) -> Location {
    Location::Files(Arc::new(InMemory(BTreeMap::from([("campaigns.json", campaigns.to_owned())]))))
}

/// What is done to a piece before it is handed over.
type Twist = fn(&HistoryKey, DayRange, Piece) -> Piece;

/// A history that counts how often it is read, may not tell the truth, and may never answer.
#[derive(Debug)]
struct Twisted {
    inner: Box<dyn History>,
    twist: Twist,
    reads: Arc<AtomicUsize>,
    /// From this read on it does not answer, and says so.
    silent_from: usize,
    silent: Arc<Notify>,
}

#[async_trait]
impl History for Twisted {
    fn shape(&self) -> Shape {
        self.inner.shape()
    }

    async fn accounts(&self) -> Result<Found, HistoryError> {
        self.inner.accounts().await
    }

    async fn entities(&self, key: &HistoryKey) -> Result<EntitySnapshot, HistoryError> {
        self.inner.entities(key).await
    }

    async fn read(&self, key: &HistoryKey, days: DayRange) -> Result<Piece, HistoryError> {
        if self.reads.fetch_add(1, Ordering::SeqCst) >= self.silent_from {
            self.silent.notify_one();
            std::future::pending::<()>().await;
        }
        Ok((self.twist)(key, days, self.inner.read(key, days).await?))
    }
}

fn honest(_: &HistoryKey, _: DayRange, piece: Piece) -> Piece {
    piece
}

/// A history as it is opened, with what is done to its pieces, and how often it was read.
async fn twisted(
    world: &World,
    location: &Location,
    twist: Twist,
    silent_from: usize,
) -> (OpenHistory, Arc<AtomicUsize>, Arc<Notify>) {
    let opened = open(world, location, HistoryChoice::default()).await;
    let (reads, silent) = (Arc::<AtomicUsize>::default(), Arc::<Notify>::default());
    let history = Twisted { inner: opened.history, twist, reads: Arc::clone(&reads), silent_from, silent: Arc::clone(&silent) };
    (OpenHistory { history: Box::new(history), choice: opened.choice }, reads, silent)
}

async fn open(world: &World, location: &Location, choice: HistoryChoice) -> OpenHistory {
    let choice = HistoryChoice { name: "export".to_owned(), ..choice };
    world.engine.open_history(&world.ctx, location, choice).await.unwrap()
}

async fn import(world: &World, location: &Location) -> HistoryReport {
    world.engine.import_history(&world.ctx, &open(world, location, HistoryChoice::default()).await).await.unwrap()
}

/// Every account's days: clicks, and spend in micros. Accounts are asked one by one, since they have several currencies.
async fn stored(world: &World) -> Vec<(String, String, i64, i64)> {
    let mut all = Vec::new();
    for state in world.engine.accounts(&world.ctx).await.unwrap() {
        let parts = QueryParts {
            metrics: vec!["clicks".to_owned(), "spend".to_owned()],
            dimensions: vec![Dimension::Date],
            filters: trimtab_domain::query::filter::parse(&format!("account = \"{}\"", state.account.id)).unwrap(),
            ..QueryParts::default()
        };
        let query = MetricQuery::new("2026-01-01..2026-12-31".parse().unwrap(), parts).unwrap();
        let answer = world.engine.query(&world.ctx, &query).await.unwrap();
        all.extend(answer.rows.iter().map(|row| match row.cells[..] {
            [Cell::Count(clicks), Cell::Money(spend)] => (state.account.id.to_string(), row.keys[0].id.clone(), clicks, spend),
            ref other => panic!("{other:?}"),
        }));
    }
    all.sort();
    all
}

fn on(account: &str, day: &str, clicks: i64, micros: i64) -> (String, String, i64, i64) {
    (account.to_owned(), day.to_owned(), clicks, micros)
}

fn everything() -> Vec<(String, String, i64, i64)> {
    vec![
        on("77", "2026-01-30", 1, 1_000_000),
        on("77", "2026-02-10", 2, 2_000_000),
        on("77", "2026-02-11", 7, 7_000_001),
        on("77", "2026-03-02", 5, 5_000_000),
        on("88", "2026-02-01", 6, 6_000_000),
        on("88", "2026-03-01", 7, 7_000_000),
    ]
}

/// Each table and its version.
async fn versions(world: &World) -> Vec<(String, i64)> {
    let tables = world.lake.tenant(&world.ctx).tables().await.unwrap();
    tables.iter().map(|stats| (format!("{:?}", stats.table), i64::try_from(stats.version).unwrap())).collect()
}

#[tokio::test]
async fn a_history_counts_once_however_often_it_is_imported() {
    let world = World::new().await;
    let opened = open(&world, &fivetran(ADS), HistoryChoice::default()).await;
    let preview = world.engine.preview_history(&world.ctx, &opened).await.unwrap();
    assert!(preview.execution.is_none() && preview.is_whole() && preview.accounts.iter().all(|account| account.stored.is_none()));
    assert!(world.engine.accounts(&world.ctx).await.unwrap().is_empty(), "a preview stores nothing");

    let report = world.engine.import_history(&world.ctx, &opened).await.unwrap();
    assert!(report.is_whole(), "{:?}", report.accounts);
    assert_eq!((report.shape, report.accounts.len()), (Shape::Fivetran, 2));
    for (account, foreseen) in report.accounts.iter().zip(&preview.accounts) {
        assert_eq!((account.stored, account.taken), (Some(account.taken), foreseen.taken), "{}", account.found.key);
        assert!(account.record.is_some() && account.kept == 0 && account.pieces > 1);
    }
    let north = &report.accounts[0];
    assert_eq!((north.taken.clicks, north.taken.spend_micros, north.taken.revenue_micros), (15, 15_000_001, Some(10_500_000)));
    assert!((north.taken.conversions.unwrap() - 1.833_333).abs() < 1e-9);
    // The campaign's own row of a day is told by its ads.
    assert_eq!((north.rows_read, north.rows_taken), (6, 5));
    assert_eq!(stored(&world).await, everything());
    let execution = world.engine.execution(&world.ctx, report.execution.as_ref().unwrap()).await.unwrap();
    assert_eq!((execution.status, execution.runs.len()), (ExecutionStatus::Succeeded, 2));
    let names = world.lake.tenant(&world.ctx).entities(Some(EntityKind::Campaign), None).await.unwrap();
    assert_eq!(names.iter().map(|version| version.state.name.as_str()).collect::<Vec<_>>(), ["Brand"]);
    let known: Vec<_> = world.engine.accounts(&world.ctx).await.unwrap();
    assert_eq!((known[0].account.currency.as_str(), known[0].account.zone.as_str()), ("CHF", "Europe/Zurich"));

    let before = versions(&world).await;
    world.pass_days(1);
    let again = import(&world, &fivetran(ADS)).await;
    assert!(again.is_whole() && again.accounts.iter().all(|account| account.record.is_none() && account.seen_before.is_some()));
    assert!(again.accounts.iter().all(|account| account.kept == 0 && account.replaced.is_empty()), "it is read anew");
    assert_eq!((stored(&world).await, versions(&world).await), (everything(), before), "nothing is committed");
    assert_eq!(world.engine.imports(&world.ctx, None, 10).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn killed_between_months_it_goes_on_where_it_was() {
    let location = fivetran(ADS);
    for killed_at in 0..=4 {
        let world = World::new().await;
        let (opened, _, silent) = twisted(&world, &location, honest, killed_at).await;
        tokio::select! {
            done = world.engine.import_history(&world.ctx, &opened) => panic!("it was to be killed: {done:?}"),
            () = silent.notified() => {}
        }
        world.pass_minutes(1);
        assert_eq!(world.engine.recover().await.unwrap().executions, 1, "the dead import is told");

        let (opened, reads, _) = twisted(&world, &location, honest, usize::MAX).await;
        let report = world.engine.import_history(&world.ctx, &opened).await.unwrap();
        assert!(report.is_whole(), "{:?}", report.accounts);
        let kept: u32 = report.accounts.iter().map(|account| account.kept).sum();
        assert_eq!(
            (kept, reads.load(Ordering::SeqCst)),
            (u32::try_from(killed_at).unwrap(), 5 - killed_at),
            "pieces are read once"
        );
        assert!(report.accounts.iter().all(|account| account.stored == Some(account.taken)));
        assert_eq!(stored(&world).await, everything(), "killed at piece {killed_at}");
    }
}

#[tokio::test]
async fn stopped_on_request_it_goes_on_later() {
    let world = World::new().await;
    world.engine.ask_to_stop();
    let report = import(&world, &fivetran(ADS)).await;
    assert!(report.stopped && !report.is_whole() && report.accounts.is_empty(), "{report:?}");
    let execution = world.engine.execution(&world.ctx, report.execution.as_ref().unwrap()).await.unwrap();
    assert_eq!(execution.status, ExecutionStatus::Cancelled);
}

#[tokio::test]
async fn a_piece_that_does_not_add_up_is_named_and_not_taken_for_stored() {
    let lies: [(Twist, &str, &str); 3] = [
        (
            |key, days, mut piece| {
                if key.account.as_str() == "77" && days.from().month() == 2 {
                    piece.counted[0].taken.clicks += 1;
                }
                piece
            },
            "google/77, 2026-02-01..2026-02-28: clicks come to 9 here and to 10 in the original",
            "77",
        ),
        (
            |key, days, mut piece| {
                if key.account.as_str() == "88" && days.from().month() == 3 {
                    piece.facts.ad_daily.clear();
                }
                piece
            },
            "google/88, 2026-03-01..2026-03-01: impressions come to 0 here and to 70 in the original",
            "88",
        ),
        (
            |key, days, mut piece| {
                if key.account.as_str() == "77" && days.from().month() == 1 {
                    piece.facts.ad_daily.clear();
                    piece.counted.clear();
                }
                piece
            },
            "google/77, 2026-01-30..2026-03-02: rows by ad come to 4 here and to 5 in the original",
            "77",
        ),
    ];
    for (lie, words, liar) in lies {
        let world = World::new().await;
        let (opened, _, _) = twisted(&world, &fivetran(ADS), lie, usize::MAX).await;
        let report = world.engine.import_history(&world.ctx, &opened).await.unwrap();
        let (failed, well): (Vec<_>, Vec<_>) = report.accounts.iter().partition(|account| account.failure.is_some());
        assert_eq!((failed.len(), well.len(), report.is_whole()), (1, 1, false), "one account's failure is its own");
        let failure = failed[0].failure.as_ref().unwrap();
        assert_eq!((failed[0].found.key.account.as_str(), failure.kind), (liar, FailureKind::Internal));
        assert!(failure.text.contains(words), "{}", failure.text);
        assert!(failed[0].record.is_none(), "it does not count as imported");
        let execution = world.engine.execution(&world.ctx, report.execution.as_ref().unwrap()).await.unwrap();
        assert_eq!(execution.status, ExecutionStatus::Partial);

        let report = import(&world, &fivetran(ADS)).await;
        assert_eq!((report.is_whole(), stored(&world).await), (true, everything()), "told the truth, it converges: {words}");
    }
}

fn measured(clicks: i64) -> Facts {
    let placing = Placing { campaign: "c1".into(), ad_group: "g1".into(), ad: "a1".into() };
    let measures = Measures { impressions: 1_000, clicks, spend_micros: 9_990_000, ..Measures::default() };
    let row = AdDaily { date: "2026-02-11".parse().unwrap(), span_days: 1, placing, measures };
    Facts { ad_daily: vec![row], ..Facts::default() }
}

/// The account as its platform has told it, with the days of one week in February.
async fn read_by_sync(world: &World, source: Source, id: &str, days: &str, facts: Facts) -> Account {
    let account = Account {
        source,
        id: id.into(),
        name: "As its platform says".into(),
        currency: "CHF".parse().unwrap(),
        zone: "Europe/Zurich".parse().unwrap(),
        standing: Standing::Good,
    };
    let (store, lake) = (world.store.tenant(&world.ctx), world.lake.tenant(&world.ctx));
    store.put_account(&account).await.unwrap();
    let lease = store.claim(&AccountKey::from(&account), "sync", std::time::Duration::from_secs(5)).await.unwrap().unwrap();
    let days: DayRange = days.parse().unwrap();
    lake.replace(&account, days, facts).await.unwrap();
    let read_at = "2026-03-01T00:00:00Z".parse().unwrap();
    store.mark_fetched(&lease, days, read_at).await.unwrap();
    let facts = AccountFacts { data_as_of: read_at, settled_through: Some("2026-02-12".parse().unwrap()), extent: None };
    store.set_facts(&lease, facts).await.unwrap();
    store.release(lease).await.unwrap();
    account
}

#[tokio::test]
async fn days_that_the_platform_told_are_left_alone() {
    let world = World::new().await;
    let account = read_by_sync(&world, Source::Google, "77", "2026-02-11..2026-02-13", measured(99)).await;
    let lake = world.lake.tenant(&world.ctx);
    let mut snapshot = open(&world, &fivetran(ADS), HistoryChoice::default()).await.history.entities(&key("77")).await.unwrap();
    snapshot.states.retain(|state| state.kind == EntityKind::Campaign);
    snapshot.states[0].name = "Renamed since".into();
    lake.record(&account, snapshot).await.unwrap();

    let report = import(&world, &fivetran(ADS)).await;
    assert!(report.is_whole(), "{:?}", report.accounts);
    let north = &report.accounts[0];
    assert_eq!(north.left_alone, ["2026-02-11..2026-02-13".parse().unwrap()]);
    assert_eq!((north.taken.clicks, north.stored, north.pieces), (8, Some(north.taken), 4));
    let mut wanted = everything();
    wanted[2] = on("77", "2026-02-11", 99, 9_990_000);
    assert_eq!(stored(&world).await, wanted);
    let state = world.store.tenant(&world.ctx).account(&AccountKey::from(&account)).await.unwrap();
    assert_eq!(state.account.name, "As its platform says");
    let facts = state.facts.unwrap();
    assert_eq!(
        (facts.settled_through.unwrap().to_string(), facts.data_as_of.to_string()),
        ("2026-02-12".into(), "2026-03-01T00:00:00Z".into())
    );
    assert_eq!(facts.extent.unwrap().days, "2026-01-30..2026-03-02".parse().unwrap(), "but it reaches further back now");
    let names = lake.entities(None, Some(&account.id)).await.unwrap();
    let names: Vec<_> = names.iter().map(|version| version.state.name.as_str()).collect();
    assert!(names.contains(&"Renamed since") && names.contains(&"Group") && !names.contains(&"Brand"), "{names:?}");
}

fn key(account: &str) -> HistoryKey {
    HistoryKey { tenant: "".into(), source: Source::Google, account: account.into() }
}

#[tokio::test]
async fn a_total_over_days_that_the_platform_told_is_left_out() {
    const TOTALS: &str = r#"[
        {"id":"1","platform":"google-ads","account_id":"77","external_id":"c1","metrics":{"impressions":1000,"clicks":40,"spend":12.5},
         "synced_at":"2026-03-10T06:00:00Z","created_at":"2026-02-01 09:00:00"},
        {"id":"2","platform":"google-ads","account_id":"77","external_id":"c2","metrics":{"impressions":10,"clicks":4,"spend":1.5},
         "synced_at":"2026-03-10T06:00:00Z","created_at":"2026-03-01 09:00:00"}]"#;
    let world = World::new().await;
    read_by_sync(&world, Source::Google, "77", "2026-02-11..2026-02-13", measured(99)).await;
    let report = import(&world, &json_store(TOTALS)).await;
    assert!(report.is_whole(), "{:?}", report.accounts);
    let left: Vec<_> = report.left_out.listed.iter().map(|left| format!("{}: {}", left.place, left.reason)).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].starts_with("campaign c1 on 2026-03-10: tells a total of 38 days"), "{left:?}");
    assert_eq!(stored(&world).await, [on("77", "2026-02-11", 99, 9_990_000), on("77", "2026-03-10", 4, 1_500_000)]);
}

#[tokio::test]
async fn an_account_keeps_its_currency() {
    let world = World::new().await;
    let account = read_by_sync(&world, Source::Google, "88", "2026-01-01..2026-01-01", Facts::default()).await;
    assert_eq!(account.currency.as_str(), "CHF");
    let opened = open(&world, &fivetran(ADS), HistoryChoice::default()).await;
    for report in [
        world.engine.preview_history(&world.ctx, &opened).await.unwrap(),
        world.engine.import_history(&world.ctx, &opened).await.unwrap(),
    ] {
        let failure = report.accounts[1].failure.as_ref().unwrap();
        assert_eq!(failure.kind, FailureKind::Invalid);
        assert!(failure.text.contains("kept in CHF, the history's amounts are in EUR"), "{}", failure.text);
        assert!(report.accounts[0].failure.is_none());
    }
    assert!(stored(&world).await.iter().all(|(account, ..)| account == "77"));
}

#[tokio::test]
async fn another_history_of_the_account_replaces_the_first_and_says_so() {
    let world = World::new().await;
    import(&world, &fivetran(ADS)).await;
    world.pass_days(1);
    let restated = ADS.replace("77,2026-03-02,g1,a1,MOBILE,5,", "77,2026-03-02,g1,a1,MOBILE,8,");
    let report = import(&world, &fivetran(&restated)).await;
    let north = &report.accounts[0];
    assert!(report.is_whole() && north.seen_before.is_none() && north.record.is_some());
    let replaced: Vec<_> = north.replaced.iter().map(|old| format!("{} {} {}", old.name, old.days, old.imported_at)).collect();
    assert_eq!(replaced, ["export 2026-01-30..2026-03-02 2026-11-01T10:00:00Z"]);
    assert!(report.accounts[1].record.is_none(), "the other account is as it was");
    let mut wanted = everything();
    wanted[3] = on("77", "2026-03-02", 8, 5_000_000);
    assert_eq!(stored(&world).await, wanted);

    let campaigns = HistoryChoice { grain: Some(Grain::Campaign), ..HistoryChoice::default() };
    let report = world.engine.import_history(&world.ctx, &open(&world, &fivetran(ADS), campaigns).await).await.unwrap();
    assert!(report.is_whole(), "{:?}", report.accounts);
    assert_eq!(
        stored(&world).await,
        [on("77", "2026-02-10", 9, 9_000_000), on("88", "2026-02-01", 6, 6_000_000), on("88", "2026-03-01", 7, 7_000_000)],
        "a grain that is asked for is taken whole"
    );
}
