//! URNs: `urn:li:<entity>:<id>`.

/// What a URN of an ad object names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entity {
    Account,
    Group,
    Campaign,
    Creative,
}

impl Entity {
    const ALL: [Self; 4] = [Self::Account, Self::Group, Self::Campaign, Self::Creative];

    const fn word(self) -> &'static str {
        match self {
            Self::Account => "sponsoredAccount",
            Self::Group => "sponsoredCampaignGroup",
            Self::Campaign => "sponsoredCampaign",
            Self::Creative => "sponsoredCreative",
        }
    }

    /// The URN of an object.
    pub(crate) fn urn(self, id: u64) -> String {
        format!("urn:li:{}:{id}", self.word())
    }

    /// The id within a URN of this entity.
    pub(crate) fn id(self, urn: &str) -> Option<u64> {
        let id = urn.strip_prefix("urn:li:")?.strip_prefix(self.word())?.strip_prefix(':')?;
        id.parse().ok().filter(|_| id.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// The id of the first URN of an ad object within a text.
pub(crate) fn first_id(text: &str) -> Option<u64> {
    let start = text.find("urn:li:sponsored")?;
    let (_, rest) = Entity::ALL
        .into_iter()
        .filter_map(|entity| {
            text[start..].strip_prefix("urn:li:")?.strip_prefix(entity.word())?.strip_prefix(':').map(|rest| (entity, rest))
        })
        .next()?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urns_are_written_and_read() {
        assert_eq!(Entity::Creative.urn(7), "urn:li:sponsoredCreative:7");
        assert_eq!(Entity::Campaign.id("urn:li:sponsoredCampaign:9"), Some(9));
        for bad in ["urn:li:sponsoredCampaignGroup:9", "9", "urn:li:sponsoredCampaign:+9", "urn:li:sponsoredCampaign:"] {
            assert_eq!(Entity::Campaign.id(bad), None, "{bad}");
        }
        assert_eq!(first_id("List(urn:li:sponsoredCampaignGroup:22,urn:li:sponsoredCampaignGroup:23)"), Some(22));
        assert_eq!(first_id("List(urn:li:person:22)"), None);
    }
}
