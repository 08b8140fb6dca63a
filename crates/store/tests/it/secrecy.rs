//! No secret is readable in the files, in an error or in a debug print.

use crate::world::{World, new_connection};
use secrecy::ExposeSecret;
use trimtab_store::{Admin, IfInitialised};

const SECRET: &str = "EAAB-this-must-stay-hidden";
const PASSWORD: &str = "a password nobody sees";

#[tokio::test]
async fn the_files_hold_no_plain_secret() {
    let world = World::new().await;
    let admin = Admin { email: "ada@example.org".to_owned(), password: PASSWORD.into(), agency: None };
    world.store.system().create_admin(admin.clone(), IfInitialised::Refuse).await.unwrap();
    let session = crate::sign_in::tokens(&world, "ada@example.org", PASSWORD).await.unwrap();
    let new = new_connection("11", SECRET);
    let printed = format!("{new:?} {admin:?} {session:?} {:?}", world.store);
    let made = world.acme().connect(new).await.unwrap();
    let printed = format!("{printed} {made:?}");

    let mut bytes = Vec::new();
    for file in std::fs::read_dir(world.ground.folder.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"ada@example.org") && holds(made.connection.id.as_str().as_bytes()), "the search itself works");
    let key = [42_u8; 32];
    for hidden in [
        SECRET.as_bytes(),
        PASSWORD.as_bytes(),
        session.access.expose_secret().as_bytes(),
        session.refresh.expose_secret().as_bytes(),
        &key,
    ] {
        assert!(!holds(hidden), "{:?} is readable in the files", String::from_utf8_lossy(hidden));
        assert!(!printed.contains(&*String::from_utf8_lossy(hidden)), "{printed}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new().await;
    let mut seen = 0;
    for file in std::fs::read_dir(world.ground.folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
        seen += 1;
    }
    assert!(seen >= 2, "the database and its log");
}

#[tokio::test]
async fn a_secret_copied_to_another_row_does_not_open() {
    use sea_orm::{ConnectionTrait, Database};
    let world = World::new().await;
    let ours = world.acme().connect(new_connection("11", SECRET)).await.unwrap().connection;
    let theirs = world.other().connect(new_connection("11", "another")).await.unwrap().connection;
    let raw = Database::connect(format!("sqlite://{}", world.path().display())).await.unwrap();
    let copy = format!(
        "UPDATE connections SET sealed_secret = (SELECT sealed_secret FROM connections WHERE id = '{}') WHERE id = '{}'",
        ours.id, theirs.id
    );
    raw.execute_unprepared(&copy).await.unwrap();
    let error = world.other().secret(&theirs.id).await.unwrap_err().to_string();
    assert!(error.contains("cannot be decrypted: connect the account again") && !error.contains(SECRET), "{error}");
}
