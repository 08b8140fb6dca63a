//! What a pattern says as a finding.

use super::{Pattern, Picture, audience, budget, hours, lag, season, wear};
use crate::words;
use trimtab_domain::{
    Day,
    finding::{Evidence, Finding, FindingKind, Severity},
};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// What differs from kind to kind.
struct Told {
    metric: &'static str,
    headline: String,
    /// What the picture does not show: what it rests on. May be empty.
    basis: String,
    /// What the picture shows, in words.
    shown: String,
    doubt: &'static str,
    actions: Vec<String>,
    metrics: Vec<&'static str>,
    by: Vec<&'static str>,
}

impl Pattern {
    /// What a pattern rests on and its picture does not show; empty where there is nothing beyond it.
    #[must_use]
    pub fn basis(&self) -> String {
        self.told().basis
    }

    /// The pattern as a finding: good to know, with what to use it for. It keeps its id as long as it is told of the same object.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let told = self.told();
        let (from, to) = self.learned_from;
        let rule = self.kind.as_str();
        let end = self.learned_on.max(to);
        let span = format!(
            "Learnt from {from} to {to}; good until {}. Confidence {:.0} %: sample {:.0} %, spread {:.0} %, span {:.0} %.",
            self.valid_until,
            self.confidence.value * 100.0,
            self.confidence.sample * 100.0,
            self.confidence.spread * 100.0,
            self.confidence.span * 100.0,
        );
        Finding {
            id: Finding::id_of(FindingKind::Pattern, rule, &self.entity, Some(told.metric), Day::constant(2000, 1, 1)),
            kind: FindingKind::Pattern,
            rule: rule.into(),
            severity: Severity::Info,
            entity: self.entity.clone(),
            metric: Some(told.metric.into()),
            from: from.min(to),
            to: end,
            ongoing: true,
            value: None,
            expected: None,
            interval: None,
            currency: self.currency,
            confidence: self.confidence.value,
            headline: told.headline,
            detail: [told.basis, told.shown, span].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
            cause: None,
            contributions: Vec::new(),
            doubt: told.doubt.to_owned(),
            actions: told.actions,
            evidence: vec![Evidence {
                shows: "the figures it was learnt from".to_owned(),
                metrics: told.metrics.into_iter().map(Into::into).collect(),
                by: told.by.into_iter().map(Into::into).collect(),
                filter: words::filter(&self.entity),
                from: from.min(to),
                to,
                compare: None,
                currency: None,
            }],
            source_hash: String::new(),
        }
    }

    fn told(&self) -> Told {
        match &self.picture {
            Picture::Hours(map) => of_hours(map),
            Picture::Wear(curve) => of_wear(curve),
            Picture::Budget(spot) => of_budget(spot, self.currency.map_or(String::new(), |c| format!(" {c}"))),
            Picture::Audience(decay) => of_audience(decay),
            Picture::Lag(curve) => of_lag(curve),
            Picture::Season(profile) => of_season(profile),
        }
    }
}

fn list(of: &[String]) -> String {
    if of.is_empty() { "none".to_owned() } else { of.join(", ") }
}

fn share(index: f64) -> String {
    format!("{:+.0} %", (index - 1.0) * 100.0)
}

