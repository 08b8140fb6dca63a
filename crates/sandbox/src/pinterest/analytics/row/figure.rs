//! What a column shows of a row. Money is computed in micros and never through a float; only ratios are floats.

use super::{Found, Writer};
use crate::{
    pinterest::{
        columns::{Attribute, Column, Event, Place, Shows, Way},
        entities,
    },
    world::measure::{FUNNEL, LEAD_FORM, LEAD_WEB, Linear, PURCHASE_SHOP, PURCHASE_WEB, SPEND, WINDOWS},
};

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Figure {
    Id(u64),
    Text(String),
    Flag(bool),
    Count(i64),
    /// Micros, written as a float without a fraction, as the platform does.
    Micros(i64),
    /// Micros, written in units.
    Major(i64),
    Ratio(f64),
    Nothing,
}

impl Figure {
    pub(crate) const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Text(text) => text.clone(),
            Self::Flag(flag) => flag.to_string(),
            Self::Count(n) => n.to_string(),
            Self::Micros(n) => format!("{n}.0"),
            Self::Major(n) => major(*n),
            Self::Ratio(x) => format!("{x:?}"),
            Self::Nothing => String::new(),
        }
    }
}

/// Micros as a decimal of units, without trailing zeros but for one.
fn major(micros: i64) -> String {
    let mut text = format!("{}.{:06}", micros / 1_000_000, (micros % 1_000_000).abs());
    while text.ends_with('0') && !text.ends_with(".0") {
        text.pop();
    }
    text
}

/// The value of a column.
pub(crate) fn of(writer: &Writer<'_>, found: &Found<'_>, column: &Column) -> Figure {
    let hourly = writer.query.granularity == super::super::Granularity::Hour;
    if hourly && column.is_conversion() {
        return Figure::Nothing;
    }
    let linear = &found.tally.linear;
    let spend = micros(writer, linear[SPEND]);
    let count = |n: i64| if n == 0 { Figure::Nothing } else { Figure::Count(n) };
    let ratio = |above: f64, below: i64| {
        if below == 0 || above == 0.0 { Figure::Nothing } else { Figure::Ratio((above / below as f64 * 1e6).round() / 1e6) }
    };
    let per = |many: i64, factor: i64| match i64::try_from(i128::from(spend) * i128::from(factor) / i128::from(many.max(1))) {
        Ok(cost) if many > 0 && cost > 0 => Some(cost),
        _ => None,
    };
    let shown = |linear: &Linear, (figure, times): (usize, i64)| linear[figure] * times;
    match column.shows {
        Shows::Attribute(attribute) => told(writer, found, attribute),
        Shows::Count(figure, times) => count(shown(linear, (figure, times))),
        Shows::Sum(one, other) => count(shown(linear, one) + shown(linear, other)),
        Shows::SpendMicros if spend != 0 => Figure::Micros(spend),
        Shows::SpendMajor if spend != 0 => Figure::Major(spend),
        Shows::SpendMicros | Shows::SpendMajor | Shows::Nothing => Figure::Nothing,
        Shows::People => count(found.people),
        Shows::Frequency => ratio(found.tally.impressions() as f64, found.people),
        Shows::CostMicros(figure, factor) => per(linear[figure], factor).map_or(Figure::Nothing, Figure::Micros),
        Shows::CostMajor(figure, factor) => per(linear[figure], factor).map_or(Figure::Nothing, Figure::Major),
        Shows::Rate(above, below) => ratio(linear[above] as f64, linear[below]),
        Shows::Conversions(event, way, place) => count(conversions(writer, found, event, way, place)),
        Shows::Value(event, way, place) => match value(writer, found, event, way, place) {
            0 => Figure::Nothing,
            worth => Figure::Micros(worth),
        },
        Shows::CostPer(event, place) => {
            let many = conversions(writer, found, Some(event), Way::Any, place);
            per(many, 1).map_or(Figure::Nothing, Figure::Major)
        }
        Shows::Roas(event, place) => ratio(value(writer, found, Some(event), Way::Any, place) as f64, spend),
        Shows::ConversionRate(event) => {
            let many = conversions(writer, found, Some(event), Way::Any, Place::Any);
            ratio(many as f64, linear[crate::world::measure::CLICKS])
        }
        Shows::FormLeads => count(by_way(&found.tally.counts[LEAD_FORM], Way::Any)),
        Shows::CostPerFormLead => per(by_way(&found.tally.counts[LEAD_FORM], Way::Any), 1).map_or(Figure::Nothing, Figure::Major),
    }
}

fn micros(writer: &Writer<'_>, minor: i64) -> i64 {
    entities::micros(writer.account, minor)
}

/// Counts of one kind: clicks stand in the first window and views in the last.
const fn by_way(windows: &[i64; WINDOWS], way: Way) -> i64 {
    match way {
        Way::Any => windows[0] + windows[WINDOWS - 1],
        Way::Click => windows[0],
        Way::View => windows[WINDOWS - 1],
        Way::Engagement => 0,
    }
}

