//! Which one event counts as "the conversion" of an account.
//!
//! LinkedIn counts conversions on the web site and leads left in its own forms beside each other. Adding them up would count whoever
//! does both twice, so one is chosen by the account's totals: conversions where it has any, since those may be worth something, else
//! leads.

use super::{
    Linkedin,
    figures::{Figures, Metric},
};
use crate::{
    Connector, Error,
    answer::{BadBody, Tally},
    limits,
};
use serde::Deserialize;
use std::sync::PoisonError;
use trimtab_domain::{DayRange, account::Account, fact::Measures};

/// What is counted as a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Conversions on the web site (`externalWebsiteConversions`), valued.
    Website,
    /// Leads left in LinkedIn's own forms (`oneClickLeads`).
    Leads,
}

impl Counted {
    const PREFERENCES: [Self; 2] = [Self::Website, Self::Leads];

    /// The action type among the account's conversions.
    #[must_use]
    pub const fn action(self) -> &'static str {
        self.metric().field()
    }

    pub(super) const fn metric(self) -> Metric {
        match self {
            Self::Website => Metric::WebsiteConversions,
            Self::Leads => Metric::Leads,
        }
    }

    /// The best event that is reported, or conversions, should there be any on older days.
    fn settle(totals: &Figures) -> Self {
        let reported = |counted: &Self| totals.get(counted.metric()).is_some_and(|count| count != Default::default());
        Self::PREFERENCES.into_iter().find(reported).unwrap_or(Self::Website)
    }

    /// Figures as facts, but for what was spent: that is rounded together with what other rows spent.
    pub(super) fn measures(self, figures: &Figures, spend_micros: i64) -> Result<Measures, BadBody> {
        #[expect(clippy::cast_precision_loss, reason = "no row has 2^53 conversions")]
        let conversions = figures.count(self.metric())?.map(|count| count as f64);
        let value = figures.get(Metric::ConversionValue).map(|value| value.micros());
        let revenue_micros = match (self, conversions) {
            (Self::Leads, _) => None,
            // Nothing sold is worth nothing.
            (Self::Website, Some(0.0)) => Some(value.unwrap_or(0)),
            (Self::Website, _) => value,
        };
        // A video begins by itself as it is shown; what never so much as began is none.
        let played = figures.count(Metric::VideoStarts)?.is_some_and(|starts| starts > 0);
        let plays = |metric| if played { figures.count(metric) } else { Ok(None) };
        Ok(Measures {
            impressions: figures.count(Metric::Impressions)?.unwrap_or(0),
            clicks: figures.count(Metric::Clicks)?.unwrap_or(0),
            link_clicks: figures.count(Metric::LandingPageClicks)?,
            spend_micros,
            reach: figures.count(Metric::Reach)?,
            conversions,
            revenue_micros,
            // Plays of two seconds with half of the video in view: LinkedIn has no figure for three.
            video_views: plays(Metric::VideoViews)?,
            thruplays: plays(Metric::VideoCompletions)?,
        })
    }
}

/// The totals of an account. They span the whole range, so that a row has no day of its own.
#[derive(Deserialize)]
struct Totals {
    elements: Vec<Figures>,
}

impl Linkedin {
    /// What counts as a conversion, asked for once and kept for the life of this connector; `None`, which is not kept: LinkedIn knows
    /// of no delivery in its reach.
    pub(super) async fn counted(&self, account: &Account, tally: &Tally) -> Result<Option<Counted>, Error> {
        let known = self.counted.lock().unwrap_or_else(PoisonError::into_inner).get(&account.id).copied();
        if let Some(counted) = known {
            return Ok(Some(counted));
        }
        let year = DayRange::ending(account.zone.day_at(self.now()), limits::LINKEDIN_TOTAL_DAYS);
        let mut metrics = Counted::PREFERENCES.map(Counted::metric).to_vec();
        // Rows without any figure are left out: this one is in each that tells of delivery.
        metrics.push(Metric::Impressions);
        let read = |body: &[u8]| {
            let Totals { elements } = serde_json::from_slice(body)?;
            let mut sum = Figures::default();
            elements.iter().for_each(|row| sum.add(row));
            Ok((!elements.is_empty()).then(|| Counted::settle(&sum)))
        };
        let Some(counted) = self.totals(account, &metrics, year, tally, read).await? else { return Ok(None) };
        let mut known = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(*known.entry(account.id.clone()).or_insert(counted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(json: &str) -> Figures {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn conversions_are_preferred_and_zero_is_none() {
        let settle = |json: &str| Counted::settle(&figures(json));
        assert_eq!(settle(r#"{"externalWebsiteConversions":3,"oneClickLeads":40}"#), Counted::Website);
        assert_eq!(settle(r#"{"externalWebsiteConversions":0,"oneClickLeads":40}"#), Counted::Leads);
        assert_eq!(settle("{}"), Counted::Website);
    }

    #[test]
    fn figures_become_measures_and_what_is_missing_stays_missing() {
        let row = figures(
            r#"{"impressions":19090,"clicks":100,"landingPageClicks":80,"costInLocalCurrency":"209.449","externalWebsiteConversions":3,
            "conversionValueInLocalCurrency":"450.0","oneClickLeads":2,"videoStarts":9000,"videoViews":4000,"videoCompletions":300,
            "approximateMemberReach":12000}"#,
        );
        let measures = Counted::Website.measures(&row, 7).unwrap();
        let expected = Measures {
            impressions: 19_090,
            clicks: 100,
            link_clicks: Some(80),
            spend_micros: 7,
            reach: Some(12_000),
            conversions: Some(3.0),
            revenue_micros: Some(450_000_000),
            video_views: Some(4_000),
            thruplays: Some(300),
        };
        assert_eq!(measures, expected);
        let leads = Counted::Leads.measures(&row, 7).unwrap();
        assert_eq!((leads.conversions, leads.revenue_micros), (Some(2.0), None), "leads carry no value");
        let image = Counted::Website.measures(&figures(r#"{"impressions":1,"videoStarts":0,"videoViews":0}"#), 0).unwrap();
        assert_eq!((image.video_views, image.conversions, image.revenue_micros, image.link_clicks), (None, None, None, None));
        let none = Counted::Website.measures(&figures(r#"{"externalWebsiteConversions":0}"#), 0).unwrap();
        assert_eq!((none.conversions, none.revenue_micros), (Some(0.0), Some(0)), "nothing sold is worth nothing");
    }
}
