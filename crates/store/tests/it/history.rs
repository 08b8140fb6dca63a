use crate::world::{TTL, World, account, account_key, days};
use trimtab_domain::ErrorKind;
use trimtab_store::{Error, HistoryPiece};

fn piece(history: &str, range: &str, clicks: u64) -> HistoryPiece {
    HistoryPiece { history: history.to_owned(), days: days(range), sums: serde_json::json!({ "clicks": clicks }) }
}

#[tokio::test]
async fn pieces_of_one_history_are_kept_until_another_begins() {
    let world = World::new().await;
    let (acme, key) = (world.acme(), account_key("11"));
    acme.put_account(&account("11")).await.unwrap();
    let lease = acme.claim(&key, "test", TTL).await.unwrap().unwrap();
    let (january, february) = (piece("a", "2026-01-05..2026-01-31", 7), piece("a", "2026-02-01..2026-02-28", 8));
    acme.mark_piece(&lease, &february).await.unwrap();
    acme.mark_piece(&lease, &january).await.unwrap();
    assert_eq!(acme.pieces(&key, "a").await.unwrap(), [january.clone(), february.clone()]);
    let restated = piece("a", "2026-01-05..2026-01-31", 9);
    acme.mark_piece(&lease, &restated).await.unwrap();
    assert_eq!(acme.pieces(&key, "a").await.unwrap(), [restated, february], "once per piece");
    assert_eq!(acme.pieces(&key, "b").await.unwrap(), []);

    acme.mark_piece(&lease, &piece("b", "2026-02-01..2026-02-28", 1)).await.unwrap();
    assert_eq!((acme.pieces(&key, "a").await.unwrap().len(), acme.pieces(&key, "b").await.unwrap().len()), (0, 1));
    world.other().forget_pieces(&key).await.unwrap();
    assert_eq!(acme.pieces(&key, "b").await.unwrap().len(), 1, "another tenant's account of the same id is not this one");
    acme.forget_pieces(&key).await.unwrap();
    assert_eq!(acme.pieces(&key, "b").await.unwrap(), []);
}

#[tokio::test]
async fn who_lost_the_account_marks_nothing() {
    let world = World::new().await;
    let (acme, key) = (world.acme(), account_key("11"));
    acme.put_account(&account("11")).await.unwrap();
    let dead = acme.claim(&key, "dead", TTL).await.unwrap().unwrap();
    world.pass(TTL);
    acme.claim(&key, "alive", TTL).await.unwrap().unwrap();
    let refusal = acme.mark_piece(&dead, &piece("a", "2026-01-01..2026-01-31", 1)).await.unwrap_err();
    assert!(matches!(refusal, Error::LeaseLost { .. }), "{refusal}");
    assert_eq!(acme.pieces(&key, "a").await.unwrap(), []);
    assert_eq!(acme.pieces(&account_key("12"), "a").await.unwrap_err().kind(), ErrorKind::NotFound);
}
