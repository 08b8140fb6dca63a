//! Labels, how plain they are, and what meets them.

use crate::kit::small;
use std::collections::BTreeMap;
use trimtab_domain::{
    Day, DayRange, Source,
    finding::{Cause, Contribution, ContributionPart, EntityRef, Finding, FindingKind, Level, Severity},
};
use trimtab_sandbox::{Label, LabelsMet, Ledger, Sandbox, SandboxSettings};

fn label(kind: &'static str) -> Label {
    Label {
        tenant: "acme".into(),
        source: Source::Meta,
        account: "7".into(),
        account_name: "Seven".into(),
        kind,
        from: "2026-03-10".parse().unwrap(),
        to: None,
        object: "70".into(),
        campaign: None,
        effect: Some(5.0),
        recorded: true,
        not_due: None,
    }
}

fn finding(level: Level, id: &str, from: &str, cause: &str) -> Finding {
    let from: Day = from.parse().unwrap();
    Finding {
        id: "fnd".into(),
        kind: FindingKind::Anomaly,
        rule: "incident".into(),
        severity: Severity::Warning,
        entity: EntityRef { level, source: Some(Source::Meta), account: "7".into(), id: id.into(), name: id.into() },
        metric: None,
        from,
        to: from,
        ongoing: false,
        value: None,
        expected: None,
        interval: None,
        currency: None,
        confidence: 0.9,
        headline: "Something moved".into(),
        detail: String::new(),
        cause: Some(Cause { kind: cause.into(), text: String::new(), confidence: 0.9, events: vec![] }),
        contributions: vec![],
        doubt: String::new(),
        actions: vec![],
        evidence: vec![],
        source_hash: String::new(),
    }
}

fn met(label: &Label, found: &[Finding]) -> LabelsMet {
    let met = LabelsMet::of(std::slice::from_ref(label), found, &[]);
    assert_eq!(met.right_cause + met.too_small + met.not_due + met.missing.len(), met.told, "each label is in one of them");
    met
}

#[test]
fn a_label_is_met_by_its_cause_on_its_day() {
    let lost = label("tracking_loss");
    let right = finding(Level::Account, "7", "2026-03-11", "tracking_loss");
    let counts = |found: &[Finding]| {
        let met = met(&lost, found);
        (met.found, met.right_cause, met.missing.len())
    };
    assert_eq!(counts(std::slice::from_ref(&right)), (1, 1, 0));
    assert_eq!(counts(&[]), (0, 0, 1));
    assert_eq!(counts(&[finding(Level::Account, "7", "2026-03-11", "demand")]), (1, 0, 1));
    assert_eq!(
        counts(&[finding(Level::Account, "7", "2026-03-14", "tracking_loss")]),
        (0, 0, 1),
        "four days late is another trouble"
    );
    assert_eq!(
        counts(&[Finding { entity: EntityRef { account: "8".into(), ..right.entity.clone() }, ..right.clone() }]),
        (0, 0, 1)
    );
    let why = &met(&lost, &[finding(Level::Account, "7", "2026-03-11", "demand")]).missing[0].why;
    assert!(why.contains("told as demand"), "{why}");
}

#[test]
fn what_nobody_can_see_or_is_not_due_is_no_miss() {
    let small = Label { effect: Some(2.9), ..label("doubled_tag") };
    assert_eq!(met(&small, &[]).too_small, 1);
    assert_eq!(met(&small, &[finding(Level::Account, "7", "2026-03-10", "doubled_tag")]).right_cause, 1, "found is found");
    let later = Label { not_due: Some("it is to come".into()), effect: None, ..label("dead_token") };
    assert_eq!(met(&later, &[]).not_due, 1);
    let unseen = Label { effect: None, ..label("withdrawn_ad") };
    assert_eq!(met(&unseen, &[]).missing.len(), 1);
    assert_eq!(LabelsMet::of(std::slice::from_ref(&unseen), &[], &[(Source::Meta, "7")]).right_cause, 1);
}

#[test]
fn who_cut_a_budget_is_asked_only_where_a_record_tells() {
    let edit = Label { campaign: Some("5".into()), ..label("outside_edit") };
    let cut = finding(Level::Campaign, "5", "2026-03-10", "budget_cut");
    assert_eq!(met(&edit, std::slice::from_ref(&cut)).missing.len(), 1);
    assert_eq!(met(&Label { recorded: false, ..edit.clone() }, std::slice::from_ref(&cut)).right_cause, 1);
    assert_eq!(met(&edit, &[finding(Level::Campaign, "6", "2026-03-10", "outside_edit")]).found, 0, "another campaign");
}

