//! What only Google tells: keywords, search terms, and who changed what.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    figures::{Figures, Sum},
    input::{CivilDay, Input, Rows, example_days, range},
    metrics::{days, open_days},
};
use crate::{
    Error,
    google::{Change, Google},
    limits,
};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};
use trimtab_domain::{
    Day, Source,
    fact::KeywordKind,
    id::{AccountId, CampaignId},
};

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<Fetch, Words>(
            Source::Google,
            "fetch_keywords",
            "Reads the figures of a few days by keyword: what the advertiser bids on",
            |desk, input| words(desk, input, KeywordKind::Keyword),
        ),
        Tool::new::<Fetch, Words>(
            Source::Google,
            "fetch_search_terms",
            "Reads the figures of a few days by search term: what people searched for; rare terms are not told",
            |desk, input| words(desk, input, KeywordKind::SearchTerm),
        ),
        Tool::new::<ListChanges, Changes>(
            Source::Google,
            "list_changes",
            "Lists what people and programs changed in the account within the last thirty days, newest first",
            changes,
        ),
    ]
}

/// Which keywords or search terms to read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Fetch {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// First day, in the account's zone.
    from: CivilDay,
    /// Last day, in the account's zone.
    to: CivilDay,
    /// Whether each day has rows of its own; else one row stands for all days.
    #[serde(default)]
    by_day: bool,
    /// Only this campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    campaign: Option<CampaignId>,
    /// Most rows of the answer. Totals take in the others too.
    #[serde(default)]
    limit: Rows,
}

impl Input for Fetch {
    fn example() -> Self {
        let (from, to) = example_days();
        Self { account: None, from, to, by_day: false, campaign: None, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Figures of keywords or search terms.
#[derive(Debug, Serialize, JsonSchema)]
struct Words {
    /// The account, whose currency and zone these are.
    account: AccountShape,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The rows, oldest day first and within it most spend first.
    rows: Vec<Word>,
    /// All rows together, those left out too.
    totals: Figures,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Word {
    /// The day; null where the row stands for all of them.
    date: Option<CivilDay>,
    /// The campaign's id.
    campaign: String,
    /// The ad group's id.
    ad_group: String,
    /// The keyword's id; null for search terms.
    keyword: Option<String>,
    /// The words.
    text: String,
    /// How closely a search has to match (`exact`, `phrase`, `broad`); empty where the platform does not tell.
    match_type: String,
    #[serde(flatten)]
    figures: Figures,
}

/// Day, campaign, ad group, id, words, match type.
type Key = (Option<Day>, [String; 5]);

fn words(desk: Desk<'_>, input: Fetch, kind: KeywordKind) -> BoxFuture<'_, Result<Answer<Words>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let google = desk.of::<Google>()?;
        let (mut sums, mut totals) = (BTreeMap::<Key, Sum>::new(), Sum::default());
        for piece in days.chunks_newest_first(limits::TOOL_PIECE_DAYS) {
            for fact in google.words(desk.account, piece, kind).await? {
                if input.campaign.as_ref().is_none_or(|campaign| *campaign == fact.placing.campaign) {
                    let (campaign, ad_group) = (fact.placing.campaign.to_string(), fact.placing.ad_group.to_string());
                    let key = [campaign, ad_group, fact.id.into(), fact.text.into(), fact.match_type.into()];
                    sums.entry((input.by_day.then_some(fact.date), key)).or_default().add(&fact.measures);
                    totals.add(&fact.measures);
                }
            }
        }
        let mut sums: Vec<(Key, Sum)> = sums.into_iter().collect();
        sums.sort_by_key(|((day, _), sum)| (*day, Reverse(sum.spend_micros())));
        let next_step = cut(&mut sums, input.limit, "ask for fewer days, one campaign or by_day false");
        let rows = sums.into_iter().map(|((date, [campaign, ad_group, id, text, match_type]), sum)| Word {
            date: date.map(CivilDay),
            campaign,
            ad_group,
            keyword: (!id.is_empty()).then_some(id),
            text,
            match_type,
            figures: sum.figures(),
        });
        let (from, to) = (CivilDay(days.from()), CivilDay(days.to()));
        let account = AccountShape::from(desk.account);
        Ok(Answer {
            data: Words { account, from, to, rows: rows.collect(), totals: totals.figures() },
            next_step,
            warnings: open_days(desk, days).into_iter().collect(),
        })
    })
}

/// Which changes to list.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListChanges {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// First day, in the account's zone. Days the platform no longer keeps are left out.
    from: CivilDay,
    /// Last day, in the account's zone.
    to: CivilDay,
    /// Only changes of this campaign and what belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    campaign: Option<CampaignId>,
    /// Most changes of the answer.
    #[serde(default)]
    limit: Rows,
}

impl Input for ListChanges {
    fn example() -> Self {
        let (from, to) = example_days();
        Self { account: None, from, to, campaign: None, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Changes made in an account.
#[derive(Debug, Serialize, JsonSchema)]
struct Changes {
    /// The account.
    account: AccountShape,
    /// The changes, newest first.
    items: Vec<ChangeShape>,
    /// How many there are in all.
    total: usize,
}

/// One change somebody made.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangeShape {
    /// When (RFC 3339).
    at: String,
    /// What sort of object (`CAMPAIGN`, `CAMPAIGN_BUDGET` …).
    object: String,
    /// The object, by the platform's name for it.
    name: String,
    /// `CREATE`, `UPDATE` or `REMOVE`.
    operation: String,
    /// What it was made with (`GOOGLE_ADS_WEB_CLIENT`, `GOOGLE_ADS_API` …).
    client: String,
    /// Who made it; null where the platform does not tell.
    user: Option<String>,
    /// The campaign it belongs to.
    campaign: Option<String>,
    /// The ad group it belongs to.
    ad_group: Option<String>,
    /// Which fields.
    fields: Vec<FieldShape>,
}

/// One changed field.
#[derive(Debug, Serialize, JsonSchema)]
struct FieldShape {
    /// Its path within the object.
    field: String,
    /// Its value before, where the platform tells it.
    before: Option<String>,
    /// Its value after, likewise.
    after: Option<String>,
}

impl From<Change> for ChangeShape {
    fn from(change: Change) -> Self {
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            at: change.at.to_string(),
            campaign: said(change.campaign.as_str()),
            ad_group: said(change.ad_group.as_str()),
            user: said(&change.user),
            object: change.resource_type.into(),
            name: change.resource.into(),
            operation: change.operation.into(),
            client: change.client.into(),
            fields: change
                .fields
                .into_iter()
                .map(|field| FieldShape {
                    field: field.field.into(),
                    before: field.before.map(Into::into),
                    after: field.after.map(Into::into),
                })
                .collect(),
        }
    }
}

fn changes(desk: Desk<'_>, input: ListChanges) -> BoxFuture<'_, Result<Answer<Changes>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let changes = desk.of::<Google>()?.changes(desk.account, days).await?;
        let wanted = |change: &Change| input.campaign.as_ref().is_none_or(|campaign| *campaign == change.campaign);
        let mut items: Vec<ChangeShape> = changes.into_iter().filter(wanted).map(ChangeShape::from).collect();
        let total = items.len();
        let next_step = cut(&mut items, input.limit, "ask for fewer days or one campaign");
        Ok(Answer { data: Changes { account: AccountShape::from(desk.account), items, total }, next_step, warnings: Vec::new() })
    })
}
