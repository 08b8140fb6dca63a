//! Meta's "results": a different thing in every row, named by a result type. Also attribution settings as windows.

use super::{field::Field, names};
use compact_str::CompactString;
use std::collections::{BTreeMap, HashMap};

/// What a result type stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// The action type it is stored under.
    pub(super) action: CompactString,
    /// Whether it is a conversion: a view, a click or a person reached is none.
    pub(super) converts: bool,
}

/// Result types met so far.
#[derive(Debug, Default)]
pub(super) struct Results {
    kinds: HashMap<String, Kind>,
    left_out: BTreeMap<CompactString, u64>,
}

impl Results {
    pub(super) fn kind(&mut self, text: &str) -> Kind {
        if let Some(kind) = self.kinds.get(text) {
            return kind.clone();
        }
        let kind = Kind { action: action(text), converts: converts(text) };
        self.kinds.insert(text.to_owned(), kind.clone());
        kind
    }

    /// Counts a row whose results are no conversions.
    pub(super) fn left_out(&mut self, action: &str) {
        *self.left_out.entry(action.into()).or_default() += 1;
    }

    /// Action types that were not counted as conversions, with their rows.
    pub(super) fn not_counted(&self) -> String {
        self.left_out.iter().map(|(action, rows)| format!("{action} ({rows} rows)")).collect::<Vec<_>>().join(", ")
    }
}

fn action(text: &str) -> CompactString {
    let text = text.trim();
    match text.split_once(':') {
        _ if text.is_empty() => "results".into(),
        // `actions:onsite_conversion.lead_grouped`
        Some((_, action)) if !action.contains(' ') => action.into(),
        _ => names::fold(text).replace(' ', "_").into(),
    }
}

fn converts(text: &str) -> bool {
    let folded = names::fold(text.rsplit(':').next().unwrap_or(text));
    let metric = names::look_up(&folded).is_some_and(|name| {
        matches!(
            name.field,
            Field::Reach
                | Field::Impressions
                | Field::Clicks
                | Field::LinkClicks
                | Field::LandingPageViews
                | Field::VideoViews
                | Field::Thruplays
        )
    });
    let words = [
        "reach",
        "impression",
        "link click",
        "landing page view",
        "thruplay",
        "video view",
        "video play",
        "video thruplay",
        "engagement",
        "ad recall",
        "post reaction",
        "page like",
        "profile visit",
        "profile_visit",
    ];
    !metric && !words.iter().any(|word| folded.contains(word))
}

/// An attribution setting as a window: `7-day click or 1-day view` becomes `7d_click_1d_view`.
pub(super) fn window(text: &str) -> String {
    let folded = names::fold(text);
    let mut parts: Vec<String> = Vec::new();
    for word in folded.split([' ', ',']) {
        if word.bytes().all(|b| b.is_ascii_digit()) && !word.is_empty() {
            parts.push(format!("{word}d"));
        } else if matches!(word, "click" | "view" | "engaged") {
            parts.push(word.to_owned());
        }
    }
    if parts.iter().any(|p| p.ends_with('d')) && parts.len() > 1 { parts.join("_") } else { folded.replace([' ', ','], "_") }
}
