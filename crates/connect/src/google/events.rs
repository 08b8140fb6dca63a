//! Google's change events as events of the trade.
//!
//! A budget is a resource of its own: a change of one is told of each campaign that spends from it now. Budgets made or removed are left
//! out, since a campaign that takes another budget says so itself. Changes of what has no level here (keywords, assets, audiences) are
//! edits of the ad group or campaign they belong to.

use super::{
    Google,
    changes::{Change, FieldChange},
};
use crate::{
    Error,
    events::{self, Dated, Span},
};
use compact_str::CompactString;
use std::collections::HashMap;
use trimtab_domain::{
    DayRange, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot},
    finding::{EntityRef, EventKind, KnownEvent, Level},
};

impl Google {
    /// What the change events tell of `[since, until)`, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn known_events(
        &self,
        account: &Account,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<KnownEvent>, Error> {
        let day = |at| account.zone.day_at(at);
        let Ok(days) = DayRange::new(day(since), day(until)) else { return Ok(Vec::new()) };
        let mut changes = self.changes(account, days).await?;
        changes.retain(|change| (since..until).contains(&change.at));
        let below = changes.iter().any(|change| !change.ad_group.is_none() || ad_of(change).is_some());
        let objects = match changes.is_empty() {
            true => return Ok(Vec::new()),
            false if below => self.objects(account).await?,
            false => self.objects_of(account, EntityKind::Campaign).await?,
        };
        let known = Known::of(account, &objects);
        let dated = changes.iter().flat_map(|change| known.events(change)).collect();
        Ok(events::in_order(dated, since, until))
    }
}

