//! What an insight has been through: shown, hidden by somebody, refreshed. The definitions are [`crate::graph::InsightDefinition`]s.

use crate::{Day, Timestamp, finding::Severity};
use serde::{Deserialize, Serialize};

/// Times an insight is made anew in a day at most: people must be able to rely on what they read this morning.
pub const REFRESHES_A_DAY: usize = 2;
/// Refreshes remembered.
const REMEMBERED: usize = 8;

/// What one insight about one object has been through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightState {
    /// When what is shown was made; `None`: nothing is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_at: Option<Timestamp>,
    /// The first day of the trouble that is shown: the same trouble keeps its id by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Day>,
    /// Somebody does not want to see it until then, unless it gets worse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed_until: Option<Timestamp>,
    /// How bad it was when it was dismissed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed_as: Option<Severity>,
    /// Somebody does not want to see it until then, whatever happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    /// When it was made anew, the last times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refreshed: Vec<Timestamp>,
    /// What hid it before the last dismissal or snooze.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Hidden>,
}

/// What hides an insight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// See [`InsightState::dismissed_until`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed_until: Option<Timestamp>,
    /// See [`InsightState::dismissed_as`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed_as: Option<Severity>,
    /// See [`InsightState::snoozed_until`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
}

/// Why an insight that would be said is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Suppression {
    /// Somebody dismissed it.
    Dismissed {
        /// Until then.
        until: Timestamp,
    },
    /// Somebody snoozed it.
    Snoozed {
        /// Until then.
        until: Timestamp,
    },
    /// It was made anew as often as it may be today; what is shown stays.
    Refreshed,
    /// The same is said of more important objects, as often as it is said at once.
    TooMany,
}

impl InsightState {
    /// Hides it until then, unless it gets worse than it is now.
    #[must_use]
    pub fn dismiss(&self, until: Timestamp, now_as: Severity) -> Self {
        Self { dismissed_until: Some(until), dismissed_as: Some(now_as), before: Some(self.hidden()), ..self.clone() }
    }

    /// Hides it until then.
    #[must_use]
    pub fn snooze(&self, until: Timestamp) -> Self {
        Self { snoozed_until: Some(until), before: Some(self.hidden()), ..self.clone() }
    }

    /// Takes the last dismissal or snooze back; `None` where there was none.
    #[must_use]
    pub fn undo(&self) -> Option<Self> {
        let Hidden { dismissed_until, dismissed_as, snoozed_until } = self.before?;
        Some(Self { dismissed_until, dismissed_as, snoozed_until, before: None, ..self.clone() })
    }

    /// Why it may not be said now, being as bad as this; `None`: it may. The day is the client's, and began then.
    #[must_use]
    pub fn suppression(&self, now: Timestamp, day_began: Timestamp, severity: Severity) -> Option<Suppression> {
        if let Some(until) = self.snoozed_until.filter(|until| now < *until) {
            return Some(Suppression::Snoozed { until });
        }
        let worse = self.dismissed_as.is_some_and(|then| severity > then);
        if let Some(until) = self.dismissed_until.filter(|until| now < *until && !worse) {
            return Some(Suppression::Dismissed { until });
        }
        let today = self.refreshed.iter().filter(|at| (day_began..=now).contains(at)).count();
        (today >= REFRESHES_A_DAY).then_some(Suppression::Refreshed)
    }

    /// It has been made anew and is shown.
    #[must_use]
    pub fn shown(&self, now: Timestamp, began: Day) -> Self {
        let skip = (self.refreshed.len() + 1).saturating_sub(REMEMBERED);
        let refreshed = self.refreshed.iter().copied().skip(skip).chain([now]).collect();
        Self {
            shown_at: Some(now),
            began: Some(self.began.filter(|_| self.shown_at.is_some()).unwrap_or(began)),
            refreshed,
            ..self.clone()
        }
    }

    /// The trouble is over. What somebody hid stays hidden, lest it come back with the next bad day.
    #[must_use]
    pub fn ended(&self) -> Self {
        Self { shown_at: None, began: None, ..self.clone() }
    }

    fn hidden(&self) -> Hidden {
        let Self { dismissed_until, dismissed_as, snoozed_until, .. } = *self;
        Hidden { dismissed_until, dismissed_as, snoozed_until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const BEGAN: &str = "2026-03-01T00:00:00Z";

    #[test]
    fn a_snooze_holds_whatever_happens_a_dismissal_until_it_gets_worse() {
        let now = at("2026-03-01T09:00:00Z");
        let until = at("2026-03-08T09:00:00Z");
        let snoozed = InsightState::default().snooze(until);
        let why = |state: &InsightState, now, severity| state.suppression(now, at(BEGAN), severity);
        assert_eq!(why(&snoozed, now, Severity::Critical), Some(Suppression::Snoozed { until }));
        assert_eq!(why(&snoozed, until, Severity::Critical), None);
        let dismissed = InsightState::default().dismiss(until, Severity::Warning);
        assert_eq!(why(&dismissed, now, Severity::Warning), Some(Suppression::Dismissed { until }));
        assert_eq!(why(&dismissed, now, Severity::Critical), None);
    }

    #[test]
    fn undo_brings_back_what_was_before_and_only_once() {
        let state = InsightState::default().shown(at("2026-03-01T09:00:00Z"), date(2026, 2, 22));
        let dismissed = state.dismiss(at("2026-04-01T00:00:00Z"), Severity::Info);
        let snoozed = dismissed.snooze(at("2026-03-05T00:00:00Z"));
        let undone = snoozed.undo().unwrap();
        assert_eq!(undone.dismissed_until, dismissed.dismissed_until);
        assert_eq!(undone.snoozed_until, None);
        assert_eq!(undone.undo(), None);
        assert_eq!(dismissed.undo().unwrap(), state);
    }

    #[test]
    fn it_is_made_anew_twice_a_day() {
        let state = InsightState::default().shown(at("2026-02-28T22:00:00Z"), date(2026, 2, 20));
        let state = state.shown(at("2026-03-01T08:00:00Z"), date(2026, 2, 21));
        assert_eq!(state.began, Some(date(2026, 2, 20)));
        let noon = at("2026-03-01T12:00:00Z");
        assert_eq!(state.suppression(noon, at(BEGAN), Severity::Info), None);
        let state = state.shown(noon, date(2026, 2, 21));
        assert_eq!(state.suppression(at("2026-03-01T23:00:00Z"), at(BEGAN), Severity::Info), Some(Suppression::Refreshed));
        assert_eq!(state.suppression(at("2026-03-02T01:00:00Z"), at("2026-03-02T00:00:00Z"), Severity::Info), None);
        assert_eq!(state.ended().shown(noon, date(2026, 3, 1)).began, Some(date(2026, 3, 1)));
    }

    #[test]
    fn what_is_remembered_does_not_grow() {
        let state = (0..50).fold(InsightState::default(), |state, _| state.shown(at(BEGAN), date(2026, 3, 1)));
        assert_eq!(state.refreshed.len(), REMEMBERED);
    }
}
