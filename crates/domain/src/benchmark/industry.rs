//! The industries benchmarks are of, and how one is recognised in what people write.

use serde::Deserialize;
use std::sync::LazyLock;

/// An industry, or a kind of business.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Industry {
    /// The name in files and URLs.
    pub id: String,
    /// The name people see.
    pub name: String,
    #[serde(default)]
    within: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
}

impl Industry {
    /// The industry somebody means by this text, by its id, its name or what else it is called.
    #[must_use]
    pub fn recognise(text: &str) -> Option<&'static Self> {
        let wanted = plain(text);
        industries().iter().find(|industry| industry.names().any(|name| plain(name) == wanted))
    }

    /// The kind of business it usually is; `None` where it is one itself.
    #[must_use]
    pub fn within(&self) -> Option<&'static Self> {
        let within = self.within.as_ref()?;
        industries().iter().find(|industry| industry.id == *within)
    }

    /// Everything it is called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.id.as_str(), self.name.as_str()].into_iter().chain(self.aliases.iter().map(String::as_str))
    }
}

/// Lower-case words, whatever joins them.
fn plain(text: &str) -> String {
    let words = text.to_lowercase().replace('&', " and ");
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Every industry that is known.
///
/// # Panics
/// Never in a build that passed its tests: they load the same file.
#[must_use]
pub fn industries() -> &'static [Industry] {
    static BUILTIN: LazyLock<Vec<Industry>> = LazyLock::new(|| {
        serde_yaml_ng::from_str(include_str!("../../benchmarks/industries.yaml")).expect("the industries are checked by a test")
    });
    &BUILTIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_name_means_one_industry() {
        let mut seen = HashSet::new();
        for industry in industries() {
            let names: HashSet<String> = industry.names().map(plain).collect();
            assert!(names.iter().all(|name| !name.is_empty() && seen.insert(name.clone())), "{industry:?}");
            assert_eq!(industry.within.is_some(), industry.within().is_some(), "{industry:?}");
            assert!(industry.within().is_none_or(|kind| kind.within.is_none()), "{industry:?}: one step up is enough");
        }
    }

    #[test]
    fn people_write_industries_in_their_own_way() {
        let recognised = |text| Industry::recognise(text).map(|industry| industry.id.as_str());
        for (text, id) in [
            ("Food & drink", "food"),
            (" food AND drink ", "food"),
            ("E-Commerce", "ecommerce"),
            ("real_estate", "real_estate"),
            ("Pet supplies", "pets"),
            ("Business software", "software"),
            ("Sports & outdoor", "sports"),
            ("Home & living", "home"),
        ] {
            assert_eq!(recognised(text), Some(id), "{text}");
        }
        assert_eq!(recognised("Submarines"), None);
        assert_eq!(recognised(""), None);
    }
}