fn of_hours(map: &hours::HourMap) -> Told {
    let named = |cells: &[hours::Cell], name: &dyn Fn(&hours::Cell) -> String, good: bool| {
        let mut some: Vec<&hours::Cell> = cells.iter().filter(|c| c.differs && (c.index > 1.0) == good).collect();
        some.sort_by(|a, b| (b.index - 1.0).abs().total_cmp(&(a.index - 1.0).abs()));
        some.iter().take(6).map(|c| format!("{} ({})", name(c), share(c.index))).collect::<Vec<String>>()
    };
    let both = |good: bool| {
        let mut all = named(&map.weekdays, &|c| WEEKDAYS[c.weekday].to_owned(), good);
        all.extend(named(&map.hours, &|c| format!("{}:00", c.hour), good));
        all.extend(named(&map.cells, &|c| format!("{} {}:00", WEEKDAYS[c.weekday], c.hour), good).into_iter().take(3));
        all
    };
    let (good, bad) = (both(true), both(false));
    let best = good.first().or(bad.first()).cloned().unwrap_or_default();
    Told {
        metric: map.rate.metric(),
        headline: format!("Time matters for {}: {best}", map.rate.metric().to_uppercase()),
        basis: format!(
            "{} of 168 hours of the week differ beyond chance, all comparisons taken together.",
            map.cells.iter().filter(|c| c.differs).count(),
        ),
        shown: format!("Better than the whole: {}. Worse: {}.", list(&good), list(&bad)),
        doubt: if map.rate == hours::Rate::Ctr {
            "Clicks are no sales: an hour in which people click more may be one in which they buy less, or ads of another kind run in it."
        } else {
            "Wrong if conversions are credited to the hour of the purchase rather than of the click, or if ads of another kind run in those hours."
        },
        actions: vec![
            "Schedule budgets or bids by these hours; start with a tenth and look again after two weeks.".to_owned(),
            "Leave hours that do not differ as they are.".to_owned(),
        ],
        metrics: if map.rate == hours::Rate::Ctr {
            vec!["ctr", "clicks", "impressions"]
        } else {
            vec![map.rate.metric(), "conversions", "spend"]
        },
        by: vec!["campaign", "hour"],
    }
}

fn of_wear(curve: &wear::WearCurve) -> Told {
    let seen = curve.seen_days;
    let range = match curve.interval {
        (Some(low), Some(high)) => format!(" ({low:.0} to {high:.0} days, four times in five)"),
        (Some(low), None) => format!(" ({low:.0} days or more, four times in five)"),
        (None, _) => String::new(),
    };
    let quarter = curve.first_quarter_days.map(|days| format!("A quarter are tired after {days:.0} days."));
    let half = curve.typical_days.map(|days| format!("Half are tired after {days:.0} days{range}."));
    Told {
        metric: "ctr",
        headline: curve.typical_days.map_or_else(
            || format!("Fewer than half of the creatives tired within the {seen:.0} days seen"),
            |days| format!("Half of the creatives are tired after {days:.0} days"),
        ),
        basis: format!(
            "Of {} creatives followed from their first day, {} lost a quarter of their click rate.",
            curve.ads, curve.tired
        ),
        shown: quarter.into_iter().chain(half).collect::<Vec<_>>().join(" "),
        doubt: "Ads that were paused before they were seen to be tired make it look longer.",
        actions: vec![curve.first_quarter_days.map_or_else(
            || format!("Leave creatives running by age: fewer than a quarter tired within {seen:.0} days. Replace those whose own click rate falls."),
            |days| format!("Plan a new creative for each audience every {days:.0} days."),
        )],
        metrics: vec!["ctr", "impressions"],
        by: vec!["ad"],
    }
}

fn of_budget(spot: &budget::SweetSpot, currency: String) -> Told {
    let (low, high) = spot.seen;
    let result = match spot.goal {
        budget::Goal::Conversions => "conversions",
        budget::Goal::Revenue => "revenue",
    };
    let last = spot.curve.last().map_or(0.0, |p| if p.result > 0.0 { p.marginal * p.spend / p.result } else { 0.0 });
    let headline = spot.diminishing_at.map_or_else(
        || "Each unit of spend buys less than the last".to_owned(),
        |at| format!("Beyond {at:.0}{currency} a day another unit buys less than half"),
    );
    let mut actions = vec!["Put the next money where the last unit still buys more.".to_owned()];
    if let Some(best) = spot.best {
        actions.insert(
            0,
            format!("Move its budget towards {best:.0}{currency} a day, in steps of a fifth, and look again after two weeks."),
        );
    }
    Told {
        metric: result,
        headline,
        basis: format!("At the upper end one unit more brings {:.0} % of what an average unit brings.", last * 100.0),
        shown: format!("Spend per day was between {low:.0} and {high:.0}{currency}."),
        doubt: "Wrong if budgets were raised when demand was high anyway; only a planned change proves it.",
        actions,
        metrics: vec!["spend", result],
        by: vec!["week"],
    }
}

