//! Passwords: argon2id, and nothing else about people.
//!
//! Memory 19 MiB, two passes, one lane: the smallest setting OWASP's password storage cheat sheet recommends for argon2id, chosen so
//! that a small machine can check two at once. The parameters are stored in each hash, so raising them later needs no migration.

use super::Breached;
use crate::{Error, limits};
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use std::sync::OnceLock;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

fn argon() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| crypto(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn crypto(error: &dyn std::fmt::Display) -> Error {
    Error::Crypto { doing: "hash a password", why: error.to_string() }
}

/// Refuses passwords that are too short, so long that they only cost time, or that are guessed early: common ones, those of breaches, and
/// what is made of words, dates and the person's own address. zxcvbn estimates that offline, with lists of its own; a score of 3 of 4
/// means more than 10^8 guesses. Where the operator provides a list of breached passwords, none of them.
///
/// Takes some milliseconds: not for the async threads.
pub(super) fn check_rules(password: &SecretString, about: &[&str], breached: Option<&Breached>) -> Result<(), Error> {
    let text = password.expose_secret();
    if text.chars().count() < limits::PASSWORD_MIN_CHARS {
        return Err(Error::Invalid(format!("the password is too short: use at least {} characters", limits::PASSWORD_MIN_CHARS)));
    }
    if text.len() > limits::PASSWORD_MAX_BYTES {
        return Err(Error::Invalid(format!("the password is too long: use at most {} bytes", limits::PASSWORD_MAX_BYTES)));
    }
    let parts: Vec<&str> =
        about.iter().flat_map(|text| text.split(['@', '.'])).chain(about.iter().copied()).chain(["trimtab"]).collect();
    let guess = zxcvbn::zxcvbn(text, &parts);
    if guess.score() < zxcvbn::Score::Three {
        let why = guess.feedback().and_then(zxcvbn::feedback::Feedback::warning).map(|why| format!(" ({why})")).unwrap_or_default();
        return Err(Error::Invalid(format!(
            "the password is too easy to guess{why}: use several words that do not belong together, or let a password manager make one"
        )));
    }
    if breached.map_or(Ok(false), |list| list.holds(password))? {
        return Err(Error::Invalid(
            "this password is known from a breach of another site: choose one you use nowhere else".to_owned(),
        ));
    }
    Ok(())
}

/// Hashes with a fresh salt. Takes some 20 ms of one core: not for the async threads.
pub(super) fn hash(password: &SecretString) -> Result<String, Error> {
    let hash: PasswordHash = argon()?.hash_password(password.expose_secret().as_bytes()).map_err(|error| crypto(&error))?;
    Ok(hash.to_string())
}

/// Whether the password belongs to the hash. Without a hash (nobody has that address) it takes as long and answers no, so that the
/// time does not tell which addresses exist.
pub(super) fn verify(password: &SecretString, hash: Option<&str>) -> Result<bool, Error> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    if password.expose_secret().len() > limits::PASSWORD_MAX_BYTES {
        return Ok(false);
    }
    let stand_in = match NOBODY.get() {
        Some(hash) => hash,
        None => {
            let made = self::hash(&SecretString::from("nobody has this password"))?;
            NOBODY.get_or_init(|| made)
        }
    };
    let parsed = PasswordHash::new(hash.unwrap_or(stand_in)).map_err(|error| crypto(&error))?;
    let right = argon()?.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
    Ok(right && hash.is_some())
}

/// Whether the hash was made with settings that are no longer ours.
pub(super) fn is_outdated(hash: &str) -> bool {
    !hash.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

/// An e-mail address as it is compared: trimmed, lower case.
///
/// # Errors
/// When it cannot be an address.
pub fn normalise_email(text: &str) -> Result<String, Error> {
    let email = text.trim().to_lowercase();
    let plausible = email.len() <= 254
        && !email.contains(|c: char| c.is_whitespace() || c.is_control())
        && email.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !name.contains('@'));
    if plausible { Ok(email) } else { Err(Error::Invalid(format!("'{}' is not an e-mail address", crate::row::remark(&email)))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_opens() {
        let right = SecretString::from("correct horse battery");
        let hash = hash(&right).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify(&right, Some(&hash)).unwrap());
        assert!(!verify(&SecretString::from("correct horse batterz"), Some(&hash)).unwrap());
        assert!(!verify(&SecretString::from("nobody has this password"), None).unwrap());
        assert_ne!(hash, super::hash(&right).unwrap(), "each hash has its own salt");
    }

    #[test]
    fn rules_and_addresses() {
        assert!(check_rules(&SecretString::from("elevenchars"), &[], None).is_err());
        assert!(check_rules(&SecretString::from("zwölf zeichen sind genug"), &[], None).is_ok());
        assert!(check_rules(&SecretString::from("x".repeat(1025)), &[], None).is_err());
        for guessed in
            ["password1234", "qwertyuiop12", "ada.lovelace@example.org", "lovelace.ada1", "trimtabtrimtab", "iloveyou2026"]
        {
            let refused =
                check_rules(&SecretString::from(guessed), &["ada.lovelace@example.org"], None).expect_err(guessed).to_string();
            assert!(refused.contains("too easy to guess") || refused.contains("too short"), "{guessed}: {refused}");
        }
        assert_eq!(normalise_email("  Ada@Example.ORG ").unwrap(), "ada@example.org");
        for bad in ["", "ada", "@x", "a@", "a@b@c", "a b@c", &format!("{}@x.org", "a".repeat(260))] {
            assert!(normalise_email(bad).is_err(), "{bad}");
        }
    }
}
