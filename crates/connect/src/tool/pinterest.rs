//! What only Pinterest tells: pins, boards, audiences, and figures by a report prepared in the background.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, Items, advice},
    input::{Input, Rows, SomeOfAccount, range},
    metrics::{self, Metrics, Way},
};
use crate::{
    Error, limits,
    pinterest::{Audience, Board, Listed, Pin, PinsOf, Pinterest},
};
use futures::future::BoxFuture;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use trimtab_domain::{Source, id::AccountId};

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<ListPins, Items<Pin>>(
            Source::Pinterest,
            "list_pins",
            "Lists the pins of the business behind the account: title, link, picture, whether each has been an ad",
            pins,
        ),
        Tool::new::<SomeOfAccount, Items<Board>>(
            Source::Pinterest,
            "list_boards",
            "Lists the boards of the business behind the account: who sees each, and how many pins it holds",
            boards,
        ),
        Tool::new::<SomeOfAccount, Items<Audience>>(
            Source::Pinterest,
            "list_audiences",
            "Lists the account's audiences: how each came about, how many people it holds, whether it can be used",
            audiences,
        ),
        Tool::new::<FetchReport, Metrics>(
            Source::Pinterest,
            "fetch_delivery_report",
            "Has Pinterest prepare a report of up to three months, waits for it and reads it: the way to older days and large accounts",
            |desk, input| metrics::fetch(desk, input.0, Way::Report),
        ),
    ]
}

/// Which pins to list.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListPins {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// Only pins that have ever been an ad.
    #[serde(default)]
    promoted: bool,
    /// Most pins of the answer.
    #[serde(default)]
    limit: Rows,
}

impl Input for ListPins {
    fn example() -> Self {
        Self { promoted: true, ..Self::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }
}

/// Which figures to have a report prepared of.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct FetchReport(metrics::Fetch);

impl JsonSchema for FetchReport {
    fn schema_name() -> Cow<'static, str> {
        "FetchReport".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        metrics::Fetch::json_schema(generator)
    }
}

impl Input for FetchReport {
    fn example() -> Self {
        Self(metrics::Fetch::example())
    }

    fn account(&self) -> Option<&AccountId> {
        self.0.account()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.0.from, self.0.to, limits::TOOL_REPORT_DAYS_MAX).map(drop)
    }
}

/// A list as far as it was looked at.
fn listed<T>(desk: Desk<'_>, rows: Rows, listed: Listed<T>, less: &str) -> Answer<Items<T>> {
    let Listed { items, more } = listed;
    let next_step = more.then(|| format!("there are more than the {} here: {}", items.len(), advice(rows, less)));
    let total = (!more).then_some(items.len());
    Answer { data: Items { account: AccountShape::from(desk.account), items, total }, next_step, warnings: Vec::new() }
}

fn pins(desk: Desk<'_>, input: ListPins) -> BoxFuture<'_, Result<Answer<Items<Pin>>, Error>> {
    Box::pin(async move {
        let which = if input.promoted { PinsOf::Ads } else { PinsOf::Everything };
        let pins = desk.of::<Pinterest>()?.pins(desk.account, which, input.limit.most()).await?;
        Ok(listed(desk, input.limit, pins, "ask for promoted pins alone"))
    })
}

fn boards(desk: Desk<'_>, input: SomeOfAccount) -> BoxFuture<'_, Result<Answer<Items<Board>>, Error>> {
    Box::pin(async move {
        let boards = desk.of::<Pinterest>()?.boards(desk.account, input.limit.most()).await?;
        Ok(listed(desk, input.limit, boards, "look at the others on Pinterest itself"))
    })
}

fn audiences(desk: Desk<'_>, input: SomeOfAccount) -> BoxFuture<'_, Result<Answer<Items<Audience>>, Error>> {
    Box::pin(async move {
        let audiences = desk.of::<Pinterest>()?.audiences(desk.account, input.limit.most()).await?;
        Ok(listed(desk, input.limit, audiences, "look at the others on Pinterest itself"))
    })
}
