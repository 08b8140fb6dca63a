//! What the rows of a resource are about, campaign by campaign, and how an ad's delivery falls to them.

use super::{
    action,
    budget::Budget,
    change::{self, Change},
    channel::Channel,
    field::Resource,
    parts,
    tree::{Node, Tree},
};
use crate::world::{
    World,
    account::Account,
    chance::{Chance, tag},
    cut::Piece,
    keyword::{self, Keyword, Term},
};

/// What a row is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subject {
    pub(crate) campaign: Option<usize>,
    pub(crate) group: Option<usize>,
    pub(crate) ad: Option<usize>,
    pub(crate) item: Item,
}

/// What it is about besides campaign, ad group and ad.
#[derive(Debug, Clone, Default)]
pub(crate) enum Item {
    #[default]
    None,
    Keyword(Keyword),
    Term(Keyword, Term),
    /// By place in [`parts::AGES`].
    Age(usize),
    /// By place in [`parts::GENDERS`].
    Gender(usize),
    /// By place in the account's countries, and whether people were there (place in [`parts::LOCATION_TYPES`]).
    Country(usize, usize),
    Budget(Budget),
    /// With its level.
    Client(Node, i64),
    Action(usize),
    Change(Box<Change>),
    /// By place in [`parts::COUNTRIES`].
    Target(usize),
}

/// How an ad's delivery falls to subjects: those from `start` on, by share, and by share within.
#[derive(Debug, Default)]
struct Fan {
    start: usize,
    shares: Vec<f64>,
    /// For each share the shares within; the last of them goes to nobody when `hidden`.
    within: Vec<Vec<f64>>,
    hidden: bool,
}

/// A block of rows: the subjects of one campaign, or all there are.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) subjects: Vec<Subject>,
    /// Campaigns whose delivery counts.
    pub(crate) campaigns: Vec<usize>,
    /// By ad of those campaigns.
    fans: std::collections::HashMap<usize, Fan>,
}

/// How many blocks a resource has.
pub(crate) fn blocks(account: Option<&Account>, from: Resource) -> usize {
    match (from, account) {
        (Resource::Customer | Resource::CustomerClient | Resource::GeoTargetConstant, _) => 1,
        (_, None) => 0,
        (Resource::ConversionAction | Resource::ChangeEvent | Resource::ChangeStatus, _) => 1,
        (_, Some(account)) => account.campaigns.len(),
    }
}

impl Block {
    /// A block of a customer. `by_group` tells that ad groups are asked for, which some views then split by.
    pub(crate) fn of(world: &World, node: Node, from: Resource, block: usize, by_group: bool, now: i64) -> Self {
        let Node::Account(place) = node else { return Self::without_campaigns(world, node, from) };
        let account = &world.accounts[place];
        let one = |item: Item| Subject { item, ..Subject::default() };
        let subjects = match from {
            Resource::Customer => {
                let campaigns = (0..account.campaigns.len()).collect();
                return Self { subjects: vec![Subject::default()], campaigns, fans: Default::default() }.with_whole(account);
            }
            Resource::CustomerClient | Resource::GeoTargetConstant => return Self::without_campaigns(world, node, from),
            Resource::ConversionAction => (0..action::of(account).len()).map(|a| one(Item::Action(a))).collect(),
            Resource::ChangeEvent | Resource::ChangeStatus => {
                let changes = if from == Resource::ChangeEvent { change::all(account, now) } else { change::latest(account, now) };
                let subject =
                    |c: Change| Subject { campaign: c.campaign, group: c.group, ad: c.ad, item: Item::Change(Box::new(c)) };
                changes.into_iter().map(subject).collect()
            }
            Resource::CampaignBudget => {
                let budget = Budget::of(account, block);
                if budget.members[0] != block {
                    return Self::default();
                }
                let campaigns = budget.members.clone();
                let subjects = vec![one(Item::Budget(budget))];
                return Self { subjects, campaigns, fans: Default::default() }.with_whole(account);
            }
            _ => return Self::in_campaign(account, from, block, by_group),
        };
        Self { subjects, ..Self::default() }
    }

    fn without_campaigns(world: &World, node: Node, from: Resource) -> Self {
        let item = |item: Item| Subject { item, ..Subject::default() };
        let subjects = match from {
            Resource::Customer => vec![Subject::default()],
            Resource::CustomerClient => {
                Tree::below(world, node).into_iter().map(|(node, level)| item(Item::Client(node, level))).collect()
            }
            Resource::GeoTargetConstant => (0..parts::COUNTRIES.len()).map(|c| item(Item::Target(c))).collect(),
            _ => Vec::new(),
        };
        Self { subjects, ..Self::default() }
    }

    /// All delivery falls to the only subject.
    fn with_whole(mut self, account: &Account) -> Self {
        let ads = self.campaigns.iter().flat_map(|c| account.campaigns[*c].ads.clone());
        self.fans = ads.map(|ad| (ad, Fan { shares: vec![1.0], ..Fan::default() })).collect();
        self
    }

