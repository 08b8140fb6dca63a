//! What people are told by mail about their way in, and who comes in by a provider.

use crate::app::{App, EMAIL, PASSWORD, Running, sandbox};
use reqwest::{Client, StatusCode, Url, header::HeaderMap, redirect::Policy};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const WORLD: [&str; 6] = ["--tenants", "1", "--ads", "3", "--days", "2"];
const SITE: &str = "http://localhost:8080";

/// Mail is sent behind answers, so it is waited for.
fn mails(sandbox: &Running, subject: &str) -> Vec<Value> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let all = sandbox.get(&format!("/_sandbox/messages?to={EMAIL}"));
        let found: Vec<Value> = all.as_array().unwrap().iter().filter(|mail| mail.to_string().contains(subject)).cloned().collect();
        if !found.is_empty() || Instant::now() > deadline {
            return found;
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn people_hear_of_a_new_device_and_of_a_changed_password() {
    let world: Vec<&str> = WORLD.into_iter().chain(["--mail-listen", "127.0.0.1:0"]).collect();
    let sandbox = sandbox(&world);
    let (host, port) = sandbox.smtp.as_deref().unwrap().split_once(':').unwrap();
    let app = App::new();
    app.set(&format!(
        "[server]\npublic_url = \"{SITE}\"\n[mail]\nhost = \"{host}\"\nport = {port}\nsecurity = \"none\"\n\
         from = \"Trimtab <trimtab@agency.example>\"\n"
    ));
    let server = app.serve();
    let sign_in = |agent: &str, password: &str| {
        let login = json!({ "email": EMAIL, "password": password });
        let asked = Client::new().post(format!("{}/api/v1/auth/login", server.url)).header("user-agent", agent).json(&login);
        crate::app::http(async { asked.send().await.unwrap().json::<Value>().await.unwrap() })
    };
    let first = sign_in("Browser 1.0 (Desk)", PASSWORD);
    sign_in("Browser 2.0 (Desk)", PASSWORD);
    sign_in("Browser 2.0 (Phone)", PASSWORD);
    let told = mails(&sandbox, "Browser 2.0 (Phone)");
    assert_eq!(told.len(), 1);
    assert!(told[0].to_string().contains(&format!("{SITE}/settings")) && told[0].to_string().contains("127.0.0.1"), "{}", told[0]);
    let all = sandbox.get(&format!("/_sandbox/messages?to={EMAIL}"));
    assert_eq!(all.as_array().unwrap().len(), 1, "the first device and an updated one are not new: {all}");

    let changed = "seven slow herons wade";
    let body = json!({ "old": PASSWORD, "new": changed });
    let asked = Client::new().post(format!("{}/api/v1/me/password", server.url)).bearer_auth(first["token"].as_str().unwrap());
    let status = crate::app::http(async { asked.json(&body).send().await.unwrap().status() });
    assert!(status.is_success(), "{status}");
    let told = mails(&sandbox, "in Trimtab was changed on");
    assert_eq!(told.len(), 1);
    assert!(!told[0].to_string().contains(changed), "never the password itself");
}

/// A browser that comes to the simulated provider and back as somebody.
async fn by_provider(server: &Running, who: &str) -> (Url, HeaderMap) {
    let browser = Client::builder().redirect(Policy::none()).build().unwrap();
    let begun = browser.get(format!("{}/api/v1/auth/oidc/sso?return_to=/findings", server.url)).send().await.unwrap();
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    let cookie = begun.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut provider: Url = begun.headers()["location"].to_str().unwrap().parse().unwrap();
    provider.query_pairs_mut().append_pair("login_hint", who);
    let back = browser.get(provider).send().await.unwrap();
    let back: Url = back.headers()["location"].to_str().unwrap().parse().unwrap();
    let callback = format!("{}{}?{}", server.url, back.path(), back.query().unwrap());
    let ended = browser.get(callback).header("cookie", cookie).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    let to = ended.headers()["location"].to_str().unwrap();
    (Url::parse(SITE).unwrap().join(to).unwrap(), ended.headers().clone())
}

#[test]
fn a_provider_lets_in_whom_the_settings_say_and_sends_nobody_elsewhere() {
    let sandbox = sandbox(&WORLD);
    let person =
        |subject: &str, email: &str| json!({ "subject": subject, "email": email, "email_verified": true, "name": subject });
    let people = [person("new", "new@agency.example"), person("other", "other@elsewhere.example")];
    sandbox.post("/_sandbox/oidc", &json!({ "people": people }));
    let app = App::new();
    let settings = |more: &str| {
        app.set(&format!(
            "[server]\npublic_url = \"{SITE}\"\n[oidc.sso]\nissuer = \"{}/oidc\"\nclient_id = \"trimtab-public\"\n\
             allowed_domains = [\"agency.example\"]\n{more}",
            sandbox.url
        ));
    };
    settings("");
    let server = app.serve();
    crate::app::http(async {
        let (to, headers) = by_provider(&server, "new@agency.example").await;
        assert_eq!((to.path(), to.query()), ("/sign-in", Some("error=provider_unknown")), "nobody was invited");
        assert!(!headers.get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().starts_with("trimtab_session=tta_")));
        let browser = Client::builder().redirect(Policy::none()).build().unwrap();
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "@evil.example",
        ] {
            let url = Url::parse_with_params(&format!("{}/api/v1/auth/oidc/sso", server.url), [("return_to", elsewhere)]).unwrap();
            let reply = browser.get(url).send().await.unwrap();
            assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "{elsewhere}");
            assert!(!reply.headers().contains_key("location"), "{elsewhere}");
        }
    });
    drop(server);
    settings("default_role = \"agency_analyst\"\n");
    let server = app.serve();
    crate::app::http(async {
        let (to, headers) = by_provider(&server, "new@agency.example").await;
        assert_eq!((to.origin().ascii_serialization().as_str(), to.path()), (SITE, "/findings"));
        assert!(headers.get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().starts_with("trimtab_session=tta_")));
        let (to, _) = by_provider(&server, "other@elsewhere.example").await;
        assert_eq!(to.path(), "/sign-in", "another domain");
    });
    drop(server);
    let people = app.ok(&["user", "list"]);
    let held: Vec<_> =
        people["users"].as_array().unwrap().iter().map(|user| (&user["email"], &user["grants"][0]["role"])).collect();
    assert_eq!(held, [(&json!("new@agency.example"), &json!("agency_analyst")), (&json!(EMAIL), &json!("agency_admin"))]);
    for (bad, says) in [("client_viewer", "name a tenant"), ("No Role", "is not a role's name")] {
        settings(&format!("default_role = \"{bad}\"\n"));
        let said = app.fails(2, &["tenant", "list"]);
        assert!(said.contains("oidc.sso.default_role") && said.contains(says), "{said}");
    }
}

#[test]
fn a_password_of_the_breached_list_is_refused() {
    const PASSWORD: &str = "seven slow herons wade";
    /// Its SHA-1.
    const DIGEST: &str = "8312C1497DD8E54DC3D04EB878E417C62925DD00";
    let app = App::new();
    let list = app.path().join("breached");
    app.set(&format!("[server]\nbreached_passwords = '{}'\n", list.display()));
    let choose = |lines: &str| {
        std::fs::write(&list, lines).unwrap();
        let out = app.run_with(&["init", "--again", "--email", EMAIL, "--password-stdin"], PASSWORD);
        (out.status.code(), crate::app::stderr(&out))
    };
    let (first, last) = ("0".repeat(40), "F".repeat(40));
    assert_eq!(choose(&format!("{first}:1\n{last}:2\n")).0, Some(0));
    let (code, said) = choose(&format!("{first}:1\n{DIGEST}:9\n{last}:2\n"));
    assert!(code == Some(2) && said.contains("known from a breach"), "{said}");
    let (code, said) = choose("hunter2\n");
    assert!(code == Some(2) && said.contains("ascending order") && said.contains("server.breached_passwords"), "{said}");
}
