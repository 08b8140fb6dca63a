//! Who gets in where: every operation of the OpenAPI document against nobody, a stranger, every role, and a key, each with a fixed answer.

use crate::{
    app::{App, EMAIL, PASSWORD, Running},
    http::sign_in,
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use trimtab_domain::{Permission, Permissions, Role};

/// What an operation asks of whoever calls it.
#[derive(Debug, Clone, Copy)]
enum Asks {
    /// Nothing: signing in, and what links from mails are good for. This list may only shrink.
    Nothing,
    /// To be signed in, as a person or a key.
    SignIn,
    /// To be a person: it is about themselves.
    Person,
    /// A permission in the tenant it names.
    Tenant(Permission),
    /// A permission in the whole agency.
    Agency(Permission),
    /// A permission in the tenant it names, or in the whole agency where it names none.
    Within(Permission),
}

fn table() -> BTreeMap<&'static str, Asks> {
    use Asks::{Agency, Nothing, Person, SignIn, Tenant, Within};
    use Permission as P;
    let mut table = BTreeMap::new();
    let mut add = |asks: Asks, operations: &[&'static str]| table.extend(operations.iter().map(|name| (*name, asks)));
    add(
        Nothing,
        &[
            "login",
            "prove",
            "start_passkey_sign_in",
            "sign_in_with_passkey",
            "refresh",
            "list_providers",
            "start_provider_sign_in",
            "end_provider_sign_in",
            "forgot_password",
            "reset_password",
            "open_invitation",
            "accept_invitation",
        ],
    );
    add(
        SignIn,
        &[
            "logout",
            "get_me",
            "list_tenants",
            "list_roles",
            "list_sources",
            "list_metrics",
            "list_benchmarks",
            "get_rates",
            "list_views",
            "list_tools",
            "get_tool",
        ],
    );
    add(
        Person,
        &[
            "update_me",
            "get_security",
            "change_password",
            "list_sessions",
            "end_session",
            "end_other_sessions",
            "enrol_authenticator",
            "confirm_authenticator",
            "remove_authenticator",
            "start_passkey",
            "add_passkey",
            "remove_passkey",
        ],
    );
    add(
        Tenant(P::ViewData),
        &[
            "list_connections",
            "list_accounts",
            "list_executions",
            "get_execution",
            "follow_events",
            "list_imports",
            "list_findings",
            "get_finding",
            "list_forecasts",
            "list_funnels",
            "list_fatigue",
            "list_scores",
            "list_pixels",
            "list_patterns",
            "list_insights",
            "get_pacing",
            "list_budgets",
            "get_knowledge",
            "list_knowledge_history",
            "search_knowledge",
            "run_query",
            "get_coverage",
            "get_reconciliation",
            "list_checks",
            "get_check_history",
            "get_view",
            "call_tool",
        ],
    );
    add(Tenant(P::LoadData), &["start_execution", "cancel_execution", "create_import", "run_analyses", "run_checks"]);
    add(Tenant(P::ManageConnections), &["create_connection", "delete_connection"]);
    add(Tenant(P::ManageFindings), &["dismiss_finding", "snooze_finding", "restore_finding"]);
    add(Tenant(P::ManageBudgets), &["create_budget", "update_budget", "delete_budget"]);
    add(Tenant(P::ManageKnowledge), &["put_knowledge"]);
    add(Tenant(P::ManageTenant), &["update_tenant"]);
    add(Agency(P::CreateTenants), &["create_tenant"]);
    add(Agency(P::ManageUsers), &["disable_user", "enable_user", "sign_out_user"]);
    add(Agency(P::ManageRoles), &["put_role", "delete_role"]);
    add(
        Within(P::ManageUsers),
        &["list_users", "grant_role", "revoke_role", "list_invitations", "create_invitation", "delete_invitation"],
    );
    add(Within(P::ManageKeys), &["list_api_keys", "create_api_key", "revoke_api_key"]);
    add(Within(P::ViewAudit), &["list_audit", "list_calls"]);
    add(Agency(P::ViewAudit), &["verify_audit"]);
    table
}

struct Operation {
    name: String,
    method: Method,
    path: String,
}

async fn operations(client: &Client, server: &Running) -> Vec<Operation> {
    let document: Value = client.get(format!("{}/api/openapi.json", server.url)).send().await.unwrap().json().await.unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            let id = if path.contains("/tenants/") { "acme" } else { "con_00000000000000000000000000" };
            let path = path.replace("{id}", id).replace("{name}", "nobody_has_this");
            found.push(Operation { name, method: method.to_ascii_uppercase().parse().unwrap(), path });
        }
    }
    // Signing out ends the session the others need.
    found.sort_by_key(|operation| operation.name == "logout");
    found
}

