//! Tokens, headers, versions and managers: who gets in, and how.

use super::{Google, failure};
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind};

const ACCOUNT: &str = "SELECT customer.id, customer.descriptive_name, customer.manager FROM customer LIMIT 1";

#[tokio::test]
async fn refresh_tokens_buy_access_for_an_hour() {
    let google = Google::small().await;
    let answer = google.refresh(0).await;
    assert_eq!((answer["expires_in"].clone(), answer["token_type"].clone()), (json!(3599), json!("Bearer")));
    let token = answer["access_token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("ya29."));
    let ask = async |token: &str| {
        let url = format!("{}/google/v26/customers/{}/googleAds:search", google.kit.origin, google.id(0));
        google.kit.client.post(url).bearer_auth(token).json(&json!({"query": ACCOUNT})).send().await.unwrap()
    };
    assert_eq!(ask(&token).await.status(), 200);
    google.kit.sandbox.advance("PT61M").unwrap();
    let reply = ask(&token).await;
    assert_eq!(reply.status(), 401);
    assert!(reply.headers()["request-id"].to_str().unwrap().len() > 10);
    let body: Value = reply.json().await.unwrap();
    assert_eq!(body["error"]["status"], "UNAUTHENTICATED");
    assert_eq!(body["error"]["details"][0]["reason"], "ACCESS_TOKEN_EXPIRED");
    let fresh = google.token(0).await;
    assert!(fresh != token && ask(&fresh).await.status() == 200);
    assert_eq!(ask("ya29.made-up").await.status(), 401);
}

#[tokio::test]
async fn the_token_endpoint_speaks_oauth() {
    let google = Google::small().await;
    let (id, secret, token) = (google.part(0, "client_id"), google.part(0, "client_secret"), google.part(0, "refresh_token"));
    let url = format!("{}/google/token", google.kit.origin);
    let ask = async |form: &[(&str, &str)]| {
        let reply = google.kit.client.post(&url).form(form).send().await.unwrap();
        let status = reply.status().as_u16();
        (status, reply.json::<Value>().await.unwrap()["error"].as_str().unwrap_or("").to_owned())
    };
    let form =
        |grant, id, secret, token| [("grant_type", grant), ("client_id", id), ("client_secret", secret), ("refresh_token", token)];
    assert_eq!(ask(&form("refresh_token", &id, &secret, &token)).await, (200, String::new()));
    assert_eq!(ask(&form("refresh_token", &id, &secret, "1//0nobody")).await, (400, "invalid_grant".to_owned()));
    assert_eq!(ask(&form("refresh_token", &id, "wrong", &token)).await, (401, "invalid_client".to_owned()));
    assert_eq!(ask(&form("password", &id, &secret, &token)).await, (400, "unsupported_grant_type".to_owned()));
    google.kit.sandbox.add_fault(Fault::new("", FaultKind::ExpiredToken)).unwrap();
    assert_eq!(ask(&form("refresh_token", &id, &secret, &token)).await, (400, "invalid_grant".to_owned()));
    let log = serde_json::to_string(&google.kit.sandbox.calls()).unwrap();
    assert!(!log.contains(&token) && !log.contains(&secret), "secrets stay out of the log");
    assert_eq!(google.kit.sandbox.calls()[0].account.as_deref(), Some(google.id(0)));
}

#[tokio::test]
async fn clients_of_the_agency_need_the_manager_in_the_header() {
    let google = Google::small().await;
    let manager = google.part(1, "login_customer_id");
    assert_eq!(google.part(0, "login_customer_id"), google.id(0), "the first account stands alone");
    assert!(manager != google.id(1) && manager == google.part(2, "login_customer_id"));
    let ask = async |customer: &str, login: Option<&str>| {
        let url = format!("{}/google/v25/customers/{customer}/googleAds:search", google.kit.origin);
        let mut request = google.kit.client.post(url).bearer_auth(google.token(1).await).json(&json!({"query": ACCOUNT}));
        if let Some(login) = login {
            request = request.header("login-customer-id", login);
        }
        let reply = request.send().await.unwrap();
        let status = reply.status().as_u16();
        (status, reply.json::<Value>().await.unwrap())
    };
    let denied = (403, "authorizationError".to_owned(), "USER_PERMISSION_DENIED".to_owned());
    let (status, body) = ask(google.id(1), Some(&manager)).await;
    assert_eq!((status, &body["results"][0]["customer"]["id"]), (200, &json!(google.id(1))));
    assert_eq!(ask(google.id(2), Some(&manager)).await.0, 200, "and so is one two levels below");
    for (customer, login) in [(google.id(1), None), (google.id(0), Some(manager.as_str())), (google.id(0), None)] {
        let (status, body) = ask(customer, login).await;
        assert_eq!(failure(status, &body), denied, "{customer} {login:?}");
    }
    let dashed = format!("{}-{}-{}", &manager[..3], &manager[3..6], &manager[6..]);
    let (status, body) = ask(google.id(1), Some(&dashed)).await;
    assert_eq!(failure(status, &body).2, "INVALID_LOGIN_CUSTOMER_ID");
    let (status, body) = ask("123-456-7890", Some(&manager)).await;
    assert_eq!(failure(status, &body).2, "INVALID_CUSTOMER_ID");
}

#[tokio::test]
async fn the_tree_below_a_manager_is_told_level_by_level() {
    let google = Google::small().await;
    let list = async |account: usize| {
        let url = format!("{}/google/v25/customers:listAccessibleCustomers", google.kit.origin);
        let reply = google.kit.client.get(url).bearer_auth(google.token(account).await).send().await.unwrap();
        reply.json::<Value>().await.unwrap()["resourceNames"].clone()
    };
    assert_eq!(list(0).await, json!([format!("customers/{}", google.id(0))]));
    let manager = google.part(1, "login_customer_id");
    assert_eq!(list(1).await, json!([format!("customers/{manager}")]));
    let below = async |customer: &str, query: &str| {
        let url = format!("{}/google/v25/customers/{customer}/googleAds:search", google.kit.origin);
        let request = google.kit.client.post(url).bearer_auth(google.token(1).await).header("login-customer-id", &manager);
        let reply = request.json(&json!({"query": query})).send().await.unwrap();
        let status = reply.status().as_u16();
        (status, reply.json::<Value>().await.unwrap())
    };
    let query = "SELECT customer_client.id, customer_client.level, customer_client.manager, customer_client.status, \
                 customer_client.hidden, customer_client.currency_code FROM customer_client WHERE customer_client.level <= 2";
    let (_, body) = below(&manager, query).await;
    let clients: Vec<(String, String, bool, String)> = body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let c = &row["customerClient"];
            let text = |key: &str| c[key].as_str().unwrap().to_owned();
            (text("id"), text("level"), c["manager"].as_bool().unwrap(), text("status"))
        })
        .collect();
    let level = |id: &str| clients.iter().find(|c| c.0 == id).map(|c| c.1.as_str());
    assert_eq!(
        (level(&manager), level(google.id(1)), level(google.id(2)), level(google.id(0))),
        (Some("0"), Some("1"), Some("2"), None)
    );
    assert_eq!(clients.iter().filter(|c| c.2).count(), 2);
    let closed = &clients.iter().find(|c| c.3 == "CANCELED").expect("a client has left").0;
    let (status, body) = below(closed, ACCOUNT).await;
    assert_eq!(failure(status, &body).2, "CUSTOMER_NOT_ENABLED");
    let (status, body) = below(&manager, "SELECT customer.id, metrics.clicks FROM customer").await;
    assert_eq!(failure(status, &body).2, "REQUESTED_METRICS_FOR_MANAGER");
    let (status, body) = below(&manager, "SELECT campaign.id FROM campaign").await;
    assert_eq!((status, body.get("results")), (200, None));
    let own = google.rows("SELECT customer_client.id, customer_client.level FROM customer_client").await;
    assert_eq!((own.len(), &own[0]["customerClient"]["level"]), (1, &json!("0")));
}

