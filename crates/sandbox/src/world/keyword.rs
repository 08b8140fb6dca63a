//! What people search for: an ad set's keywords and the terms that triggered them, with their usual shares of its delivery.

use super::{
    account::Account,
    chance::{Chance, tag},
};
use std::collections::HashSet;

/// How closely a search must follow a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    Exact,
    Phrase,
    Broad,
}

/// A keyword of an ad set.
#[derive(Debug, Clone)]
pub(crate) struct Keyword {
    /// The same text with the same match has the same id everywhere.
    pub(crate) id: u64,
    pub(crate) text: String,
    pub(crate) matching: Match,
    /// 1 to 10.
    pub(crate) quality: i64,
    pub(crate) paused: bool,
    pub(crate) share: f64,
}

/// What was searched for.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) text: String,
    pub(crate) matching: Match,
    /// How it matched, where that is broader than the keyword's own words.
    pub(crate) close: bool,
    pub(crate) share: f64,
}

/// The part of a keyword's delivery whose terms are too rare to be told.
pub(crate) const RARE: f64 = 0.18;

/// The product an ad set's searches are about.
pub(crate) fn theme(account: &Account, ad_set: usize) -> &'static str {
    let dice = Chance::new(account.ad_sets[ad_set].object.id).on(tag("theme"));
    dice.pick::<&str>(account.industry.products)
}

/// The keywords of an ad set, in order. The last one sometimes is paused and has no share.
pub(crate) fn of_ad_set(account: &Account, ad_set: usize) -> Vec<Keyword> {
    let dice = Chance::new(account.ad_sets[ad_set].object.id).on(tag("keywords"));
    let product = theme(account, ad_set).to_lowercase();
    let interest = dice.on(1).pick(account.industry.interests).to_lowercase();
    let stems = [
        product.clone(),
        format!("buy {product}"),
        format!("best {product}"),
        format!("{product} online"),
        format!("{product} price"),
        format!("{interest} {product}"),
        format!("{product} sale"),
        format!("order {product}"),
    ];
    let count = 4 + dice.on(2).below(stems.len() - 3);
    let start = dice.on(3).below(stems.len());
    (0..count)
        .map(|i| {
            let text = stems[(start + i) % stems.len()].clone();
            let own = dice.on(tag(&text));
            let matching = *own.on(4).pick(&[Match::Exact, Match::Phrase, Match::Phrase, Match::Broad]);
            let paused = i + 1 == count && dice.on(5).whether(0.4);
            let share = if paused { 0.0 } else { own.on(6).factor(0.5) / (i + 1) as f64 };
            let quality = 3 + i64::try_from(own.on(7).below(8)).unwrap_or(0);
            Keyword { id: keyword_id(&text, matching), text, matching, quality, paused, share }
        })
        .collect()
}

fn keyword_id(text: &str, matching: Match) -> u64 {
    300_000_000_000 + Chance::new(tag(text)).on(matching as u64).bits() % 600_000_000_000
}

/// The terms behind each keyword of an ad set; no term stands twice. Their shares leave [`RARE`] over.
pub(crate) fn terms(keywords: &[Keyword]) -> Vec<Vec<Term>> {
    const SUFFIXES: [&str; 6] = ["near me", "for beginners", "reviews", "2026", "gift", "discount code"];
    let mut seen: HashSet<String> = HashSet::new();
    let mut fresh = |text: String| seen.insert(text.clone()).then_some(text);
    keywords
        .iter()
        .map(|keyword| {
            let dice = Chance::new(keyword.id).on(tag("terms"));
            let mut found: Vec<Term> = Vec::new();
            if let Some(text) = fresh(keyword.text.clone()) {
                found.push(Term { text, matching: keyword.matching, close: false, share: 1.0 });
            }
            let more = if keyword.matching == Match::Exact { 1 } else { 2 + dice.on(1).below(3) };
            let start = dice.on(2).below(SUFFIXES.len());
            for i in 0..more {
                let text = match keyword.matching {
                    Match::Exact => format!("{}s", keyword.text.trim_end_matches('s')),
                    _ => format!("{} {}", keyword.text, SUFFIXES[(start + i) % SUFFIXES.len()]),
                };
                let share = dice.on(3 + i as u64).between(0.1, 0.5);
                found.extend(fresh(text).map(|text| Term { text, matching: keyword.matching, close: true, share }));
            }
            let sum: f64 = found.iter().map(|t| t.share).sum();
            found.iter_mut().for_each(|t| t.share *= (1.0 - RARE) / sum);
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SandboxSettings, world::World};
    use trimtab_domain::Source;

    #[test]
    fn keywords_and_terms_stand_once_per_ad_set() {
        let world = World::new(&SandboxSettings { tenants: 4, ads: 40, ..SandboxSettings::default() }, Source::Google);
        for account in &world.accounts {
            for ad_set in 0..account.ad_sets.len() {
                let keywords = of_ad_set(account, ad_set);
                let ids: HashSet<u64> = keywords.iter().map(|k| k.id).collect();
                assert!(ids.len() == keywords.len() && keywords.len() >= 4);
                assert!(keywords.iter().any(|k| k.share > 0.0));
                let terms = terms(&keywords);
                let all: Vec<&str> = terms.iter().flatten().map(|t| t.text.as_str()).collect();
                assert_eq!(all.len(), all.iter().collect::<HashSet<_>>().len());
                for own in terms.iter().filter(|t| !t.is_empty()) {
                    assert!((own.iter().map(|t| t.share).sum::<f64>() + RARE - 1.0).abs() < 1e-9);
                }
            }
        }
    }
}