async fn ask(client: &Client, server: &Running, operation: &Operation, tenant: Option<&str>, token: Option<&str>) -> StatusCode {
    let url = format!("{}{}{}", server.url, operation.path, tenant.map(|id| format!("?tenant={id}")).unwrap_or_default());
    let mut request = client.request(operation.method.clone(), url).json(&json!({}));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    // Without reading the body: a stream of events has no end.
    request.send().await.unwrap().status()
}

/// Invites somebody and takes the invitation up; answers their token.
async fn person(client: &Client, server: &Running, admin: &str, tenant: Option<&str>, role: &str) -> String {
    let at = |path: &str| format!("{}/api/v1/{path}", server.url);
    let scope = tenant.map(|id| format!("?tenant={id}")).unwrap_or_default();
    let email = format!("{role}-{}@people.example", tenant.unwrap_or("agency"));
    let invited = client.post(at(&format!("invitations{scope}"))).bearer_auth(admin).json(&json!({ "email": email, "role": role }));
    let invited = invited.send().await.unwrap();
    assert_eq!(invited.status(), StatusCode::CREATED, "{role} for {tenant:?}");
    let invited: Value = invited.json().await.unwrap();
    let link = invited["link"].as_str().expect("no mail is set, so the link is shown");
    let (page, token) = link.split_once('#').unwrap();
    assert!(page.ends_with("/invitation"), "{link}");
    let accept = json!({ "token": token, "name": role, "password": "three green parrots sing" });
    let accepted: Value = client.post(at("auth/invitation/accept")).json(&accept).send().await.unwrap().json().await.unwrap();
    accepted["token"].as_str().unwrap_or_else(|| panic!("{accepted}")).to_owned()
}

#[test]
fn every_operation_answers_everybody_as_the_table_says() {
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let (client, admin) = sign_in(&server).await;
        let at = |path: &str| format!("{}/api/v1/{path}", server.url);
        for id in ["acme", "rival"] {
            let tenant = json!({ "id": id, "name": id, "currency": "EUR", "timezone": "Europe/Amsterdam" });
            let made = client.post(at("tenants")).bearer_auth(&admin).json(&tenant).send().await.unwrap();
            assert_eq!(made.status(), StatusCode::CREATED);
        }
        let table = table();
        let operations = operations(&client, &server).await;
        let named: Vec<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
        for name in table.keys() {
            assert!(named.contains(name), "{name} is in the table and not in the document");
        }

        let mut callers: Vec<(String, String, Permissions, Permissions)> = Vec::new();
        for role in Role::ALL {
            let all = role.permissions();
            if role.fits_tenant() {
                let token = person(&client, &server, &admin, Some("acme"), role.as_str()).await;
                callers.push((format!("{} of the tenant", role.as_str()), token, all, Permissions::NONE));
            }
            if role.fits_agency() {
                let token = person(&client, &server, &admin, None, role.as_str()).await;
                callers.push((format!("{} of the agency", role.as_str()), token, all, all));
            }
        }
        let stranger = person(&client, &server, &admin, Some("rival"), "client_admin").await;
        let key = json!({ "name": "test", "permissions": ["data:view", "data:load"] });
        let key: Value =
            client.post(at("api-keys?tenant=acme")).bearer_auth(&admin).json(&key).send().await.unwrap().json().await.unwrap();
        let key = key["token"].as_str().unwrap_or_else(|| panic!("{key}")).to_owned();

        for operation in &operations {
            let name = operation.name.as_str();
            let asks = *table.get(name).unwrap_or_else(|| panic!("{name} is not in the table: say who may call it"));
            let anonymous = ask(&client, &server, operation, Some("acme"), None).await;
            let forged = ask(&client, &server, operation, Some("acme"), Some("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.")).await;
            if matches!(asks, Asks::Nothing) {
                // Only somebody who proved nothing is sent away.
                assert_ne!(anonymous, StatusCode::FORBIDDEN, "{name}");
                continue;
            }
            assert_eq!((anonymous, forged), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED), "{name} without sign-in");

            let by_stranger = ask(&client, &server, operation, Some("acme"), Some(&stranger)).await;
            let missing = ask(&client, &server, operation, Some("no-such-tenant"), Some(&stranger)).await;
            match asks {
                Asks::Tenant(_) | Asks::Within(_) => {
                    assert_eq!((by_stranger, missing), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{name} by a stranger");
                }
                Asks::Agency(_) => assert_eq!(by_stranger, StatusCode::FORBIDDEN, "{name} by a stranger"),
                _ => assert!(passes(by_stranger), "{name} by a stranger: {by_stranger}"),
            }

            for (who, token, within, agency) in &callers {
                let answer = ask(&client, &server, operation, Some("acme"), Some(token)).await;
                let allowed = match asks {
                    Asks::Tenant(permission) | Asks::Within(permission) => within.contains(permission),
                    Asks::Agency(permission) => agency.contains(permission),
                    _ => true,
                };
                assert_eq!(passes(answer), allowed, "{name} by {who}: {answer}");
                if let Asks::Within(permission) = asks {
                    let everywhere = ask(&client, &server, operation, None, Some(token)).await;
                    assert_eq!(
                        passes(everywhere),
                        agency.contains(permission),
                        "{name} in the whole agency by {who}: {everywhere}"
                    );
                }
            }

            let by_key = ask(&client, &server, operation, Some("acme"), Some(&key)).await;
            let held = Role::Api.permissions();
            let allowed = match asks {
                Asks::Tenant(permission) | Asks::Within(permission) => held.contains(permission),
                Asks::Agency(_) | Asks::Person => false,
                _ => true,
            };
            assert_eq!(passes(by_key), allowed, "{name} by a key: {by_key}");
        }
    });
}

