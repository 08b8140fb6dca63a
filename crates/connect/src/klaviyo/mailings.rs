//! What is sent: campaigns, once to many, and flows, to each when something happens; and which message belongs to which campaign.
//!
//! Campaigns are listed by the way they are sent, one list for each. Events name the message that caused them; of a campaign that is the id of one of
//! its messages or, in older ones, its own.

use super::{
    Klaviyo,
    dialect::Cost,
    service::{Ask, Failure, Tally},
};
use crate::{
    Connector, Error,
    connector::of_kind,
    objects::{account_state, attributes, bare},
};
use compact_str::CompactString;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, PoisonError},
};
use trimtab_domain::{
    Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
};

/// The ways campaigns are listed by. Each has its filter; without one the platform refuses.
const CHANNELS: [(&str, &str); 3] = [
    ("email", "equals(messages.channel,'email')"),
    ("sms", "equals(messages.channel,'sms')"),
    ("mobile_push", "equals(messages.channel,'mobile_push')"),
];

/// What messages belong to.
#[derive(Debug, Default)]
pub(super) struct Mailings {
    /// By the id of a campaign and of each of its messages: the campaign, and the way it is sent.
    campaigns: HashMap<CompactString, (CompactString, &'static str)>,
}

impl Mailings {
    /// The campaign of a message, and the way it is sent.
    pub(super) fn campaign(&self, message: &str) -> Option<(&CompactString, &'static str)> {
        self.campaigns.get(message).map(|(campaign, channel)| (campaign, *channel))
    }

    fn of(campaigns: &[(&'static str, Campaign)]) -> Self {
        let mut known = HashMap::new();
        for (channel, campaign) in campaigns {
            let messages = campaign.relationships.messages.data.iter().map(|message| &message.id);
            for id in messages.chain([&campaign.id]) {
                known.entry(id.clone()).or_insert_with(|| (campaign.id.clone(), *channel));
            }
        }
        Self { campaigns: known }
    }
}

#[derive(Debug, Deserialize)]
struct Campaign {
    id: CompactString,
    attributes: CampaignAttributes,
    #[serde(default)]
    relationships: Relationships,
}

#[derive(Debug, Deserialize)]
struct CampaignAttributes {
    #[serde(default)]
    name: CompactString,
    #[serde(default)]
    status: CompactString,
    #[serde(default)]
    archived: bool,
    send_time: Option<CompactString>,
    scheduled_at: Option<CompactString>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Relationships {
    #[serde(rename = "campaign-messages")]
    messages: Related,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Related {
    data: Vec<Identified>,
}

#[derive(Debug, Deserialize)]
struct Identified {
    id: CompactString,
}

#[derive(Debug, Deserialize)]
struct Flow {
    id: CompactString,
    attributes: FlowAttributes,
}

#[derive(Debug, Deserialize)]
struct FlowAttributes {
    name: Option<CompactString>,
    status: Option<CompactString>,
    archived: Option<bool>,
    trigger_type: Option<CompactString>,
}

/// What a campaign's word says of whether it is sent.
fn campaign_status(word: &str, archived: bool) -> Status {
    match word {
        _ if archived => Status::Archived,
        "Sending" | "Sending Segments" | "Variations Sent" => Status::Active,
        "Sent" => Status::Ended,
        "Draft"
        | "Scheduled"
        | "Adding Recipients"
        | "Preparing to schedule"
        | "Preparing to send"
        | "Queued without Recipients" => Status::Pending,
        // With the reason after a colon, where somebody else than the user called it off.
        word if word.starts_with("Cancelled") => Status::Ended,
        _ => Status::Unknown,
    }
}

/// The same of a flow. One that is sent by hand sends nothing of itself.
fn flow_status(word: &str, archived: bool) -> Status {
    match word {
        _ if archived => Status::Archived,
        "live" => Status::Active,
        "manual" => Status::Paused,
        "draft" => Status::Pending,
        _ => Status::Unknown,
    }
}

impl Campaign {
    fn state(self, account: &Account, channel: &'static str) -> EntityState {
        let CampaignAttributes { name, status, archived, send_time, scheduled_at } = self.attributes;
        let sent = send_time.or(scheduled_at).and_then(|text| text.parse::<Timestamp>().ok());
        EntityState {
            campaign: self.id.clone(),
            name,
            status: campaign_status(&status, archived),
            platform_status: status,
            objective: CompactString::const_new("campaign"),
            starts: sent.map(|at| account.zone.day_at(at)),
            attributes: attributes([("channel", Some(CompactString::const_new(channel)))]),
            ..bare(EntityKind::Campaign, self.id, account.id.as_str().into())
        }
    }
}

impl Flow {
    fn state(self, account: &Account) -> EntityState {
        let FlowAttributes { name, status, archived, trigger_type } = self.attributes;
        let status = status.unwrap_or_default();
        EntityState {
            campaign: self.id.clone(),
            name: name.unwrap_or_default(),
            status: flow_status(&status, archived.unwrap_or(false)),
            platform_status: status,
            objective: CompactString::const_new("flow"),
            attributes: attributes([("trigger_type", trigger_type)]),
            ..bare(EntityKind::Campaign, self.id, account.id.as_str().into())
        }
    }
}

impl Klaviyo {
    /// Every campaign, with the way it is sent; each once, although one may be sent in several.
    async fn campaigns(&self, account: &Account, tally: &Tally) -> Result<Vec<(&'static str, Campaign)>, Failure> {
        let (mut campaigns, mut known) = (Vec::new(), HashSet::new());
        for (channel, filter) in CHANNELS {
            let params = vec![
                ("filter", filter.into()),
                ("include", "campaign-messages".into()),
                // The texts of messages are not wanted.
                ("fields[campaign-message]", "definition.channel".into()),
                ("page[size]", "100".into()),
            ];
            let ask = Ask { account: Some(&account.id), path: "campaigns", params, json: None, cost: Cost::Tenth };
            // Of its own list a page is fresh even where the campaigns are known from another's.
            let mut listed = HashSet::new();
            let keep = |page: Vec<Campaign>| {
                let before = listed.len();
                for campaign in page {
                    listed.insert(campaign.id.clone());
                    if known.insert(campaign.id.clone()) {
                        campaigns.push((channel, campaign));
                    }
                }
                listed.len() - before
            };
            self.service.pages(tally, &ask, keep).await?;
        }
        Ok(campaigns)
    }

    async fn flows(&self, account: &Account, tally: &Tally) -> Result<Vec<Flow>, Failure> {
        let params = vec![("page[size]", "50".into())];
        let ask = Ask { account: Some(&account.id), path: "flows", params, json: None, cost: Cost::Third };
        let (mut flows, mut known) = (Vec::<Flow>::new(), HashSet::new());
        let keep = |page: Vec<Flow>| {
            let before = flows.len();
            flows.extend(page.into_iter().filter(|flow| known.insert(flow.id.clone())));
            flows.len() - before
        };
        self.service.pages(tally, &ask, keep).await?;
        Ok(flows)
    }

    /// What messages belong to. It is listed once; an empty list is asked for again the next time, and `anew` asks in any case.
    pub(super) async fn mailings(&self, account: &Account, tally: &Tally, anew: bool) -> Result<Arc<Mailings>, Error> {
        let kept = self.mailings.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(|_| !anew);
        if let Some(mailings) = kept {
            return Ok(mailings);
        }
        let mailings = Arc::new(Mailings::of(&self.campaigns(account, tally).await?));
        if !mailings.campaigns.is_empty() {
            *self.mailings.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&mailings));
        }
        Ok(mailings)
    }

    /// The account itself and all its campaigns and flows.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        let mut states = vec![account_state(account, "", BTreeMap::new())];
        states.extend(self.mailing_states(account).await?);
        Ok(EntitySnapshot { seen_at: self.now(), complete: vec![EntityKind::Account, EntityKind::Campaign], states })
    }

    /// The same of one kind.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn objects_of(&self, account: &Account, kind: EntityKind) -> Result<EntitySnapshot, Error> {
        let states = match kind {
            EntityKind::Account => Some(vec![account_state(account, "", BTreeMap::new())]),
            EntityKind::Campaign => Some(self.mailing_states(account).await?),
            EntityKind::AdGroup | EntityKind::Ad | EntityKind::Creative | EntityKind::Pixel => None,
        };
        Ok(of_kind(self.now(), kind, states))
    }

