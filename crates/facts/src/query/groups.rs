//! From groups to a result: both periods summed, matched, filtered, ordered, cut and named.

use super::{
    Asked, Reading,
    cells::{Metrics, number, total},
    gaps,
    keys::Owner,
    notes::{self, Told},
    quality::{self, Flagged},
    select::column,
    sums::{Grouping, Groups, Sums, parsed, rolls_up},
};
use crate::{Error, days, file::FileEntry, limits};
use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
};
use trimtab_domain::{
    Currency, DayRange,
    entity::{EntityKind, Status},
    metric::{Metric, Registry},
    query::{Cell, Dimension, Filter, Key, MetricColumn, QueryResult, RatesUsed, Row},
};

/// How the columns of group keys are laid out: one per dimension, then perhaps the owner's platform and account.
struct Layout {
    /// What the engine groups by.
    groupings: Vec<Grouping>,
    /// For each dimension, which grouping holds it (or, for facts about campaigns, the campaign).
    places: Vec<usize>,
    /// Which groupings hold platform and account, if they are needed at all.
    owner: Option<(usize, usize)>,
    /// Whether the owner stays part of the key.
    owned: bool,
}

impl Layout {
    fn of(asked: &Asked<'_>, reading: &Reading<'_>) -> Self {
        let mut groupings: Vec<Grouping> = Vec::new();
        let mut place = |grouping: Grouping| {
            groupings.iter().position(|g| *g == grouping).unwrap_or_else(|| {
                groupings.push(grouping);
                groupings.len() - 1
            })
        };
        let dimensions = asked.query.dimensions();
        let places = dimensions
            .iter()
            .map(|dimension| {
                place(match dimension {
                    Dimension::Date => Grouping::Day,
                    Dimension::Week => Grouping::Week,
                    Dimension::Month => Grouping::Month,
                    Dimension::Weekday => Grouping::Weekday,
                    Dimension::Hour => Grouping::Hour,
                    other => Grouping::Code(column(reading.table, *other)),
                })
            })
            .collect();
        let owned = dimensions.iter().any(|d| d.entity().is_some());
        let needed = owned || dimensions.iter().any(|d| about_campaign(*d));
        let owner = needed.then(|| (place(Grouping::Code("platform")), place(Grouping::Code("account"))));
        Self { groupings, places, owner, owned }
    }
}

/// Dimensions whose values are facts about a campaign rather than columns.
const fn about_campaign(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Objective | Dimension::Status)
}

/// A group of the period asked about, of the one compared with, or of both.
type Pair = (Option<usize>, Option<usize>);

/// About how many rows have to be looked at.
pub(super) fn weight(asked: &Asked<'_>) -> usize {
    let period = asked.query.period();
    let compared = asked.query.compare().map(|c| c.range(period));
    let mut rows = 0_usize;
    for reading in &asked.readings {
        let layout = Layout::of(asked, reading);
        for range in [Some(period), compared].into_iter().flatten() {
            let selection = asked.select(reading, range);
            let rolled = rolls_up(reading.table, &selection, &layout.groupings);
            let share = |file: &FileEntry| {
                if rolled.is_some_and(|rolled| rolled.of(file).is_some()) {
                    file.rows / limits::ROWS_PER_ROLLUP_ROW
                } else {
                    file.rows
                }
            };
            rows += selection.files.iter().map(share).sum::<usize>();
        }
    }
    rows
}

