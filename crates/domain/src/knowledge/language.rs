//! Whether a text is the tag of a language.

/// Whether it has the form of a language tag as reports use them: a language of two or three letters, perhaps a country of two (`de-CH`).
pub(super) fn is_tag(text: &str) -> bool {
    let (language, country) = text.split_once('-').map_or((text, None), |(language, country)| (language, Some(country)));
    let lower = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
    lower && country.is_none_or(|country| country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::is_tag;

    #[test]
    fn tags_are_told_from_names() {
        assert!(["en", "de-CH", "gsw"].into_iter().all(is_tag));
        assert!(["", "English", "EN", "en_GB", "en-gb", "e", "en-", "en-GB-x"].into_iter().all(|text| !is_tag(text)));
    }
}
