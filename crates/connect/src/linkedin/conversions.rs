//! Conversions: every event LinkedIn counts, and those on the web site by the rule that counted them.
//!
//! Rules go by the names people gave them; where the names cannot be read or two rules share one, the number says which. What all rules
//! together counted is kept beside them as `externalWebsiteConversions`.

use super::{
    Linkedin,
    api::{Ask, Elements},
    figures::{Figures, Metric},
    query::{Kind, Query},
};
use crate::{
    Error,
    answer::{BadBody, Failure, Tally},
    paging::PageEnd,
};
use compact_str::{CompactString, ToCompactString, format_compact};
use serde::Deserialize;
use std::collections::HashMap;
use trimtab_domain::{
    Day,
    account::Account,
    fact::{ConversionDaily, Placing},
};

/// All of an event, as the account is set to count it.
const ALL: &str = "default";
const CLICK: &str = "click";
const VIEW: &str = "view";

/// An event: what it is called, its counts by window, and its value in all.
type Event<'e> = (&'e str, [(&'static str, Metric); 3], Option<Metric>);

const WEBSITE: [(&str, Metric); 3] =
    [(ALL, Metric::WebsiteConversions), (CLICK, Metric::PostClickConversions), (VIEW, Metric::PostViewConversions)];
const REGISTRATIONS: [(&str, Metric); 3] =
    [(ALL, Metric::Registrations), (CLICK, Metric::PostClickRegistrations), (VIEW, Metric::PostViewRegistrations)];
const APPLICATIONS: [(&str, Metric); 3] =
    [(ALL, Metric::JobApplications), (CLICK, Metric::PostClickJobApplications), (VIEW, Metric::PostViewJobApplications)];

/// Events that have no windows. Viral ones follow from members passing an ad on; they are no part of the others.
const PLAIN: [Metric; 10] = [
    Metric::Leads,
    Metric::LeadFormOpens,
    Metric::QualifiedLeads,
    Metric::MailLeads,
    Metric::TalentLeads,
    Metric::ViralLeads,
    Metric::ViralConversions,
    Metric::Follows,
    Metric::Downloads,
    Metric::DocumentCompletions,
];

/// Adds a row for every event and window that is not zero.
pub(super) fn events(figures: &Figures, date: Day, placing: &Placing, into: &mut Vec<ConversionDaily>) -> Result<(), BadBody> {
    let windowed: [Event<'_>; 3] = [
        (Metric::WebsiteConversions.field(), WEBSITE, Some(Metric::ConversionValue)),
        (Metric::Registrations.field(), REGISTRATIONS, None),
        (Metric::JobApplications.field(), APPLICATIONS, None),
    ];
    for event in windowed {
        add(event, figures, date, placing, into)?;
    }
    for metric in PLAIN {
        push((metric.field(), ALL), figures.count(metric)?, None, date, placing, into);
    }
    Ok(())
}

/// The same for what one rule counted.
pub(super) fn of_rule(
    rule: &str,
    figures: &Figures,
    date: Day,
    placing: &Placing,
    into: &mut Vec<ConversionDaily>,
) -> Result<(), BadBody> {
    add((rule, WEBSITE, Some(Metric::ConversionValue)), figures, date, placing, into)
}

fn add(event: Event<'_>, figures: &Figures, date: Day, placing: &Placing, into: &mut Vec<ConversionDaily>) -> Result<(), BadBody> {
    let (name, windows, value) = event;
    for (window, metric) in windows {
        // The value is told for all windows together.
        let value = value.filter(|_| window == ALL).and_then(|value| figures.get(value)).map(|value| value.micros());
        push((name, window), figures.count(metric)?, value, date, placing, into);
    }
    Ok(())
}

fn push(
    (action_type, window): (&str, &'static str),
    count: Option<i64>,
    value_micros: Option<i64>,
    date: Day,
    placing: &Placing,
    into: &mut Vec<ConversionDaily>,
) {
    #[expect(clippy::cast_precision_loss, reason = "no row has 2^53 conversions")]
    let count = count.unwrap_or(0) as f64;
    if count != 0.0 || value_micros.is_some_and(|value| value != 0) {
        let (action_type, window) = (action_type.into(), CompactString::const_new(window));
        into.push(ConversionDaily { date, placing: placing.clone(), action_type, window, count, value_micros });
    }
}

/// A rule, by the last part of its URN.
pub(super) fn rule_id(urn: &str) -> &str {
    urn.rsplit(':').next().unwrap_or(urn)
}

/// A conversion rule as the account lists it.
#[derive(Deserialize)]
struct Rule {
    id: Number,
    #[serde(default)]
    name: CompactString,
}

/// A number, or a name that ends in one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(u64),
    Named(CompactString),
}

impl Rule {
    fn id(&self) -> CompactString {
        match &self.id {
            Number::Plain(id) => id.to_compact_string(),
            Number::Named(urn) => rule_id(urn).into(),
        }
    }
}

/// What the rules of an account are called.
#[derive(Debug, Default)]
pub(super) struct Rules(HashMap<CompactString, CompactString>);

impl Rules {
    fn new(rules: &[Rule]) -> Self {
        let mut shared: HashMap<&str, u32> = HashMap::new();
        for rule in rules {
            *shared.entry(rule.name.trim()).or_default() += 1;
        }
        let named = rules.iter().filter(|rule| !rule.name.trim().is_empty()).map(|rule| {
            let (id, name) = (rule.id(), rule.name.trim());
            let name = if shared[name] > 1 { format_compact!("{name} ({id})") } else { name.into() };
            (id, name)
        });
        Self(named.collect())
    }

    /// What a rule is called.
    pub(super) fn name(&self, id: &str) -> CompactString {
        self.0.get(id).cloned().unwrap_or_else(|| format_compact!("conversion {id}"))
    }
}

impl Linkedin {
    /// The account's conversion rules; none where the credential may not see them.
    pub(super) async fn rules(&self, account: &Account, tally: &Tally) -> Result<Rules, Error> {
        let query = Query::finder("account").urn("account", Kind::Account, account.id.as_str());
        let ask = Ask::new(Some(&account.id), "conversions", query);
        let mut rules: HashMap<CompactString, Rule> = HashMap::new();
        let read = |body: &[u8]| {
            let page: Elements<Rule> = serde_json::from_slice(body)?;
            let (items, before) = (page.elements.len(), rules.len());
            rules.extend(page.elements.into_iter().map(|rule| (rule.id(), rule)));
            Ok(PageEnd { next: None, items, fresh: rules.len() - before })
        };
        match self.api.offsets(tally, &ask, read).await {
            Ok(()) => Ok(Rules::new(&rules.into_values().collect::<Vec<_>>())),
            Err(Failure::OutOfSight(error)) => {
                tracing::warn!(account = account.id.as_str(), error = error.to_string(), "conversion rules go by their numbers");
                Ok(Rules::default())
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::id::{AdGroupId, AdId, CampaignId};

    #[test]
    fn each_event_and_window_is_kept_beside_the_others() {
        let figures: Figures = serde_json::from_str(
            r#"{"externalWebsiteConversions":4,"externalWebsitePostClickConversions":3,"externalWebsitePostViewConversions":1,
            "conversionValueInLocalCurrency":"90.5","oneClickLeads":2,"oneClickLeadFormOpens":9,"qualifiedLeads":0,
            "postClickRegistrations":"1","viralOneClickLeads":1}"#,
        )
        .unwrap();
        let placing = Placing { campaign: CampaignId::new("1"), ad_group: AdGroupId::new("2"), ad: AdId::new("3") };
        let mut found = Vec::new();
        let date = trimtab_domain::day::parse_day("2026-11-01").unwrap();
        events(&figures, date, &placing, &mut found).unwrap();
        of_rule("Demo booked", &figures, date, &placing, &mut found).unwrap();
        let short: Vec<_> = found.iter().map(|c| (c.action_type.as_str(), c.window.as_str(), c.count, c.value_micros)).collect();
        assert_eq!(
            short,
            [
                ("externalWebsiteConversions", "default", 4.0, Some(90_500_000)),
                ("externalWebsiteConversions", "click", 3.0, None),
                ("externalWebsiteConversions", "view", 1.0, None),
                ("registrations", "click", 1.0, None),
                ("oneClickLeads", "default", 2.0, None),
                ("oneClickLeadFormOpens", "default", 9.0, None),
                ("viralOneClickLeads", "default", 1.0, None),
                ("Demo booked", "default", 4.0, Some(90_500_000)),
                ("Demo booked", "click", 3.0, None),
                ("Demo booked", "view", 1.0, None),
            ],
            "what did not happen has no row"
        );
    }

    #[test]
    fn rules_go_by_their_names_unless_those_are_shared_or_unknown() {
        let rules: Vec<Rule> = serde_json::from_str(
            r#"[{"id":104,"name":"Demo booked","enabled":true},{"id":"urn:lla:llaPartnerConversion:105","name":"Lead"},
            {"id":106,"name":"Lead "},{"id":107}]"#,
        )
        .unwrap();
        let rules = Rules::new(&rules);
        let names = ["104", "105", "106", "107", "108"].map(|id| rules.name(id));
        assert_eq!(names, ["Demo booked", "Lead (105)", "Lead (106)", "conversion 107", "conversion 108"]);
        assert_eq!(rule_id("urn:lla:llaPartnerConversion:104"), "104");
    }
}