/// What is known of the account's objects.
struct Known<'a> {
    account: &'a Account,
    names: HashMap<(EntityKind, &'a str), &'a str>,
    /// Campaigns by the budget they spend from.
    spenders: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Known<'a> {
    fn of(account: &'a Account, objects: &'a EntitySnapshot) -> Self {
        let mut known = Self { account, names: HashMap::new(), spenders: HashMap::new() };
        for state in &objects.states {
            known.names.insert((state.kind, &state.id), &state.name);
            if let Some(budget) = state.attributes.get("campaign_budget.id") {
                known.spenders.entry(budget).or_default().push(&state.id);
            }
        }
        known
    }

    fn events(&self, change: &Change) -> Vec<Dated> {
        let created = change.operation == "CREATE";
        let told = match change.resource_type.as_str() {
            "CAMPAIGN_BUDGET" if change.operation != "UPDATE" => return Vec::new(),
            "CAMPAIGN_BUDGET" => return self.of_budget(change),
            "CAMPAIGN" | "AD_GROUP" | "AD_GROUP_AD" | "AD" if created => vec![Told::new(EventKind::Created)],
            "CAMPAIGN" | "AD_GROUP" | "AD_GROUP_AD" if change.operation == "REMOVE" => {
                vec![Told { after: "REMOVED".to_owned(), ..Told::new(EventKind::Status) }]
            }
            "CAMPAIGN" | "AD_GROUP" | "AD_GROUP_AD" | "AD" => self.updates(change),
            _ => vec![self.edit(change, &change.fields.iter().collect::<Vec<_>>())],
        };
        let entity = self.entity(change);
        told.into_iter().map(|told| self.dated(change, entity.clone(), told)).collect()
    }

    /// A change of a budget, once for each campaign that spends from it.
    fn of_budget(&self, change: &Change) -> Vec<Dated> {
        let told = self.updates(change);
        let spenders = self.spenders.get(tail(&change.resource)).map(Vec::as_slice).unwrap_or_default();
        let mut entities: Vec<EntityRef> = spenders.iter().map(|id| self.object(EntityKind::Campaign, id)).collect();
        if entities.is_empty() {
            // No campaign spends from it any more: the change may still tell whose it was.
            entities.push(self.entity(change));
        }
        let of_each = entities.into_iter().flat_map(|entity| told.iter().map(move |told| (entity.clone(), told.clone())));
        of_each.map(|(entity, told)| self.dated(change, entity, told)).collect()
    }

    /// What an update changed: its budget, its switch, and all the rest together.
    fn updates(&self, change: &Change) -> Vec<Told> {
        let (mut told, mut rest) = (Vec::new(), Vec::new());
        for field in &change.fields {
            match (change.resource_type.as_str(), snake(&field.field).as_str()) {
                ("CAMPAIGN_BUDGET", "amount_micros") => told.push(self.budget(field, Span::Day)),
                ("CAMPAIGN_BUDGET", "total_amount_micros") => told.push(self.budget(field, Span::Life)),
                ("CAMPAIGN", "campaign_budget") => told.push(Told {
                    before: another(field.before.as_ref()),
                    after: another(field.after.as_ref()),
                    ..Told::new(EventKind::Budget)
                }),
                ("CAMPAIGN" | "AD_GROUP" | "AD_GROUP_AD", "status") => told.push(Told {
                    before: field.before.as_deref().unwrap_or_default().to_owned(),
                    after: field.after.as_deref().unwrap_or_default().to_owned(),
                    ..Told::new(EventKind::Status)
                }),
                _ => rest.push(field),
            }
        }
        if !rest.is_empty() || told.is_empty() {
            told.push(self.edit(change, &rest));
        }
        told
    }

    fn budget(&self, field: &FieldChange, span: Span) -> Told {
        let micros = |value: &Option<CompactString>| value.as_deref().and_then(|micros| micros.parse::<i64>().ok());
        let text = |micros: Option<i64>| micros.map(|micros| events::amount(micros, self.account.currency, span));
        let (before, after) = (micros(&field.before), micros(&field.after));
        Told {
            kind: EventKind::Budget,
            before: text(before).unwrap_or_default(),
            after: text(after).unwrap_or_default(),
            factor: events::factor(before, after),
        }
    }

    /// Fields that have no kind of their own, in Google's words.
    fn edit(&self, change: &Change, fields: &[&FieldChange]) -> Told {
        let what = change.resource_type.to_lowercase().replace('_', " ");
        let done = match change.operation.as_str() {
            "CREATE" => "added",
            "REMOVE" => "removed",
            _ => "changed",
        };
        let listed = |value: &dyn Fn(&FieldChange) -> Option<CompactString>| {
            let each =
                fields.iter().filter_map(|field| Some(format!("{} {}", field.field, self.readable(&field.field, value(field)?))));
            each.collect::<Vec<_>>().join(", ")
        };
        // What was added or removed in bulk differs in nothing but its values, which nobody reads.
        let (before, after) = match done {
            "changed" => (listed(&|field| field.before.clone()), listed(&|field| field.after.clone())),
            _ => (String::new(), String::new()),
        };
        let after = if after.is_empty() { format!("{what} {done}") } else { format!("{what} {done}: {after}") };
        Told { before: events::short(&before), after: events::short(&after), ..Told::new(EventKind::Edited) }
    }

    fn readable(&self, field: &str, value: CompactString) -> String {
        let micros = value.parse().ok().filter(|_| snake(field).ends_with("_micros"));
        micros.map_or_else(|| value.to_string(), |micros| events::amount(micros, self.account.currency, Span::Unknown))
    }

    /// The lowest object with a level that a change belongs to.
    fn entity(&self, change: &Change) -> EntityRef {
        match ad_of(change) {
            Some(ad) => self.object(EntityKind::Ad, ad),
            None if !change.ad_group.is_none() => self.object(EntityKind::AdGroup, change.ad_group.as_str()),
            None if change.resource_type == "AD_GROUP" => self.object(EntityKind::AdGroup, tail(&change.resource)),
            None if !change.campaign.is_none() => self.object(EntityKind::Campaign, change.campaign.as_str()),
            None if change.resource_type == "CAMPAIGN" => self.object(EntityKind::Campaign, tail(&change.resource)),
            None => events::whole(self.account),
        }
    }

    fn object(&self, kind: EntityKind, id: &str) -> EntityRef {
        let level = match kind {
            EntityKind::AdGroup => Level::AdGroup,
            EntityKind::Ad => Level::Ad,
            _ => Level::Campaign,
        };
        events::entity(self.account, level, id, self.names.get(&(kind, id)).copied().unwrap_or_default())
    }

    fn dated(&self, change: &Change, entity: EntityRef, told: Told) -> Dated {
        let Told { kind, before, after, factor } = told;
        // Google keeps some addresses to itself; what it was made with says a little.
        let by = [&change.user, &change.client].into_iter().find(|who| !who.is_empty()).map(ToString::to_string);
        Dated {
            at: change.at,
            event: KnownEvent { day: self.account.zone.day_at(change.at), entity, kind, before, after, factor, by },
        }
    }
}

/// What an event says, without whom, when and of what.
#[derive(Debug, Clone)]
struct Told {
    kind: EventKind,
    before: String,
    after: String,
    factor: Option<f64>,
}

impl Told {
    const fn new(kind: EventKind) -> Self {
        Self { kind, before: String::new(), after: String::new(), factor: None }
    }
}

/// The ad a change is of: `customers/1/adGroupAds/3~4` and `customers/1/ads/4` name the same.
fn ad_of(change: &Change) -> Option<&str> {
    let ad = matches!(change.resource_type.as_str(), "AD_GROUP_AD" | "AD");
    ad.then(|| tail(&change.resource)).map(|tail| tail.rsplit('~').next().unwrap_or(tail)).filter(|id| !id.is_empty())
}

fn tail(resource: &str) -> &str {
    resource.rsplit('/').next().unwrap_or_default()
}

/// A budget that took the place of another, whose amount this change does not tell.
fn another(budget: Option<&CompactString>) -> String {
    budget.map(|budget| format!("budget {}", tail(budget))).unwrap_or_default()
}

/// `amountMicros` as masks of the other spelling have it.
fn snake(field: &str) -> String {
    let mut snake = String::with_capacity(field.len() + 4);
    for letter in field.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests;