#[test]
fn a_worn_ad_is_met_by_what_names_it_whenever_it_was_told() {
    let worn = label("creative_fatigue");
    let part = |id: &str| Contribution {
        part: ContributionPart::Entity(EntityRef {
            level: Level::Ad,
            source: Some(Source::Meta),
            account: "7".into(),
            id: id.into(),
            name: id.into(),
        }),
        change: -0.1,
        share: 1.0,
    };
    let of = |id: &str| Finding {
        kind: FindingKind::Fatigue,
        contributions: vec![part(id)],
        ..finding(Level::Campaign, "5", "2026-06-01", "creative_fatigue")
    };
    assert_eq!(met(&worn, &[of("70")]).right_cause, 1);
    assert_eq!(met(&worn, &[of("71")]).missing.len(), 1);
}

#[test]
fn a_world_to_be_shown_has_plain_troubles_and_else_is_the_same() {
    let settings = SandboxSettings { days: 180, ..small() };
    println!("seed {}", settings.seed);
    let labels = |visible: bool| Sandbox::new(SandboxSettings { visible, ..settings.clone() }).labels();
    let (usual, shown) = (labels(false), labels(true));
    let plain = |labels: &[Label]| {
        let struck = labels.iter().filter(|label| label.kind != "creative_fatigue" && label.not_due.is_none());
        struck.filter_map(|label| label.effect).map(|effect| effect >= 3.0).fold([0, 0], |mut counts: [usize; 2], plain| {
            counts[usize::from(plain)] += 1;
            counts
        })
    };
    assert!(plain(&usual)[0] > 0, "dice alone make troubles that drown: {usual:#?}");
    assert_eq!(plain(&shown)[0], 0, "{shown:#?}");
    let kinds: BTreeMap<&str, usize> = shown.iter().fold(BTreeMap::new(), |mut kinds, label| {
        *kinds.entry(label.kind).or_default() += 1;
        kinds
    });
    assert!(kinds.len() >= 7, "a world of five platforms sees most kinds: {kinds:?}");
    let mut visits: BTreeMap<(Source, &str), usize> = BTreeMap::new();
    for label in shown.iter().filter(|label| label.kind == "outside_edit") {
        *visits.entry((label.source, &label.account)).or_default() += 1;
    }
    assert!(
        !visits.is_empty() && visits.values().all(|count| *count == 1),
        "who comes again and again is one of the house: {visits:?}"
    );
}

#[test]
fn wear_that_all_ads_share_is_told_of_none() {
    let settings = SandboxSettings { days: 180, ads: 60, ..small() };
    println!("seed {}", settings.seed);
    let worn: Vec<Label> = Sandbox::new(settings).labels().into_iter().filter(|label| label.kind == "creative_fatigue").collect();
    let shared = |label: &&Label| label.not_due.as_deref().is_some_and(|why| why.contains("what all do tells of none"));
    let [due, shared] = [worn.iter().filter(|label| label.not_due.is_none()).count(), worn.iter().filter(shared).count()];
    assert!(shared > 0, "some began with all others: {worn:#?}");
    assert!(due > 2 * shared, "most wear by themselves: {due} due, {shared} shared");
}

#[test]
fn what_moves_a_campaign_no_further_than_every_day_is_not_shown() {
    let settings = SandboxSettings { days: 180, visible: true, ..small() };
    println!("seed {}", settings.seed);
    for source in [Source::Meta, Source::Google, Source::Tiktok, Source::Pinterest, Source::Linkedin] {
        let (world, calm) = (Ledger::new(&settings, source), Ledger::calm(&settings, source));
        for (account, truth) in world.accounts().iter().zip(world.truth()) {
            for slip in truth["incidents"].as_array().unwrap().iter().filter(|label| label["kind"] == "budget_typo") {
                let days = DayRange::new(day(&slip["from"]), day(&slip["to"])).unwrap();
                let spent = |ledger: &Ledger| -> f64 {
                    let campaigns = ledger.days(&account.id, days, settings.today);
                    let own = campaigns.iter().find(|campaign| slip["campaign"] == campaign.id).unwrap();
                    own.days.iter().flatten().map(|day| day.spend).sum()
                };
                assert!(spent(&world) > 1.5 * spent(&calm), "{source} {slip}");
            }
        }
    }
}

fn day(value: &serde_json::Value) -> Day {
    value.as_str().unwrap().parse().unwrap()
}
