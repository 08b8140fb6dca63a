//! What is known of one client, part by part.

use super::{Document, HitKind};
use trimtab_domain::{
    knowledge::{Bound, Channel, ClientKnowledge, Context, Preferences, Target},
    metric::{Registry, Unit},
};

pub(super) fn documents(of: &ClientKnowledge) -> Vec<Document> {
    let targets: Vec<String> = of.targets.iter().map(target).collect();
    let mut all = vec![
        document("context", "The client’s business", &context(&of.context)),
        document("targets", "The client’s targets", &targets),
    ];
    all.extend(of.strategy.iter().map(|channel| {
        let id = format!("strategy/{}", channel.platform);
        document(&id, &format!("Strategy on {}", channel.platform.label()), &strategy(channel))
    }));
    if of.preferences != Preferences::default() {
        all.push(document("preferences", "How the client wants to be told", &preferences(&of.preferences)));
    }
    all.retain(|document| !document.body.is_empty());
    all
}

fn document(id: &str, title: &str, sentences: &[String]) -> Document {
    let sentences: Vec<String> = sentences.iter().filter_map(|text| sentence(text)).collect();
    Document { kind: HitKind::Client, id: id.to_owned(), title: title.to_owned(), names: Vec::new(), body: sentences.join(" ") }
}

/// With a full stop at its end; `None` where there is nothing.
fn sentence(text: &str) -> Option<String> {
    let text = text.trim();
    let ends = text.ends_with(['.', '!', '?', ':', ';']);
    (!text.is_empty()).then(|| if ends { text.to_owned() } else { format!("{text}.") })
}

/// Names behind what they are; nothing where there are none.
fn list(what: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("{what}: {}", names.join(", ")) }
}

fn labelled(what: &str, text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("{what}: {text}") }
}

fn context(of: &Context) -> Vec<String> {
    let order =
        of.average_order_value.map_or_else(String::new, |order| format!("Average order: {} {}", order.value, order.currency));
    let margin = of.gross_margin.map_or_else(String::new, |margin| format!("Gross margin: {margin} %"));
    vec![
        labelled("Industry", &of.industry),
        of.business_model.clone(),
        list("Products", &of.products),
        labelled("Customer", &of.customer),
        order,
        margin,
        of.notes.clone(),
    ]
}

fn target(of: &Target) -> String {
    let metric = Registry::builtin().get(&of.metric).ok();
    let name = metric.map_or(of.metric.as_str(), |metric| &metric.name);
    let bound = match of.bound {
        Bound::AtLeast => "at least",
        Bound::AtMost => "at most",
        Bound::About => "about",
    };
    let unit = match (of.currency, metric.map(|metric| metric.unit)) {
        (Some(currency), _) => format!(" {currency}"),
        (None, Some(Unit::Percent)) => " %".to_owned(),
        _ => String::new(),
    };
    let place = of.platform.map_or_else(String::new, |platform| format!(" on {}", platform.label()));
    format!("{name} {bound} {}{unit} each {}{place}", of.value, of.period.as_str())
}

fn strategy(of: &Channel) -> Vec<String> {
    vec![labelled("Objective", &of.objective), list("Campaigns", &of.campaign_types), of.notes.clone()]
}

fn preferences(of: &Preferences) -> Vec<String> {
    vec![format!("Tone: {}", of.tone.as_str()), format!("Language: {}", of.language), of.notes.clone()]
}
