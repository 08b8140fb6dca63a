//! The history of objects.

use crate::world::*;
use trimtab_domain::{
    Timestamp,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
};
use trimtab_facts::Recorded;

fn ad(id: &str, name: &str, budget: Option<i64>) -> EntityState {
    EntityState {
        kind: EntityKind::Ad,
        id: id.into(),
        parent: "g".into(),
        campaign: "c".into(),
        name: name.into(),
        status: Status::Active,
        platform_status: "ACTIVE".into(),
        objective: "".into(),
        daily_budget_micros: budget,
        lifetime_budget_micros: None,
        starts: Some(day("2026-01-01")),
        ends: None,
        attributes: [("learning_stage".into(), "LEARNING".into())].into(),
    }
}

fn at(hour: i8) -> Timestamp {
    format!("2026-01-05T{hour:02}:00:00.123456789Z").parse().unwrap()
}

fn seen(hour: i8, states: Vec<EntityState>) -> EntitySnapshot {
    EntitySnapshot { seen_at: at(hour), complete: vec![EntityKind::Ad], states }
}

#[tokio::test]
async fn changes_close_a_row_and_open_the_next() {
    let (folder, lake) = fresh();
    let first = lake.record(&meta(), seen(1, vec![ad("1", "One", Some(5)), ad("2", "Two", None)])).await.unwrap();
    assert_eq!((first.added, first.changed, first.gone), (2, 0, 0));
    let same = lake.record(&meta(), seen(2, vec![ad("2", "Two", None), ad("1", "One", Some(5))])).await.unwrap();
    assert_eq!(same, Recorded { version: first.version, ..Recorded::default() });
    let changed = lake.record(&meta(), seen(3, vec![ad("1", "One", Some(6)), ad("2", "Two", None)])).await.unwrap();
    assert_eq!((changed.added, changed.changed, changed.gone), (0, 1, 0));
    let gone = lake.record(&meta(), seen(4, vec![ad("1", "One", Some(6))])).await.unwrap();
    assert_eq!((gone.changed, gone.gone), (0, 1));
    let still_gone = lake.record(&meta(), seen(5, vec![ad("1", "One", Some(6))])).await.unwrap();
    assert_eq!(still_gone.version, gone.version);

    let reader = open(folder.path());
    let one = reader.history(EntityKind::Ad, "1").await.unwrap();
    let told: Vec<_> = one
        .iter()
        .map(|v| (v.state.daily_budget_micros, v.valid_from.as_microsecond(), v.valid_to.map(|t| t.as_microsecond())))
        .collect();
    assert_eq!(told, [(Some(5), at(1).as_microsecond(), Some(at(3).as_microsecond())), (Some(6), at(3).as_microsecond(), None)]);
    assert_eq!(one[1].state, ad("1", "One", Some(6)), "every field comes back");
    let current = reader.entities(Some(EntityKind::Ad), Some(&meta().id)).await.unwrap();
    assert_eq!(
        current.iter().map(|v| (v.state.id.as_str(), v.state.status)).collect::<Vec<_>>(),
        [("1", Status::Active), ("2", Status::Deleted)]
    );
    assert!(reader.entities(Some(EntityKind::Campaign), None).await.unwrap().is_empty());
    assert!(reader.entities(None, Some(&"other".into())).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_not_listed_to_the_end_is_not_gone() {
    let (_folder, lake) = fresh();
    lake.record(&meta(), seen(1, vec![ad("1", "One", None), ad("2", "Two", None)])).await.unwrap();
    let part = EntitySnapshot { complete: Vec::new(), ..seen(2, vec![ad("1", "Uno", None)]) };
    let recorded = lake.record(&meta(), part).await.unwrap();
    assert_eq!((recorded.changed, recorded.gone), (1, 0));
}

#[tokio::test]
async fn an_older_snapshot_changes_nothing_and_one_of_the_same_instant_corrects() {
    let (_folder, lake) = fresh();
    lake.record(&meta(), seen(5, vec![ad("1", "New", None)])).await.unwrap();
    assert_eq!(lake.record(&meta(), seen(4, vec![ad("1", "Old", None)])).await.unwrap().changed, 0);
    assert_eq!(lake.record(&meta(), seen(4, vec![])).await.unwrap().gone, 0);
    assert_eq!(lake.record(&meta(), seen(5, vec![ad("1", "Newer", None)])).await.unwrap().changed, 1);
    let rows = lake.history(EntityKind::Ad, "1").await.unwrap();
    assert_eq!(rows.iter().map(|v| v.state.name.as_str()).collect::<Vec<_>>(), ["Newer"]);
}

#[tokio::test]
async fn accounts_have_histories_of_their_own() {
    let (_folder, lake) = fresh();
    let other = account(trimtab_domain::Source::Meta, "2", "EUR");
    lake.record(&meta(), seen(1, vec![ad("1", "One", None)])).await.unwrap();
    lake.record(&other, seen(2, vec![ad("1", "Uno", None)])).await.unwrap();
    assert_eq!(lake.entities(None, None).await.unwrap().len(), 2);
    assert_eq!(lake.history(EntityKind::Ad, "1").await.unwrap().len(), 2);
    lake.forget(other.source, &other.id).await.unwrap();
    let left = lake.entities(None, None).await.unwrap();
    assert_eq!(left.iter().map(|v| v.state.name.as_str()).collect::<Vec<_>>(), ["One"]);
}
