//! Takes secrets out of text that platforms send back: some quote the token they complain about. Takes ids out of paths.

use secrecy::{ExposeSecret, SecretString};
use trimtab_domain::id::AccountId;

const MASK: &str = "[secret]";
/// Parameters whose value is a secret wherever it turns up.
const SECRET_KEYS: [&str; 6] =
    ["access_token=", "input_token=", "client_secret=", "fb_exchange_token=", "appsecret_proof=", "refresh_token="];
/// Shorter text would also mask innocent words.
const SECRET_LEN_MIN: usize = 6;

/// `text` without any of `secrets` and without the value of any parameter known to be secret.
#[must_use]
pub fn scrub(text: &str, secrets: &[&SecretString]) -> String {
    let mut clean = text.to_owned();
    for secret in secrets.iter().map(|s| s.expose_secret()).filter(|s| s.len() >= SECRET_LEN_MIN) {
        clean = clean.replace(secret, MASK);
    }
    for key in SECRET_KEYS {
        clean = mask_values(&clean, key);
    }
    clean
}

/// What a part of a path becomes that names one thing among many.
const ID: &str = "{id}";
/// Longer words than any name of a resource.
const WORD_MAX: usize = 40;

/// A path with its ids taken out: what was asked, without of whom. A part is kept when it is a word, or says which version of an interface
/// is spoken; a verb after a colon is kept.
pub(crate) fn route(path: &str, account: Option<&AccountId>) -> String {
    let part = |part: &str| match part.split_once(':') {
        Some((thing, verb)) if is_word(verb, account) => {
            format!("{}:{verb}", if is_word(thing, account) { thing } else { ID })
        }
        _ if part.is_empty() || is_word(part, account) => part.to_owned(),
        _ => ID.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn is_word(part: &str, account: Option<&AccountId>) -> bool {
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.'));
    let named = account.is_some_and(|account| account.as_str().eq_ignore_ascii_case(part));
    !part.is_empty() && part.len() <= WORD_MAX && !named && (letters(part) || is_version(part))
}

/// `v26.0`, `V1`, `v1beta`, `2026-01`.
fn is_version(part: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let dated =
        part.split_once('-').is_some_and(|(year, month)| (year.len(), month.len()) == (4, 2) && number(year) && number(month));
    let numbered = part.strip_prefix(['v', 'V']).is_some_and(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        number(&rest[..end]) && matches!(&rest[end..], "" | "alpha" | "beta")
    });
    dated || numbered
}

fn mask_values(text: &str, key: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(key) {
        let (before, value) = rest.split_at(at + key.len());
        let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "|._-%".contains(c))).unwrap_or(value.len());
        out.push_str(before);
        out.push_str(MASK);
        // An already masked value starts with a bracket and is kept as it is.
        rest = value[end..].strip_prefix(MASK).unwrap_or(&value[end..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_says_what_was_asked_and_not_of_whom() {
        let account = AccountId::from("north-sea");
        for (path, expected) in [
            ("/v26.0/act_1203/insights", "/v26.0/{id}/insights"),
            ("/v22/customers/1234567890/googleAds:searchStream", "/v22/customers/{id}/googleAds:searchStream"),
            ("/v1beta/properties/4711:runReport", "/v1beta/properties/{id}:runReport"),
            ("/rest/adAccounts/507/adCampaigns", "/rest/adAccounts/{id}/adCampaigns"),
            ("/rest/urn%3Ali%3AsponsoredAccount%3A507", "/rest/{id}"),
            ("/v5/ad_accounts/549755885175/campaigns/analytics", "/v5/ad_accounts/{id}/campaigns/analytics"),
            ("/open_api/v1.3/report/integrated/get/", "/open_api/v1.3/report/integrated/get/"),
            ("/api/campaigns/01HXYZABC/", "/api/campaigns/{id}/"),
            ("/rest/north-sea/V1/orders", "/rest/{id}/V1/orders"),
            ("/admin/api/2026-01/graphql.json", "/admin/api/2026-01/graphql.json"),
            ("/stats/eurofxref/eurofxref-hist.zip", "/stats/eurofxref/eurofxref-hist.zip"),
            ("/files/EAABsbCS1iHgBAKZCZAxyzEAABsbCS1iHgBAKZCZAxyz", "/files/{id}"),
            ("/", "/"),
        ] {
            assert_eq!(route(path, Some(&account)), expected);
        }
    }

    #[test]
    fn neither_the_token_nor_a_secret_parameter_survives() {
        let secret = SecretString::from("EAABtoken123");
        let text = r#"Malformed access token EAABtoken123 at {"next":"https://x/y?limit=2&access_token=EAABother%7C9&after=Q"} access_token=EAABtoken123"#;
        let clean = scrub(text, &[&secret]);
        assert_eq!(
            clean,
            r#"Malformed access token [secret] at {"next":"https://x/y?limit=2&access_token=[secret]&after=Q"} access_token=[secret]"#
        );
        assert_eq!(scrub("nothing to hide", &[&SecretString::from("")]), "nothing to hide");
    }
}
