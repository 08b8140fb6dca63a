//! Platforms by whatever word a system has for them.

use trimtab_domain::Source;

/// The platform a word means (`meta-ads`, `facebook_ads`, `Google`).
pub(super) fn platform(word: &str) -> Option<Source> {
    let word = word.trim().to_lowercase().replace(['-', ' '], "_");
    let bare = word.strip_suffix("_ads").or_else(|| word.strip_suffix("ads")).unwrap_or(&word).trim_end_matches('_');
    match bare {
        "meta" | "facebook" | "fb" | "instagram" => Some(Source::Meta),
        "google" | "adwords" | "google_adwords" => Some(Source::Google),
        "linkedin" => Some(Source::Linkedin),
        "pinterest" => Some(Source::Pinterest),
        "tiktok" | "tik_tok" => Some(Source::Tiktok),
        _ => None,
    }
}

/// An account's id without decoration.
pub(super) fn bare_account(source: Source, id: &str) -> String {
    let id = id.trim();
    match source {
        Source::Meta => id.strip_prefix("act_").unwrap_or(id).to_owned(),
        Source::Google => id.rsplit('/').next().unwrap_or(id).replace('-', ""),
        Source::Linkedin => id.rsplit(':').next().unwrap_or(id).to_owned(),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_all_systems() {
        for (word, expected) in [
            ("google-ads", Some(Source::Google)),
            ("meta-ads", Some(Source::Meta)),
            ("Facebook Ads", Some(Source::Meta)),
            ("pinterest", Some(Source::Pinterest)),
            ("tiktok_ads", Some(Source::Tiktok)),
            ("ads", None),
            ("snapchat", None),
        ] {
            assert_eq!(platform(word), expected, "{word}");
        }
        assert_eq!(bare_account(Source::Google, "123-456-7890"), "1234567890");
        assert_eq!(bare_account(Source::Meta, "act_12"), "12");
    }
}
