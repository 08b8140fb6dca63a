//! Scratch: dumps ad-level daily figures and truth. Put beside world.rs as `world/dump.rs` with `#[cfg(test)] mod dump;`; never committed.
use super::{World, calendar, delivery::{Delivery, Frame}, fatigue, measure::{CLICKS, IMPRESSIONS, SPEND}, reach};
use crate::SandboxSettings;
use serde_json::{Value, json};
use trimtab_domain::Source;

#[test]
fn dump() {
    let range = std::env::var("SEEDS").unwrap();
    let (from, to) = range.split_once("..").unwrap();
    for seed in from.parse::<u64>().unwrap()..=to.parse::<u64>().unwrap() {
        let settings = SandboxSettings { seed, tenants: 2, ads: 60, days: 180, ..SandboxSettings::default() };
        let world = World::new(&settings, Source::Meta);
        let today = calendar::number(settings.today);
        let accounts: Vec<Value> = world.accounts.iter().map(|a| {
            let now = a.calendar.start(today) + 43_200;
            let days = (today - a.first_day) as usize;
            let n = a.ads.len();
            let mut f = vec![vec![None::<[i64; 6]>; days]; n];
            let mut d = Delivery::default();
            for (i, day) in (a.first_day..today).enumerate() {
                let frame = Frame::new(a, day, now);
                for c in &a.campaigns {
                    d.fill(a, c, &frame, true);
                    for ad in &d.ads {
                        let conv = &d.conversions[ad.conversions.clone()];
                        let count: i64 = conv.iter().map(|c| c.times).sum();
                        let value: i64 = conv.iter().map(|c| c.times * c.value).sum();
                        let shown = ad.linear[IMPRESSIONS];
                        let people = reach::of_audience(shown, a.ad_sets[a.ads[ad.ad].ad_set].audience);
                        f[ad.ad][i] = Some([ad.linear[SPEND], shown, ad.linear[CLICKS], count, value, people.round() as i64]);
                    }
                }
            }
            let ads: Vec<Value> = a.ads.iter().enumerate().map(|(i, ad)| {
                let appeal: Vec<f64> = (a.first_day..today).map(|day| {
                    let t = a.calendar.start(day) + 43_200;
                    let live = ad.object.live.overlap(ad.object.created, t) as f64 / 86_400.0;
                    (fatigue::appeal(live, ad.fatigue_days) * 1e4).round() / 1e4
                }).collect();
                json!({"id": ad.object.id.to_string(), "name": ad.object.name, "ad_set": a.ad_sets[ad.ad_set].object.id.to_string(),
                    "campaign": a.campaigns[ad.campaign].object.id.to_string(),
                    "live": ad.object.live.covers(a.calendar.start(today)),
                    "created": calendar::day(a.calendar.day_of(ad.object.created)).to_string(),
                    "tired_after_days": fatigue::days_to_tired(ad.fatigue_days), "days": f[i], "appeal": appeal})
            }).collect();
            let edits: Vec<Value> = a.edits.iter().map(|e| json!({"day": calendar::day(a.calendar.day_of(e.at)).to_string(),
                "object": e.object.to_string(), "event": e.event, "before": e.before, "after": e.after})).collect();
            let offset = a.offset;
            json!({"account": a.id.to_string(), "first": calendar::day(a.first_day).to_string(), "offset": offset, "currency": a.currency.to_string(),
                "ads": ads, "edits": edits, "incidents": super::truth::of(&world, Source::Meta, a)["incidents"]})
        }).collect();
        std::fs::write(format!("/work/notes/worlds-fatigue/{seed}.json"), serde_json::to_vec(&accounts).unwrap()).unwrap();
    }
}
