//! The schema forward and back, as its keeper asks for it.

use crate::world::{Ground, World, account};
use trimtab_domain::ErrorKind;
use trimtab_store::{Loss, Schema, Store};

#[tokio::test]
async fn steps_are_told_applied_and_undone() {
    let ground = Ground::new().await;
    let schema = Schema::open(&ground.settings()).await.unwrap();
    let steps = schema.steps().await.unwrap();
    assert!(steps.len() > 40 && steps.iter().all(|step| !step.applied));
    assert!(!Store::exists(&ground.settings()).await.unwrap() || ground.schema.is_none(), "looking changes nothing");
    assert_eq!(schema.up().await.unwrap().len(), steps.len());
    assert_eq!(schema.up().await.unwrap(), Vec::<&str>::new());
    assert!(schema.steps().await.unwrap().iter().all(|step| step.applied));

    let newest = steps.last().unwrap().name;
    assert_eq!(schema.after(newest).await.unwrap(), Vec::<&str>::new());
    assert_eq!(schema.after("2").await.unwrap(), schema.after("0002_users").await.unwrap());
    let undone = schema.down("0002").await.unwrap();
    assert_eq!((undone[0], undone.last().copied(), undone.len()), (newest, Some("0003_sessions"), steps.len() - 2));
    assert_eq!(schema.steps().await.unwrap().iter().filter(|step| step.applied).count(), 2);
    for none in ["3", "0003_sessions", "0002_something_else", "-1", "newest", ""] {
        let error = schema.down(none).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Invalid && error.to_string().contains("up to 0002_users"), "{none}: {error}");
    }
    assert_eq!(schema.down("0").await.unwrap().len(), 2);
    assert_eq!(schema.up().await.unwrap().len(), steps.len());
}

#[tokio::test]
async fn what_would_be_lost_is_counted() {
    let world = World::new().await;
    world.acme().put_account(&account("11")).await.unwrap();
    world.acme().set_look_back(&crate::world::account_key("11"), 28).await.unwrap();
    world.other().put_account(&account("11")).await.unwrap();
    let schema = Schema::open(&world.ground.settings()).await.unwrap();
    let losses = async |to: &str| schema.losses(&schema.after(to).await.unwrap()).await.unwrap();
    let loss = |table, column, rows| Loss { table, column, rows };
    assert!(losses("0022").await.contains(&loss("accounts", Some("look_back_days"), 1)));
    assert!(losses("0007").await.contains(&loss("accounts", None, 2)));
    assert!(!losses("0007").await.iter().any(|loss| loss.column == Some("look_back_days")), "it goes with its table");
    assert_eq!(world.acme().accounts().await.unwrap().len(), 1, "counting changes nothing");
}
