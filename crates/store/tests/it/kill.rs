//! A real process is killed with SIGKILL in the middle of its writes; what it had been told was stored is there, and another process
//! takes over.

use crate::world::{START, TTL, World, account, account_key, at, ctx, days, key, new_connection, new_execution};
use secrecy::ExposeSecret;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::Arc,
};
use trimtab_domain::{Clock, DayRange, Ids, clock::testing::ManualClock, id::ExecutionId};
use trimtab_store::{ExecutionStatus, FailureKind, Place, Progress, Recovered, RunStatus, Store, StoreSettings};

const PLACE: &str = "TRIMTAB_STORE_TEST_PLACE";
const NOW: &str = "TRIMTAB_STORE_TEST_NOW";
const ROUNDS: usize = 5;

/// The process that gets killed: this test binary again, running only this function. Without its variable it has nothing to do.
#[test]
fn the_process_that_is_killed() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let settings = place.parse().map_or_else(|_| StoreSettings::new(&place), |url| StoreSettings::at(Place::Server(url)));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let clock = Arc::new(ManualClock::at(&std::env::var(NOW).unwrap()));
        let store = Store::open(settings, key(), clock, Arc::new(RandomIds)).await.unwrap();
        let acme = store.tenant(&ctx("acme"));
        let lease = acme.claim(&account_key("11"), "doomed", TTL).await.unwrap().unwrap();
        let execution = acme.create_execution(new_execution()).await.unwrap().id;
        acme.start_execution(&execution, TTL).await.unwrap();
        let run = acme.begin_run(&execution, &account_key("11"), days("2020-01-01..2026-01-01")).await.unwrap();
        println!("execution {execution}");
        for (n, day) in days("2020-01-01..2026-01-01").days().enumerate() {
            // A new reading each day, so that every one is a range of its own.
            let read_at = at(START) + jiff::SignedDuration::from_secs(n as i64);
            acme.mark_fetched(&lease, DayRange::single(day), read_at).await.unwrap();
            acme.update_run(&run.id, n as u64 + 1, 1).await.unwrap();
            acme.report_progress(&execution, Progress { done: n as u64 + 1, total: 0, rows: 0 }, TTL).await.unwrap();
            println!("stored {}", n + 1);
        }
    });
}

fn place(world: &World) -> String {
    world.ground.schema.as_ref().map_or_else(|| world.path().display().to_string(), |schema| schema.url().to_owned())
}

/// Unlike a counter, never the same in two processes.
#[derive(Debug)]
struct RandomIds;

impl Ids for RandomIds {
    fn fresh(&self) -> [u8; 16] {
        aes_gcm::aead::Generate::generate()
    }
}

#[tokio::test]
async fn what_was_stored_survives_kill_9() {
    let world = World::new().await;
    let acme = world.acme();
    acme.put_account(&account("11")).await.unwrap();
    let connection = acme.connect(new_connection("11", "EAAB-kept")).await.unwrap().connection.id;
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::the_process_that_is_killed", "--nocapture", "--test-threads=1"])
            .env(PLACE, place(&world))
            .env(NOW, world.clock.now().to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut told = (String::new(), 0_u64);
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            if let Some((_, id)) = line.split_once("execution ") {
                told.0 = id.to_owned();
            } else if let Some(n) = line.strip_prefix("stored ") {
                told.1 = n.parse().unwrap();
                // SIGKILL, at another moment each round; lines it wrote meanwhile are still read.
                if told.1 == 2 + 3 * round as u64 {
                    child.kill().unwrap();
                }
            }
        }
        assert!(!child.wait().unwrap().success(), "it was killed, it did not end");
        assert!(told.1 >= 2, "the process was heard: {told:?}");

        let execution = ExecutionId::parse(&told.0).unwrap();
        let before = acme.execution(&execution).await.unwrap();
        assert_eq!(before.status, ExecutionStatus::Running);
        assert!(before.progress.done >= told.1 && before.progress.done <= told.1 + 1, "{before:?} {told:?}");
        assert!(before.runs[0].rows >= before.progress.done);
        let fetched = acme.fetched(&account_key("11")).await.unwrap();
        assert!(fetched.len() as u64 >= told.1, "{fetched:?}");
        assert_eq!(acme.claim(&account_key("11"), "heir", TTL).await.unwrap(), None, "not before the lease runs out");
        assert_eq!(world.store.system().recover().await.unwrap(), Recovered::default());

        world.pass(TTL);
        assert_eq!(world.store.system().recover().await.unwrap(), Recovered { executions: 1, runs: 1 });
        let after = acme.execution(&execution).await.unwrap();
        assert_eq!((after.status, after.failure.unwrap().kind), (ExecutionStatus::Failed, FailureKind::Interrupted));
        assert_eq!(after.runs[0].status, RunStatus::Failed);
        let heir = acme.claim(&account_key("11"), "heir", TTL).await.unwrap().expect("taken over");
        acme.forget_fetched(&heir).await.unwrap();
        acme.release(heir).await.unwrap();
        assert_eq!(acme.secret(&connection).await.unwrap().expose_secret(), "EAAB-kept");
        assert_eq!(world.store.system().check().await.unwrap(), None);
    }
}
