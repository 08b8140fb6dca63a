//! Takes secrets out of text that platforms send back: some quote the token they complain about.

use secrecy::{ExposeSecret, SecretString};

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
