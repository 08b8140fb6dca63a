//! Lists of JSON:API: the account, campaigns, flows, metrics. A page follows by `links.next`, which is null after the last.

use super::{
    account::{Account, short},
    error::ApiError,
    filter,
    metric::Metric,
    time,
};
use crate::{
    http::Request,
    limits,
    world::{
        chance::tag,
        commerce::mailing::{Kind, Mailing},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Seconds that a campaign takes to be sent.
const SENDING: i64 = 1_800;
const TIMES: &[&str] = &["greater-or-equal", "greater-than", "less-or-equal", "less-than"];

/// A place in a list, so that nobody reads it.
pub(crate) fn cursor(place: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("next::id::{place}"))
}

/// The place that a cursor stands for.
pub(crate) fn place(cursor: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    std::str::from_utf8(&bytes).ok()?.strip_prefix("next::id::")?.parse().ok()
}

/// `GET /api/accounts`.
pub(crate) fn accounts(of: &Account, request: &Request) -> Value {
    let base = &request.base;
    let address = of.store.countries.first().map_or("", |country| country.0);
    let mail = format!("hello@{}.example", of.store.slug);
    let account = json!({
        "type": "account", "id": of.id,
        "attributes": {
            "test_account": false,
            "contact_information": {
                "default_sender_name": of.store.name, "default_sender_email": mail,
                "website_url": format!("https://{}.example", of.store.slug), "organization_name": of.store.name,
                "street_address": {"address1": "1 Market Street", "address2": null, "city": null, "region": null, "country": address, "zip": null},
            },
            "industry": of.store.industry.name, "timezone": of.calendar.zone().as_str(),
            "preferred_currency": of.currency.as_str(), "public_api_key": of.id, "locale": "en-US",
        },
        "links": {"self": format!("{base}/api/accounts/{}", of.id)},
    });
    json!({"data": [sparse(account, request)], "links": {"self": format!("{base}/api/accounts"), "next": null, "prev": null}})
}

/// `GET /api/campaigns`: those of one channel, which must be named.
pub(crate) fn campaigns(of: &Account, request: &Request, now: i64) -> Result<Value, ApiError> {
    const CHANNELS: [&str; 3] = ["email", "sms", "mobile_push"];
    let allowed: [(&str, &[&str]); 8] = [
        ("id", &["any"]),
        ("messages.channel", &["equals"]),
        ("name", &["contains"]),
        ("status", &["any", "equals"]),
        ("archived", &["equals"]),
        ("created_at", TIMES),
        ("scheduled_at", TIMES),
        ("updated_at", TIMES),
    ];
    let conditions = filter::read(request.given("filter").unwrap_or_default(), &allowed)
        .map_err(|error| if request.given("filter").is_some() { error } else { without_channel() })?;
    let channel = conditions.iter().find(|c| c.field == "messages.channel").ok_or_else(without_channel)?;
    if !CHANNELS.contains(&channel.values[0].as_str()) {
        return Err(ApiError::filter(format_args!("'{}' is not a channel: use email, sms or mobile_push.", channel.values[0])));
    }
    let is_mail = channel.values[0] == "email";
    let mut mailings = of.mailings(now);
    mailings.retain(|m| m.kind == Kind::Campaign && is_mail);
    let mut all: Vec<Value> = mailings.iter().map(|m| campaign(of, m, &request.base, now)).collect();
    if is_mail {
        all.push(draft(of, &request.base));
        mailings.push(unsent(of));
    }
    all.retain(|c| conditions.iter().filter(|f| f.field != "messages.channel").all(|f| f.holds(&text(c, &f.field))));
    sort(&mut all, request, "-created_at")?;
    let included = (request.given("include").is_some_and(|i| i.split(',').any(|i| i == "campaign-messages"))).then_some(&mailings);
    let mut page = page(all, request, "campaigns", limits::KLAVIYO_CAMPAIGNS_MAX)?;
    if let Some(mailings) = included {
        let on_page: Vec<&str> = page["data"].as_array().into_iter().flatten().filter_map(|c| c["id"].as_str()).collect();
        let messages: Vec<Value> =
            mailings.iter().filter(|m| on_page.contains(&of.id_of(m).as_str())).map(|m| message(of, m, &request.base)).collect();
        page["included"] = Value::Array(messages);
    }
    Ok(page)
}

fn without_channel() -> ApiError {
    ApiError::filter(
        "A channel filter is required to list campaigns. Please provide either: `?filter=equals(messages.channel,'email')`, `?filter=equals(messages.channel,'sms')` or `?filter=equals(messages.channel,'mobile_push')`.",
    )
}

/// A campaign that was never sent.
fn unsent(of: &Account) -> Mailing {
    let created = of.store.calendar.start(of.store.first_day) + 40_000;
    Mailing { id: -1, kind: Kind::Campaign, name: "Template | do not send".to_owned(), from: created }
}

fn draft(of: &Account, base: &str) -> Value {
    let unsent = unsent(of);
    let mut draft = campaign(of, &unsent, base, unsent.from);
    for (name, value) in [("status", json!("Draft")), ("send_time", Value::Null), ("scheduled_at", Value::Null)] {
        draft["attributes"][name] = value;
    }
    draft
}

fn campaign(of: &Account, mailing: &Mailing, base: &str, now: i64) -> Value {
    let (id, message) = (of.id_of(mailing), of.message_of(mailing));
    let at = |seconds: i64| time::iso(mailing.from + seconds);
    let sent = now >= mailing.from + SENDING;
    json!({
        "type": "campaign", "id": id,
        "attributes": {
            "name": mailing.name, "status": if sent { "Sent" } else { "Sending" }, "archived": false,
            "audiences": {"included": [short(of.chance.on(tag("list")))], "excluded": []},
            "send_options": {"use_smart_sending": true},
            "tracking_options": {
                "add_tracking_params": true, "custom_tracking_params": [], "is_tracking_clicks": true, "is_tracking_opens": true,
            },
            "send_strategy": {"method": "static", "datetime": at(0), "options": {"is_local": false}},
            "created_at": at(-200_000), "scheduled_at": at(-90_000), "updated_at": at(if sent { SENDING } else { 0 }), "send_time": at(0),
        },
        "relationships": {
            "campaign-messages": {
                "data": [{"type": "campaign-message", "id": message}],
                "links": {
                    "self": format!("{base}/api/campaigns/{id}/relationships/campaign-messages"),
                    "related": format!("{base}/api/campaigns/{id}/campaign-messages"),
                },
            },
            "tags": {"links": {
                "self": format!("{base}/api/campaigns/{id}/relationships/tags"), "related": format!("{base}/api/campaigns/{id}/tags"),
            }},
        },
        "links": {"self": format!("{base}/api/campaigns/{id}")},
    })
}

fn message(of: &Account, mailing: &Mailing, base: &str) -> Value {
    let id = of.message_of(mailing);
    json!({
        "type": "campaign-message", "id": id,
        "attributes": {
            "definition": {
                "channel": "email", "label": mailing.name,
                "content": {
                    "subject": mailing.name.rsplit(" | ").next(), "preview_text": null,
                    "from_email": format!("hello@{}.example", of.store.slug), "from_label": of.store.name,
                    "reply_to_email": null, "cc_email": null, "bcc_email": null,
                },
            },
            "send_times": [{"datetime": time::iso(mailing.from), "is_local": false}],
            "created_at": time::iso(mailing.from - 200_000), "updated_at": time::iso(mailing.from),
        },
        "relationships": {"campaign": {"data": {"type": "campaign", "id": of.id_of(mailing)}}},
        "links": {"self": format!("{base}/api/campaign-messages/{id}")},
    })
}

/// `GET /api/campaigns/{id}` and its messages.
pub(crate) fn one_campaign(of: &Account, request: &Request, id: &str, messages: bool, now: i64) -> Result<Value, ApiError> {
    let mailings = of.mailings(now);
    let found = mailings.iter().find(|m| m.kind == Kind::Campaign && of.id_of(m) == id);
    let found = found.ok_or_else(|| ApiError::missing(format_args!("A campaign with id {id} does not exist.")))?;
    let base = &request.base;
    Ok(match messages {
        true => json!({
            "data": [message(of, found, base)], "links": {"self": format!("{base}/api/campaigns/{id}/campaign-messages"), "next": null},
        }),
        false => json!({"data": sparse(campaign(of, found, base, now), request)}),
    })
}

/// `GET /api/flows`.
pub(crate) fn flows(of: &Account, request: &Request, now: i64) -> Result<Value, ApiError> {
    let allowed: [(&str, &[&str]); 7] = [
        ("id", &["any"]),
        ("name", &["contains", "ends-with", "equals", "starts-with"]),
        ("status", &["equals"]),
        ("archived", &["equals"]),
        ("created", &["equals", "greater-or-equal", "greater-than", "less-or-equal", "less-than"]),
        ("updated", &["equals", "greater-or-equal", "greater-than", "less-or-equal", "less-than"]),
        ("trigger_type", &["equals"]),
    ];
    let conditions = request.given("filter").map(|f| filter::read(f, &allowed)).transpose()?.unwrap_or_default();
    let mut all: Vec<Value> =
        of.mailings(now).iter().filter(|m| m.kind == Kind::Flow).map(|m| flow(of, m, &request.base)).collect();
    all.retain(|f| conditions.iter().all(|c| c.holds(&text(f, &c.field))));
    sort(&mut all, request, "id")?;
    page(all, request, "flows", limits::KLAVIYO_FLOWS_MAX)
}

/// `GET /api/flows/{id}`.
pub(crate) fn one_flow(of: &Account, request: &Request, id: &str, now: i64) -> Result<Value, ApiError> {
    let found = of.mailings(now).into_iter().find(|m| m.kind == Kind::Flow && of.id_of(m) == id);
    let found = found.ok_or_else(|| ApiError::missing(format_args!("A flow with id {id} does not exist.")))?;
    Ok(json!({"data": sparse(flow(of, &found, &request.base), request)}))
}

fn flow(of: &Account, mailing: &Mailing, base: &str) -> Value {
    let id = of.id_of(mailing);
    let created = time::iso(mailing.from);
    json!({
        "type": "flow", "id": id,
        "attributes": {
            "name": mailing.name, "status": "live", "archived": false, "created": created, "updated": created, "trigger_type": "Metric",
        },
        "relationships": {
            "flow-actions": {"links": {
                "self": format!("{base}/api/flows/{id}/relationships/flow-actions"), "related": format!("{base}/api/flows/{id}/flow-actions"),
            }},
            "tags": {"links": {"self": format!("{base}/api/flows/{id}/relationships/tags"), "related": format!("{base}/api/flows/{id}/tags")}},
        },
        "links": {"self": format!("{base}/api/flows/{id}")},
    })
}

/// `GET /api/metrics`.
pub(crate) fn metrics(of: &Account, request: &Request) -> Result<Value, ApiError> {
    let allowed: [(&str, &[&str]); 2] = [("integration.name", &["equals"]), ("integration.category", &["equals"])];
    let conditions = request.given("filter").map(|f| filter::read(f, &allowed)).transpose()?.unwrap_or_default();
    let mut all: Vec<Value> = Metric::ALL.iter().map(|metric| metric.show(of, &request.base)).collect();
    all.retain(|m| {
        conditions.iter().all(|c| c.holds(&text(&m["attributes"]["integration"], c.field.trim_start_matches("integration."))))
    });
    if request.given("page[size]").is_some() {
        return Err(ApiError::parameter("page[size]", "'page[size]' is not a valid parameter for this endpoint."));
    }
    page(all, request, "metrics", limits::KLAVIYO_METRICS_MAX)
}

/// `GET /api/metrics/{id}`.
pub(crate) fn one_metric(of: &Account, request: &Request, id: &str) -> Result<Value, ApiError> {
    let metric = Metric::by_id(of, id).ok_or_else(|| ApiError::missing(format_args!("A metric with id {id} does not exist.")))?;
    Ok(json!({"data": sparse(metric.show(of, &request.base), request)}))
}

/// A field of an object as text, whether it stands among the attributes or beside them.
fn text(object: &Value, name: &str) -> String {
    let value = object["attributes"].get(name).or_else(|| object.get(name)).unwrap_or(&Value::Null);
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn sort(all: &mut [Value], request: &Request, usual: &str) -> Result<(), ApiError> {
    let by = request.given("sort").unwrap_or(usual);
    let (name, descending) = by.strip_prefix('-').map_or((by, false), |name| (name, true));
    let known = ["created_at", "id", "name", "scheduled_at", "updated_at", "created", "status", "trigger_type", "updated"];
    if !known.contains(&name) || all.first().is_some_and(|o| o["attributes"].get(name).is_none() && o.get(name).is_none()) {
        return Err(ApiError::parameter("sort", format_args!("'{by}' is not a valid sort for this resource.")));
    }
    all.sort_by_key(|object| (text(object, name), text(object, "id")));
    if descending {
        all.reverse();
    }
    Ok(())
}

/// Cuts a list into the page asked for.
fn page(all: Vec<Value>, request: &Request, path: &str, most: usize) -> Result<Value, ApiError> {
    let size =
        match request.given("page[size]") {
            None => most,
            Some(text) => text.parse().ok().filter(|size| (1..=most).contains(size)).ok_or_else(|| {
                ApiError::parameter("page[size]", format_args!("Page size must be an integer between 1 and {most}."))
            })?,
        };
    let from = match request.given("page[cursor]") {
        None => 0,
        Some(text) => place(text).ok_or_else(|| ApiError::parameter("page[cursor]", "Invalid page cursor."))?,
    };
    let link = |place: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(request.params.iter().filter(|(name, _)| name != "page[cursor]"));
        query.append_pair("page[cursor]", &cursor(place));
        format!("{}/api/{path}?{}", request.base, query.finish())
    };
    let next = (from + size < all.len()).then(|| link(from + size));
    let prev = (from > 0).then(|| link(from.saturating_sub(size)));
    let own = format!("{}/api/{path}{}{}", request.base, if request.query.is_empty() { "" } else { "?" }, request.query);
    let data: Vec<Value> = all.into_iter().skip(from).take(size).map(|object| sparse(object, request)).collect();
    Ok(json!({"data": data, "links": {"self": own, "next": next, "prev": prev}}))
}

/// Leaves only the attributes that `fields[type]` asks for, if it does.
fn sparse(mut object: Value, request: &Request) -> Value {
    let name = format!("fields[{}]", object["type"].as_str().unwrap_or_default());
    if let Some(wanted) = request.given(&name)
        && let Some(attributes) = object["attributes"].as_object_mut()
    {
        let wanted: Vec<&str> = wanted.split(',').map(|field| field.split('.').next().unwrap_or(field)).collect();
        attributes.retain(|name, _| wanted.contains(&name.as_str()));
    }
    object
}
