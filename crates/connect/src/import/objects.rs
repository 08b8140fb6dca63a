//! The campaigns, ad groups and ads a file names: their ids, and what it says of each.
//!
//! An object without an id gets one made of its path of names, so that importing again finds the same object.

use super::parts;
use compact_str::{CompactString, format_compact};
use std::collections::{BTreeMap, HashMap};
use trimtab_domain::{
    Day, Timestamp,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    fact::Placing,
    id::{AdGroupId, AdId, CampaignId},
};

/// What a row says of one object.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) id: CompactString,
    pub(super) name: CompactString,
    pub(super) status: CompactString,
    pub(super) objective: CompactString,
    pub(super) daily_budget_micros: Option<i64>,
    pub(super) lifetime_budget_micros: Option<i64>,
    pub(super) starts: Option<Day>,
    pub(super) ends: Option<Day>,
    pub(super) attributes: BTreeMap<CompactString, CompactString>,
}

impl Told {
    fn is_nothing(&self) -> bool {
        self.id.is_empty() && self.name.is_empty()
    }
}

/// All objects met so far. Rows refer to a placing by its number.
#[derive(Debug, Default)]
pub(super) struct Objects {
    by_cells: HashMap<String, u32>,
    by_ids: HashMap<Placing, u32>,
    pub(super) placings: Vec<Placing>,
    states: BTreeMap<(EntityKind, CompactString), EntityState>,
}

impl Objects {
    /// The placing already met under exactly these cells.
    pub(super) fn known(&self, cells: &str) -> Option<u32> {
        self.by_cells.get(cells).copied()
    }

    /// Enters a placing: campaign, ad group, ad. `None` once there are more than the number can count.
    pub(super) fn enter(&mut self, cells: &str, levels: [Told; 3]) -> Option<u32> {
        let [campaign, ad_group, ad] = levels;
        let campaign_id = stable_id(&campaign, &[]);
        let ad_group_id = stable_id(&ad_group, &[&campaign_id]);
        let ad_id = stable_id(&ad, &[&campaign_id, &ad_group_id]);
        self.tell(EntityKind::Campaign, &campaign_id, "", &campaign_id, campaign);
        self.tell(EntityKind::AdGroup, &ad_group_id, &campaign_id, &campaign_id, ad_group);
        self.tell(EntityKind::Ad, &ad_id, &ad_group_id, &campaign_id, ad);
        let placing =
            Placing { campaign: CampaignId::new(campaign_id), ad_group: AdGroupId::new(ad_group_id), ad: AdId::new(ad_id) };
        let next = u32::try_from(self.placings.len()).ok()?;
        let number = *self.by_ids.entry(placing.clone()).or_insert(next);
        if number == next {
            self.placings.push(placing);
        }
        self.by_cells.insert(cells.to_owned(), number);
        Some(number)
    }

    fn tell(&mut self, kind: EntityKind, id: &CompactString, parent: &str, campaign: &CompactString, told: Told) {
        if told.is_nothing() {
            return;
        }
        let name = if told.name.is_empty() { id.clone() } else { told.name };
        let status = parts::status(&told.status);
        let platform_status = if status == Status::Unknown && told.status == "0" { CompactString::default() } else { told.status };
        let state = EntityState {
            kind,
            id: id.clone(),
            parent: parent.into(),
            campaign: campaign.clone(),
            name,
            status,
            platform_status,
            objective: told.objective,
            daily_budget_micros: told.daily_budget_micros,
            lifetime_budget_micros: told.lifetime_budget_micros,
            starts: told.starts,
            ends: told.ends,
            attributes: told.attributes,
        };
        // What the first row says stands; a later row fills in what the first left open.
        let kept = self.states.entry((kind, id.clone())).or_insert_with(|| state.clone());
        if kept.status == Status::Unknown {
            (kept.status, kept.platform_status) = (state.status, state.platform_status);
        }
        kept.daily_budget_micros = kept.daily_budget_micros.or(state.daily_budget_micros);
        kept.lifetime_budget_micros = kept.lifetime_budget_micros.or(state.lifetime_budget_micros);
        if kept.objective.is_empty() {
            kept.objective = state.objective;
        }
    }

    /// Everything known, under an account. No kind is complete: an export lists what had delivery, not all there is.
    pub(super) fn snapshot(self, account: EntityState, seen_at: Timestamp) -> EntitySnapshot {
        let id = account.id.clone();
        let states = self.states.into_values().map(|mut state| {
            if state.kind == EntityKind::Campaign {
                state.parent = id.clone();
            }
            state
        });
        EntitySnapshot { seen_at, complete: Vec::new(), states: std::iter::once(account).chain(states).collect() }
    }
}

/// The object's own id, or one made of its path; nothing for an object that is not there.
fn stable_id(told: &Told, above: &[&CompactString]) -> CompactString {
    if told.is_nothing() || !told.id.is_empty() {
        return told.id.clone();
    }
    let mut hasher = blake3::Hasher::new();
    for part in above.iter().map(|id| id.as_str()).chain([told.name.as_str()]) {
        hasher.update(part.as_bytes()).update(&[0x1f]);
    }
    let hash = hasher.finalize().to_hex();
    format_compact!("{}-{}", slug(&told.name), &hash[..10])
}

/// Lower-case letters and digits with single dashes, at most 32 characters.
pub(super) fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in super::names::fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= 32 {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "unnamed".to_owned() } else { out.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_are_short_and_plain() {
        assert_eq!(slug("Été – 50 % (A/B)"), "ete-50-a-b");
        assert_eq!(slug("  "), "unnamed");
        assert!(slug(&"x".repeat(99)).len() <= 32);
    }
}
