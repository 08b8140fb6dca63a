//! What rows are grouped by, and the URNs and words that name the groups.

use super::super::{
    entities::{objective, organization, share},
    error::ApiError,
    urn::Entity,
};
use crate::world::{
    account::Account,
    breakdown::Family,
    chance::{Chance, tag},
    profession::{Profession, UNTOLD},
};

/// A way to group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pivot {
    Account,
    CampaignGroup,
    Campaign,
    Creative,
    Company,
    Share,
    ObjectiveType,
    Conversion,
    PlacementName,
    ServingLocation,
    ImpressionDeviceType,
    Member(Profession),
    /// Known, and without rows here.
    Silent,
}

impl Pivot {
    pub(crate) fn parse(word: &str) -> Result<Self, ApiError> {
        Ok(match word {
            "ACCOUNT" => Self::Account,
            "CAMPAIGN_GROUP" => Self::CampaignGroup,
            "CAMPAIGN" => Self::Campaign,
            "CREATIVE" => Self::Creative,
            "COMPANY" => Self::Company,
            "SHARE" => Self::Share,
            "OBJECTIVE_TYPE" => Self::ObjectiveType,
            "CONVERSION" => Self::Conversion,
            "PLACEMENT_NAME" => Self::PlacementName,
            "SERVING_LOCATION" => Self::ServingLocation,
            "IMPRESSION_DEVICE_TYPE" => Self::ImpressionDeviceType,
            "MEMBER_COMPANY_SIZE" => Self::Member(Profession::CompanySize),
            "MEMBER_INDUSTRY" => Self::Member(Profession::Industry),
            "MEMBER_SENIORITY" => Self::Member(Profession::Seniority),
            "MEMBER_JOB_TITLE" => Self::Member(Profession::Title),
            "MEMBER_JOB_FUNCTION" => Self::Member(Profession::Function),
            "MEMBER_COUNTRY_V2" => Self::Member(Profession::Country),
            "MEMBER_REGION_V2" => Self::Member(Profession::Region),
            "CARD_INDEX" | "CONVERSATION_NODE" | "CONVERSATION_NODE_OPTION_INDEX" | "MEMBER_COMPANY" => Self::Silent,
            other => return Err(ApiError::bad(format!("'{other}' is not a pivot"))),
        })
    }

    pub(crate) const fn is_member(self) -> bool {
        matches!(self, Self::Member(_))
    }

    /// Whether rows of different campaign groups are never one.
    pub(crate) const fn parts_groups(self) -> bool {
        matches!(self, Self::CampaignGroup | Self::Campaign | Self::Creative | Self::Share)
    }

    /// The value of an ad; nothing for a pivot that splits what an ad has.
    pub(crate) fn of_ad(self, account: &Account, ad: usize) -> Option<String> {
        let a = &account.ads[ad];
        Some(match self {
            Self::Account => Entity::Account.urn(account.id),
            Self::CampaignGroup => Entity::Group.urn(account.campaigns[a.campaign].object.id),
            Self::Campaign => Entity::Campaign.urn(account.ad_sets[a.ad_set].object.id),
            Self::Creative => Entity::Creative.urn(a.object.id),
            Self::Company => organization(account),
            Self::Share => share(account, ad),
            Self::ObjectiveType => objective(&account.campaigns[a.campaign]).to_owned(),
            _ => return None,
        })
    }

    /// By what the world splits an ad's day for it.
    pub(crate) const fn family(self) -> Option<Family> {
        match self {
            Self::PlacementName | Self::ServingLocation => Some(Family::Network),
            Self::ImpressionDeviceType => Some(Family::Device),
            Self::Member(profession) => Some(Family::Profession(profession)),
            _ => None,
        }
    }

