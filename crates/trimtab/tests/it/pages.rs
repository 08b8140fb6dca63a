//! Cursors: each good for the list it came from, with the same tenant and filter, and for nothing else.

use crate::{app::App, http::sign_in};
use reqwest::{StatusCode, Url};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn a_cursor_is_good_for_its_own_list_alone() {
    let app = App::new();
    for id in ["acme", "rival", "third"] {
        app.ok(&["tenant", "add", id, "--name", id, "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    }
    for tenant in ["acme", "rival"] {
        for day in ["2026-11-01", "2026-11-02", "2026-11-03"] {
            let file = app.path().join(format!("{day}.csv"));
            std::fs::write(&file, format!("Campaign,Day,Impressions,Clicks,Cost\nA,{day},10,1,2.50\n")).unwrap();
            app.ok(&["import", file.to_str().unwrap(), "--tenant", tenant]);
        }
    }
    let server = app.serve();
    crate::app::http(async {
        let (client, token) = sign_in(&server).await;
        let get = async |path: &str, parameters: &[(&str, &str)]| {
            let url = Url::parse_with_params(&format!("{}/api/v1/{path}", server.url), parameters).unwrap();
            let reply = client.get(url).bearer_auth(&token).send().await.unwrap();
            (reply.status(), reply.json::<Value>().await.unwrap())
        };
        let cursor = |list: &Value| list["next_cursor"].as_str().unwrap_or_else(|| panic!("{list}")).to_owned();
        let (_, tenants) = get("tenants", &[("limit", "1")]).await;
        let (_, imports) = get("imports", &[("tenant", "acme"), ("limit", "1")]).await;
        let (_, checks) =
            get("reconciliation", &[("tenant", "acme"), ("from", "2026-11-01"), ("to", "2026-11-03"), ("limit", "1")]).await;
        let (of_tenants, of_imports) = (cursor(&tenants), cursor(&imports));
        assert!(!of_tenants.contains("acme"), "it says nothing to people");

        // Read to the end, a page at a time, with pages of another size.
        let (mut seen, mut at) = (BTreeSet::new(), None::<String>);
        for size in ["1", "2", "1", "1"] {
            let mut parameters = vec![("limit", size), ("tenant", "acme")];
            parameters.extend(at.as_deref().map(|at| ("cursor", at)));
            let (status, page) = get("imports", &parameters).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            at = page["next_cursor"].as_str().map(str::to_owned);
            if at.is_none() {
                break;
            }
        }
        assert_eq!((seen.len(), at), (3, None));

        let mut forged = of_imports.clone().into_bytes();
        forged[3] = if forged[3] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        let long = "A".repeat(5_000);
        for (path, parameters) in [
            ("imports", vec![("tenant", "rival"), ("cursor", of_imports.as_str())]),
            ("imports", vec![("tenant", "acme"), ("cursor", of_tenants.as_str())]),
            ("executions", vec![("tenant", "acme"), ("cursor", of_imports.as_str())]),
            ("tenants", vec![("cursor", of_imports.as_str())]),
            ("tenants", vec![("tenant", "acme"), ("cursor", of_tenants.as_str())]),
            ("imports", vec![("tenant", "acme"), ("cursor", forged.as_str())]),
            ("imports", vec![("tenant", "acme"), ("cursor", "")]),
            ("imports", vec![("tenant", "acme"), ("cursor", "' OR 1=1 --")]),
            ("imports", vec![("tenant", "acme"), ("cursor", long.as_str())]),
            ("findings", vec![("tenant", "acme"), ("cursor", "1")]),
            ("imports", vec![("tenant", "acme"), ("cursor", of_imports.as_str()), ("cursor", of_imports.as_str())]),
        ] {
            let (status, problem) = get(path, &parameters).await;
            assert_eq!(
                (status, &problem["errors"][0]["field"]),
                (
                    if parameters.len() > 2 && parameters[1].0 == "cursor" {
                        StatusCode::BAD_REQUEST
                    } else {
                        StatusCode::UNPROCESSABLE_ENTITY
                    },
                    &"cursor".into()
                ),
                "{path} {parameters:?}"
            );
        }
        let (_, problem) = get("imports", &[("tenant", "rival"), ("cursor", &of_imports)]).await;
        assert!(problem["detail"].as_str().unwrap().contains("start again at the first page"), "{problem}");

        if let Some(cursor) = checks["next_cursor"].as_str() {
            let filter = [("tenant", "acme"), ("from", "2026-11-01"), ("to", "2026-11-02"), ("cursor", cursor)];
            assert_eq!(get("reconciliation", &filter).await.0, StatusCode::UNPROCESSABLE_ENTITY, "of other days");
        }
        for bad in ["0", "201", "-1", "many", "1.5", ""] {
            let (status, problem) = get("imports", &[("tenant", "acme"), ("limit", bad)]).await;
            assert_eq!((status, &problem["errors"][0]["field"]), (StatusCode::BAD_REQUEST, &"limit".into()), "{bad}");
        }
    });
}
