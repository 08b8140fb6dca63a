use crate::world::{TTL, World, account, account_key, at, days};
use trimtab_domain::{ErrorKind, Source, account::Standing};
use trimtab_store::{AccountFacts, Extent};

#[tokio::test]
async fn an_account_is_described_anew_but_keeps_its_currency() {
    let world = World::new().await;
    let acme = world.acme();
    acme.put_account(&account("11")).await.unwrap();
    let mut renamed = account("11");
    renamed.name = "Renamed".into();
    renamed.zone = "Asia/Tokyo".parse().unwrap();
    renamed.standing = Standing::Restricted("unsettled".into());
    acme.put_account(&renamed).await.unwrap();
    let state = acme.account(&account_key("11")).await.unwrap();
    assert_eq!((state.account, state.facts), (renamed.clone(), None));

    renamed.currency = "USD".parse().unwrap();
    let refused = acme.put_account(&renamed).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert!(refused.to_string().contains("EUR, not USD"), "{refused}");

    let mut nameless = account("");
    nameless.source = Source::Csv;
    assert_eq!(acme.put_account(&nameless).await.unwrap_err().kind(), ErrorKind::Invalid);
    let nowhere = world.store.tenant(&crate::world::ctx("nowhere"));
    assert_eq!(nowhere.put_account(&account("11")).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn coverage_is_of_accounts_that_were_read_connected_or_not() {
    let world = World::new().await;
    let acme = world.acme();
    let mut file = account("from-a-file");
    file.source = Source::Csv;
    for described in [&file, &account("2"), &account("1")] {
        acme.put_account(described).await.unwrap();
    }
    assert_eq!(acme.coverage().await.unwrap(), []);

    let facts = AccountFacts {
        data_as_of: at("2026-03-10T07:00:00Z"),
        settled_through: Some(days("2026-02-10..2026-02-10").to()),
        extent: Some(Extent { days: days("2025-03-10..2026-03-09"), rows: 1234 }),
    };
    for described in [&file, &account("1")] {
        let lease = acme.claim(&described.into(), "test", TTL).await.unwrap().unwrap();
        acme.set_facts(&lease, facts).await.unwrap();
        acme.release(lease).await.unwrap();
    }
    let states = acme.accounts().await.unwrap();
    assert_eq!(states.iter().map(|state| state.account.id.as_str()).collect::<Vec<_>>(), ["from-a-file", "1", "2"]);
    assert_eq!(states.iter().map(|state| state.facts).collect::<Vec<_>>(), [Some(facts), Some(facts), None]);
    let coverage = acme.coverage().await.unwrap();
    assert_eq!(coverage.len(), 2);
    assert_eq!((&coverage[0].account, coverage[0].data_as_of), (&file, facts.data_as_of));
    assert_eq!(coverage[1].settled_through, facts.settled_through);

    acme.set_look_back(&(&file).into(), 90).await.unwrap();
    // A new description does not touch what is known of the facts.
    acme.put_account(&file).await.unwrap();
    let known = acme.account(&(&file).into()).await.unwrap();
    assert_eq!((known.facts, known.look_back_days), (Some(facts), Some(90)));
}

#[tokio::test]
async fn an_account_that_had_nothing_to_report_is_as_fresh_as_any() {
    let world = World::new().await;
    let acme = world.acme();
    acme.put_account(&account("1")).await.unwrap();
    let lease = acme.claim(&account_key("1"), "test", TTL).await.unwrap().unwrap();
    let read = |at_time, extent| AccountFacts { data_as_of: at(at_time), settled_through: None, extent };
    let known = async || acme.account(&account_key("1")).await.unwrap().facts.unwrap();

    let nothing = read("2026-03-10T07:00:00Z", None);
    acme.set_facts(&lease, nothing).await.unwrap();
    assert_eq!((known().await, known().await.rows()), (nothing, 0));
    let coverage = acme.coverage().await.unwrap();
    assert_eq!((coverage.len(), coverage[0].data_as_of), (1, nothing.data_as_of));

    let first = read("2026-03-11T07:00:00Z", Some(Extent { days: days("2026-03-10..2026-03-10"), rows: 3 }));
    acme.set_facts(&lease, first).await.unwrap();
    assert_eq!((known().await, known().await.rows()), (first, 3));

    // What the platform took back leaves no days behind.
    let gone = read("2026-03-12T07:00:00Z", None);
    acme.set_facts(&lease, gone).await.unwrap();
    assert_eq!(known().await, gone);
}
