//! Lists that are silently empty. A kind of object of which some are known and suddenly none is listed has either gone or is kept from us;
//! which, the figures of the last days say: what delivered yesterday is still there.

use crate::Error;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    Day,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    fact::Facts,
};

/// Kinds whose figures can speak for them.
const WITNESSED: [EntityKind; 3] = [EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad];

/// Kinds of objects of which some were known and none is listed any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vanished {
    /// The ids that were known, by kind.
    known: BTreeMap<EntityKind, BTreeSet<CompactString>>,
    /// Those among them that have figures of the last days.
    delivering: BTreeMap<EntityKind, BTreeSet<CompactString>>,
}

impl Vanished {
    /// Finds the kinds that have vanished and takes them out of what the snapshot says is complete, so that recording it closes none of
    /// them.
    pub fn take<'k>(known: impl IntoIterator<Item = &'k EntityState>, snapshot: &mut EntitySnapshot) -> Self {
        let mut vanished = Self::default();
        let suspect: Vec<EntityKind> = WITNESSED
            .into_iter()
            .filter(|kind| snapshot.complete.contains(kind) && !snapshot.states.iter().any(|state| state.kind == *kind))
            .collect();
        for state in known {
            if suspect.contains(&state.kind) && state.status != Status::Deleted {
                vanished.known.entry(state.kind).or_default().insert(state.id.clone());
            }
        }
        snapshot.complete.retain(|kind| !vanished.known.contains_key(kind));
        vanished
    }

    /// Whether nothing has vanished.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Hears what figures say of the days from `since` on.
    pub fn hear(&mut self, facts: &Facts, since: Day) {
        for fact in facts.ad_daily.iter().filter(|fact| fact.date >= since) {
            let placing = &fact.placing;
            let named = [placing.campaign.as_str(), placing.ad_group.as_str(), placing.ad.as_str()];
            for (kind, id) in WITNESSED.into_iter().zip(named) {
                self.witness(kind, id);
            }
        }
        for fact in facts.emails.iter().filter(|fact| fact.date >= since) {
            self.witness(EntityKind::Campaign, fact.campaign.as_str());
        }
    }

    fn witness(&mut self, kind: EntityKind, id: &str) {
        if self.known.get(&kind).is_some_and(|known| known.contains(id)) {
            self.delivering.entry(kind).or_default().insert(id.into());
        }
    }

    /// The kinds that nothing speaks for: they have gone.
    #[must_use]
    pub fn gone(&self) -> Vec<EntityKind> {
        self.known.keys().copied().filter(|kind| !self.delivering.contains_key(kind)).collect()
    }

    /// Why the other kinds are not taken to have gone ([`Error::Doubtful`]).
    #[must_use]
    pub fn doubt(&self, account: &Account) -> Option<Error> {
        let told = |(kind, delivering): (&EntityKind, &BTreeSet<CompactString>)| {
            let noun = kind.as_str().replace('_', " ");
            let known = self.known.get(kind).map_or(0, BTreeSet::len);
            format!("lists no {noun}, of which {known} are known and {} have figures of the last days", delivering.len())
        };
        let texts: Vec<String> = self.delivering.iter().map(told).collect();
        (!texts.is_empty()).then(|| Error::Doubtful {
            platform: account.source,
            account: Some(account.id.clone()),
            what: format!("{}; what is known of them is kept", texts.join("; ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::bare;
    use trimtab_domain::{
        Source,
        account::Standing,
        day::parse_day,
        fact::{AdDaily, EmailDaily, MailKind, Measures, Placing},
        id::{AdGroupId, AdId, CampaignId},
    };

    fn account() -> Account {
        Account {
            source: Source::Meta,
            id: "1".into(),
            name: "Shop".into(),
            currency: "EUR".parse().unwrap(),
            zone: "UTC".parse().unwrap(),
            standing: Standing::Good,
        }
    }

    fn state(kind: EntityKind, id: &'static str) -> EntityState {
        EntityState { status: Status::Active, ..bare(kind, id.into(), "1".into()) }
    }

    fn snapshot(states: Vec<EntityState>) -> EntitySnapshot {
        EntitySnapshot { seen_at: "2026-11-20T12:00:00Z".parse().unwrap(), complete: EntityKind::ALL.to_vec(), states }
    }

    fn facts(date: &str, ad: &'static str) -> Facts {
        let placing = Placing { campaign: CampaignId::new("10"), ad_group: AdGroupId::new("20"), ad: AdId::new(ad) };
        let row = AdDaily { date: parse_day(date).unwrap(), span_days: 1, placing, measures: Measures::default() };
        Facts { ad_daily: vec![row], ..Facts::default() }
    }

    #[test]
    fn what_delivered_yesterday_has_not_gone() {
        let known = [state(EntityKind::Campaign, "10"), state(EntityKind::Ad, "30"), state(EntityKind::Ad, "31")];
        let mut listed = snapshot(vec![state(EntityKind::Campaign, "10")]);
        let mut vanished = Vanished::take(&known, &mut listed);
        assert!(!listed.complete.contains(&EntityKind::Ad), "recording it closes no ad");
        assert!(listed.complete.contains(&EntityKind::Campaign) && listed.complete.contains(&EntityKind::AdGroup));
        let since = parse_day("2026-11-18").unwrap();
        vanished.hear(&facts("2026-11-17", "30"), since);
        assert_eq!((vanished.gone(), vanished.doubt(&account()).is_none()), (vec![EntityKind::Ad], true), "that was too long ago");
        vanished.hear(&facts("2026-11-19", "32"), since);
        assert_eq!(vanished.gone(), [EntityKind::Ad], "another ad does not speak for these");
        vanished.hear(&facts("2026-11-19", "30"), since);
        assert_eq!(vanished.gone(), []);
        let doubt = vanished.doubt(&account()).unwrap().to_string();
        assert!(doubt.contains("lists no ad, of which 2 are known and 1 have figures of the last days"), "{doubt}");
    }

    #[test]
    fn a_mailing_that_was_opened_yesterday_has_not_gone() {
        let mut listed = snapshot(vec![state(EntityKind::Account, "1")]);
        let mut vanished = Vanished::take(&[state(EntityKind::Campaign, "Flo")], &mut listed);
        let mailing = EmailDaily {
            date: parse_day("2026-11-19").unwrap(),
            kind: MailKind::Flow,
            campaign: CampaignId::new("Flo"),
            channel: "email".into(),
            recipients: None,
            opens: Some(1),
            clicks: None,
            orders: None,
            revenue_micros: None,
        };
        vanished.hear(&Facts { emails: vec![mailing], ..Facts::default() }, parse_day("2026-11-18").unwrap());
        assert_eq!(vanished.gone(), []);
    }

    #[test]
    fn nothing_vanishes_that_was_not_there_or_was_not_asked_for() {
        let mut deleted = state(EntityKind::Ad, "30");
        deleted.status = Status::Deleted;
        let mut listed = snapshot(Vec::new());
        assert!(Vanished::take([&deleted], &mut listed).is_empty());
        let mut partial = EntitySnapshot { complete: vec![EntityKind::Campaign], ..snapshot(Vec::new()) };
        assert!(Vanished::take([&state(EntityKind::Ad, "30")], &mut partial).is_empty());
        assert_eq!(partial.complete, [EntityKind::Campaign]);
    }
}
