//! One account of a simulated world, what the world says of it, and what is told of it here.

use crate::{faults::hurry::pass, world::World};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use trimtab_domain::{
    Day, DayRange, Source,
    day::parse_day,
    money::parse_micros,
    quality::{Outcome, State},
    query::{Cell, Dimension, MetricQuery, QueryParts, QueryResult},
};
use trimtab_engine::{Error, Execution, ExecutionStatus, connection::Connect, quality::DayState, sync::Sync};
use trimtab_sandbox::{AccountInfo, Sandbox, SandboxSettings};

/// Figures by day, in the order of [`figures`]; days on which all of them are nothing are left out.
pub(super) type Days = BTreeMap<Day, Vec<i64>>;

/// A world being served and an engine that reads one account of it; one clock for both.
pub(super) struct Scene {
    pub(super) sandbox: Sandbox,
    pub(super) world: World,
    pub(super) account: AccountInfo,
    pub(super) source: Source,
    /// The days the world has figures of, at the beginning.
    pub(super) days: DayRange,
    _stop: DropGuard,
}

/// A small world.
pub(super) fn small() -> SandboxSettings {
    SandboxSettings { seed: 4, tenants: 2, ads: 6, days: 62, today: day("2026-11-01"), ..SandboxSettings::default() }
}

pub(super) fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// What is compared, by the names of metrics and of the world's own totals. Amounts are in micros on both sides.
fn figures(source: Source) -> &'static [(&'static str, &'static str)] {
    match source {
        Source::Shopify | Source::Magento => &[("orders", "orders"), ("store_revenue", "revenue"), ("refunds", "refunds")],
        Source::Ga4 => &[("sessions", "sessions"), ("site_purchases", "purchases"), ("site_revenue", "revenue")],
        Source::Klaviyo => &[("email_recipients", "recipients"), ("email_orders", "orders"), ("email_revenue", "revenue")],
        _ => &[("spend", "spend")],
    }
}

