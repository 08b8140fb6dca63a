//! Attributes of resources, by field name.

pub(crate) mod criterion;
pub(crate) mod structure;

use super::{
    action,
    budget::{Budget, micros},
    change,
    field::Field,
    parts,
    subject::{Item, Subject},
    tree::{MANAGER_CURRENCY, MANAGER_ZONE, Node, Tree},
    value::Value,
};
use crate::world::{World, account::Account, calendar::stamp};

/// Whose rows are answered, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) world: &'a World,
    pub(crate) tree: &'a Tree,
    pub(crate) node: Node,
    /// Unix seconds.
    pub(crate) now: i64,
}

impl<'a> Scope<'a> {
    /// The account with campaigns, where it is one.
    pub(crate) fn account(&self) -> Option<&'a Account> {
        match self.node {
            Node::Account(place) => Some(&self.world.accounts[place]),
            Node::Manager(_) | Node::Closed => None,
        }
    }

    /// `customers/{id}`.
    pub(crate) fn customer(&self) -> String {
        format!("customers/{}", self.tree.id(self.world, self.node))
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, subject: &Subject, field: &Field) -> Value {
        let name = field.name.split_once('.').map_or("", |(_, name)| name);
        match field.owner() {
            "customer" => self.of_customer(self.node, name),
            "customer_client" => self.of_client(subject, name),
            "geo_target_constant" => of_target(subject, name),
            owner => self.account().map_or(Value::Absent, |account| self.of_account(account, subject, owner, name)),
        }
    }

    fn of_account(&self, account: &Account, subject: &Subject, owner: &str, name: &str) -> Value {
        match (owner, &subject.item) {
            ("campaign", _) => subject.campaign.map_or(Value::Absent, |c| structure::campaign(self, account, c, name)),
            ("campaign_budget", Item::Budget(budget)) => self.of_budget(account, budget, name),
            ("campaign_budget", _) => {
                subject.campaign.map_or(Value::Absent, |c| self.of_budget(account, &Budget::of(account, c), name))
            }
            ("ad_group", _) => subject.group.map_or(Value::Absent, |g| structure::ad_group(self, account, g, name)),
            ("asset_group", _) => subject.group.map_or(Value::Absent, |g| structure::asset_group(self, account, g, name)),
            ("ad_group_ad", _) => subject.ad.map_or(Value::Absent, |a| structure::ad(self, account, a, name)),
            ("conversion_action", Item::Action(place)) => self.of_action(account, *place, name),
            ("change_event", Item::Change(change)) => self.of_event(account, change, name),
            ("change_status", Item::Change(change)) => self.of_status(account, change, name),
            _ => criterion::value(self, account, subject, owner, name),
        }
    }

    fn of_customer(&self, node: Node, name: &str) -> Value {
        let id = self.tree.id(self.world, node);
        let account = if let Node::Account(place) = node { Some(&self.world.accounts[place]) } else { None };
        match name {
            "resource_name" => format!("customers/{id}").into(),
            "id" => Value::id(id),
            "descriptive_name" => match node {
                Node::Account(place) => self.world.accounts[place].name.as_str().into(),
                Node::Manager(place) => self.tree.managers[place].name.into(),
                Node::Closed => self.tree.closed.name.into(),
            },
            "currency_code" => account.map_or(MANAGER_CURRENCY, |a| a.currency.as_str()).into(),
            "time_zone" => account.map_or(MANAGER_ZONE, |a| a.calendar.zone().as_str()).into(),
            "manager" => matches!(node, Node::Manager(_)).into(),
            "test_account" | "has_partners_badge" | "hidden" => false.into(),
            "auto_tagging_enabled" => account.is_some().into(),
            "status" => if node == Node::Closed { "CANCELED" } else { "ENABLED" }.into(),
            _ => Value::Absent,
        }
    }

    fn of_client(&self, subject: &Subject, name: &str) -> Value {
        let Item::Client(node, level) = subject.item else { return Value::Absent };
        let id = self.tree.id(self.world, node);
        match name {
            "resource_name" => format!("{}/customerClients/{id}", self.customer()).into(),
            "client_customer" => format!("customers/{id}").into(),
            "level" => Value::Int(level),
            _ => self.of_customer(node, name),
        }
    }

    fn of_budget(&self, account: &Account, budget: &Budget, name: &str) -> Value {
        match name {
            "resource_name" => format!("{}/campaignBudgets/{}", self.customer(), budget.id).into(),
            "id" => Value::id(budget.id),
            "name" => budget.name.as_str().into(),
            "amount_micros" => Value::Int(micros(account, budget.amount(account, self.now))),
            "status" => "ENABLED".into(),
            "delivery_method" | "type" => "STANDARD".into(),
            "period" => "DAILY".into(),
            "explicitly_shared" => budget.shared.into(),
            "reference_count" => Value::id(budget.members.len() as u64),
            "has_recommended_budget" => false.into(),
            _ => Value::Absent,
        }
    }

    fn of_action(&self, account: &Account, place: usize, name: &str) -> Value {
        let action = &action::of(account)[place];
        match name {
            "resource_name" => format!("{}/conversionActions/{}", self.customer(), action::id(account, place)).into(),
            "id" => Value::id(action::id(account, place)),
            "name" => action.name.into(),
            "owner_customer" => self.customer().into(),
            "category" => action.category.into(),
            "type" => action.kind.into(),
            "status" => "ENABLED".into(),
            "origin" => action.origin.into(),
            "primary_for_goal" | "include_in_conversions_metric" => action.primary.into(),
            "counting_type" => if action.category == "PURCHASE" { "MANY_PER_CLICK" } else { "ONE_PER_CLICK" }.into(),
            "click_through_lookback_window_days" => Value::Int(28),
            "view_through_lookback_window_days" => Value::Int(1),
            "attribution_model_settings.attribution_model" => "GOOGLE_SEARCH_ATTRIBUTION_DATA_DRIVEN".into(),
            "attribution_model_settings.data_driven_model_status" => "AVAILABLE".into(),
            "value_settings.default_value" => Value::Number(0.0),
            "value_settings.default_currency_code" => account.currency.as_str().into(),
            "value_settings.always_use_default_value" => false.into(),
            _ => Value::Absent,
        }
    }

    fn of_event(&self, account: &Account, change: &change::Change, name: &str) -> Value {
        match name {
            "resource_name" => {
                format!("{}/changeEvents/{}~{}", self.customer(), change.at * 1_000_000, trailing_id(&change.resource)).into()
            }
            "change_date_time" => change::local_time(account, change.at).into(),
            "change_resource_type" => change.kind.into(),
            "change_resource_name" => change.resource.as_str().into(),
            "resource_change_operation" => "UPDATE".into(),
            "changed_fields" => Value::from(change.field),
            "client_type" => change.client.into(),
            "user_email" => change.user.as_str().into(),
            "campaign" => self.campaign_of(account, change),
            "ad_group" => self.group_of(account, change),
            "old_resource" => Value::Document(change.before.clone()),
            "new_resource" => Value::Document(change.after.clone()),
            _ => Value::Absent,
        }
    }

    fn of_status(&self, account: &Account, change: &change::Change, name: &str) -> Value {
        match name {
            "resource_name" => {
                format!("{}/changeStatus/{}~{}", self.customer(), change.at * 1_000_000, trailing_id(&change.resource)).into()
            }
            "last_change_date_time" => change::local_time(account, change.at).into(),
            "resource_type" => change.kind.into(),
            "resource_status" => "CHANGED".into(),
            "campaign" => self.campaign_of(account, change),
            "ad_group" => self.group_of(account, change),
            "ad_group_ad" if change.kind == "AD_GROUP_AD" => change.resource.as_str().into(),
            "campaign_budget" if change.budget.is_some() => change.resource.as_str().into(),
            _ => Value::Absent,
        }
    }

    fn campaign_of(&self, account: &Account, change: &change::Change) -> Value {
        change
            .campaign
            .map_or(Value::Absent, |c| format!("{}/campaigns/{}", self.customer(), account.campaigns[c].object.id).into())
    }

    fn group_of(&self, account: &Account, change: &change::Change) -> Value {
        change.group.map_or(Value::Absent, |g| format!("{}/adGroups/{}", self.customer(), account.ad_sets[g].object.id).into())
    }
}

fn trailing_id(resource: &str) -> &str {
    resource.rsplit('/').next().unwrap_or(resource)
}

fn of_target(subject: &Subject, name: &str) -> Value {
    let Item::Target(place) = subject.item else { return Value::Absent };
    let (code, id, country) = parts::COUNTRIES[place];
    match name {
        "resource_name" => format!("geoTargetConstants/{id}").into(),
        "id" => Value::id(id),
        "name" | "canonical_name" => country.into(),
        "country_code" => code.into(),
        "target_type" => "Country".into(),
        "status" => "ENABLED".into(),
        _ => Value::Absent,
    }
}

/// A time of the account's zone, to the second.
fn local(account: &Account, at: i64) -> String {
    stamp(at).to_zoned(account.calendar.zone().tz().clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
