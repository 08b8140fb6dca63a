//! Keys, revisions, and the lists of JSON:API.

use super::{Mail, error};
use crate::kit::small;
use serde_json::Value;
use std::collections::BTreeSet;
use trimtab_sandbox::SandboxSettings;

#[tokio::test]
async fn every_call_brings_a_key_and_names_a_revision() {
    let mail = Mail::new().await;
    let account = mail.get("accounts", &[]).await;
    let of = &account["data"][0];
    assert_eq!((of["type"].as_str(), of["id"].as_str()), (Some("account"), Some(mail.account.account.as_str())));
    assert_eq!(of["attributes"]["timezone"], mail.account.timezone);
    assert_eq!(of["attributes"]["preferred_currency"], mail.account.currency);
    assert!(mail.account.secret.starts_with("pk_") && mail.account.account.len() == 6);
    let ask = |headers: Vec<(&'static str, String)>| {
        let mut request = mail.kit.client.get(format!("{}/api/accounts", mail.account.base_url));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        async move { error(request.send().await.unwrap()).await }
    };
    let key = || ("authorization", format!("Klaviyo-API-Key {}", mail.account.secret));
    let revision = |date: &str| ("revision", date.to_owned());
    assert_eq!(ask(vec![revision("2026-07-15")]).await.0, 401);
    assert_eq!(ask(vec![("authorization", format!("Bearer {}", mail.account.secret)), revision("2026-07-15")]).await.0, 401);
    assert_eq!(ask(vec![("authorization", "Klaviyo-API-Key pk_nobody".to_owned()), revision("2026-07-15")]).await.0, 401);
    let (status, detail) = ask(vec![key()]).await;
    assert!(status == 400 && detail.contains("revision"), "{detail}");
    assert_eq!(ask(vec![key(), revision("2026-07-16")]).await.0, 400);
    assert_eq!(ask(vec![key(), revision("2023-02-22")]).await.0, 410, "retired");
    assert_eq!(mail.send("nothing", &[]).await.status(), 404);
    assert_eq!(mail.send("metric-aggregates", &[]).await.status(), 405);
    let lists = mail.kit.accounts_of("klaviyo");
    assert_eq!(lists.len(), 3);
    let with_leads = Mail::with(SandboxSettings { tenants: 4, ..small() }, 0).await;
    assert_eq!(with_leads.kit.accounts_of("klaviyo").len(), 3, "a business without a shop mails nobody");
}

#[tokio::test]
async fn campaigns_are_listed_by_channel_and_page_by_links() {
    let mail = Mail::new().await;
    let (status, detail) = error(mail.send("campaigns", &[]).await).await;
    assert!(status == 400 && detail.contains("channel filter is required"), "{detail}");
    assert_eq!(mail.send("campaigns", &[("filter", "equals(status,'Sent')")]).await.status(), 400);
    let email = ("filter", "equals(messages.channel,'email')");
    let (all, pages) = mail.all("campaigns", &[email]).await;
    assert!(pages == 1 && (15..30).contains(&all.len()), "two a week: {}", all.len());
    let (paged, pages) = mail.all("campaigns", &[email, ("page[size]", "5")]).await;
    assert!(pages > 3 && paged == all, "{pages}");
    assert_eq!(mail.send("campaigns", &[email, ("page[size]", "101")]).await.status(), 400);
    assert!(mail.all("campaigns", &[("filter", "equals(messages.channel,'sms')")]).await.0.is_empty());
    let ids: BTreeSet<&str> = all.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), all.len());
    let draft: Vec<&Value> = all.iter().filter(|c| c["attributes"]["status"] == "Draft").collect();
    assert!(draft.len() == 1 && draft[0]["attributes"]["send_time"].is_null());
    let recent = "and(equals(messages.channel,'email'),greater-or-equal(scheduled_at,2026-11-10T00:00:00Z))";
    let (recent, _) = mail.all("campaigns", &[("filter", recent)]).await;
    assert!((2..5).contains(&recent.len()), "{recent:?}");
    let page =
        mail.get("campaigns", &[email, ("include", "campaign-messages"), ("page[size]", "2"), ("sort", "-scheduled_at")]).await;
    let messages: BTreeSet<&str> = page["included"].as_array().unwrap().iter().filter_map(|m| m["id"].as_str()).collect();
    let message = |c: &Value| c["relationships"]["campaign-messages"]["data"][0]["id"].as_str().unwrap().to_owned();
    let related: BTreeSet<String> = page["data"].as_array().unwrap().iter().map(message).collect();
    assert_eq!(messages.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), related);
    let sparse = mail.get("campaigns", &[email, ("fields[campaign]", "name,status"), ("page[size]", "1")]).await;
    assert_eq!(sparse["data"][0]["attributes"].as_object().unwrap().len(), 2);
    let id = all[3]["id"].as_str().unwrap();
    assert_eq!(mail.get(&format!("campaigns/{id}"), &[]).await["data"], all[3]);
    assert_eq!(mail.send("campaigns/01JNOBODY", &[]).await.status(), 404);
}

#[tokio::test]
async fn flows_and_metrics_have_ids_of_their_own() {
    let mail = Mail::new().await;
    let (flows, _) = mail.all("flows", &[("page[size]", "2")]).await;
    assert!(flows.len() == 3 && flows.iter().all(|f| f["attributes"]["status"] == "live"));
    assert_eq!(mail.all("flows", &[("filter", "equals(name,\"Welcome\")")]).await.0.len(), 1);
    assert_eq!(mail.send("flows", &[("page[size]", "51")]).await.status(), 400);
    let (metrics, _) = mail.all("metrics", &[]).await;
    let placed: Vec<_> = metrics.iter().filter(|m| m["attributes"]["name"] == "Placed Order").collect();
    assert_eq!(placed.len(), 2, "the same name comes from two integrations");
    let of_shop = mail.all("metrics", &[("filter", "equals(integration.category,'eCommerce')")]).await.0;
    assert_eq!(of_shop.len(), 3);
    let id = metrics[0]["id"].as_str().unwrap();
    assert_eq!(mail.get(&format!("metrics/{id}"), &[]).await["data"]["id"], id);
}