pub(super) async fn compute(asked: &Asked<'_>, source_hash: String) -> Result<QueryResult, Error> {
    let query = asked.query;
    let metrics = Metrics::of(query);
    let layouts: Vec<Layout> = asked.readings.iter().map(|reading| Layout::of(asked, reading)).collect();
    let period = query.period();
    let compared_period = query.compare().map(|c| c.range(period));
    let compared = async {
        match compared_period {
            Some(range) => period_groups(asked, &layouts, &metrics, range).await.map(Some),
            None => Ok(None),
        }
    };
    let rates = rates(asked, &metrics, [Some(period), compared_period])?;
    let (current, compared) = futures::try_join!(period_groups(asked, &layouts, &metrics, period), compared)?;
    let compared = compared.zip(compared_period).map(|(g, range)| shifted(g, query.dimensions(), range, period));
    let currency = currency(asked, &metrics, &current, compared.as_ref().map(|c| &c.all))?;
    let gaps = gaps::find(asked, &metrics, &current).await?;
    let flagged = quality::find(asked).await?;

    let mut pairs = pair(&current, compared.as_ref().map(|c| &c.matchable));
    let selective = query.filters().iter().any(|f| matches!(f, Filter::Metric { .. }));
    pairs.retain(|(now, _)| passes(query.filters(), &metrics, &current, *now));
    let totals = if selective { total(&current, pairs.iter().filter_map(|p| p.0)) } else { total(&current, 0..current.len()) };
    let compared_totals = compared
        .as_ref()
        .map(|c| if selective { total(&c.matchable, pairs.iter().filter_map(|p| p.1)) } else { total(&c.all, 0..c.all.len()) });

    let owned = layouts.iter().any(|layout| layout.owned);
    let view = View { asked, owned, current: &current, compared: compared.as_ref().map(|c| &c.matchable) };
    view.sort(&mut pairs, &metrics);
    let limit = usize::try_from(query.limit()).unwrap_or(usize::MAX);
    let truncated = pairs.len() > limit;
    pairs.truncate(limit);
    let nothing = vec![Cell::None; metrics.asked.len()];
    let figures = |groups: &Groups, group: Option<usize>| group.map_or_else(|| nothing.clone(), |i| metrics.cells(groups, i));
    let rows: Vec<Row> = pairs
        .iter()
        .map(|pair| Row {
            keys: view.keys(*pair),
            cells: figures(&current, pair.0),
            compared: compared.as_ref().map(|c| figures(&c.matchable, pair.1)),
        })
        .collect();

    let covered = asked.covered();
    let zones: BTreeSet<String> = covered.iter().map(|c| c.account.zone.to_string()).collect();
    let settled = covered.iter().map(|c| c.settled_through).min();
    Ok(QueryResult {
        dimensions: query.dimensions().to_vec(),
        metrics: metrics
            .asked
            .iter()
            .map(|m| MetricColumn {
                id: m.id.clone(),
                name: m.name.clone(),
                unit: m.unit,
                direction: m.direction,
                partial: gaps.iter().any(|gap| gap.shows_in(m)) || (flagged.is_some() && Flagged::shows_in(asked, m)),
            })
            .collect(),
        notes: notes::all(asked, &metrics, &current, &Told { gaps: &gaps, flagged: flagged.as_ref(), rates: rates.as_ref() }),
        rows,
        truncated,
        totals: metrics.cells(&totals, 0),
        compared_totals: compared_totals.map(|t| metrics.cells(&t, 0)),
        period,
        compared_period,
        currency,
        rates,
        zones: zones.into_iter().collect(),
        freshness: covered.iter().map(|c| c.data_as_of).min(),
        provisional_from: settled
            .map(|through| through.map_or(period.from(), |day| day.tomorrow().unwrap_or(day).max(period.from())))
            .filter(|from| *from <= period.to()),
        source_hash,
    })
}

/// The rates the periods are converted by, where there is money to convert.
fn rates(asked: &Asked<'_>, metrics: &Metrics, periods: [Option<DayRange>; 2]) -> Result<Option<RatesUsed>, Error> {
    if !(metrics.money() && asked.may_convert()) {
        return Ok(None);
    }
    let mut files = Vec::new();
    for reading in asked.readings.iter().filter(|reading| asked.conversion(&reading.part.bases).is_some()) {
        for period in periods.into_iter().flatten() {
            files.extend(asked.select(reading, period).files.into_iter().map(|file| (file, period)));
        }
    }
    asked.rates_used(files.iter().map(|(file, period)| (file, *period)))
}

/// The groups of a period with one key column per dimension (and the owner's), of all tables side by side.
async fn period_groups(asked: &Asked<'_>, layouts: &[Layout], metrics: &Metrics, range: DayRange) -> Result<Groups, Error> {
    let sums = asked.readings.iter().zip(layouts).map(async |(reading, layout)| {
        let watched = metrics.watched(reading.part, reading.table);
        let bases = &reading.part.bases;
        let groups = asked.sum(reading, asked.select(reading, range), &layout.groupings, bases, &watched).await?;
        Ok::<_, Error>(shaped(asked, layout, bases, groups))
    });
    Ok(side_by_side(futures::future::try_join_all(sums).await?))
}

