//! What is known to have happened to an account: what its source's own record tells, and what two readings of its objects differ in.

use super::tracks::entity;
use crate::{Engine, Error};
use trimtab_domain::{
    TenantCtx,
    account::Account,
    entity::{EntityKind, Status},
    finding::{EventKind, KnownEvent, Level},
    money::decimal,
};
use trimtab_facts::EntityVersion;

impl Engine {
    /// What is known to have happened to an account's objects, oldest first: `events`, which its source's own record tells, and what they leave out.
    pub(super) async fn known_events(
        &self,
        ctx: &TenantCtx,
        account: &Account,
        mut events: Vec<KnownEvent>,
    ) -> Result<Vec<KnownEvent>, Error> {
        let kinds = [EntityKind::Campaign, EntityKind::AdGroup, EntityKind::Ad];
        let versions = self.lake().tenant(ctx).changes(account, &kinds).await?;
        for pair in versions.windows(2) {
            let [before, after] = pair else { continue };
            if before.state.kind == after.state.kind && before.state.id == after.state.id {
                let seen = differences(account, before, after);
                // The source's own record says more: who did it, and on which day.
                let told = |event: &KnownEvent| {
                    events.iter().any(|known| {
                        known.kind == event.kind
                            && known.entity.id == event.entity.id
                            && known.after == event.after
                            && event.day.since(known.day).is_ok_and(|days| (0..=3).contains(&days.get_days()))
                    })
                };
                let new: Vec<_> = seen.into_iter().filter(|event| !told(event)).collect();
                events.extend(new);
            }
        }
        events.sort_by_key(|event| event.day);
        Ok(events)
    }
}

fn differences(account: &Account, before: &EntityVersion, after: &EntityVersion) -> Vec<KnownEvent> {
    let level = match after.state.kind {
        EntityKind::Campaign => Level::Campaign,
        EntityKind::AdGroup => Level::AdGroup,
        _ => Level::Ad,
    };
    let event = |kind, from: String, to: String, factor| KnownEvent {
        day: account.zone.day_at(after.valid_from),
        entity: entity(account, level, &after.state.id, &after.state.name),
        kind,
        before: from,
        after: to,
        factor,
        by: None,
    };
    let mut events = Vec::new();
    let budget = |v: &EntityVersion| v.state.daily_budget_micros.or(v.state.lifetime_budget_micros);
    if let (Some(from), Some(to)) = (budget(before), budget(after))
        && from != to
    {
        #[expect(clippy::cast_precision_loss, reason = "a factor between two budgets is an estimate")]
        let factor = (from > 0).then(|| to as f64 / from as f64);
        events.push(event(EventKind::Budget, decimal(from), decimal(to), factor));
    }
    if before.state.status != after.state.status {
        let kind = if after.state.status == Status::Disapproved { EventKind::Disapproved } else { EventKind::Status };
        events.push(event(kind, before.state.status.as_str().to_owned(), after.state.status.as_str().to_owned(), None));
    }
    let stage = |v: &EntityVersion| {
        v.state.attributes.iter().find(|(name, _)| name.contains("learning")).map(|(_, value)| value.to_string())
    };
    if let (Some(from), Some(to)) = (stage(before), stage(after))
        && from != to
    {
        events.push(event(EventKind::Learning, from, to, None));
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use trimtab_domain::{Source, account::Standing, entity::EntityState};

    fn account() -> Account {
        Account {
            source: Source::Meta,
            id: "1".into(),
            name: "One".into(),
            currency: "EUR".parse().unwrap(),
            zone: "America/New_York".parse().unwrap(),
            standing: Standing::Good,
        }
    }

    fn version(budget: i64, status: Status, stage: &str, from: &str) -> EntityVersion {
        EntityVersion {
            source: Source::Meta,
            account: "1".into(),
            state: EntityState {
                kind: EntityKind::AdGroup,
                id: "7".into(),
                parent: "5".into(),
                campaign: "5".into(),
                name: "Spring".into(),
                status,
                platform_status: "".into(),
                objective: "".into(),
                daily_budget_micros: Some(budget),
                lifetime_budget_micros: None,
                starts: None,
                ends: None,
                attributes: BTreeMap::from([("learning_stage_info.status".into(), stage.into())]),
            },
            valid_from: from.parse().unwrap(),
            valid_to: None,
        }
    }

    #[test]
    fn two_readings_differ_in_what_happened_between_them() {
        let before = version(20_000_000, Status::Active, "SUCCESS", "2026-03-01T12:00:00Z");
        let after = version(200_000_000, Status::Disapproved, "LEARNING", "2026-03-05T02:00:00Z");
        let told = differences(&account(), &before, &after);
        assert_eq!(
            told.iter().map(|e| e.kind).collect::<Vec<_>>(),
            [EventKind::Budget, EventKind::Disapproved, EventKind::Learning]
        );
        assert_eq!((told[0].before.as_str(), told[0].after.as_str(), told[0].factor), ("20.00", "200.00", Some(10.0)));
        assert_eq!(told[0].day.to_string(), "2026-03-04", "in the account's zone");
        assert!(differences(&account(), &before, &before).is_empty());
    }
}
