//! All facts of a tenant, in a form in which two tenants can be compared.

use std::{collections::BTreeMap, fmt};
use trimtab_domain::{
    DayRange, TenantCtx,
    metric::{Definition, FactTable, Registry},
    query::{Dimension, MetricQuery, QueryParts},
};
use trimtab_engine::{Engine, Lake};

/// What is shown of a difference.
const SHOWN: usize = 3;

/// Every figure of every table, how many rows hold them, and the objects as they are known now.
#[derive(Clone, Default)]
pub(super) struct Everything {
    lines: BTreeMap<Place, String>,
}

/// Where a figure belongs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    account: String,
    what: String,
}

impl Everything {
    pub(super) async fn of(engine: &Engine, lake: &Lake, ctx: &TenantCtx, period: DayRange) -> Self {
        let mut all = Self::default();
        for (table, dimensions) in groupings() {
            let names = metrics(table);
            let by: Vec<&str> = dimensions.iter().map(|dimension| dimension.as_str()).collect();
            let what = by.join(",");
            let parts = QueryParts { metrics: names.clone(), dimensions, ..QueryParts::default() };
            let answer = engine.query(ctx, &MetricQuery::new(period, parts).unwrap()).await.unwrap();
            assert!(!answer.truncated, "the world is small enough to be compared whole");
            for row in &answer.rows {
                let keys: Vec<&str> = row.keys.iter().map(|key| key.id.as_str()).collect();
                let place = Place { account: keys[0].to_owned(), what: format!("{what}: {}", keys.join(" ")) };
                all.lines.insert(place, format!("{:?}", row.cells));
            }
        }
        let lake = lake.tenant(ctx);
        for state in engine.accounts(ctx).await.unwrap() {
            // Rows that say the same twice would show in no ratio, but here.
            let place = Place { account: state.account.id.to_string(), what: "rows in all tables".to_owned() };
            let extent = lake.extent(&state.account).await.unwrap();
            all.lines.insert(place, format!("{extent:?}"));
        }
        for object in lake.entities(None, None).await.unwrap() {
            let what = format!("{} {}", object.state.kind, object.state.id);
            all.lines.insert(Place { account: object.account.to_string(), what }, format!("{:?}", object.state));
        }
        all
    }

    /// How many figures there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// In words, what is missing, too much or different, as far as some accounts are concerned.
    pub(super) fn difference(&self, wanted: &Self, accounts: impl Fn(&str) -> bool) -> Option<String> {
        let (mut said, mut count) = (String::new(), 0);
        let mut say = |place: &Place, ours: Option<&String>, theirs: Option<&String>| {
            if ours != theirs && accounts(&place.account) {
                count += 1;
                if count <= SHOWN {
                    said += &format!("\naccount {} {}: {ours:?} instead of {theirs:?}", place.account, place.what);
                }
            }
        };
        wanted.lines.iter().for_each(|(place, theirs)| say(place, self.lines.get(place), Some(theirs)));
        let more = self.lines.iter().filter(|(place, _)| !wanted.lines.contains_key(*place));
        more.for_each(|(place, ours)| say(place, Some(ours), None));
        (count > 0).then(|| format!("{count} of {} differ:{said}", wanted.lines.len()))
    }
}

/// In short: the lines themselves would be megabytes.
impl fmt::Debug for Everything {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} figures", self.lines.len())
    }
}

/// Every metric that is a column of a table.
fn metrics(table: FactTable) -> Vec<String> {
    let of = |definition: &Definition| matches!(definition, Definition::Column { table: own, .. } if *own == table);
    Registry::builtin().iter().filter(|metric| of(&metric.definition)).map(|metric| metric.id.clone()).collect()
}

/// The finest grouping of each table, and of each way of splitting it.
fn groupings() -> Vec<(FactTable, Vec<Dimension>)> {
    use Dimension as D;
    let (performance, conversions) = (FactTable::Performance, FactTable::ConversionDaily);
    let utm = [D::UtmSource, D::UtmMedium, D::UtmCampaign];
    let mut all = vec![
        (FactTable::Orders, [&[D::Account, D::Date, D::Platform, D::Customer][..], &utm].concat()),
        (FactTable::Sessions, [&[D::Account, D::Date, D::Platform, D::Channel][..], &utm].concat()),
        (FactTable::Emails, vec![D::Account, D::Date, D::Campaign, D::MailKind]),
        (FactTable::Accounts, vec![D::Account, D::Date, D::Platform]),
        (performance, vec![D::Account, D::Date, D::Platform, D::Campaign, D::AdGroup, D::Ad]),
        (performance, vec![D::Account, D::Date, D::Platform, D::Campaign, D::Hour]),
        (conversions, vec![D::Account, D::Date, D::Platform, D::Campaign, D::AdGroup, D::Ad, D::ActionType, D::Window]),
    ];
    let split = D::ALL.into_iter().filter(|d| !d.breakdowns().is_empty() || matches!(d, D::Keyword | D::SearchTerm));
    all.extend(split.map(|d| (performance, vec![D::Account, D::Date, D::Platform, D::Campaign, d])));
    all
}
