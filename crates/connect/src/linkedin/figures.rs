//! The figures LinkedIn is asked for, and the figures of one row.
//!
//! Counts are numbers and amounts are text, a few counts are text too; all are read alike. A figure that is missing or null is not
//! reported; zero is a figure.

use crate::{answer::BadBody, scalar::Fine};
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use std::fmt;

macro_rules! metrics {
    ($($name:ident = $field:literal),* $(,)?) => {
        /// A figure by LinkedIn's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Metric { $($name),* }

        impl Metric {
            /// Every one, in the order they are asked for.
            pub(super) const ALL: [Self; [$($field),*].len()] = [$(Self::$name),*];

            /// Its field.
            pub(super) const fn field(self) -> &'static str {
                match self { $(Self::$name => $field),* }
            }

            fn named(field: &str) -> Option<Self> {
                match field { $($field => Some(Self::$name),)* _ => None }
            }
        }
    };
}

metrics! {
    Impressions = "impressions",
    Clicks = "clicks",
    LandingPageClicks = "landingPageClicks",
    Cost = "costInLocalCurrency",
    WebsiteConversions = "externalWebsiteConversions",
    PostClickConversions = "externalWebsitePostClickConversions",
    PostViewConversions = "externalWebsitePostViewConversions",
    ConversionValue = "conversionValueInLocalCurrency",
    Leads = "oneClickLeads",
    VideoStarts = "videoStarts",
    VideoViews = "videoViews",
    VideoCompletions = "videoCompletions",
    Reach = "approximateMemberReach",
    LeadFormOpens = "oneClickLeadFormOpens",
    QualifiedLeads = "qualifiedLeads",
    MailLeads = "leadGenerationMailContactInfoShares",
    TalentLeads = "talentLeads",
    ViralLeads = "viralOneClickLeads",
    ViralConversions = "viralExternalWebsiteConversions",
    Registrations = "registrations",
    PostClickRegistrations = "postClickRegistrations",
    PostViewRegistrations = "postViewRegistrations",
    JobApplications = "jobApplications",
    PostClickJobApplications = "postClickJobApplications",
    PostViewJobApplications = "postViewJobApplications",
    Follows = "follows",
    Downloads = "downloadClicks",
    DocumentCompletions = "documentCompletions",
}

/// Figures that every split has, members' included: they fit in one lot.
pub(super) const BASE: &[Metric] = Metric::ALL.split_at(12).0;

/// Figures of one conversion rule.
pub(super) const OF_RULES: [Metric; 4] =
    [Metric::WebsiteConversions, Metric::PostClickConversions, Metric::PostViewConversions, Metric::ConversionValue];

/// Some of [`Metric`], exact. Boxed, since rows are moved about.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Figures(Box<[Option<Fine>; Metric::ALL.len()]>);

impl Default for Figures {
    fn default() -> Self {
        Self(Box::new([None; Metric::ALL.len()]))
    }
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = Metric::ALL.into_iter().filter_map(|metric| Some((metric, self.get(metric)?)));
        f.debug_map().entries(told).finish()
    }
}

impl Figures {
    pub(super) fn get(&self, metric: Metric) -> Option<Fine> {
        self.0[metric as usize]
    }