/// The groups of several tables as one: equal keys together, sums of tables that lack a key absent.
fn side_by_side(mut parts: Vec<Groups>) -> Groups {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let mut places = HashMap::<Vec<i64>, usize>::new();
    let mut keys: Vec<Vec<i64>> = Vec::new();
    let mut moved: Vec<Vec<usize>> = Vec::with_capacity(parts.len());
    for part in &parts {
        let place = |group| {
            let key = part.key(group);
            *places.entry(key.clone()).or_insert_with(|| {
                keys.push(key);
                keys.len() - 1
            })
        };
        moved.push((0..part.len()).map(place).collect());
    }
    fn spread<T: Copy>(values: &[T], to: &[usize], len: usize, absent: T) -> Vec<T> {
        let mut all = vec![absent; len];
        for (value, place) in values.iter().zip(to) {
            all[*place] = *value;
        }
        all
    }
    let columns = parts.iter().map(|part| part.keys.len()).max().unwrap_or_default();
    let mut all = Groups { keys: (0..columns).map(|c| keys.iter().map(|key| key[c]).collect()).collect(), ..Groups::default() };
    for (part, to) in parts.into_iter().zip(&moved) {
        all.rows.extend(part.rows.iter().map(|rows| spread(rows, to, keys.len(), 0)));
        all.sums.extend(part.sums.iter().map(|sums| match sums {
            Sums::Whole(values) => Sums::Whole(spread(values, to, keys.len(), None)),
            Sums::Fraction(values) => Sums::Fraction(spread(values, to, keys.len(), None)),
        }));
        all.known.extend(part.known);
        all.currencies.extend(part.currencies);
    }
    all
}

fn shaped(asked: &Asked<'_>, layout: &Layout, bases: &[&'static Metric], groups: Groups) -> Groups {
    let dimensions = asked.query.dimensions();
    let mut keys: Vec<Vec<i64>> = Vec::with_capacity(dimensions.len() + 2);
    for (dimension, place) in dimensions.iter().zip(&layout.places) {
        keys.push(match layout.owner {
            Some(owner) if about_campaign(*dimension) => campaign_facts(asked, *dimension, &groups, *place, owner),
            _ => groups.keys[*place].clone(),
        });
    }
    if let Some((platform, account)) = layout.owner.filter(|_| layout.owned) {
        keys.extend([groups.keys[platform].clone(), groups.keys[account].clone()]);
    }
    let groups = Groups { keys, ..groups };
    if dimensions.iter().any(|d| about_campaign(*d)) { merged(&groups, bases) } else { groups }
}

/// The codes of each group's campaign's present status or objective.
fn campaign_facts(asked: &Asked<'_>, dimension: Dimension, groups: &Groups, campaign: usize, owner: (usize, usize)) -> Vec<i64> {
    let code = |key: i64| u32::try_from(key).unwrap_or(u32::MAX);
    (0..groups.len())
        .map(|i| {
            let (platform, account) = (code(groups.keys[owner.0][i]), code(groups.keys[owner.1][i]));
            let known = asked.current.find(EntityKind::Campaign, platform, account, code(groups.keys[campaign][i]));
            let text = match dimension {
                Dimension::Status => known.map_or(Status::Unknown, |c| c.status).as_str(),
                _ => known.map_or("", |c| c.objective.as_str()),
            };
            i64::from(asked.tenant.codes.code(text))
        })
        .collect()
}