    /// The value of a part of that split; nothing for those who are not told.
    pub(crate) fn of_part(self, label: &[(&'static str, String)]) -> Option<String> {
        let answer = |name: &str| label.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value.as_str());
        let word = match self {
            Self::PlacementName => match answer("network_place") {
                "feed" => "LINKEDIN_FEED",
                "right_rail" => "LINKEDIN_RIGHT_RAIL",
                _ => "LINKEDIN_AUDIENCE_NETWORK",
            },
            Self::ServingLocation => match answer("network_site") {
                "on" => "ON_SITE",
                _ => "OFF_SITE",
            },
            Self::ImpressionDeviceType => match answer("device_platform") {
                "desktop" => "DESKTOP_WEB",
                "mobile_web" => "MOBILE_WEB",
                _ => "MOBILE_APP",
            },
            Self::Member(profession) => {
                let answer = answer(profession.name());
                return (answer != UNTOLD).then(|| member(profession, answer));
            }
            _ => return None,
        };
        Some(word.to_owned())
    }
}

const COMPANY_SIZES: [(&str, &str); 9] = [
    ("1", "SIZE_1"),
    ("2-10", "SIZE_2_TO_10"),
    ("11-50", "SIZE_11_TO_50"),
    ("51-200", "SIZE_51_TO_200"),
    ("201-500", "SIZE_201_TO_500"),
    ("501-1000", "SIZE_501_TO_1000"),
    ("1001-5000", "SIZE_1001_TO_5000"),
    ("5001-10000", "SIZE_5001_TO_10000"),
    ("10001+", "SIZE_10001_OR_MORE"),
];

const SENIORITIES: [(&str, u64); 9] = [
    ("training", 2),
    ("entry", 3),
    ("senior", 4),
    ("manager", 5),
    ("director", 6),
    ("vp", 7),
    ("cxo", 8),
    ("partner", 9),
    ("owner", 10),
];

const FUNCTIONS: [(&str, u64); 10] = [
    ("accounting", 1),
    ("administration", 2),
    ("business development", 4),
    ("finance", 10),
    ("human resources", 12),
    ("information technology", 13),
    ("marketing", 15),
    ("operations", 18),
    ("purchasing", 21),
    ("sales", 25),
];

const INDUSTRIES: [(&str, u64); 11] = [
    ("software", 4),
    ("consulting", 11),
    ("health", 14),
    ("manufacturing", 25),
    ("retail", 27),
    ("hospitality", 31),
    ("financial services", 43),
    ("accounting", 47),
    ("education", 69),
    ("marketing", 80),
    ("it services", 96),
];

/// The number of a place on the globe, by country.
const COUNTRIES: [(&str, u64); 23] = [
    ("AT", 103_883_259),
    ("AU", 101_452_733),
    ("BE", 100_565_514),
    ("BR", 106_057_199),
    ("CA", 101_174_742),
    ("CH", 106_693_272),
    ("DE", 101_282_230),
    ("DK", 104_514_075),
    ("ES", 105_646_813),
    ("FR", 105_015_875),
    ("GB", 101_165_590),
    ("HU", 100_288_700),
    ("IE", 104_738_515),
    ("IT", 103_350_119),
    ("JP", 101_355_337),
    ("NL", 102_890_719),
    ("NO", 103_819_153),
    ("NZ", 105_490_917),
    ("PT", 100_364_837),
    ("SE", 105_117_694),
    ("SK", 103_119_917),
    ("TW", 104_187_078),
    ("US", 103_644_278),
];

/// How an answer about a member is told.
fn member(profession: Profession, answer: &str) -> String {
    let number = |table: &[(&str, u64)]| table.iter().find(|(name, _)| *name == answer).map_or(0, |(_, id)| *id);
    match profession {
        Profession::CompanySize => {
            COMPANY_SIZES.iter().find(|(name, _)| *name == answer).map_or("SIZE_UNKNOWN", |(_, word)| word).to_owned()
        }
        Profession::Seniority => format!("urn:li:seniority:{}", number(&SENIORITIES)),
        Profession::Function => format!("urn:li:function:{}", number(&FUNCTIONS)),
        Profession::Industry => format!("urn:li:industry:{}", number(&INDUSTRIES)),
        Profession::Country => format!("urn:li:geo:{}", number(&COUNTRIES)),
        // Titles and regions have thousands of numbers, of which these are some.
        Profession::Title => format!("urn:li:title:{}", 1 + drawn(answer) % 25_000),
        Profession::Region => format!("urn:li:geo:{}", 90_000_000 + drawn(answer) % 100_000),
    }
}

fn drawn(answer: &str) -> u64 {
    Chance::new(tag(answer)).bits()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SandboxSettings, world::World};
    use std::collections::HashSet;
    use trimtab_domain::Source;

    #[test]
    fn every_answer_has_a_name_of_its_own() {
        use Profession::{CompanySize, Country, Function, Industry, Region, Seniority, Title};
        let world = World::new(&SandboxSettings { tenants: 12, ..SandboxSettings::default() }, Source::Linkedin);
        for account in &world.accounts {
            for profession in [CompanySize, Industry, Seniority, Title, Function, Country, Region] {
                let told: Vec<String> = profession
                    .answers(account)
                    .iter()
                    .filter_map(|(answer, _)| Pivot::Member(profession).of_part(&[(profession.name(), answer.clone())]))
                    .collect();
                assert_eq!(told.len() + 1, profession.answers(account).len(), "those who do not say are not told");
                assert_eq!(told.iter().collect::<HashSet<_>>().len(), told.len(), "{profession:?}");
                assert!(told.iter().all(|t| !t.ends_with(":0") && t != "SIZE_UNKNOWN"), "{told:?}");
            }
        }
    }
}
