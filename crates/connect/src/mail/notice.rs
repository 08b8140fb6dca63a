//! What an installation has to tell people about their accounts.

use super::{Letter, letter::one_line, template};
use crate::limits;
use trimtab_domain::Timestamp;
use url::Url;

/// What is told. Names are as people wrote them; links come from the installation and let somebody in, or lead to a page.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// Somebody may join.
    Invitation {
        /// Who invites.
        inviter: &'a str,
        /// Where to accept; works once.
        link: &'a Url,
        /// Until when.
        until: Timestamp,
    },
    /// Somebody asked for a new password.
    PasswordReset {
        /// Where to choose one; works once.
        link: &'a Url,
        /// Until when.
        until: Timestamp,
    },
    /// Somebody signed in on a device that was not seen before.
    NewDevice {
        /// What the device said of itself.
        device: &'a str,
        /// Where from: an address of the net.
        from: &'a str,
        /// When.
        at: Timestamp,
        /// The page with all devices.
        link: &'a Url,
    },
    /// The password was changed.
    PasswordChanged {
        /// When.
        at: Timestamp,
        /// Where to begin when it was somebody else.
        link: &'a Url,
    },
}

impl Notice<'_> {
    /// The letter, in the name of the agency that runs the installation.
    #[must_use]
    pub fn letter(&self, agency: &str) -> Letter {
        let name = |text: &str| one_line(text, limits::MAIL_NAME_MAX);
        let (template, mut values): (_, Vec<(&str, String)>) = match *self {
            Self::Invitation { inviter, link, until } => (
                include_str!("templates/invitation.txt"),
                vec![("inviter", name(inviter)), ("link", web(link)), ("until", told(until))],
            ),
            Self::PasswordReset { link, until } => {
                (include_str!("templates/password_reset.txt"), vec![("link", web(link)), ("until", told(until))])
            }
            Self::NewDevice { device, from, at, link } => (
                include_str!("templates/new_device.txt"),
                vec![("device", name(device)), ("from", name(from)), ("at", told(at)), ("link", web(link))],
            ),
            Self::PasswordChanged { at, link } => {
                (include_str!("templates/password_changed.txt"), vec![("at", told(at)), ("link", web(link))])
            }
        };
        values.push(("agency", name(agency)));
        template::fill(template, &values)
    }
}

/// A link of the web; anything else would be a script.
fn web(link: &Url) -> String {
    if matches!(link.scheme(), "http" | "https") { link.as_str().to_owned() } else { String::new() }
}

/// An instant in words everybody reads alike.
fn told(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link() -> Url {
        "https://trimtab.agency.example/join?token=a%26b&x=\"1\"".parse().unwrap()
    }

    fn letters(text: &str) -> [Letter; 4] {
        let (link, at) = (&link(), "2026-11-21T03:00:00Z".parse().unwrap());
        [
            Notice::Invitation { inviter: text, link, until: at },
            Notice::PasswordReset { link, until: at },
            Notice::NewDevice { device: text, from: text, at, link },
            Notice::PasswordChanged { at, link },
        ]
        .map(|notice| notice.letter(text))
    }

    #[test]
    fn each_has_its_words() {
        let all = letters("Brown & Söhne");
        let told: Vec<String> =
            all.iter().map(|letter| format!("{}\n\n{}\n----\n{}\n", letter.subject, letter.text, letter.html)).collect();
        insta::assert_snapshot!(told.join("\n================\n\n"));
    }

    #[test]
    fn only_links_of_the_web_are_sent() {
        let script: Url = "javascript:alert(1)".parse().unwrap();
        let letter = Notice::PasswordChanged { at: "2026-11-21T03:00:00Z".parse().unwrap(), link: &script }.letter("A");
        assert!(!letter.html.contains("javascript") && !letter.text.contains("javascript"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn what_people_write_is_neither_a_header_nor_markup(text in r#"[\r\n\t a-c:<>&"'{}=/\u{202e}é]{0,40}"#) {
            let plain = letters("plain").map(|letter| letter.html.matches(['<', '>', '"', '\'']).count());
            for (letter, marks) in letters(&text).into_iter().zip(plain) {
                prop_assert!(!letter.subject.chars().any(char::is_control), "{:?}", letter.subject);
                prop_assert_eq!(letter.html.matches(['<', '>', '"', '\'']).count(), marks, "{}", letter.html);
            }
        }
    }
}
