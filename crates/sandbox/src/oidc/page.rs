//! The pages people see.

use super::registry::Person;
use crate::http::Reply;

/// A page with one sentence.
pub(super) fn plain(status: u16, title: &str, text: &str) -> Reply {
    html(status, title, &format!("<p>{}</p>", escaped(text)))
}

/// The choice of a person. `query` is the request's own.
pub(super) fn choice(query: &str, application: &str, people: &[Person]) -> Reply {
    let link = |name: &str, value: &str, text: &str| {
        let more = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        format!("<li><a href=\"?{}&amp;{}\">{}</a></li>\n", escaped(query), escaped(&more), escaped(text))
    };
    let mut list = String::new();
    for person in people {
        let proof = if person.email_verified || person.email.is_none() { "" } else { ", address not verified" };
        list.push_str(&link("login_hint", person.login(), &format!("{} ({}{proof})", person.name, person.login())));
    }
    list.push_str(&link("refuse", "1", "Refuse"));
    html(200, "Sandbox sign-in", &format!("<p>Sign in to <strong>{}</strong> as</p>\n<ul>\n{list}</ul>", escaped(application)))
}

fn html(status: u16, title: &str, content: &str) -> Reply {
    let title = escaped(title);
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1>\n{content}\n</main></body></html>\n"
    );
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", "default-src 'none'".to_owned()),
        ("cache-control", "no-store".to_owned()),
    ];
    Reply { status, headers, body: body.into_bytes() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
