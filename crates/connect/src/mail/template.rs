//! Templates: one file for both forms of a letter.
//!
//! The first line is `Subject: …`; paragraphs are divided by empty lines; `{{name}}` is a value. A paragraph `[Words] {{link}}` is a link with
//! these words. Values become one line each, so that none can begin a paragraph, and are escaped in HTML.

use super::letter::{Letter, one_line};
use crate::limits;

const LAYOUT: &str = include_str!("templates/layout.html");

/// A letter of a template and values.
pub(super) fn fill(template: &str, values: &[(&str, String)]) -> Letter {
    let values: Vec<(&str, String)> = values.iter().map(|(name, value)| (*name, one_line(value, limits::MAIL_VALUE_MAX))).collect();
    let (subject, body) = template.split_once('\n').unwrap_or((template, ""));
    let subject = with(subject.trim_start_matches("Subject: "), &values, str::to_owned);
    let paragraphs = body.trim().split("\n\n");
    let (mut text, mut html) = (Vec::new(), Vec::new());
    for paragraph in paragraphs {
        match paragraph.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((words, link)) => {
                let words = with(words, &values, str::to_owned);
                text.push(format!("{words}:\n{}", with(link, &values, str::to_owned)));
                html.push(format!("<p><a class=\"act\" href=\"{}\">{}</a></p>", with(link, &values, escaped), escaped(&words)));
            }
            None => {
                text.push(with(paragraph, &values, str::to_owned));
                html.push(format!("<p>{}</p>", with(&escaped(paragraph), &values, escaped).replace('\n', "<br>")));
            }
        }
    }
    let content = with(LAYOUT, &[("subject", subject.clone())], escaped).replace("{{content}}", &html.join("\n"));
    Letter::new(&subject, format!("{}\n", text.join("\n\n")), content)
}

/// A text with its values. One pass: a value that looks like a name is a value.
fn with(text: &str, values: &[(&str, String)], shown: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, more)) = after.split_once("}}") else { break };
        match values.iter().find(|(own, _)| *own == name) {
            Some((_, value)) => filled.push_str(&shown(value)),
            None => filled.push_str(&format!("{{{{{name}}}}}")),
        }
        rest = more;
    }
    filled.push_str(rest);
    filled
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_values() {
        let letter = fill(
            "Subject: {{a}}\n\nHello {{a}}.\nBye.\n\n[Go on] {{b}}\n",
            &[("a", "<{{b}}>\r\nX".into()), ("b", "https://x.example/?a=1&b=2".into())],
        );
        assert_eq!(letter.subject, "<{{b}}> X");
        assert_eq!(letter.text, "Hello <{{b}}> X.\nBye.\n\nGo on:\nhttps://x.example/?a=1&b=2\n");
        assert!(letter.html.contains("<p>Hello &lt;{{b}}&gt; X.<br>Bye.</p>"), "{}", letter.html);
        assert!(letter.html.contains("href=\"https://x.example/?a=1&amp;b=2\">Go on</a>"), "{}", letter.html);
    }
}