    fn in_campaign(account: &Account, from: Resource, campaign: usize, by_group: bool) -> Self {
        let channel = Channel::of(account, campaign);
        let max = channel == Channel::PerformanceMax;
        let fits = match from {
            Resource::Campaign => true,
            Resource::AssetGroup => max,
            Resource::AdGroup | Resource::AdGroupAd | Resource::AgeRangeView | Resource::GenderView => !max,
            Resource::KeywordView | Resource::SearchTermView | Resource::AdGroupCriterion => channel == Channel::Search,
            _ => !(by_group && max),
        };
        let mut block = Self { campaigns: vec![campaign], ..Self::default() };
        if !fits {
            block.campaigns.clear();
            return block;
        }
        let whole = Subject { campaign: Some(campaign), ..Subject::default() };
        let c = &account.campaigns[campaign];
        let by_campaign =
            from == Resource::Campaign || (matches!(from, Resource::GeographicView | Resource::UserLocationView) && !by_group);
        if by_campaign {
            let (items, shares, within) = items(account, from, None);
            block.subjects = items.into_iter().map(|item| Subject { item, ..whole.clone() }).collect();
            for ad in c.ads.clone() {
                block.fans.insert(ad, Fan { start: 0, shares: shares.clone(), within: within.clone(), hidden: false });
            }
            return block;
        }
        for group in c.ad_sets.clone() {
            let in_group = Subject { group: Some(group), ..whole.clone() };
            let ads = account.ad_sets[group].ads.clone();
            if from == Resource::AdGroupAd {
                for ad in ads {
                    let start = block.subjects.len();
                    block.subjects.push(Subject { ad: Some(ad), ..in_group.clone() });
                    block.fans.insert(ad, Fan { start, shares: vec![1.0], ..Fan::default() });
                }
                continue;
            }
            let start = block.subjects.len();
            let (items, shares, within) = items(account, from, Some(group));
            block.subjects.extend(items.into_iter().map(|item| Subject { item, ..in_group.clone() }));
            let hidden = from == Resource::SearchTermView;
            for ad in ads {
                block.fans.insert(ad, Fan { start, shares: shares.clone(), within: within.clone(), hidden });
            }
        }
        block
    }

    /// Hands a piece of an ad's day to the subjects it falls to.
    pub(crate) fn hand_out(&self, ad: usize, piece: Piece, dice: Chance, each: &mut dyn FnMut(usize, Piece)) {
        let Some(fan) = self.fans.get(&ad) else { return };
        let mut subject = fan.start;
        for (i, part) in piece.cut(&fan.shares, dice).into_iter().enumerate() {
            let Some(within) = fan.within.get(i) else {
                each(subject, part);
                subject += 1;
                continue;
            };
            let told = within.len() - usize::from(fan.hidden);
            // A single hidden share leaves nothing to tell.
            let inner = if within.len() == 1 && fan.hidden { Vec::new() } else { part.cut(within, dice.on(i as u64)) };
            for part in inner.into_iter().take(told) {
                each(subject, part);
                subject += 1;
            }
        }
    }
}

type Items = (Vec<Item>, Vec<f64>, Vec<Vec<f64>>);

/// The items of a resource in an ad group or campaign, with their shares.
fn items(account: &Account, from: Resource, group: Option<usize>) -> Items {
    let flat = |items: Vec<Item>, shares: Vec<f64>| (items, shares, Vec::new());
    match (from, group) {
        (Resource::KeywordView | Resource::AdGroupCriterion, Some(group)) => {
            let keywords = keyword::of_ad_set(account, group);
            let shares = keywords.iter().map(|k| k.share).collect();
            flat(keywords.into_iter().map(Item::Keyword).collect(), shares)
        }
        (Resource::SearchTermView, Some(group)) => {
            let keywords = keyword::of_ad_set(account, group);
            let terms = keyword::terms(&keywords);
            let shares = keywords.iter().map(|k| k.share).collect();
            let rest = [keyword::RARE];
            let within = terms.iter().map(|own| own.iter().map(|t| t.share).chain(rest).collect()).collect();
            let items = keywords.iter().zip(terms).flat_map(|(k, own)| own.into_iter().map(|t| Item::Term(k.clone(), t))).collect();
            (items, shares, within)
        }
        (Resource::AgeRangeView, _) => flat((0..parts::AGES.len()).map(Item::Age).collect(), parts::AGES.map(|a| a.2).to_vec()),
        (Resource::GenderView, _) => {
            flat((0..parts::GENDERS.len()).map(Item::Gender).collect(), parts::GENDERS.map(|g| g.2).to_vec())
        }
        (Resource::GeographicView, _) => {
            let types = parts::LOCATION_TYPES.len();
            let items = (0..account.countries.len()).flat_map(|c| (0..types).map(move |t| Item::Country(c, t))).collect();
            let within = account.countries.iter().map(|_| parts::LOCATION_TYPES.map(|t| t.1).to_vec()).collect();
            (items, account.countries.iter().map(|c| c.1).collect(), within)
        }
        (Resource::UserLocationView, _) => {
            let items = (0..account.countries.len()).map(|c| Item::Country(c, 0)).collect();
            flat(items, account.countries.iter().map(|c| c.1).collect())
        }
        _ => flat(vec![Item::None], vec![1.0]),
    }
}

/// What decides how an ad's delivery on a day is cut for a resource. The two views by country cut alike.
pub(crate) fn dice(account: &Account, from: Resource, ad: usize, day: i32) -> Chance {
    let what = match from {
        Resource::KeywordView | Resource::SearchTermView => "keyword",
        Resource::GeographicView | Resource::UserLocationView => "country",
        other => other.name(),
    };
    Chance::new(account.ads[ad].object.id).on(tag(what)).at(i64::from(day))
}
