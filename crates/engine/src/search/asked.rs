//! From what somebody types to a query: every word by its stem, the last one as the beginning of a word, and one that is known nowhere as a slip
//! of the keyboard.

use super::{
    index::{Fields, Index, fields},
    words::{Word, joined, stem, words},
};
use crate::limits;
use std::collections::HashSet;
use tantivy::{
    TantivyError, Term,
    query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, Query, TermQuery},
    schema::{Field, IndexRecordOption},
};
use trimtab_domain::metric::distance;

/// How much a word counts by where it stands.
const TITLE: f32 = 3.0;
const NAMES: f32 = 2.5;
const BODY: f32 = 1.0;
/// How much it counts that the whole text is one of its names.
const WHOLE: f32 = 8.0;
/// How much the beginning of a word counts against the word, and what a slip may have meant.
const BEGINNING: f32 = 0.6;
const SLIP: f32 = 0.5;
/// What the places of a word beside its best one add.
const TIE: f32 = 0.1;

/// A query, and which words of a text it means.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) query: BooleanQuery,
    stems: HashSet<String>,
    meant: HashSet<String>,
}

impl Asked {
    /// `None` where there is no word in it.
    pub(super) fn of(text: &str, indexes: &[&Index]) -> Result<Option<Self>, TantivyError> {
        let text: String = text.chars().take(limits::SEARCH_CHARS).collect();
        let all = words(&text);
        let telling: Vec<&Word> = all.iter().filter(|word| stem(&word.plain).is_some()).collect();
        // Of words that say nothing the last may be the beginning of one that does.
        let mut told = if telling.is_empty() { all.last().into_iter().collect() } else { telling };
        told.truncate(limits::SEARCH_WORDS);
        let last = all.last().map(|word| word.at.clone());
        let (mut stems, mut meant, mut clauses) = (HashSet::new(), HashSet::new(), Vec::new());
        let mut whole = vec![boosted(term(fields().whole, &joined(&all)), WHOLE)];
        for word in told {
            let stem = stem(&word.plain);
            let others = others(&word.plain, stem.as_deref(), Some(&word.at) == last.as_ref(), indexes)?;
            clauses.push((Occur::Should, word_query(fields(), stem.as_deref(), &others)));
            whole.extend(others.iter().map(|(other, weight)| {
                let plain = |of: &Word| if of.at == word.at { other.clone() } else { of.plain.clone() };
                let instead: Vec<Word> = all.iter().map(|of| Word { plain: plain(of), at: of.at.clone() }).collect();
                boosted(term(fields().whole, &joined(&instead)), WHOLE * weight)
            }));
            stems.extend(stem);
            meant.extend(others.into_iter().map(|(other, _)| other));
            meant.insert(word.plain.clone());
        }
        if clauses.is_empty() {
            return Ok(None);
        }
        let least = clauses.len().div_ceil(2);
        let every = clauses.iter().map(|(_, clause): &(Occur, Box<dyn Query>)| (Occur::Must, clause.box_clone())).collect();
        let every: Box<dyn Query> = Box::new(BooleanQuery::new(every));
        let some: Box<dyn Query> = Box::new(BooleanQuery::with_minimum_required_clauses(clauses, least));
        // As it was typed, or as it may have been meant.
        let whole: Box<dyn Query> = Box::new(DisjunctionMaxQuery::new(whole));
        // What has every word counts twice what has the same words and lacks others.
        let query = BooleanQuery::new(vec![(Occur::Must, some), (Occur::Should, every), (Occur::Should, whole)]);
        Ok(Some(Self { query, stems, meant }))
    }

    /// Whether a word of a text is one of those asked for.
    pub(super) fn means(&self, word: &str) -> bool {
        self.meant.contains(word) || stem(word).is_some_and(|stem| self.stems.contains(&stem))
    }
}

/// Words that are meant beside a word and its stem, and how much they count.
fn others(word: &str, stem: Option<&str>, last: bool, indexes: &[&Index]) -> Result<Vec<(String, f32)>, TantivyError> {
    let length = word.chars().count();
    if last && length > 1 {
        let begins = |index: &&Index| {
            let from = index.vocabulary().range(word.to_owned()..);
            from.take_while(|other| other.starts_with(word)).cloned().collect::<Vec<_>>()
        };
        let mut longer: Vec<String> = indexes.iter().flat_map(begins).collect();
        longer.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        longer.dedup();
        longer.truncate(limits::SEARCH_EXPANSIONS);
        if !longer.is_empty() {
            let weighed = |other: String| {
                let weight = if other == word { 1.0 } else { BEGINNING };
                (other, weight)
            };
            return Ok(longer.into_iter().map(weighed).collect());
        }
    }
    let known = |field: Field, text: &str| -> Result<bool, TantivyError> {
        indexes.iter().try_fold(false, |known, index| Ok(known || index.has(&Term::from_field_text(field, text))?))
    };
    let Fields { title, names, body, .. } = fields();
    let mut is_known = false;
    for field in [title, names, body] {
        is_known |= stem.map_or(Ok(false), |stem| known(field, stem))?;
    }
    let slips = if is_known { 0 } else { allowed(length) };
    if slips == 0 {
        return Ok(Vec::new());
    }
    let mut close: Vec<(usize, &String)> = indexes
        .iter()
        .flat_map(|index| index.vocabulary())
        .filter(|other| other.chars().count().abs_diff(length) <= slips)
        .map(|other| (distance(word, other), other))
        .filter(|(away, _)| *away <= slips)
        .collect();
    close.sort_unstable();
    close.dedup();
    let least = close.first().map_or(0, |(away, _)| *away);
    let closest = close.into_iter().take_while(|(away, _)| *away == least).take(limits::SEARCH_EXPANSIONS);
    Ok(closest.map(|(_, other)| (other.clone(), SLIP)).collect())
}

/// How many slips a word of so many letters may have.
const fn allowed(length: usize) -> usize {
    match length {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

fn word_query(fields: Fields, stem: Option<&str>, others: &[(String, f32)]) -> Box<dyn Query> {
    let Fields { title, names, body, near, far, .. } = fields;
    let by_stem =
        |stem: &str| [(title, TITLE), (names, NAMES), (body, BODY)].map(|(field, boost)| boosted(term(field, stem), boost));
    let by_other = |(other, weight): &(String, f32)| {
        [(near, NAMES), (far, BODY)].map(|(field, boost)| boosted(term(field, other), boost * weight))
    };
    let places = stem.into_iter().flat_map(by_stem).chain(others.iter().flat_map(by_other)).collect();
    Box::new(DisjunctionMaxQuery::with_tie_breaker(places, TIE))
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, boost))
}