/// One group per key.
fn merged(groups: &Groups, bases: &[&'static Metric]) -> Groups {
    let mut members: HashMap<Vec<i64>, Vec<usize>> = HashMap::new();
    for i in 0..groups.len() {
        members.entry(groups.key(i)).or_default().push(i);
    }
    let mut result = Groups {
        keys: vec![Vec::new(); groups.keys.len()],
        sums: bases.iter().map(|m| Sums::empty(m)).collect(),
        currencies: groups.currencies.clone(),
        known: groups.known.clone(),
        rows: vec![Vec::new()],
    };
    for (key, members) in members {
        let one = total(groups, members.iter().copied());
        for (column, value) in result.keys.iter_mut().zip(key) {
            column.push(value);
        }
        for (rows, one) in result.rows.iter_mut().zip(one.rows) {
            rows.extend(one);
        }
        for (sums, one) in result.sums.iter_mut().zip(one.sums) {
            match (sums, one) {
                (Sums::Whole(values), Sums::Whole(one)) => values.extend(one),
                (Sums::Fraction(values), Sums::Fraction(one)) => values.extend(one),
                _ => {}
            }
        }
    }
    result
}

/// The groups of the comparison period, with times expressed in the period asked about.
struct Compared {
    all: Groups,
    /// Those whose place exists in the period asked about.
    matchable: Groups,
}

/// Matches times by their place in the period: the third day with the third day, the second month with the second month.
fn shifted(all: Groups, dimensions: &[Dimension], from: DayRange, to: DayRange) -> Compared {
    let (from_day, to_day, last) = (days::to_epoch(from.from()), days::to_epoch(to.from()), days::to_epoch(to.to()));
    let shift = |dimension: Dimension, key: i64| -> Option<i64> {
        let key = i32::try_from(key).ok()?;
        let (moved, last) = match dimension {
            Dimension::Date => (key - from_day + to_day, last),
            Dimension::Week => (key - days::week(from_day) + days::week(to_day), days::week(last)),
            _ => {
                let index = days::month_index(key) - days::month_index(from_day) + days::month_index(to_day);
                (days::month_from_index(index), days::month(last))
            }
        };
        (moved <= last).then_some(i64::from(moved))
    };
    if !dimensions.iter().any(|d| d.is_time()) {
        return Compared { matchable: all.clone(), all };
    }
    let mut keys = all.keys.clone();
    let mut keep = vec![true; all.len()];
    for (column, dimension) in keys.iter_mut().zip(dimensions).filter(|(_, d)| d.is_time()) {
        for (key, keep) in column.iter_mut().zip(&mut keep) {
            match shift(*dimension, *key) {
                Some(moved) => *key = moved,
                None => *keep = false,
            }
        }
    }
    let chosen: Vec<usize> = (0..all.len()).filter(|i| keep[*i]).collect();
    let matchable = Groups {
        keys: keys.iter().map(|column| chosen.iter().map(|i| column[*i]).collect()).collect(),
        rows: all.rows.iter().map(|rows| chosen.iter().map(|i| rows[*i]).collect()).collect(),
        sums: all
            .sums
            .iter()
            .map(|sums| match sums {
                Sums::Whole(values) => Sums::Whole(chosen.iter().map(|i| values[*i]).collect()),
                Sums::Fraction(values) => Sums::Fraction(chosen.iter().map(|i| values[*i]).collect()),
            })
            .collect(),
        currencies: all.currencies.clone(),
        known: all.known.clone(),
    };
    Compared { all, matchable }
}

fn pair(current: &Groups, compared: Option<&Groups>) -> Vec<Pair> {
    let Some(compared) = compared else {
        return (0..current.len()).map(|i| (Some(i), None)).collect();
    };
    let mut by_key: HashMap<Vec<i64>, usize> = (0..compared.len()).map(|i| (compared.key(i), i)).collect();
    let mut pairs: Vec<Pair> = (0..current.len()).map(|i| (Some(i), by_key.remove(&current.key(i)))).collect();
    pairs.extend(by_key.into_values().map(|i| (None, Some(i))));
    pairs
}

fn passes(filters: &[Filter], metrics: &Metrics, current: &Groups, group: Option<usize>) -> bool {
    filters.iter().all(|filter| {
        let Filter::Metric { metric, comparison, value } = filter else {
            return true;
        };
        let figure =
            group.zip(Registry::builtin().get(metric).ok()).and_then(|(i, metric)| number(metrics.cell(metric, current, i)));
        figure.is_some_and(|figure| comparison.holds(figure, *value))
    })
}

/// The one currency of the money in the result.
fn currency(asked: &Asked<'_>, metrics: &Metrics, current: &Groups, compared: Option<&Groups>) -> Result<Option<Currency>, Error> {
    let mut found = current.currencies.clone();
    found.extend(compared.into_iter().flat_map(|c| c.currencies.iter().cloned()));
    let mut present = parsed(&found);
    if present.is_empty() {
        let accounts: BTreeSet<Currency> = asked.covered().iter().map(|c| c.account.currency).collect();
        present = if accounts.len() == 1 { accounts.into_iter().collect() } else { Vec::new() };
    }
    match (present.as_slice(), asked.query.currency()) {
        // Everything was converted, or there was nothing to convert.
        (_, Some(wanted)) => Ok(Some(wanted)),
        ([], None) => Ok(None),
        ([one], _) => Ok(Some(*one)),
        _ if metrics.money() => Err(Error::MixedCurrencies { present }),
        _ => Ok(None),
    }
}

/// Everything ordering and naming need.
struct View<'a> {
    asked: &'a Asked<'a>,
    owned: bool,
    current: &'a Groups,
    compared: Option<&'a Groups>,
}

