//! Questions in Rest.li's notation: structure stands as it is, names inside it are encoded.
//!
//! An ordinary query encoder would encode the brackets too, which the platform refuses. What is written here goes out as it stands.

use std::fmt;
use trimtab_domain::{Day, DayRange};

/// The query of one request, to which parameters are added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query(String);

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The kinds of object that are named by URN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Account,
    Group,
    Campaign,
    Creative,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Account => "urn:li:sponsoredAccount:",
            Self::Group => "urn:li:sponsoredCampaignGroup:",
            Self::Campaign => "urn:li:sponsoredCampaign:",
            Self::Creative => "urn:li:sponsoredCreative:",
        }
    }

    /// The number in an object's name, which is how Campaign Manager shows it; `None` where the name is of another kind.
    pub(super) fn id(self, urn: &str) -> Option<&str> {
        urn.strip_prefix(self.prefix()).filter(|id| !id.is_empty())
    }
}

impl Query {
    /// A query for one of a resource's finders.
    pub(super) fn finder(name: &str) -> Self {
        Self::default().word("q", name)
    }

    /// Adds what is written as it stands: words, numbers, whole structures.
    pub(super) fn word(mut self, name: &str, value: &str) -> Self {
        let joint = if self.0.is_empty() { "" } else { "&" };
        self.0.extend([joint, name, "=", value]);
        self
    }

    /// Adds a text of any content.
    pub(super) fn text(self, name: &str, value: &str) -> Self {
        self.word(name, &encoded(value))
    }

    /// Adds a list of words.
    pub(super) fn words(self, name: &str, words: &[&str]) -> Self {
        self.word(name, &format!("List({})", words.join(",")))
    }

    /// Adds one object's name.
    pub(super) fn urn(self, name: &str, kind: Kind, id: &str) -> Self {
        self.text(name, &format!("{}{id}", kind.prefix()))
    }

    /// Adds a list of names of objects.
    pub(super) fn urns(self, name: &str, kind: Kind, ids: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.word(name, &urns(kind, ids))
    }

    /// Adds search criteria: one field, and the values it may have.
    pub(super) fn search(self, field: &str, list: &str) -> Self {
        self.word("search", &format!("({field}:(values:{list}))"))
    }

    /// Adds a run of days, both ends included.
    pub(super) fn days(self, range: DayRange) -> Self {
        let day = |day: Day| format!("(year:{},month:{},day:{})", day.year(), day.month(), day.day());
        self.word("dateRange", &format!("(start:{},end:{})", day(range.from()), day(range.to())))
    }
}

/// A list of names of objects.
pub(super) fn urns(kind: Kind, ids: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = ids.into_iter().map(|id| encoded(&format!("{}{}", kind.prefix(), id.as_ref()))).collect();
    format!("List({})", names.join(","))
}

/// A text as part of a structure: everything that might be structure is encoded.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn structure_stays_and_names_are_encoded() {
        let query = Query::finder("statistics")
            .words("pivots", &["CAMPAIGN", "CREATIVE"])
            .days("2026-11-01..2026-11-20".parse().unwrap())
            .urns("accounts", Kind::Account, ["1"])
            .urns("campaigns", Kind::Campaign, ["2", "3"])
            .text("pageToken", "a+b/(c)==");
        let expected = "q=statistics&pivots=List(CAMPAIGN,CREATIVE)\
            &dateRange=(start:(year:2026,month:11,day:1),end:(year:2026,month:11,day:20))\
            &accounts=List(urn%3Ali%3AsponsoredAccount%3A1)\
            &campaigns=List(urn%3Ali%3AsponsoredCampaign%3A2,urn%3Ali%3AsponsoredCampaign%3A3)\
            &pageToken=a%2Bb%2F%28c%29%3D%3D";
        assert_eq!(query.to_string(), expected);
        let mut url = Url::parse("https://api.linkedin.com/rest/adAnalytics").unwrap();
        url.set_query(Some(&query.to_string()));
        assert_eq!(url.query(), Some(expected), "a URL changes nothing about it");
    }

    #[test]
    fn searches_name_a_field_and_its_values() {
        let by_status = Query::finder("search").search("status", "List(ACTIVE,PAUSED)");
        assert_eq!(by_status.to_string(), "q=search&search=(status:(values:List(ACTIVE,PAUSED)))");
        let by_id = Query::finder("search").search("id", &urns(Kind::Account, ["507"]));
        assert_eq!(by_id.to_string(), "q=search&search=(id:(values:List(urn%3Ali%3AsponsoredAccount%3A507)))");
    }

    #[test]
    fn names_are_told_apart_by_kind() {
        assert_eq!(Kind::Campaign.id("urn:li:sponsoredCampaign:9"), Some("9"));
        assert_eq!(Kind::Campaign.id("urn:li:sponsoredCampaignGroup:9"), None);
        assert_eq!(Kind::Creative.id("urn:li:sponsoredCreative:"), None);
    }
}
