//! Lists of what an account consists of: campaigns, ad groups, ads, creatives, pixels, each platform's under its own words.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, Items},
    input::{Input, Rows, statuses},
};
use crate::Error;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trimtab_domain::{
    Source,
    entity::{EntityKind, EntityState, Status},
    id::{AccountId, CampaignId},
    money::decimal,
};

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    let mut tools = vec![
        Tool::new::<List, Items<Object>>(
            platform,
            "list_campaigns",
            "Lists the account's campaigns: status, objective, budgets, dates",
            |desk, input| list(desk, input, EntityKind::Campaign),
        ),
        Tool::new::<List, Items<Object>>(
            platform,
            if platform == Source::Meta { "list_ad_sets" } else { "list_ad_groups" },
            "Lists the account's ad groups (Meta: ad sets) with the campaign each belongs to: status, goal, budgets, dates, learning",
            |desk, input| list(desk, input, EntityKind::AdGroup),
        ),
        Tool::new::<List, Items<Object>>(
            platform,
            "list_ads",
            "Lists the account's ads with the ad group and campaign each belongs to: status, review, what it shows",
            |desk, input| list(desk, input, EntityKind::Ad),
        ),
    ];
    if platform == Source::Meta {
        tools.push(Tool::new::<ListLoose, Items<Object>>(
            platform,
            "list_creatives",
            "Lists the account's creatives: what its ads show and say",
            |desk, input| list(desk, input.into(), EntityKind::Creative),
        ));
    }
    if let Some((verb, about)) = pixels(platform) {
        tools.push(Tool::new::<ListLoose, Items<Object>>(platform, verb, about, |desk, input| {
            list(desk, input.into(), EntityKind::Pixel)
        }));
    }
    tools
}

/// What a mailing system sends, both kinds in one list.
pub(super) fn mailings(platform: Source) -> Vec<Tool> {
    vec![Tool::new::<List, Items<Object>>(
        platform,
        "list_campaigns",
        "Lists the account's campaigns and flows, which the objective tells apart: status, how and since when they are sent",
        |desk, input| list(desk, input, EntityKind::Campaign),
    )]
}

/// What a platform calls its counters, where they can be listed.
const fn pixels(platform: Source) -> Option<(&'static str, &'static str)> {
    match platform {
        Source::Meta => {
            Some(("list_pixels", "Lists the account's pixels: when each fired last, and its events of the last seven days"))
        }
        Source::Google => Some((
            "list_conversion_actions",
            "Lists the account's conversion actions: what is counted, how, and whether for bidding",
        )),
        Source::Pinterest => Some(("list_conversion_tags", "Lists the account's conversion tags and the state each is in")),
        Source::Tiktok => Some(("list_pixels", "Lists the account's pixels: code, category, whether each is active")),
        Source::Linkedin | Source::Ga4 | Source::Klaviyo | Source::Magento | Source::Shopify | Source::Ecb | Source::Csv => None,
    }
}

/// Which objects to list.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// Only objects that are in one of these states; all where there are none. The state takes in what lies above an object.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "statuses")]
    status: Vec<Status>,
    /// Only objects of this campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    campaign: Option<CampaignId>,
    /// Most objects of the answer.
    #[serde(default)]
    limit: Rows,
}

impl Input for List {
    fn example() -> Self {
        Self { status: vec![Status::Active], ..Self::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }
}

/// Which objects to list of a kind that belongs to no campaign.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListLoose {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// Only objects that are in one of these states; all where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "statuses")]
    status: Vec<Status>,
    /// Most objects of the answer.
    #[serde(default)]
    limit: Rows,
}

impl Input for ListLoose {
    fn example() -> Self {
        Self { status: vec![Status::Active], ..Self::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }
}

impl From<ListLoose> for List {
    fn from(ListLoose { account, status, limit }: ListLoose) -> Self {
        Self { account, status, limit, campaign: None }
    }
}

/// An object as the platform describes it now.
#[derive(Debug, Serialize, JsonSchema)]
struct Object {
    /// The platform's id.
    id: String,
    /// Its name.
    name: String,
    /// The id one level up: an ad's ad group, an ad group's campaign; else the account's.
    parent: String,
    /// The campaign it belongs to, or is; null for creatives and pixels.
    campaign: Option<String>,
    /// Whether it delivers, what lies above it considered.
    #[schemars(with = "String")]
    status: Status,
    /// The platform's own word for that.
    platform_status: Option<String>,
    /// What it optimises for, in the platform's word.
    objective: Option<String>,
    /// Budget per day in the account's currency, as a decimal, where this object owns one.
    daily_budget: Option<String>,
    /// Budget for its whole life, likewise.
    lifetime_budget: Option<String>,
    /// First day it may run.
    starts: Option<String>,
    /// Last day it may run.
    ends: Option<String>,
    /// What else the platform tells, by its own field names.
    attributes: BTreeMap<String, String>,
}

impl From<EntityState> for Object {
    fn from(state: EntityState) -> Self {
        let said = |text: compact_str::CompactString| (!text.is_empty()).then(|| text.into());
        Self {
            id: state.id.into(),
            name: state.name.into(),
            parent: state.parent.into(),
            campaign: said(state.campaign),
            status: state.status,
            platform_status: said(state.platform_status),
            objective: said(state.objective),
            daily_budget: state.daily_budget_micros.map(decimal),
            lifetime_budget: state.lifetime_budget_micros.map(decimal),
            starts: state.starts.map(|day| day.to_string()),
            ends: state.ends.map(|day| day.to_string()),
            attributes: state.attributes.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        }
    }
}

fn list(desk: Desk<'_>, input: List, kind: EntityKind) -> BoxFuture<'_, Result<Answer<Items<Object>>, Error>> {
    Box::pin(async move {
        let snapshot = desk.connector.entities_of(desk.account, kind).await?;
        let wanted = |state: &EntityState| {
            (input.status.is_empty() || input.status.contains(&state.status))
                && input.campaign.as_ref().is_none_or(|campaign| campaign.as_str() == state.campaign)
        };
        let hidden = !snapshot.complete.contains(&kind);
        let mut objects: Vec<Object> = snapshot.states.into_iter().filter(wanted).map(Object::from).collect();
        objects.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let loose = matches!(kind, EntityKind::Creative | EntityKind::Pixel);
        let less = if loose { "ask for fewer states" } else { "ask for one campaign or for fewer states" };
        let mut answer = Items::cut(AccountShape::from(desk.account), objects, input.limit, less);
        if hidden {
            let cure = "the credential may not see all of them: grant it the permission on the platform, or connect with another";
            answer.next_step = Some(answer.next_step.map_or_else(|| cure.to_owned(), |step| format!("{cure}; {step}")));
        }
        Ok(answer)
    })
}