    async fn mailing_states(&self, account: &Account) -> Result<Vec<EntityState>, Error> {
        let tally = Tally::default();
        let (campaigns, flows) = tokio::try_join!(self.campaigns(account, &tally), self.flows(account, &tally))?;
        let campaigns = campaigns.into_iter().map(|(channel, campaign)| campaign.state(account, channel));
        Ok(campaigns.chain(flows.into_iter().map(|flow| flow.state(account))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_leads_to_its_campaign_and_so_does_the_campaign_itself() {
        let json = r#"{"type":"campaign","id":"01C","attributes":{"name":"Sale","status":"Sent","archived":false,"send_time":"2026-11-19T08:00:00+00:00"},
            "relationships":{"campaign-messages":{"data":[{"type":"campaign-message","id":"01M"},{"type":"campaign-message","id":"01N"}]}}}"#;
        let campaigns = [("email", serde_json::from_str(json).unwrap())];
        let mailings = Mailings::of(&campaigns);
        for id in ["01C", "01M", "01N"] {
            assert_eq!(mailings.campaign(id), Some((&"01C".into(), "email")), "{id}");
        }
        assert_eq!(mailings.campaign("01X"), None);
    }

    #[test]
    fn statuses_are_told_in_the_common_words() {
        for (word, status) in [
            ("Draft", Status::Pending),
            ("Sending Segments", Status::Active),
            ("Sent", Status::Ended),
            ("Cancelled: No Recipients", Status::Ended),
            ("Unknown", Status::Unknown),
        ] {
            assert_eq!(campaign_status(word, false), status, "{word}");
        }
        assert_eq!(campaign_status("Sent", true), Status::Archived);
        assert_eq!(
            ["live", "manual", "draft", "?"].map(|word| flow_status(word, false)),
            [Status::Active, Status::Paused, Status::Pending, Status::Unknown]
        );
    }
}