#[tokio::test]
async fn versions_and_developer_tokens_are_checked() {
    let google = Google::small().await;
    let ask = async |version: &str, developer: Option<&str>, stream: bool| {
        let method = if stream { "searchStream" } else { "search" };
        let url = format!("{}/google/{version}/customers/{}/googleAds:{method}", google.kit.origin, google.id(0));
        let mut request = google.kit.client.post(url).bearer_auth(google.token(0).await).json(&json!({"query": ACCOUNT}));
        if let Some(token) = developer {
            request = request.header("developer-token", token);
        }
        let reply = request.send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    };
    for version in ["v23", "v24", "v25", "v26"] {
        assert_eq!(ask(version, None, false).await.0, 200, "{version}");
    }
    assert_eq!(ask("v25", Some(&google.part(0, "developer_token")), false).await.0, 200);
    let (status, text) = ask("v21", None, false).await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(failure(status, &body), (400, "requestError".to_owned(), "UNSUPPORTED_VERSION".to_owned()));
    assert!(text.contains("Version v21 is deprecated. Requests to this version will be blocked."));
    let (status, text) = ask("v25", Some(""), false).await;
    assert_eq!(failure(status, &serde_json::from_str(&text).unwrap()).2, "DEVELOPER_TOKEN_PARAMETER_MISSING");
    let (status, text) = ask("v40", None, false).await;
    assert!(status == 404 && text.starts_with("<!DOCTYPE html>"));
    let (status, text) = ask("v21", None, true).await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, failure(status, &body[0]).2.as_str()), (400, "UNSUPPORTED_VERSION"), "errors of a stream come in a list");
}