/// Whether the caller got past the door; what their empty request was answered then is another matter.
fn passes(status: StatusCode) -> bool {
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_ne!(status, StatusCode::TOO_MANY_REQUESTS);
    !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

#[test]
fn people_see_their_own_tenants_and_hand_on_no_more_than_they_hold() {
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let (client, admin) = sign_in(&server).await;
        let at = |path: &str| format!("{}/api/v1/{path}", server.url);
        for id in ["acme", "rival"] {
            let tenant = json!({ "id": id, "name": id, "currency": "EUR", "timezone": "Europe/Amsterdam" });
            client.post(at("tenants")).bearer_auth(&admin).json(&tenant).send().await.unwrap();
        }
        let eve = person(&client, &server, &admin, Some("acme"), "client_admin").await;
        let get = async |path: &str, token: &str| -> Value {
            client.get(at(path)).bearer_auth(token).send().await.unwrap().json().await.unwrap()
        };
        let tenants = get("tenants", &eve).await;
        assert_eq!(tenants["items"].as_array().unwrap().iter().map(|t| &t["id"]).collect::<Vec<_>>(), ["acme"]);
        let me = get("me", &eve).await;
        assert_eq!((&me["permissions"], &me["tenants"][0]["id"]), (&json!([]), &json!("acme")), "{me}");
        assert_eq!(me["grants"][0]["role"], "client_admin");
        let people = get("users?tenant=acme", &eve).await;
        assert_eq!(people["items"].as_array().unwrap().len(), 1, "the agency's people are not hers to see: {people}");

        let post = async |path: &str, body: Value, token: &str| {
            let reply = client.post(at(path)).bearer_auth(token).json(&body).send().await.unwrap();
            (reply.status(), reply.json::<Value>().await.unwrap_or_default())
        };
        let invite = |role: &str| json!({ "email": "mallory@people.example", "role": role });
        for (path, role, status) in [
            ("invitations?tenant=acme", "client_viewer", StatusCode::CREATED),
            ("invitations?tenant=acme", "agency_admin", StatusCode::FORBIDDEN),
            ("invitations", "agency_analyst", StatusCode::FORBIDDEN),
            ("invitations?tenant=rival", "client_viewer", StatusCode::NOT_FOUND),
            ("invitations?tenant=acme", "no_such_role", StatusCode::NOT_FOUND),
            ("invitations?tenant=acme", "'; DROP TABLE users; --", StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            let (got, body) = post(path, invite(role), &eve).await;
            let fine = got == status || (role == "agency_admin" && got == StatusCode::UNPROCESSABLE_ENTITY);
            assert!(fine, "{path} {role}: {got} {body}");
        }
        let key = |permissions: &[&str]| json!({ "name": "k", "permissions": permissions });
        assert_eq!(post("api-keys?tenant=acme", key(&["data:view", "tenant:create"]), &eve).await.0, StatusCode::FORBIDDEN);
        let (status, made) = post("api-keys?tenant=acme", key(&["data:view"]), &eve).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let key = made["token"].as_str().unwrap();
        assert_eq!(get("me", key).await["kind"], "key");
        let revoke = at(&format!("api-keys/{}?tenant=acme", made["key"]["id"].as_str().unwrap()));
        assert_eq!(client.delete(revoke).bearer_auth(&eve).send().await.unwrap().status(), StatusCode::NO_CONTENT);
        assert_eq!(client.get(at("me")).bearer_auth(key).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);

        for odd in ["../acme", "acme%00", "ACME", "acme/../rival", "%2e%2e", "acme' OR '1'='1", "\u{202e}acme"] {
            let url = reqwest::Url::parse_with_params(&at("accounts"), [("tenant", odd)]).unwrap();
            assert_eq!(client.get(url).bearer_auth(&eve).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{odd}");
        }
        let two = client.get(at("accounts?tenant=acme&tenant=rival")).bearer_auth(&eve).send().await.unwrap();
        assert_eq!(two.status(), StatusCode::BAD_REQUEST, "one request, one tenant");
    });
}

#[test]
fn browsers_get_cookies_and_must_prove_where_a_change_comes_from() {
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let client = Client::new();
        let at = |path: &str| format!("{}/api/v1/{path}", server.url);
        let login = json!({ "email": EMAIL, "password": PASSWORD });
        let fixed = client.post(at("auth/login")).header("cookie", "trimtab_session=tta_chosen-by-somebody-else").json(&login);
        let reply = fixed.send().await.unwrap();
        let cookies: BTreeMap<String, String> = reply
            .headers()
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().unwrap())
            .inspect(|text| assert!(text.contains("SameSite=Strict"), "{text}"))
            .inspect(|text| assert_eq!(text.contains("HttpOnly"), !text.starts_with("trimtab_csrf"), "{text}"))
            .filter_map(|text| text.split(';').next()?.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())))
            .collect();
        let (session, csrf, refresh) = (&cookies["trimtab_session"], &cookies["trimtab_csrf"], &cookies["trimtab_refresh"]);
        assert_ne!(session, "tta_chosen-by-somebody-else", "a session cannot be fixed beforehand");
        let tenant = json!({ "id": "acme", "name": "Acme", "currency": "EUR", "timezone": "Europe/Amsterdam" });
        let post = |path: &str| client.post(at(path)).header("cookie", format!("trimtab_session={session}")).json(&tenant);
        assert_eq!(post("tenants").send().await.unwrap().status(), StatusCode::FORBIDDEN, "without the proof");
        let cross = post("tenants").header("x-csrf-token", csrf).header("origin", "https://evil.example");
        assert_eq!(cross.send().await.unwrap().status(), StatusCode::FORBIDDEN, "from another page");
        let own = post("tenants").header("x-csrf-token", csrf).send().await.unwrap();
        assert_eq!(own.status(), StatusCode::CREATED);
        assert!(own.headers()["ratelimit"].to_str().unwrap().starts_with("\"person\";r="), "{:?}", own.headers());

        let again = async || {
            let cookie = format!("trimtab_refresh={refresh}");
            client.post(at("auth/refresh")).header("cookie", cookie).json(&json!({})).send().await.unwrap().status()
        };
        assert_eq!(again().await, StatusCode::OK);
        assert_eq!(again().await, StatusCode::CONFLICT, "a moment ago");
        let get = client.get(at("me")).header("cookie", format!("trimtab_session={session}"));
        assert_eq!(get.send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "the refreshed session has another token");
    });
}

#[test]
fn guessing_is_locked_out_and_floods_are_told_when_to_come_back() {
    let app = App::new();
    let server = app.serve();
    crate::app::http(async {
        let client = Client::new();
        let login = |email: &str, password: &str| {
            let body = json!({ "email": email, "password": password });
            client.post(format!("{}/api/v1/auth/login", server.url)).json(&body).send()
        };
        for _ in 0..5 {
            assert_eq!(login(EMAIL, "wrong").await.unwrap().status(), StatusCode::UNAUTHORIZED);
        }
        let locked = login(EMAIL, PASSWORD).await.unwrap();
        assert_eq!(locked.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(locked.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
        let flood = async {
            for n in 0..200 {
                let reply = login(&format!("{n}@nobody.example"), "x").await.unwrap();
                if reply.status() == StatusCode::TOO_MANY_REQUESTS {
                    return reply;
                }
            }
            panic!("nobody is stopped");
        };
        let stopped = flood.await;
        assert!(stopped.headers().contains_key("retry-after"));
        assert_eq!(stopped.headers()["ratelimit"], "\"stranger\";r=0;t=60");
    });
}