impl View<'_> {
    fn key(&self, (now, before): Pair) -> Vec<i64> {
        match (now, before, self.compared) {
            (Some(i), ..) => self.current.key(i),
            (None, Some(i), Some(compared)) => compared.key(i),
            _ => Vec::new(),
        }
    }

    fn owner(&self, key: &[i64]) -> Option<Owner> {
        let [.., platform, account] = key else { return None };
        let code = |key: i64| u32::try_from(key).unwrap_or(u32::MAX);
        self.owned.then(|| Owner { platform: code(*platform), account: code(*account) })
    }

    fn keys(&self, pair: Pair) -> Vec<Key> {
        let key = self.key(pair);
        let owner = self.owner(&key);
        self.asked.query.dimensions().iter().zip(&key).map(|(d, value)| self.asked.key(*d, *value, owner)).collect()
    }

    /// Orders by the metric or dimension asked for, absent figures last, ties by key.
    fn sort(&self, pairs: &mut [Pair], metrics: &Metrics) {
        let sort = self.asked.query.sort();
        let turned = |order: Ordering| if sort.descending { order.reverse() } else { order };
        // Objects of several accounts may have one id and name.
        let owner = |pair: Pair| {
            let text = |code| self.asked.tenant.codes.text(code).to_string();
            self.owner(&self.key(pair)).map(|owner| (text(owner.platform), text(owner.account)))
        };
        let texts = |pair: Pair| self.keys(pair).into_iter().map(|k| (k.name, k.id)).chain(owner(pair)).collect::<Vec<_>>();
        if let Some(metric) = metrics.asked.iter().find(|m| m.id == sort.by) {
            let figure = |pair: &Pair| pair.0.and_then(|i| number(metrics.cell(metric, self.current, i)));
            let mut keyed: Vec<(Option<f64>, Pair)> = pairs.iter().map(|pair| (figure(pair), *pair)).collect();
            keyed.sort_by(|(a, at_a), (b, at_b)| {
                let order = match (a, b) {
                    (Some(a), Some(b)) => turned(a.total_cmp(b)),
                    (Some(_), None) => Ordering::Less,
                    (None, Some(_)) => Ordering::Greater,
                    (None, None) => Ordering::Equal,
                };
                order.then_with(|| texts(*at_a).cmp(&texts(*at_b)))
            });
            for (place, (_, pair)) in pairs.iter_mut().zip(keyed) {
                *place = pair;
            }
            return;
        }
        let dimensions = self.asked.query.dimensions();
        let at = dimensions.iter().position(|d| d.as_str() == sort.by).unwrap_or_default();
        pairs.sort_by_cached_key(|pair| {
            let key = self.key(*pair);
            let by_number = dimensions.get(at).is_some_and(|d| d.is_time() || d.is_cycle());
            let first = key.get(at).copied().unwrap_or_default();
            let mut texts = texts(*pair);
            let main = if at < texts.len() { texts.remove(at) } else { Default::default() };
            let number = if by_number { if sort.descending { -first } else { first } } else { 0 };
            let main = if by_number { Default::default() } else { main };
            Ordered { number, main, descending: sort.descending, rest: texts }
        });
    }
}

/// A sort key by one dimension, then by the others ascending.
#[derive(PartialEq, Eq)]
struct Ordered {
    number: i64,
    main: (String, String),
    descending: bool,
    rest: Vec<(String, String)>,
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        let main = self.main.cmp(&other.main);
        let main = if self.descending { main.reverse() } else { main };
        self.number.cmp(&other.number).then(main).then_with(|| self.rest.cmp(&other.rest))
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
