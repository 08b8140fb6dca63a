//! Accounts of a world, as they were known on a day.

use crate::Failure;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};
use trimtab_analysis::track::{AccountTracks, Figures, Track};
use trimtab_domain::{
    Currency, Day, Source,
    day::parse_day,
    finding::{EntityRef, EventKind, KnownEvent, Level},
};

/// What is known of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    History,
    Readings,
    Nothing,
}

impl Known {
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        match text {
            "history" => Ok(Self::History),
            "readings" => Ok(Self::Readings),
            "none" => Ok(Self::Nothing),
            other => Err(format!("'{other}' is not history, readings or none").into()),
        }
    }
}

/// Days a day's conversions grow.
const OPEN_DAYS: usize = 28;

/// Figures of a day in the order of the file.
type Cell = Option<[f64; 5]>;

#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) id: String,
    name: String,
    pub(crate) days: Vec<Cell>,
    pub(crate) calm: Vec<Cell>,
    /// By day since `late_from` and age: conversions, revenue.
    late: Vec<Vec<[f64; 2]>>,
}

#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) place: i64,
    pub(crate) campaign: Option<String>,
    kind: String,
    level: Level,
    object: String,
    name: String,
    before: String,
    after: String,
    by: Option<String>,
}

impl Change {
    pub(crate) fn object(&self) -> &str {
        &self.object
    }
}

#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) kind: String,
    pub(crate) from: i64,
    pub(crate) to: Option<i64>,
    pub(crate) campaign: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    currency: Currency,
    pub(crate) first: Day,
    pub(crate) campaigns: Vec<Campaign>,
    pub(crate) changes: Vec<Change>,
    pub(crate) labels: Vec<Label>,
    ages: Vec<usize>,
    pub(crate) late_from: usize,
}