fn of_audience(of: &audience::AudienceDecay) -> Told {
    let one = |d: &audience::Decay| {
        let seen = d.frequency.map_or(String::new(), |(a, b)| format!(", daily frequency {a:.2} to {b:.2}"));
        let ads = if d.new_ads == 0 { ", no new ads" } else { "" };
        format!(
            "{} loses {:.1} % a week ({:.1} to {:.1} %){seen}{ads}",
            d.entity.name,
            d.per_week * 100.0,
            d.interval.0 * 100.0,
            d.interval.1 * 100.0
        )
    };
    let all: Vec<String> = of.decays.iter().take(5).map(one).collect();
    Told {
        metric: "ctr",
        headline: format!("{} of {} ad groups lose their audience", of.decays.len(), of.of),
        basis: "Each is held against the other ad groups on the same days.".to_owned(),
        shown: format!("{}.", all.join("; ")),
        doubt: "Where an ad group had no new ads, its creatives may be what wears.",
        actions: vec![
            "Widen or renew the audience of the fastest; exclude those who bought.".to_owned(),
            "Where no new ads joined, bring in a new creative first and see whether the fall stops.".to_owned(),
        ],
        metrics: vec!["ctr", "impressions"],
        by: vec!["ad_group"],
    }
}

fn of_lag(of: &lag::LagCurve) -> Told {
    let at = |age: usize| of.shares.get(age).map_or(0.0, |s| s.share * 100.0);
    Told {
        metric: "conversions",
        headline: format!("Nine tenths of conversions are in after {} days", of.most_days),
        basis: String::new(),
        shown: format!(
            "On the day itself {:.0} % are in, a day later {:.0} %, after a week {:.0} %. Half are in after {} days.",
            at(0),
            at(1),
            at(7),
            of.half_days
        ),
        doubt: "Another attribution window or a slower checkout makes another curve.",
        actions: vec![format!(
            "Do not judge days younger than {} days by their conversions; correct them by this curve.",
            of.most_days
        )],
        metrics: vec!["conversions"],
        by: vec!["date"],
    }
}

fn of_season(of: &season::SeasonProfile) -> Told {
    let ends = |parts: &[season::Part], names: &[&'static str]| {
        let best = parts.iter().max_by(|a, b| a.index.total_cmp(&b.index));
        let worst = parts.iter().min_by(|a, b| a.index.total_cmp(&b.index));
        best.zip(worst)
            .map(|(b, w)| format!("{} ({}) and least on {} ({})", names[b.place], share(b.index), names[w.place], share(w.index)))
    };
    let weekdays = of.weekdays.as_ref().ok().and_then(|p| ends(p, &WEEKDAYS));
    let months = of.months.as_ref().ok().and_then(|p| ends(p, &MONTHS).map(|text| text.replace(" on ", " in ")));
    let metric = trimtab_domain::metric::Registry::builtin().get(&of.metric).map_or("spend", |m| m.id.as_str());
    let text = |what: Option<String>, else_: String| what.map_or(else_, |text| format!("most on {text}"));
    let why = |of: &Result<Vec<season::Part>, super::Because>| of.as_ref().err().map_or(String::new(), ToString::to_string);
    let months_told = months.as_ref().map_or_else(|| why(&of.months), |text| format!("most in {text}"));
    Told {
        metric,
        headline: format!("{metric}: {}", text(weekdays.clone().or_else(|| months.clone()), String::new())),
        basis: String::new(),
        shown: format!("Weekdays: {}. Months: {months_told}.", text(weekdays, why(&of.weekdays))),
        doubt: "It says what was planned where budgets follow the calendar.",
        actions: vec![
            "Compare a day with the same weekday, and a month with the same month; plan budgets by the strong ones.".to_owned(),
        ],
        metrics: vec![metric],
        by: vec!["date"],
    }
}