/// Conversions of an event. Every total is the sum of its ways and of its places.
fn conversions(writer: &Writer<'_>, found: &Found<'_>, event: Option<Event>, way: Way, place: Place) -> i64 {
    let counts = |kind: usize| by_way(&found.tally.counts[kind], way);
    let web = matches!(place, Place::Any | Place::Web);
    let attribution = &writer.query.attribution;
    let funnel = |step: usize| {
        let first = FUNNEL + step * WINDOWS;
        let click = attribution.funnel_click().map_or(0, |window| found.tally.linear[first + window]);
        let view = if attribution.counts_views() { found.tally.linear[first + WINDOWS - 1] } else { 0 };
        if web { by_way(&[click, 0, 0, view], way) } else { 0 }
    };
    match event {
        None => [Event::PageVisit, Event::AddToCart, Event::Custom, Event::Checkout, Event::Lead]
            .into_iter()
            .map(|event| conversions(writer, found, Some(event), way, place))
            .sum(),
        Some(Event::Checkout) => match place {
            Place::Any => counts(PURCHASE_WEB) + counts(PURCHASE_SHOP),
            Place::Web => counts(PURCHASE_WEB),
            Place::InApp => counts(PURCHASE_SHOP),
            Place::Offline | Place::Pinterest => 0,
        },
        Some(Event::Lead) => match place {
            Place::Any => counts(LEAD_WEB) + counts(LEAD_FORM),
            Place::Web => counts(LEAD_WEB),
            _ => 0,
        },
        Some(Event::PageVisit) => funnel(0),
        Some(Event::AddToCart) => funnel(1),
        // Begun checkouts, for which the platform has no event of its own.
        Some(Event::Custom) => funnel(2),
        Some(_) => 0,
    }
}

/// The value of an event's conversions, in micros.
fn value(writer: &Writer<'_>, found: &Found<'_>, event: Option<Event>, way: Way, place: Place) -> i64 {
    let values = |kind: usize| by_way(&found.tally.values[kind], way);
    let minor = match (event, place) {
        (None, Place::Any) => values(PURCHASE_WEB) + values(PURCHASE_SHOP) + values(LEAD_WEB) + values(LEAD_FORM),
        (Some(Event::Checkout), Place::Any) => values(PURCHASE_WEB) + values(PURCHASE_SHOP),
        (Some(Event::Checkout), Place::Web) => values(PURCHASE_WEB),
        (Some(Event::Checkout), Place::InApp) => values(PURCHASE_SHOP),
        (Some(Event::Lead), Place::Any) => values(LEAD_WEB) + values(LEAD_FORM),
        (Some(Event::Lead), Place::Web) => values(LEAD_WEB),
        _ => 0,
    };
    micros(writer, minor)
}

/// A fact about the row's object; nothing where the row stands above it.
fn told(writer: &Writer<'_>, found: &Found<'_>, attribute: Attribute) -> Figure {
    let (a, now) = (writer.account, writer.query.now);
    let text = |t: Option<String>| t.map_or(Figure::Nothing, Figure::Text);
    let id = |t: Option<u64>| t.map_or(Figure::Nothing, Figure::Id);
    let (campaign, set, ad) =
        (found.campaign.map(|c| &a.campaigns[c]), found.ad_set.map(|s| &a.ad_sets[s]), found.ad.map(|x| &a.ads[x]));
    match attribute {
        Attribute::AccountId => Figure::Id(a.id),
        Attribute::CampaignId => id(campaign.map(|c| c.object.id)),
        Attribute::CampaignName => text(campaign.map(|c| c.object.name.clone())),
        Attribute::CampaignSummary => text(found.campaign.map(|c| entities::campaign_summary(a, c, now).to_owned())),
        Attribute::CampaignStatus => text(campaign.map(|c| entities::status(&c.object, now).to_owned())),
        Attribute::CampaignObjective => text(campaign.map(|c| entities::objective(c).to_owned())),
        Attribute::CampaignDailyCap => {
            let cap = campaign.and_then(|c| c.budget.as_ref()).map(|b| micros(writer, *b.at(now)));
            cap.map_or(Figure::Nothing, Figure::Count)
        }
        Attribute::CampaignBudgetOptimization => campaign.map_or(Figure::Nothing, |c| Figure::Flag(c.budget.is_some())),
        Attribute::AdGroupId => id(set.map(|s| s.object.id)),
        Attribute::AdGroupName => text(set.map(|s| s.object.name.clone())),
        Attribute::AdGroupSummary => text(found.ad_set.map(|s| entities::ad_group_summary(a, s, now).to_owned())),
        Attribute::AdGroupStatus => text(set.map(|s| entities::status(&s.object, now).to_owned())),
        Attribute::AdGroupBudgetType => text(set.map(|s| entities::budget(a, s, now).0.to_owned())),
        Attribute::AdGroupBudget => set.and_then(|s| entities::budget(a, s, now).1).map_or(Figure::Nothing, Figure::Major),
        Attribute::AdId => id(ad.map(|x| x.object.id)),
        Attribute::AdName => text(ad.map(|x| x.object.name.clone())),
        Attribute::AdSummary => text(found.ad.map(|x| entities::ad_summary(a, x, now).to_owned())),
        Attribute::PinId => id(ad.map(|x| x.creative)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_in_micros_or_units() {
        assert_eq!(Figure::Micros(12_340_000).text(), "12340000.0");
        assert_eq!(Figure::Major(12_340_000).text(), "12.34");
        assert_eq!(Figure::Major(5_000_000).text(), "5.0");
        assert_eq!(Figure::Major(1).text(), "0.000001");
        assert_eq!(Figure::Ratio(0.012_5).text(), "0.0125");
    }
}
