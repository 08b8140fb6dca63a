//! People, roles and keys on the command line.

use crate::app::{App, EMAIL, stdout, text};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

const EVE: &str = "eve@client.example";

fn installation() -> App {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    app
}

fn people(app: &App) -> Vec<Value> {
    app.ok(&["user", "list"])["users"].as_array().unwrap().clone()
}

#[test]
fn somebody_is_invited_given_roles_shut_out_and_let_in_again() {
    let app = installation();
    let invited = app.ok(&["user", "invite", EVE, "--role", "client_viewer", "--tenant", "acme"]);
    assert_eq!((&invited["email"], &invited["mailed"]), (&json!(EVE), &json!(false)), "{invited}");
    let link = text(&invited["link"]).split_once('#').unwrap().1.to_owned();
    let server = app.serve();
    let post = |path: &str, body: Value| {
        let url = format!("{}/api/v1/auth/{path}", server.url);
        crate::app::http(async { Client::new().post(url).json(&body).send().await.unwrap().status() })
    };
    let first = "three green parrots sing";
    assert_eq!(post("invitation/accept", json!({ "token": link, "name": "Eve", "password": first })), StatusCode::OK);
    let sign_in = |password: &str| post("login", json!({ "email": EVE, "password": password }));
    assert_eq!(sign_in(first), StatusCode::OK);

    app.ok(&["user", "grant", EVE, "--role", "client_admin", "--tenant", "acme"]);
    app.ok(&["user", "revoke", EVE, "--role", "client_viewer", "--tenant", "acme"]);
    let held = people(&app).into_iter().find(|user| user["email"] == EVE).unwrap();
    assert_eq!(
        held["grants"],
        json!([{ "tenant": "acme", "role": "client_admin", "role_label": held["grants"][0]["role_label"] }])
    );
    let of_tenant = app.ok(&["user", "list", "--tenant", "acme"]);
    assert_eq!(of_tenant["users"].as_array().unwrap().len(), 1, "{of_tenant}");

    app.ok(&["user", "disable", EVE]);
    assert_eq!(sign_in(first), StatusCode::UNAUTHORIZED);
    assert!(app.fails(2, &["user", "reset-link", EVE]).contains("let them sign in again first"));
    app.ok(&["user", "enable", EVE]);
    let reset = app.ok(&["user", "reset-link", EVE]);
    let token = text(&reset["link"]).split_once("/reset#").unwrap().1.to_owned();
    let second = "seven slow herons wade";
    assert_eq!(post("reset", json!({ "token": token, "password": second })), StatusCode::NO_CONTENT);
    assert_eq!((sign_in(first), sign_in(second)), (StatusCode::UNAUTHORIZED, StatusCode::OK));

    let table = stdout(&crate::app::binary().arg("--data").arg(app.path()).args(["user", "list"]).output().unwrap());
    assert!(table.contains(EVE) && table.contains("client_admin (acme)") && table.contains("active"), "{table}");
}

#[test]
fn what_cannot_be_is_refused_with_what_to_do() {
    let app = installation();
    for (code, args, says) in [
        (4, &["user", "disable", "nobody@example.org"][..], "trimtab user list"),
        (2, &["user", "disable", EMAIL], "last administrator"),
        (2, &["user", "revoke", EMAIL, "--role", "agency_admin"], "last administrator"),
        (2, &["user", "invite", "no address", "--role", "auditor"], "is not an e-mail address"),
        (2, &["user", "invite", EVE, "--role", "Not A Role"], "trimtab role list"),
        (4, &["user", "invite", EVE, "--role", "no_such_role"], "no_such_role"),
        (2, &["user", "invite", EVE, "--role", "client_viewer"], "name a tenant"),
        (4, &["user", "invite", EVE, "--role", "client_viewer", "--tenant", "nobody"], "'nobody' does not exist"),
        (2, &["role", "set", "buyer", "--label", "Buyer", "--permissions", "data:burn"], "data:view"),
        (2, &["role", "set", "auditor", "--label", "Mine", "--permissions", "data:view"], "comes with the product"),
        (4, &["role", "remove", "no_such_role"], "no_such_role"),
        (2, &["key", "make", "export", "--permissions", "data:view", "--expires-at", "tomorrow"], "2027-01-31T00:00:00Z"),
        (2, &["key", "make", "export\u{202e}", "--permissions", "data:view"], "direction of text"),
        (4, &["key", "revoke", "nonsense"], "trimtab key list"),
    ] {
        let said = app.fails(code, args);
        assert!(said.contains(says), "{args:?}: {said}");
    }
}

#[test]
fn a_role_of_the_agencys_own_is_made_held_and_removed() {
    let app = installation();
    let set = |permissions: &str| app.ok(&["role", "set", "buyer", "--label", "Media buyer", "--permissions", permissions]);
    assert_eq!(set("data:view,budget:manage")["permissions"], json!(["data:view", "budget:manage"]));
    app.ok(&["user", "grant", EMAIL, "--role", "buyer", "--tenant", "acme"]);
    assert!(app.fails(2, &["role", "remove", "buyer"]).contains("buyer"));
    app.ok(&["user", "revoke", EMAIL, "--role", "buyer", "--tenant", "acme"]);
    assert_eq!(set("data:view")["permissions"], json!(["data:view"]));
    let roles = app.ok(&["role", "list"]);
    let own: Vec<_> = roles["roles"].as_array().unwrap().iter().filter(|role| role["built_in"] == false).collect();
    assert_eq!((own.len(), &own[0]["name"]), (1, &json!("buyer")));
    app.ok(&["role", "remove", "buyer"]);
    assert!(!stdout(&app.run(&["role", "list"])).contains("buyer"));
}

#[test]
fn a_key_works_until_it_is_revoked() {
    let app = installation();
    let made = app.ok(&["key", "make", "Nightly export", "--permissions", "data:view", "--tenant", "acme"]);
    let (token, id) = (text(&made["token"]), text(&made["key"]["id"]));
    let server = app.serve();
    let reads = || {
        let url = format!("{}/api/v1/accounts?tenant=acme", server.url);
        crate::app::http(async { Client::new().get(url).bearer_auth(&token).send().await.unwrap().status() })
    };
    assert_eq!(reads(), StatusCode::OK);
    let keys = app.ok(&["key", "list", "--tenant", "acme"]);
    assert_eq!(keys["keys"][0]["name"], "Nightly export");
    assert!(!keys.to_string().contains(&token), "a key is shown once");
    app.ok(&["key", "revoke", &id]);
    assert_eq!(reads(), StatusCode::UNAUTHORIZED);
    assert!(app.ok(&["key", "list", "--tenant", "acme"])["keys"][0]["revoked_at"].is_string());
}