    /// A count, which is whole.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn count(&self, metric: Metric) -> Result<Option<i64>, BadBody> {
        let count = self.get(metric).map(|figure| figure.whole());
        let wrong = || BadBody::Conflict(format!("{} is no whole number", metric.field()));
        count.map(|whole| whole.ok_or_else(wrong)).transpose()
    }

    /// Reads one field of a row; whether it is a figure.
    pub(super) fn read<'de, A: serde::de::MapAccess<'de>>(&mut self, field: &str, map: &mut A) -> Result<(), A::Error> {
        match Metric::named(field) {
            Some(metric) => self.0[metric as usize] = map.next_value::<Option<Fine>>()?,
            None => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    /// Puts figures of the same row from another lot beside these.
    ///
    /// # Errors
    /// The field that both tell differently.
    pub(super) fn join(&mut self, other: &Self) -> Result<(), &'static str> {
        for metric in Metric::ALL {
            let (mine, theirs) = (&mut self.0[metric as usize], other.get(metric));
            if mine.is_some() && theirs.is_some() && *mine != theirs {
                return Err(metric.field());
            }
            *mine = mine.or(theirs);
        }
        Ok(())
    }

    /// Adds up what can be added up: reach cannot.
    pub(super) fn add(&mut self, other: &Self) {
        for metric in Metric::ALL.into_iter().filter(|metric| *metric != Metric::Reach) {
            let mine = &mut self.0[metric as usize];
            *mine = mine.map_or(other.get(metric), |mine| Some(mine + other.get(metric).unwrap_or_default()));
        }
    }

    /// What is left of these after others, which are parts of them; never less than nothing.
    pub(super) fn less(&self, parts: &Self) -> Self {
        let left = |metric: Metric| {
            let whole = self.get(metric).filter(|_| metric != Metric::Reach)?;
            Some((whole - parts.get(metric).unwrap_or_default()).max(Fine::default()))
        };
        Self(Box::new(Metric::ALL.map(left)))
    }

    /// Whether anything happened.
    pub(super) fn any(&self) -> bool {
        self.0.iter().flatten().any(|figure| *figure != Fine::default())
    }
}

/// The elements of a bare object of figures, for tests and totals.
impl<'de> Deserialize<'de> for Figures {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Figures;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of figures")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Figures, A::Error> {
                let mut figures = Figures::default();
                while let Some(field) = map.next_key::<crate::scalar::Text<'de>>()? {
                    figures.read(&field.0, &mut map)?;
                }
                Ok(figures)
            }
        }
        from.deserialize_map(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(json: &str) -> Figures {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn names_are_the_documented_ones_and_unique() {
        let mut fields = Metric::ALL.map(Metric::field).to_vec();
        assert!(Metric::ALL.iter().all(|metric| Metric::named(metric.field()) == Some(*metric)));
        fields.sort_unstable();
        fields.dedup();
        assert_eq!(fields.len(), Metric::ALL.len());
        assert!(BASE.contains(&Metric::VideoCompletions) && !BASE.contains(&Metric::Reach), "members have no reach");
    }

    #[test]
    fn numbers_and_text_are_figures_and_null_is_none() {
        let read = figures(
            r#"{"impressions":19090,"costInLocalCurrency":"209.4490000000004","jobApplications":"3","clicks":null,"new":{}}"#,
        );
        assert_eq!(read.count(Metric::Impressions).unwrap(), Some(19_090));
        assert_eq!(read.count(Metric::JobApplications).unwrap(), Some(3));
        assert_eq!((read.count(Metric::Clicks).unwrap(), read.count(Metric::Leads).unwrap()), (None, None));
        assert_eq!(read.get(Metric::Cost).unwrap().micros(), 209_449_000);
        assert!(read.count(Metric::Cost).is_err(), "an amount is no count");
        assert!(serde_json::from_str::<Figures>(r#"{"clicks":"many"}"#).is_err());
    }

    #[test]
    fn lots_of_one_row_join_and_contradictions_do_not() {
        let mut row = figures(r#"{"impressions":5,"clicks":1}"#);
        row.join(&figures(r#"{"impressions":5,"follows":2}"#)).unwrap();
        assert_eq!(row, figures(r#"{"impressions":5,"clicks":1,"follows":2}"#));
        assert_eq!(row.join(&figures(r#"{"follows":3}"#)), Err("follows"));
    }

    #[test]
    fn what_is_left_is_never_less_than_nothing() {
        let whole = figures(r#"{"impressions":5,"clicks":1,"approximateMemberReach":4,"costInLocalCurrency":"2.5"}"#);
        let mut parts = figures(r#"{"impressions":3,"clicks":1}"#);
        parts.add(&figures(r#"{"impressions":3,"costInLocalCurrency":"1.0"}"#));
        assert_eq!(whole.less(&parts), figures(r#"{"impressions":0,"clicks":0,"costInLocalCurrency":"1.5"}"#));
        assert!(!figures(r#"{"impressions":0,"clicks":null}"#).any() && parts.any());
    }
}
