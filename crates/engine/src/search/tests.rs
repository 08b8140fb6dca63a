//! That what is known is found: by its name, by what else it is called, by its beginning, in spite of slips, and by nobody else.

use super::*;
use proptest::prelude::*;
use trimtab_domain::{
    Source,
    knowledge::{Bound, Channel, ClientKnowledge, Context, Period, Target},
};

fn coffee() -> ClientKnowledge {
    ClientKnowledge {
        context: Context {
            industry: "Food & drink".to_owned(),
            business_model: "Roasts coffee and sells it online".to_owned(),
            gross_margin: Some(42.0),
            notes: "The harvest festival in October doubles sales.".to_owned(),
            ..Context::default()
        },
        targets: vec![Target {
            metric: "roas".to_owned(),
            bound: Bound::AtLeast,
            value: 3.2,
            currency: None,
            period: Period::Month,
            platform: Some(Source::Meta),
        }],
        strategy: vec![Channel {
            platform: Source::Google,
            objective: "Subscriptions".to_owned(),
            campaign_types: vec!["Performance Max".to_owned()],
            notes: String::new(),
        }],
        ..ClientKnowledge::default()
    }
}

fn looked_for(text: &str, own: Option<&ClientKnowledge>) -> Vec<Hit> {
    let own = own.map(|knowledge| Index::of(client::documents(knowledge)).unwrap());
    let indexes: Vec<&Index> = [shared().unwrap()].into_iter().chain(own.as_ref()).collect();
    find(&indexes, text, 40).unwrap()
}

fn first(text: &str) -> (HitKind, String) {
    let hits = looked_for(text, Some(&coffee()));
    let hit = hits.first().unwrap_or_else(|| panic!("nothing is found for {text}"));
    (hit.kind, hit.id.clone())
}

fn metric(id: &str) -> (HitKind, String) {
    (HitKind::Metric, id.to_owned())
}

#[test]
fn metrics_are_found_by_id_name_alias_beginning_and_in_spite_of_slips() {
    for (text, id) in [
        ("roas", "roas"),
        ("ROAS", "roas"),
        ("return on ad spend", "roas"),
        ("retrun on ad spend", "roas"),
        ("cost per lead", "cpa"),
        ("cost_per_lead", "cpa"),
        ("ctr", "ctr"),
        ("impresions", "impressions"),
        ("impre", "impressions"),
        ("conversion", "conversions"),
        ("profit on ad spend", "poas"),
    ] {
        assert_eq!(first(text), metric(id), "{text}");
    }
}

#[test]
fn benchmarks_insights_and_actions_are_found() {
    let kinds = |text: &str| looked_for(text, None).into_iter().map(|hit| hit.kind).collect::<Vec<_>>();
    assert!(kinds("benchmark ctr e-commerce").contains(&HitKind::Benchmark));
    assert_eq!(first("conversions get dearer"), (HitKind::Insight, "cpa_rising".to_owned()));
    assert!(kinds("lower bids").contains(&HitKind::Action));
    let hits = looked_for("ctr ecommerce meta", None);
    let found = hits.iter().find(|hit| hit.kind == HitKind::Benchmark).unwrap();
    assert!(found.id.starts_with("ctr/ecommerce/meta/social/"), "{}", found.id);
}

#[test]
fn a_clients_own_knowledge_is_found_with_the_words_marked() {
    let hits = looked_for("harvest festival", Some(&coffee()));
    assert_eq!((hits[0].kind, hits[0].id.as_str()), (HitKind::Client, "context"));
    let marked: Vec<&str> = hits[0].snippet.iter().filter(|piece| piece.hit).map(|piece| piece.text.as_str()).collect();
    assert_eq!(marked, ["harvest", "festival"]);
    let text: String = hits[0].snippet.iter().map(|piece| piece.text.as_str()).collect();
    assert!(text.contains("Industry: Food & drink. Roasts coffee and sells it online."), "{text}");
    assert_eq!(first("performance max"), (HitKind::Client, "strategy/google".to_owned()));
    let targets = looked_for("roas target", Some(&coffee()));
    let targets = targets.iter().find(|hit| hit.kind == HitKind::Client).unwrap();
    let text: String = targets.snippet.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!((targets.id.as_str(), text.as_str()), ("targets", "ROAS at least 3.2 each month on Meta Ads."));
}

