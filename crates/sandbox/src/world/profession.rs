//! Who the people are at work: the size and trade of their employer, their rank, function and title, and where they live.
//!
//! Shares are usual ones; [`super::breakdown`] bends them by ad set. Some people say nothing about themselves: they are the part
//! named [`UNTOLD`], so that the others come to less than the whole.

use super::account::Account;

/// A question about a person at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Profession {
    CompanySize,
    Industry,
    Seniority,
    Title,
    Function,
    Country,
    Region,
}

/// The name of the part of those who do not say.
pub(crate) const UNTOLD: &str = "";

/// The share of those, whatever the question.
const UNTOLD_SHARE: f64 = 0.06;

/// People at an employer, from one to so many.
const COMPANY_SIZES: [(&str, f64); 9] = [
    ("1", 0.05),
    ("2-10", 0.13),
    ("11-50", 0.2),
    ("51-200", 0.21),
    ("201-500", 0.12),
    ("501-1000", 0.08),
    ("1001-5000", 0.11),
    ("5001-10000", 0.04),
    ("10001+", 0.06),
];

const INDUSTRIES: [(&str, f64); 11] = [
    ("software", 0.17),
    ("it services", 0.13),
    ("financial services", 0.12),
    ("accounting", 0.08),
    ("consulting", 0.1),
    ("retail", 0.11),
    ("manufacturing", 0.09),
    ("hospitality", 0.07),
    ("health", 0.06),
    ("marketing", 0.05),
    ("education", 0.02),
];

const SENIORITIES: [(&str, f64); 9] = [
    ("training", 0.02),
    ("entry", 0.21),
    ("senior", 0.33),
    ("manager", 0.17),
    ("director", 0.11),
    ("vp", 0.05),
    ("cxo", 0.05),
    ("partner", 0.02),
    ("owner", 0.04),
];

const TITLES: [(&str, f64); 12] = [
    ("chief executive", 0.11),
    ("founder", 0.1),
    ("managing director", 0.09),
    ("chief financial officer", 0.08),
    ("office manager", 0.1),
    ("human resources manager", 0.1),
    ("marketing manager", 0.11),
    ("sales manager", 0.09),
    ("operations manager", 0.08),
    ("buyer", 0.06),
    ("controller", 0.05),
    ("consultant", 0.03),
];

const FUNCTIONS: [(&str, f64); 10] = [
    ("finance", 0.15),
    ("accounting", 0.08),
    ("administration", 0.09),
    ("business development", 0.17),
    ("human resources", 0.1),
    ("information technology", 0.1),
    ("marketing", 0.1),
    ("operations", 0.11),
    ("purchasing", 0.04),
    ("sales", 0.06),
];

/// Parts of a country, most people first.
const REGIONS: [(&str, f64); 3] = [("capital", 0.44), ("cities", 0.35), ("country", 0.21)];

impl Profession {
    /// What breakdowns call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::CompanySize => "company_size",
            Self::Industry => "company_industry",
            Self::Seniority => "seniority",
            Self::Title => "job_title",
            Self::Function => "job_function",
            Self::Country => "member_country",
            Self::Region => "member_region",
        }
    }

    /// The answers with their usual shares; the last one is [`UNTOLD`].
    pub(crate) fn answers(self, account: &Account) -> Vec<(String, f64)> {
        let table = |table: &[(&str, f64)]| table.iter().map(|(name, share)| ((*name).to_owned(), *share)).collect::<Vec<_>>();
        let mut answers = match self {
            Self::CompanySize => table(&COMPANY_SIZES),
            Self::Industry => table(&INDUSTRIES),
            Self::Seniority => table(&SENIORITIES),
            Self::Title => table(&TITLES),
            Self::Function => table(&FUNCTIONS),
            Self::Country => table(account.countries),
            Self::Region => account
                .countries
                .iter()
                .flat_map(|(country, share)| REGIONS.map(|(region, part)| (format!("{country} {region}"), share * part)))
                .collect(),
        };
        let told: f64 = answers.iter().map(|a| a.1).sum();
        answers.push((UNTOLD.to_owned(), told * UNTOLD_SHARE / (1.0 - UNTOLD_SHARE)));
        answers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SandboxSettings, world::World};
    use std::collections::HashSet;
    use trimtab_domain::Source;

    #[test]
    fn answers_are_told_apart_and_some_say_nothing() {
        let world = World::new(&SandboxSettings::default(), Source::Linkedin);
        use Profession::{CompanySize, Country, Function, Industry, Region, Seniority, Title};
        for profession in [CompanySize, Industry, Seniority, Title, Function, Country, Region] {
            let answers = profession.answers(&world.accounts[0]);
            assert_eq!(answers.iter().map(|a| &a.0).collect::<HashSet<_>>().len(), answers.len(), "{profession:?}");
            let all: f64 = answers.iter().map(|a| a.1).sum();
            let silent = answers.last().unwrap();
            assert!(silent.0 == UNTOLD && (silent.1 / all - UNTOLD_SHARE).abs() < 1e-9, "{profession:?}");
        }
    }
}