pub(crate) fn read(file: &Path) -> Result<Vec<Account>, Failure> {
    let document: Value = serde_json::from_slice(&fs::read(file)?)?;
    list(&document["accounts"]).iter().map(account).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn cells(value: &Value) -> Vec<Cell> {
    let cell = |v: &Value| v.as_array().map(|a| std::array::from_fn(|i| a.get(i).and_then(Value::as_f64).unwrap_or(0.0)));
    list(value).iter().map(cell).collect()
}

fn account(value: &Value) -> Result<Account, Failure> {
    let first = parse_day(&text(&value["first"]))?;
    let place = |day: &Value| -> Result<i64, Failure> { Ok(i64::from(first.until(parse_day(&text(day))?)?.get_days())) };
    let late = &value["late"];
    let late_of: BTreeMap<String, &Value> = list(&late["campaigns"]).iter().map(|c| (text(&c["id"]), &c["days"])).collect();
    let pair = |v: &Value| [v[0].as_f64().unwrap_or(0.0), v[1].as_f64().unwrap_or(0.0)];
    let campaigns = list(&value["campaigns"]).iter().map(|c| Campaign {
        id: text(&c["id"]),
        name: text(&c["name"]),
        days: cells(&c["days"]),
        calm: cells(&c["calm"]),
        late: late_of
            .get(&text(&c["id"]))
            .map_or_else(Vec::new, |days| list(days).iter().map(|d| list(d).iter().map(pair).collect()).collect()),
    });
    let change = |c: &Value| -> Result<Change, Failure> {
        let level = match c["level"].as_str() {
            Some("campaign") => Level::Campaign,
            Some("ad_set") => Level::AdGroup,
            _ => Level::Ad,
        };
        Ok(Change {
            place: place(&c["day"])?,
            campaign: c["campaign"].as_str().map(str::to_owned),
            kind: text(&c["kind"]),
            level,
            object: text(&c["object"]),
            name: text(&c["name"]),
            before: text(&c["before"]),
            after: text(&c["after"]),
            by: c["by"].as_str().map(str::to_owned),
        })
    };
    let label = |l: &Value| -> Result<Label, Failure> {
        let to = if l["to"].is_null() { None } else { Some(place(&l["to"])?) };
        Ok(Label { kind: text(&l["kind"]), from: place(&l["from"])?, to, campaign: l["campaign"].as_str().map(str::to_owned) })
    };
    Ok(Account {
        id: text(&value["account"]),
        name: text(&value["name"]),
        currency: text(&value["currency"]).parse()?,
        first,
        campaigns: campaigns.collect(),
        changes: list(&value["changes"]).iter().map(change).collect::<Result<_, _>>()?,
        labels: list(&value["incidents"]).iter().map(label).collect::<Result<_, _>>()?,
        ages: list(&late["ages"]).iter().filter_map(Value::as_u64).map(|a| usize::try_from(a).unwrap_or(0)).collect(),
        late_from: usize::try_from(place(&late["from"])?)?,
    })
}

impl Account {
    pub(crate) fn days(&self) -> usize {
        self.campaigns.first().map_or(0, |c| c.days.len())
    }

    fn entity(&self, level: Level, id: &str, name: &str) -> EntityRef {
        EntityRef { level, source: Some(Source::Meta), account: self.id.as_str().into(), id: id.into(), name: name.into() }
    }

    /// The account as it was known after a day was over.
    pub(crate) fn known_after(&self, last: usize, known: Known) -> AccountTracks {
        let campaigns: Vec<Track> = self
            .campaigns
            .iter()
            .map(|c| Track { entity: self.entity(Level::Campaign, &c.id, &c.name), first: self.first, days: self.seen(c, last) })
            .collect();
        let sum = |t: usize| Some(Figures::sum(campaigns.iter().map(|c| &c.days[t])).unwrap_or_default());
        let account = Track {
            entity: self.entity(Level::Account, &self.id, &self.name),
            first: self.first,
            days: (0..=last).map(sum).collect(),
        };
        let provisional_from = account.day(last.saturating_sub(OPEN_DAYS - 1));
        AccountTracks {
            account,
            currency: self.currency,
            provisional_from: Some(provisional_from),
            campaigns,
            events: self.events(last, known),
        }
    }

    fn seen(&self, campaign: &Campaign, last: usize) -> Vec<Option<Figures>> {
        let begun = campaign.days.iter().position(Option::is_some).unwrap_or(usize::MAX);
        let day = |t: usize| {
            let Some([spend, impressions, clicks, mut conversions, mut revenue]) = campaign.days[t] else {
                return (t >= begun).then(Figures::default);
            };
            let age = last - t;
            let place = self.ages.iter().rposition(|a| *a <= age);
            let late = t.checked_sub(self.late_from).and_then(|i| campaign.late.get(i));
            if age < OPEN_DAYS
                && let (Some(place), Some(late)) = (place, late)
            {
                [conversions, revenue] = late[place];
            }
            Some(Figures { spend, impressions, clicks, conversions, revenue, reach: None })
        };
        (0..=last).map(day).collect()
    }

    /// The share of conversions that is in at each age, as a reader learns it from all readings of final days before a day.
    pub(crate) fn arrived(&self, last: usize) -> Vec<f64> {
        let mut sums = vec![0.0; self.ages.len()];
        for campaign in &self.campaigns {
            let days = campaign.late.iter().enumerate().filter(|(i, _)| self.late_from + i + OPEN_DAYS <= last);
            for (_, ages) in days {
                sums.iter_mut().zip(ages).for_each(|(sum, known)| *sum += known[0]);
            }
        }
        let whole = sums.last().copied().unwrap_or(0.0);
        let share = |age: usize| self.ages.iter().rposition(|a| *a <= age).map_or(1.0, |place| sums[place] / whole);
        if whole >= 100.0 { (0..OPEN_DAYS).map(share).collect() } else { vec![] }
    }

    fn events(&self, last: usize, known: Known) -> Vec<KnownEvent> {
        let until = i64::try_from(last).unwrap_or(i64::MAX);
        let seen = self.changes.iter().filter(|c| c.place <= until && known != Known::Nothing);
        let event = |c: &Change| {
            // A reading shows a change the morning after, which is the next day.
            let place = c.place + i64::from(known == Known::Readings);
            let amount = |text: &str| text.parse::<f64>().ok();
            let kind = match c.kind.as_str() {
                "budget" => EventKind::Budget,
                "created" => EventKind::Created,
                "disapproved" => EventKind::Disapproved,
                _ => EventKind::Status,
            };
            KnownEvent {
                day: self.first.saturating_add(jiff::Span::new().days(place)),
                entity: self.entity(c.level, &c.object, &c.name),
                kind,
                before: c.before.clone(),
                after: c.after.clone(),
                factor: amount(&c.before).zip(amount(&c.after)).filter(|(b, _)| *b > 0.0).map(|(b, a)| a / b),
                by: c.by.clone().filter(|_| known == Known::History),
            }
        };
        let mut events: Vec<KnownEvent> = seen.map(event).collect();
        events.sort_by_key(|e| e.day);
        events
    }
}