impl Scene {
    /// The account of this place among those of a source, connected and not read yet.
    pub(super) async fn of(source: Source, place: usize, settings: SandboxSettings) -> Self {
        let days = DayRange::ending(settings.today, settings.days + 1);
        println!("world seed {}", settings.seed);
        let sandbox = Sandbox::new(settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let (served, token) = (sandbox.clone(), stop.clone());
        tokio::spawn(async move { served.serve(listener, token).await });
        let world = World::patient(&format!("{origin}/ecb")).await;
        world.follow(sandbox.now());
        let own = |account: &AccountInfo| account.source == source.as_str();
        let account = sandbox.accounts_at(&origin).into_iter().filter(own).nth(place).unwrap();
        let connect = Connect {
            source,
            account: account.account.clone(),
            secret: account.secret.as_str().into(),
            base_url: Some(account.base_url.clone()),
        };
        world.engine.connect(&world.ctx, connect).await.unwrap();
        Self { sandbox, world, account, source, days, _stop: stop.drop_guard() }
    }

    /// The same, read to its end and true.
    pub(super) async fn read(source: Source, place: usize, settings: SandboxSettings) -> Self {
        let scene = Self::of(source, place, settings).await;
        scene.sync_well(None).await;
        scene.is_true().await;
        scene
    }

    /// Holds what is told of each day against what the world says of it.
    pub(super) async fn is_true(&self) {
        self.is_true_within(0).await;
    }

    /// The same, with amounts that may be so many micros apart: a source that shows another currency rounds every row.
    pub(super) async fn is_true_within(&self, micros: u64) {
        let close =
            |metric: &str, ours: i64, theirs: i64| ours.abs_diff(theirs) <= if metric.ends_with("revenue") { micros } else { 0 };
        let equal = |ours: Option<&Vec<i64>>, truth: Option<&Vec<i64>>| match (ours, truth) {
            (Some(ours), Some(truth)) => {
                let mut figures = figures(self.source).iter().zip(ours).zip(truth);
                figures.all(|(((metric, _), ours), theirs)| close(metric, *ours, *theirs))
            }
            _ => false,
        };
        let (ours, truth) = (self.ours().await, self.truth());
        assert!(truth.len() > 7, "something happened: {truth:?}");
        let days: BTreeSet<Day> = ours.keys().chain(truth.keys()).copied().collect();
        let apart: Vec<_> =
            days.iter().map(|day| (day, ours.get(day), truth.get(day))).filter(|(_, ours, truth)| !equal(*ours, *truth)).collect();
        assert!(apart.is_empty(), "{} {}: {apart:?}", self.source, self.account.account);
    }

    pub(super) fn pass_days(&self, days: i64) {
        let now = self.sandbox.advance(&format!("P{days}D")).unwrap();
        self.world.follow(now);
    }

    /// Everything from the world's first day until now.
    pub(super) fn all(&self) -> DayRange {
        // A day on either side, since the account may cut its days elsewhere.
        let from = self.days.from().yesterday().unwrap();
        DayRange::new(from, self.today().tomorrow().unwrap()).unwrap()
    }

    /// Today in UTC.
    pub(super) fn today(&self) -> Day {
        self.sandbox.now().to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// Reads some days, or what is due.
    pub(super) async fn sync(&self, days: Option<DayRange>) -> Execution {
        if self.source == Source::Klaviyo {
            // Its limits of a minute, which are not what a test waits for.
            pass(Duration::from_secs(61));
        }
        let sync = Sync { from: days.map(|days| days.from()), to: days.map(|days| days.to()), ..Sync::default() };
        self.world.engine.sync(&self.world.ctx, sync).await.unwrap()
    }

    pub(super) async fn sync_well(&self, days: Option<DayRange>) -> Execution {
        let execution = self.sync(days).await;
        assert_eq!(execution.status, ExecutionStatus::Succeeded, "{:?}", execution.runs);
        execution
    }

    /// What the world says of each day, as far as the source counts it.
    pub(super) fn truth(&self) -> Days {
        let told = self.sandbox.totals_of(self.source, &self.account.account, self.all()).unwrap();
        let number = |told: &Value| match told {
            Value::String(amount) => parse_micros(amount).unwrap(),
            count => count.as_i64().unwrap(),
        };
        let row = |told: &Value| {
            // A payment that has only been begun makes no order yet.
            let begun = |name: &str| match (self.source, name) {
                (Source::Magento, "orders") => number(&told["begun"]),
                (Source::Magento, "revenue") => number(&told["begun_revenue"]),
                _ => 0,
            };
            let row: Vec<i64> = figures(self.source).iter().map(|(_, name)| number(&told[*name]) - begun(name)).collect();
            (day(told["date"].as_str().unwrap()), row)
        };
        let days: Days = told.as_array().unwrap().iter().map(row).collect();
        without_nothing(days)
    }

    /// What a query of everything says, by day.
    pub(super) async fn ours(&self) -> Days {
        by_day(&self.query(self.all()).await.unwrap())
    }

    /// The same figures of some days, with what is said beside them.
    pub(super) async fn query(&self, days: DayRange) -> Result<Arc<QueryResult>, Error> {
        self.query_in(days, None).await
    }

    /// The same in a currency of one's choice.
    pub(super) async fn query_in(&self, days: DayRange, currency: Option<&str>) -> Result<Arc<QueryResult>, Error> {
        let parts = QueryParts {
            metrics: figures(self.source).iter().map(|(metric, _)| (*metric).to_owned()).collect(),
            dimensions: vec![Dimension::Date],
            currency: currency.map(|code| code.parse().unwrap()),
            ..QueryParts::default()
        };
        self.world.engine.query(&self.world.ctx, &MetricQuery::new(days, parts).unwrap()).await
    }

    /// How a check came out last.
    pub(super) async fn check(&self, id: &str) -> Outcome {
        let views = self.world.engine.checks(&self.world.ctx).await.unwrap();
        let view = views.into_iter().find(|view| view.check.id == id).unwrap();
        view.results.into_iter().next().unwrap().1.checked.outcome
    }

    pub(super) async fn fails(&self, id: &str) -> Outcome {
        let outcome = self.check(id).await;
        assert_eq!(outcome.state, State::Failed, "{id}: {}", outcome.message);
        outcome
    }

    pub(super) async fn passes(&self, id: &str) {
        let outcome = self.check(id).await;
        assert_eq!(outcome.state, State::Passed, "{id}: {}", outcome.message);
    }

    /// The days of the world that are in a state.
    pub(super) async fn in_state(&self, wanted: DayState) -> Vec<Day> {
        let covered = self.world.engine.covered_days(&self.world.ctx, self.days).await.unwrap().remove(0);
        covered.runs.iter().filter(|(_, state)| *state == wanted).flat_map(|(run, _)| run.days()).collect()
    }
}

/// The figures of an answer, by day.
pub(super) fn by_day(answer: &QueryResult) -> Days {
    assert!(!answer.truncated);
    let number = |cell: &Cell| match cell {
        Cell::None => 0,
        Cell::Count(number) | Cell::Money(number) => *number,
        #[expect(clippy::cast_possible_truncation, reason = "counts that analytics write with a point")]
        Cell::Number(number) => number.round() as i64,
    };
    without_nothing(answer.rows.iter().map(|row| (day(&row.keys[0].id), row.cells.iter().map(number).collect())).collect())
}

fn without_nothing(mut days: Days) -> Days {
    days.retain(|_, row| row.iter().any(|figure| *figure != 0));
    days
}
