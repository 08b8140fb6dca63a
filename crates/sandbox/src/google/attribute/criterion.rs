//! Criteria and the views that are split by them: keywords, search terms, ages, genders, countries.

use super::Scope;
use crate::{
    google::{
        parts,
        subject::{Item, Subject},
        value::Value,
    },
    world::{
        account::Account,
        keyword::{Keyword, Match, Term},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// `EXACT`, `PHRASE` or `BROAD`.
const fn word(matching: Match) -> &'static str {
    match matching {
        Match::Exact => "EXACT",
        Match::Phrase => "PHRASE",
        Match::Broad => "BROAD",
    }
}

pub(super) fn value(scope: &Scope<'_>, account: &Account, subject: &Subject, owner: &str, name: &str) -> Value {
    let group = subject.group.map_or(0, |g| account.ad_sets[g].object.id);
    match (owner, &subject.item) {
        ("ad_group_criterion", item) => criterion(scope, item, group, name),
        ("search_term_view", Item::Term(_, term)) => {
            let campaign = subject.campaign.map_or(0, |c| account.campaigns[c].object.id);
            match name {
                "resource_name" => {
                    let term = URL_SAFE_NO_PAD.encode(&term.text);
                    format!("{}/searchTermViews/{campaign}~{group}~{term}", scope.customer()).into()
                }
                "search_term" => term.text.as_str().into(),
                "status" => if term.close { "NONE" } else { "ADDED" }.into(),
                "ad_group" => format!("{}/adGroups/{group}", scope.customer()).into(),
                _ => Value::Absent,
            }
        }
        ("geographic_view" | "user_location_view", Item::Country(place, kind)) => {
            let id = parts::country_id(account.countries[*place].0);
            let kind = parts::LOCATION_TYPES[*kind].0;
            match (owner, name) {
                ("geographic_view", "resource_name") => format!("{}/geographicViews/{id}~{kind}", scope.customer()).into(),
                (_, "resource_name") => format!("{}/userLocationViews/{id}~true", scope.customer()).into(),
                (_, "country_criterion_id") => Value::id(id),
                ("geographic_view", "location_type") => kind.into(),
                ("user_location_view", "targeting_location") => true.into(),
                _ => Value::Absent,
            }
        }
        (view, item) if name == "resource_name" => match (view, criterion_id(item)) {
            ("keyword_view", Some(id)) => format!("{}/keywordViews/{group}~{id}", scope.customer()).into(),
            ("age_range_view", Some(id)) => format!("{}/ageRangeViews/{group}~{id}", scope.customer()).into(),
            ("gender_view", Some(id)) => format!("{}/genderViews/{group}~{id}", scope.customer()).into(),
            _ => Value::Absent,
        },
        _ => Value::Absent,
    }
}

fn criterion_id(item: &Item) -> Option<u64> {
    match item {
        Item::Keyword(keyword) => Some(keyword.id),
        Item::Age(place) => Some(parts::AGES[*place].1),
        Item::Gender(place) => Some(parts::GENDERS[*place].1),
        _ => None,
    }
}

fn criterion(scope: &Scope<'_>, item: &Item, group: u64, name: &str) -> Value {
    let Some(id) = criterion_id(item) else { return Value::Absent };
    let keyword = if let Item::Keyword(keyword) = item { Some(keyword) } else { None };
    match (name, item) {
        ("resource_name", _) => format!("{}/adGroupCriteria/{group}~{id}", scope.customer()).into(),
        ("criterion_id", _) => Value::id(id),
        ("ad_group", _) => format!("{}/adGroups/{group}", scope.customer()).into(),
        ("negative", _) => false.into(),
        ("status", _) => if keyword.is_some_and(|k| k.paused) { "PAUSED" } else { "ENABLED" }.into(),
        ("type", Item::Keyword(_)) => "KEYWORD".into(),
        ("type", Item::Age(_)) => "AGE_RANGE".into(),
        ("type", _) => "GENDER".into(),
        ("age_range.type", Item::Age(place)) => parts::AGES[*place].0.into(),
        ("gender.type", Item::Gender(place)) => parts::GENDERS[*place].0.into(),
        (name, Item::Keyword(keyword)) => of_keyword(keyword, name),
        _ => Value::Absent,
    }
}

fn of_keyword(keyword: &Keyword, name: &str) -> Value {
    let bucket = |offset: i64| match keyword.quality + offset {
        ..=4 => "BELOW_AVERAGE",
        5..=7 => "AVERAGE",
        _ => "ABOVE_AVERAGE",
    };
    match name {
        "display_name" | "keyword.text" => keyword.text.as_str().into(),
        "keyword.match_type" => word(keyword.matching).into(),
        "approval_status" => "APPROVED".into(),
        "system_serving_status" => "ELIGIBLE".into(),
        // A keyword that never ran has no score.
        "quality_info.quality_score" if !keyword.paused => Value::Number(keyword.quality as f64),
        "quality_info.creative_quality_score" if !keyword.paused => bucket(0).into(),
        "quality_info.post_click_quality_score" if !keyword.paused => bucket(1).into(),
        "quality_info.search_predicted_ctr" if !keyword.paused => bucket(-1).into(),
        _ => Value::Absent,
    }
}

/// Segments that tell how a search term came about.
pub(crate) fn of_term(scope: &Scope<'_>, keyword: &Keyword, term: &Term, group: u64, name: &str) -> Value {
    match name {
        "segments.keyword.info.text" => keyword.text.as_str().into(),
        "segments.keyword.info.match_type" => word(keyword.matching).into(),
        "segments.keyword.ad_group_criterion" => format!("{}/adGroupCriteria/{group}~{}", scope.customer(), keyword.id).into(),
        _ => match (term.matching, term.close) {
            (Match::Exact, false) => "EXACT",
            (Match::Exact, true) => "NEAR_EXACT",
            (Match::Phrase, false) => "PHRASE",
            (Match::Phrase, true) => "NEAR_PHRASE",
            (Match::Broad, _) => "BROAD",
        }
        .into(),
    }
}
