//! What people know of a client: version by version, seen by its tenant alone.

use crate::world::{START, World, at, eur};
use std::time::Duration;
use trimtab_domain::{
    ErrorKind,
    knowledge::{Amount, Bound, ClientKnowledge, Context, Period, Target},
};

fn knowing(notes: &str) -> ClientKnowledge {
    ClientKnowledge {
        context: Context {
            industry: "Food & drink".to_owned(),
            average_order_value: Some(Amount { value: 48.5, currency: eur() }),
            gross_margin: Some(42.7),
            notes: notes.to_owned(),
            ..Context::default()
        },
        targets: vec![Target {
            metric: "roas".to_owned(),
            bound: Bound::AtLeast,
            value: 3.2,
            currency: None,
            period: Period::Month,
            platform: None,
        }],
        ..ClientKnowledge::default()
    }
}

#[tokio::test]
async fn every_version_is_kept_with_its_author() {
    let world = World::new().await;
    let acme = world.acme();
    assert_eq!(acme.knowledge().await.unwrap(), None);
    let first = acme.put_knowledge(&knowing("one"), 0).await.unwrap();
    assert_eq!((first.version, first.changed_at, first.changed_by.as_str()), (1, at(START), "operator"));
    assert_eq!(acme.knowledge().await.unwrap().unwrap(), first);

    world.pass(Duration::from_secs(60));
    let second = acme.put_knowledge(&knowing("two"), 1).await.unwrap();
    assert_eq!((second.version, second.changed_at > first.changed_at), (2, true));
    assert_eq!(acme.knowledge().await.unwrap().unwrap().knowledge, knowing("two"));
    assert_eq!(acme.knowledge_history().await.unwrap(), [second, first]);
}

#[tokio::test]
async fn nobody_overwrites_what_they_have_not_read() {
    let world = World::new().await;
    let acme = world.acme();
    acme.put_knowledge(&knowing("one"), 0).await.unwrap();
    acme.put_knowledge(&knowing("two"), 1).await.unwrap();
    for read in [0, 1, 3, u64::MAX] {
        let error = acme.put_knowledge(&knowing("other"), read).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.to_string().contains("operator wrote version 2 at 2026-03-10T08:00:00Z"), "{error}");
    }
    let error = world.other().put_knowledge(&knowing("other"), 2).await.unwrap_err();
    assert!(error.to_string().contains("nothing is known of this client yet"), "{error}");
    assert_eq!(acme.knowledge_history().await.unwrap().len(), 2);
}

#[tokio::test]
async fn of_two_who_write_at_once_one_is_told() {
    let world = World::new().await;
    let (acme, again) = (world.acme(), world.acme());
    let (one, two) = (knowing("one"), knowing("two"));
    let (one, two) = tokio::join!(acme.put_knowledge(&one, 0), again.put_knowledge(&two, 0));
    assert!(one.is_ok() ^ two.is_ok(), "{one:?} {two:?}");
    assert_eq!(acme.knowledge_history().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_repeated_request_writes_once() {
    let world = World::new().await;
    let acme = world.acme();
    let first = acme.put_knowledge(&knowing("one"), 0).await.unwrap();
    world.pass(Duration::from_secs(60));
    assert_eq!(acme.put_knowledge(&knowing("one"), 0).await.unwrap(), first);
    assert_eq!(acme.put_knowledge(&knowing("one"), 1).await.unwrap(), first);
}

#[tokio::test]
async fn clients_know_nothing_of_each_other() {
    let world = World::new().await;
    world.acme().put_knowledge(&knowing("secret"), 0).await.unwrap();
    assert_eq!(world.other().knowledge().await.unwrap(), None);
    assert_eq!(world.other().knowledge_history().await.unwrap(), []);
    let theirs = world.other().put_knowledge(&knowing("theirs"), 0).await.unwrap();
    assert_eq!(theirs.version, 1, "versions are counted for each client");
    assert_eq!(world.acme().knowledge().await.unwrap().unwrap().knowledge, knowing("secret"));
}
