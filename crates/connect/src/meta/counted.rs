//! Which one action counts as "the conversion" of an account.
//!
//! `actions` is a hierarchy of overlapping types: an `omni_purchase` contains the `purchase` that contains the pixel's purchase. Adding
//! them up counts one sale several times. So one choice is made per account, from everything it ever reported, and kept: a choice per
//! row would count leads on days without a sale. Order and components follow the insights documentation on action totals.

use super::{
    Meta,
    graph::{Ask, Tally},
};
use crate::{
    Connector, Error, limits,
    scalar::{Micros, Text},
};
use compact_str::CompactString;
use jiff::ToSpan;
use serde::Deserialize;
use std::sync::PoisonError;
use trimtab_domain::{DayRange, account::Account};

/// What to count as conversions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum ConversionChoice {
    /// The best action the account reports: purchases, else leads, else registrations, else custom conversions.
    #[default]
    Auto,
    /// This action type, as Meta names it.
    Action(CompactString),
}

/// The settled choice: action types that do not overlap, added up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    actions: Vec<CompactString>,
    valued: bool,
}

/// In order of preference. Each is either one type that contains all others of its kind, or parts that exclude each other.
const PREFERENCES: [&[&str]; 10] = [
    &["omni_purchase"],
    &["purchase"],
    &["offsite_conversion.fb_pixel_purchase", "onsite_conversion.purchase", "app_custom_event.fb_mobile_purchase"],
    &["lead"],
    &["offsite_conversion.fb_pixel_lead", "onsite_conversion.lead_grouped"],
    &["omni_complete_registration"],
    &["complete_registration"],
    &["offsite_conversion.fb_pixel_complete_registration"],
    &["omni_app_install"],
    &["offsite_conversion.fb_pixel_custom"],
];

impl Counted {
    /// One named action. `valued` says whether the account reports values for it: then a day without one is worth 0, not unknown.
    #[must_use]
    pub fn action(name: impl Into<CompactString>, valued: bool) -> Self {
        Self { actions: vec![name.into()], valued }
    }

    /// The action types that are added up; empty when the account reports none that count.
    #[must_use]
    pub fn actions(&self) -> &[CompactString] {
        &self.actions
    }

    /// Whether they carry values.
    #[must_use]
    pub const fn valued(&self) -> bool {
        self.valued
    }

    /// Settles a choice by the action types an account reports with and without values.
    pub(crate) fn settle(choice: &ConversionChoice, reported: &[&str], with_value: &[&str]) -> Self {
        let actions: Vec<CompactString> = match choice {
            ConversionChoice::Action(action) => vec![action.clone()],
            ConversionChoice::Auto => PREFERENCES
                .iter()
                .find(|parts| parts.iter().any(|part| reported.contains(part)))
                .map(|parts| parts.iter().map(|part| CompactString::const_new(part)).collect())
                .unwrap_or_default(),
        };
        let valued = actions.iter().any(|action| with_value.contains(&action.as_str()));
        Self { actions, valued }
    }
}

#[derive(Deserialize)]
struct Reported<'a> {
    #[serde(borrow)]
    data: Vec<ReportedRow<'a>>,
}

#[derive(Deserialize)]
struct ReportedRow<'a> {
    #[serde(borrow, default)]
    actions: Vec<ReportedAction<'a>>,
    #[serde(borrow, default)]
    action_values: Vec<ReportedAction<'a>>,
}

#[derive(Deserialize)]
struct ReportedAction<'a> {
    #[serde(borrow)]
    action_type: Text<'a>,
    #[serde(default)]
    value: Option<Micros>,
}

impl ReportedAction<'_> {
    /// The type, if anything of it happened.
    fn name(&self) -> Option<&str> {
        self.value.is_some_and(|value| value.0 != 0).then(|| self.action_type.0.as_ref())
    }
}

impl Meta {
    /// Settles what counts as a conversion, by asking once for the account's totals over Meta's whole memory. The answer is kept for
    /// the life of this connector; `None`, which is not kept: Meta knows of no delivery at all.
    pub(crate) async fn counted(
        &self,
        account: &Account,
        choice: &ConversionChoice,
        tally: &Tally,
    ) -> Result<Option<Counted>, Error> {
        let known = self.counted.lock().unwrap_or_else(PoisonError::into_inner).get(&(account.id.clone(), choice.clone())).cloned();
        if let Some(counted) = known {
            return Ok(Some(counted));
        }
        let today = account.zone.day_at(self.now());
        let since = today.saturating_sub(limits::HISTORY_MONTHS.months());
        let range = DayRange::new(since, today).unwrap_or(DayRange::single(today));
        let params = vec![
            ("level", "account".into()),
            ("fields", "actions,action_values".into()),
            ("time_range", super::insights::time_range(range).into()),
        ];
        let ask = Ask::get(Some(&account.id), format!("act_{}/insights", account.id), params);
        let counted = self
            .graph
            .ask(tally, &ask, |body| {
                let page: Reported<'_> = serde_json::from_slice(body)?;
                let (mut reported, mut with_value) = (Vec::new(), Vec::new());
                for row in &page.data {
                    reported.extend(row.actions.iter().filter_map(ReportedAction::name));
                    with_value.extend(row.action_values.iter().filter_map(ReportedAction::name));
                }
                Ok((!page.data.is_empty()).then(|| Counted::settle(choice, &reported, &with_value)))
            })
            .await?;
        let Some(counted) = counted else { return Ok(None) };
        let mut known = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(known.entry((account.id.clone(), choice.clone())).or_insert(counted).clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(reported: &[&str]) -> Vec<CompactString> {
        Counted::settle(&ConversionChoice::Auto, reported, &[]).actions
    }

    #[test]
    fn an_aggregate_is_never_joined_by_its_parts() {
        assert_eq!(auto(&["lead", "purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"]), ["omni_purchase"]);
        assert_eq!(auto(&["offsite_conversion.fb_pixel_purchase", "purchase"]), ["purchase"]);
        assert_eq!(auto(&["onsite_conversion.purchase", "lead"]).len(), 3, "parts are added up where there is no aggregate");
        assert_eq!(auto(&["link_click", "lead", "offsite_conversion.fb_pixel_lead"]), ["lead"]);
        assert_eq!(auto(&["link_click", "video_view"]), [""; 0]);
    }

    #[test]
    fn a_named_action_is_taken_as_it_is() {
        let choice = ConversionChoice::Action("offsite_conversion.custom.77".into());
        let counted = Counted::settle(&choice, &["omni_purchase"], &["offsite_conversion.custom.77"]);
        assert_eq!((counted.actions(), counted.valued()), (&["offsite_conversion.custom.77".into()][..], true));
        assert!(!Counted::settle(&ConversionChoice::Auto, &["lead"], &["omni_purchase"]).valued());
    }
}
