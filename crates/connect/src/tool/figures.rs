//! Figures as tools tell them: sums of facts, amounts as decimals.

use schemars::JsonSchema;
use serde::Serialize;
use trimtab_domain::{fact::Measures, money::decimal};

/// The figures of a place and a time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Figures {
    /// Times shown.
    impressions: i64,
    /// All clicks, as the platform's own.
    clicks: i64,
    /// Clicks that leave for the advertised link; null where the platform does not tell.
    link_clicks: Option<i64>,
    /// Spend as a decimal in the account's currency.
    pub(super) spend: String,
    /// Conversions of the account's one chosen action; null where the platform does not tell.
    conversions: Option<f64>,
    /// Their value as a decimal in the account's currency; null where the platform does not tell.
    revenue: Option<String>,
    /// Video plays of three seconds or more, or the platform's closest figure; null where it does not tell.
    video_views: Option<i64>,
    /// Video plays to the end or of 15 seconds; null where the platform does not tell.
    thruplays: Option<i64>,
    /// People reached; null where it would have to be summed, which reach never is.
    reach: Option<i64>,
}

/// A sum of facts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    measures: Measures,
    facts: usize,
}

impl Sum {
    pub(super) fn add(&mut self, more: &Measures) {
        let sum = &mut self.measures;
        sum.impressions = sum.impressions.saturating_add(more.impressions);
        sum.clicks = sum.clicks.saturating_add(more.clicks);
        sum.spend_micros = sum.spend_micros.saturating_add(more.spend_micros);
        sum.link_clicks = known(sum.link_clicks, more.link_clicks);
        sum.revenue_micros = known(sum.revenue_micros, more.revenue_micros);
        sum.video_views = known(sum.video_views, more.video_views);
        sum.thruplays = known(sum.thruplays, more.thruplays);
        sum.conversions = sum.conversions.zip(more.conversions).map_or(sum.conversions.or(more.conversions), |(a, b)| Some(a + b));
        self.facts += 1;
        // People of one fact may be those of another.
        sum.reach = more.reach.filter(|_| self.facts == 1);
    }

    /// Spend in micros, to order by.
    pub(super) const fn spend_micros(&self) -> i64 {
        self.measures.spend_micros
    }

    pub(super) fn figures(&self) -> Figures {
        let Measures { impressions, clicks, link_clicks, spend_micros, reach, conversions, revenue_micros, video_views, thruplays } =
            self.measures;
        Figures {
            impressions,
            clicks,
            link_clicks,
            spend: decimal(spend_micros),
            conversions: conversions.map(rounded),
            revenue: revenue_micros.map(decimal),
            video_views,
            thruplays,
            reach,
        }
    }
}

/// The sum of what is known.
fn known(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    a.zip(b).map_or(a.or(b), |(a, b)| Some(a.saturating_add(b)))
}

/// A sum of fractions without the dust that adding leaves.
pub(super) fn rounded(count: f64) -> f64 {
    (count * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_know_what_was_told_and_never_add_reach() {
        let measures = Measures { impressions: 10, spend_micros: 1_230_000, reach: Some(7), ..Measures::default() };
        let mut sum = Sum::default();
        sum.add(&Measures { conversions: Some(0.1), ..measures });
        let one = sum.figures();
        assert_eq!((one.reach, one.spend.as_str(), one.revenue), (Some(7), "1.23", None));
        sum.add(&Measures { conversions: Some(0.2), revenue_micros: Some(500_000), ..measures });
        let two = sum.figures();
        assert_eq!((two.reach, two.impressions, two.spend.as_str()), (None, 20, "2.46"));
        assert_eq!((two.conversions, two.revenue.as_deref(), two.link_clicks), (Some(0.3), Some("0.50"), None));
    }
}
