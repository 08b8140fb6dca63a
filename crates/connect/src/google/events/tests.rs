use super::*;
use trimtab_domain::{Source, account::Standing, entity::EntityState};

fn account() -> Account {
    Account {
        source: Source::Google,
        id: "1".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn state(kind: EntityKind, id: &str, name: &str, budget: &str) -> EntityState {
    EntityState {
        name: name.into(),
        attributes: crate::objects::attributes([("campaign_budget.id", Some(budget.into()))]),
        ..crate::objects::bare(kind, id.into(), "".into())
    }
}

fn change(resource: (&str, &str), operation: &str, fields: &[(&str, Option<&str>, Option<&str>)]) -> Change {
    let fields = fields.iter().map(|(field, before, after)| FieldChange {
        field: (*field).into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
    });
    Change {
        at: "2026-11-20T23:30:00Z".parse().unwrap(),
        resource_type: resource.0.into(),
        resource: resource.1.into(),
        operation: operation.into(),
        client: "GOOGLE_ADS_WEB_CLIENT".into(),
        user: "ann@agency.example".into(),
        campaign: "".into(),
        ad_group: "".into(),
        fields: fields.collect(),
    }
}

fn events_of(change: &Change) -> Vec<KnownEvent> {
    let (account, states) = (
        account(),
        vec![
            state(EntityKind::Campaign, "21", "Brand", "333"),
            state(EntityKind::Campaign, "22", "Generic", "333"),
            state(EntityKind::Ad, "4", "Headline", ""),
        ],
    );
    let snapshot = EntitySnapshot { seen_at: "2026-11-21T00:00:00Z".parse().unwrap(), complete: Vec::new(), states };
    Known::of(&account, &snapshot).events(change).into_iter().map(|dated| dated.event).collect()
}

#[test]
fn a_shared_budget_is_told_of_each_campaign_that_spends_from_it() {
    let budget = ("CAMPAIGN_BUDGET", "customers/1/campaignBudgets/333");
    let told = events_of(&change(budget, "UPDATE", &[("amountMicros", Some("20000000"), Some("25000000"))]));
    let names: Vec<_> = told.iter().map(|event| (event.entity.level, event.entity.name.as_str())).collect();
    assert_eq!(names, [(Level::Campaign, "Brand"), (Level::Campaign, "Generic")]);
    for event in &told {
        assert_eq!((event.kind, event.factor), (EventKind::Budget, Some(1.25)));
        assert_eq!((event.before.as_str(), event.after.as_str()), ("20.00 EUR a day", "25.00 EUR a day"));
        assert_eq!(event.day.to_string(), "2026-11-21", "in the account's zone");
        assert_eq!(event.by.as_deref(), Some("ann@agency.example"));
    }
    let lost = ("CAMPAIGN_BUDGET", "customers/1/campaignBudgets/444");
    let told = events_of(&change(lost, "UPDATE", &[("total_amount_micros", None, Some("25000000"))]));
    assert_eq!((told[0].entity.level, told[0].after.as_str(), told[0].factor), (Level::Account, "25.00 EUR in all", None));
    assert!(events_of(&change(budget, "CREATE", &[("amountMicros", None, Some("1"))])).is_empty());
}

#[test]
fn an_update_tells_switches_apart_from_the_rest() {
    let fields = [
        ("status", Some("ENABLED"), Some("PAUSED")),
        ("target_cpa.target_cpa_micros", Some("5000000"), Some("7000000")),
        ("name", None, Some("Brand new")),
        ("campaignBudget", Some("customers/1/campaignBudgets/333"), Some("customers/1/campaignBudgets/444")),
    ];
    let told = events_of(&change(("CAMPAIGN", "customers/1/campaigns/21"), "UPDATE", &fields));
    let said: Vec<_> = told.iter().map(|event| (event.kind, event.before.as_str(), event.after.as_str())).collect();
    assert_eq!(
        said,
        [
            (EventKind::Status, "ENABLED", "PAUSED"),
            (EventKind::Budget, "budget 333", "budget 444"),
            (
                EventKind::Edited,
                "target_cpa.target_cpa_micros 5.00 EUR",
                "campaign changed: target_cpa.target_cpa_micros 7.00 EUR, name Brand new"
            ),
        ]
    );
    assert!(told.iter().all(|event| event.entity.name == "Brand"));
}

#[test]
fn objects_come_go_and_hold_what_has_no_level() {
    let ad = ("AD_GROUP_AD", "customers/1/adGroupAds/3~4");
    let told = events_of(&change(ad, "CREATE", &[("status", None, Some("ENABLED"))]));
    assert_eq!(
        (told.len(), told[0].kind, told[0].entity.level, told[0].entity.name.as_str()),
        (1, EventKind::Created, Level::Ad, "Headline")
    );
    let told = events_of(&change(ad, "REMOVE", &[]));
    assert_eq!((told[0].kind, told[0].after.as_str()), (EventKind::Status, "REMOVED"));
    let mut keyword =
        change(("AD_GROUP_CRITERION", "customers/1/adGroupCriteria/3~9"), "CREATE", &[("keyword.text", None, Some("shoes"))]);
    keyword.ad_group = "3".into();
    let told = events_of(&keyword);
    assert_eq!((told[0].kind, told[0].after.as_str()), (EventKind::Edited, "ad group criterion added"));
    assert_eq!((told[0].entity.level, told[0].entity.name.as_str()), (Level::AdGroup, "3"), "called by its id");
    let told = events_of(&change(("SOMETHING_NEW", "customers/1/somethings/1"), "UPDATE", &[]));
    assert_eq!(
        (told[0].kind, told[0].entity.level, told[0].after.as_str()),
        (EventKind::Edited, Level::Account, "something new changed")
    );
}