#[test]
fn nobody_finds_what_is_known_of_another_client() {
    for text in ["harvest festival", "roasts coffee", "subscriptions", "harv"] {
        assert!(looked_for(text, Some(&coffee())).iter().any(|hit| hit.kind == HitKind::Client), "{text}");
        for own in [None, Some(&ClientKnowledge::default())] {
            assert!(looked_for(text, own).iter().all(|hit| hit.kind != HitKind::Client), "{text}");
        }
    }
    let tenant = |id: &str| TenantId::parse(id).unwrap();
    let kept = |version, knowledge| KeptKnowledge {
        version,
        knowledge,
        changed_at: trimtab_domain::Timestamp::UNIX_EPOCH,
        changed_by: String::new(),
    };
    let (indexes, nothing) = (Indexes::default(), ClientKnowledge::default());
    let found =
        |id: &str, known: &KeptKnowledge| find(&[&indexes.of(&tenant(id), known).unwrap()], "harvest festival", 9).unwrap().len();
    // The same version of two clients, and two versions of one.
    assert_eq!(found("coffee", &kept(1, coffee())), 1);
    assert_eq!(found("other", &kept(1, nothing.clone())), 0);
    assert_eq!(found("coffee", &kept(1, coffee())), 1);
    assert_eq!(found("coffee", &kept(2, nothing)), 0);
    for n in 0..=limits::CLIENT_INDEXES {
        indexes.of(&tenant(&format!("c{n}")), &kept(1, coffee())).unwrap();
    }
    assert_eq!(indexes.0.lock().unwrap().len(), limits::CLIENT_INDEXES);
}

#[test]
fn what_is_no_word_finds_nothing_and_fails_never() {
    for text in ["", "   ", "☕🎉", "\"", "()", "!!!", "xyzzyplugh", "\u{0}", "-", "*", "the", "of the"] {
        assert_eq!(looked_for(text, Some(&coffee())).iter().filter(|hit| hit.score <= 0.0).count(), 0, "{text}");
    }
    assert!(looked_for("xyzzyplugh", Some(&coffee())).is_empty());
    assert!(looked_for("☕🎉 !", Some(&coffee())).is_empty());
    for text in ["roas AND (", "title:roas", "roas^9999", "[roas TO", "\"roas", "+roas -", "roas~", "roas\\", "{roas}"] {
        assert!(looked_for(text, None).iter().any(|hit| hit.id == "roas"), "{text}");
    }
    for long in ["roas ".repeat(2_000), "é".repeat(10_000), "a ".repeat(5_000), "(\"".repeat(5_000)] {
        looked_for(&long, Some(&coffee()));
    }
    assert_eq!(looked_for(&"roas ".repeat(2_000), None)[0].id, "roas");
}

#[test]
fn every_document_can_be_told_from_every_other() {
    let all = catalogue::documents();
    let places: std::collections::HashSet<_> = all.iter().map(|of| (of.kind, of.id.clone())).collect();
    assert_eq!(places.len(), all.len());
    assert!(all.iter().all(|of| !of.title.is_empty() && !of.body.is_empty()));
    for kind in [HitKind::Metric, HitKind::Insight, HitKind::Action, HitKind::Dashboard, HitKind::Unmeasured, HitKind::Benchmark] {
        assert!(all.iter().any(|of| of.kind == kind), "{}", kind.as_str());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_is_too_absurd(text in "\\PC{0,40}", written in "\\PC{0,200}") {
        let mut knowledge = coffee();
        knowledge.context.notes = written.clone();
        let hits = looked_for(&text, Some(&knowledge));
        prop_assert!(hits.iter().all(|hit| hit.score.is_finite()));
        looked_for(&written, Some(&knowledge));
    }
}
