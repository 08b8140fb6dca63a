//! Where a person goes once signed in: a page of ours, never anybody else's.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest path, in bytes.
const LENGTH_MAX: usize = 2_000;

/// A local path with an optional query and fragment: `/clients/acme?from=2026-11-01`.
///
/// It begins with one slash, has no second one beside another in its path, and consists of printable ASCII without backslashes. Whatever
/// browsers make of such a text, it stays on our origin; anything else might leave it (`//host`, `/\host`, `https:host`, a tab between slashes).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnTo(String);

/// A text that is no local path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "return_to is not a page of this installation: give a path such as /clients/acme, without scheme, host, backslash or double slash"
)]
pub struct NotLocal;

impl ReturnTo {
    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ReturnTo {
    /// The first page.
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl FromStr for ReturnTo {
    type Err = NotLocal;

    fn from_str(text: &str) -> Result<Self, NotLocal> {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let local = path.starts_with('/') && !path.contains("//") && text.len() <= LENGTH_MAX;
        // A backslash is a slash to browsers, and tabs and line ends are nothing to them.
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if local && printable { Ok(Self(text.to_owned())) } else { Err(NotLocal) }
    }
}

impl TryFrom<String> for ReturnTo {
    type Error = NotLocal;

    fn try_from(text: String) -> Result<Self, NotLocal> {
        text.parse()
    }
}

impl From<ReturnTo> for String {
    fn from(path: ReturnTo) -> Self {
        path.0
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    fn stays(text: &str) -> bool {
        let ours: Url = "https://trimtab.agency.example/api/v1/auth/oidc/callback".parse().unwrap();
        let Ok(there) = ours.join(text) else { return false };
        // A second time by the path alone, as a router in the browser may do it.
        let again = ours.join(there.path());
        there.origin() == ours.origin() && again.is_ok_and(|again| again.origin() == ours.origin())
    }

    #[test]
    fn pages_of_ours_are_accepted_and_nothing_else() {
        for good in ["/", "/clients/acme", "/q?from=2026-11-01&next=https://x.example//y", "/a#b//c", "/%2F%2Fevil.example"] {
            assert!(good.parse::<ReturnTo>().is_ok() && stays(good), "{good}");
        }
        let long = format!("/{}", "a".repeat(LENGTH_MAX));
        for bad in [
            "",
            "clients",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "///evil.example",
            "/a//evil.example",
            "/..//evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            " /a",
            "/a b",
            "/é",
            "/a\r\nset-cookie: x=1",
            "?a",
            "#a",
            &long,
        ] {
            assert_eq!(bad.parse::<ReturnTo>(), Err(NotLocal), "{bad:?}");
            assert!(serde_json::from_value::<ReturnTo>(bad.into()).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_accepted_stays_on_our_origin(text in r"[/\\:?#@.%a-c\t\r\n é／0-9]{0,12}") {
            if let Ok(path) = text.parse::<ReturnTo>() {
                prop_assert!(stays(path.as_str()), "{text:?}");
            }
        }

        #[test]
        fn any_text_that_is_accepted_stays_too(text in "/?.*") {
            if let Ok(path) = text.parse::<ReturnTo>() {
                prop_assert!(stays(path.as_str()), "{text:?}");
                prop_assert!(path.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }

        #[test]
        fn paths_of_pages_are_accepted(segments in proptest::collection::vec("[a-z0-9_-]{1,8}", 1..5), query in "([a-z]{1,4}=[a-z0-9:/%]{0,8}){0,1}") {
            let text = format!("/{}?{query}", segments.join("/"));
            prop_assert!(text.parse::<ReturnTo>().is_ok(), "{text}");
        }
    }
}
