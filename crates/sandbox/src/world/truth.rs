//! What is true of the world and no platform would tell: incidents with their labels, response curves, wear of creatives.

use super::{World, account::Account, fatigue, trouble::label_day};
use serde_json::{Value, json};
use trimtab_domain::Source;

/// The truth about one account.
pub(crate) fn of(world: &World, source: Source, account: &Account) -> Value {
    let major = |minor: f64| minor / account.offset as f64;
    let incidents: Vec<Value> = account
        .incidents
        .iter()
        .map(|i| {
            json!({
                "kind": i.kind.name(), "from": label_day(i.from), "to": i.to.map(label_day),
                "object": i.object.to_string(), "campaign": account.campaign_of(i.object), "factor": i.factor, "note": i.note,
            })
        })
        .collect();
    let curves: Vec<Value> = account
        .ad_sets
        .iter()
        .map(|s| {
            let c = &s.curve;
            json!({
                "ad_set": s.object.id.to_string(),
                "campaign": account.campaigns[s.campaign].object.id.to_string(),
                "form": "results = ceiling * x^slope / (x^slope + half^slope), x = adstocked spend per day, spend = absorbs * (1 - exp(-budget / absorbs))",
                "ceiling": c.ceiling, "half": major(c.half), "slope": c.slope, "carry": c.carry,
                "design": major(c.design), "absorbs": major(c.absorbs), "audience": s.audience.round(),
            })
        })
        .collect();
    let creatives: Vec<Value> = account
        .ads
        .iter()
        .map(|a| json!({"ad": a.object.id.to_string(), "tired_after_days": fatigue::days_to_tired(a.fatigue_days).round()}))
        .collect();
    let tenant = &world.tenants[account.tenant];
    json!({
        "tenant": tenant.slug, "industry": tenant.industry, "source": source.as_str(), "account": account.id.to_string(),
        "growth_per_year": account.market.growth, "incidents": incidents, "response_curves": curves, "creatives": creatives,
    })
}
