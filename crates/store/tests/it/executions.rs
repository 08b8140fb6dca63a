use crate::world::{TTL, World, account, account_key, days, failure, new_execution};
use std::time::Duration;
use trimtab_domain::ErrorKind;
use trimtab_store::{Control, Cursor, Ended, ExecutionStatus, FailureKind, Progress, Recovered, RunStatus};

async fn world() -> World {
    let world = World::new().await;
    world.acme().put_account(&account("11")).await.unwrap();
    world
}

#[tokio::test]
async fn an_execution_from_beginning_to_end() {
    let world = world().await;
    let acme = world.acme();
    let made = acme.create_execution(new_execution()).await.unwrap();
    assert_eq!((made.status, made.requested_by.as_str()), (ExecutionStatus::Queued, "operator"));
    assert_eq!(acme.execution(&made.id).await.unwrap(), made);

    world.pass(Duration::from_secs(1));
    acme.start_execution(&made.id, TTL).await.unwrap();
    let good = acme.begin_run(&made.id, &account_key("11"), days("2026-03-01..2026-03-07")).await.unwrap();
    let bad = acme.begin_run(&made.id, &account_key("12"), days("2026-03-01..2026-03-07")).await.unwrap();
    let progress = Progress { done: 3, total: 7, rows: 4_000_000_000 };
    assert_eq!(acme.report_progress(&made.id, progress, TTL).await.unwrap(), Control::Continue);
    acme.update_run(&good.id, 10, 2).await.unwrap();
    world.pass(Duration::from_millis(1500));
    let good = acme.finish_run(&good.id, 25, 4, None).await.unwrap();
    assert_eq!(
        (good.status, good.rows, good.api_calls, good.duration()),
        (RunStatus::Succeeded, 25, 4, Some(Duration::from_millis(1500)))
    );
    let bad = acme.finish_run(&bad.id, 0, 1, Some(failure(FailureKind::Auth))).await.unwrap();
    assert_eq!((bad.status, bad.failure), (RunStatus::Failed, Some(failure(FailureKind::Auth))));
    acme.finish_execution(&made.id, Ended::Partial(failure(FailureKind::Auth))).await.unwrap();

    let done = acme.execution(&made.id).await.unwrap();
    assert_eq!((done.status, done.progress, done.failure), (ExecutionStatus::Partial, progress, Some(failure(FailureKind::Auth))));
    assert_eq!((done.started_at.unwrap().to_string(), done.finished_at.is_some()), ("2026-03-10T08:00:01Z".to_owned(), true));
    assert_eq!(done.runs.iter().map(|run| run.account.id.as_str()).collect::<Vec<_>>(), ["11", "12"]);
    assert_eq!(acme.runs_of(&account_key("11"), 10).await.unwrap(), [good]);
}

#[tokio::test]
async fn runs_carry_the_name_their_account_has_now() {
    let world = world().await;
    let acme = world.acme();
    // Another tenant's account of the same id lends its name to nobody.
    world.other().put_account(&account("12")).await.unwrap();
    let id = acme.create_execution(new_execution()).await.unwrap().id;
    acme.start_execution(&id, TTL).await.unwrap();
    let week = days("2026-03-01..2026-03-07");
    let known = acme.begin_run(&id, &account_key("11"), week).await.unwrap();
    let unknown = acme.begin_run(&id, &account_key("12"), week).await.unwrap();
    assert_eq!((known.account_name.as_deref(), unknown.account_name.as_deref()), (Some("Account 11"), None));

    let mut renamed = account("11");
    renamed.name = "Renamed".into();
    acme.put_account(&renamed).await.unwrap();
    assert_eq!(acme.finish_run(&known.id, 1, 1, None).await.unwrap().account_name.as_deref(), Some("Renamed"));
    let runs = acme.execution(&id).await.unwrap().runs;
    assert_eq!(runs.iter().map(|run| run.account_name.as_deref()).collect::<Vec<_>>(), [Some("Renamed"), None]);
    assert_eq!(acme.runs_of(&account_key("11"), 1).await.unwrap()[0].account_name.as_deref(), Some("Renamed"));
}

#[tokio::test]
async fn what_has_ended_does_not_change() {
    let world = world().await;
    let acme = world.acme();
    let id = acme.create_execution(new_execution()).await.unwrap().id;
    let week = days("2026-03-01..2026-03-07");
    assert_eq!(acme.begin_run(&id, &account_key("11"), week).await.unwrap_err().kind(), ErrorKind::Conflict, "not started");
    assert_eq!(acme.report_progress(&id, Progress::default(), TTL).await.unwrap_err().kind(), ErrorKind::Conflict);
    acme.start_execution(&id, TTL).await.unwrap();
    assert_eq!(acme.start_execution(&id, TTL).await.unwrap_err().kind(), ErrorKind::Conflict);
    let run = acme.begin_run(&id, &account_key("11"), week).await.unwrap();
    acme.finish_execution(&id, Ended::Failed(failure(FailureKind::Drift))).await.unwrap();

    let ended = acme.execution(&id).await.unwrap();
    assert_eq!((ended.runs[0].status, ended.runs[0].failure.clone()), (RunStatus::Failed, Some(failure(FailureKind::Drift))));
    let refusals = [
        acme.finish_execution(&id, Ended::Succeeded).await.unwrap_err(),
        acme.report_progress(&id, Progress::default(), TTL).await.unwrap_err(),
        acme.cancel_execution(&id).await.unwrap_err(),
        acme.begin_run(&id, &account_key("11"), week).await.unwrap_err(),
        acme.update_run(&run.id, 1, 1).await.unwrap_err(),
        acme.finish_run(&run.id, 1, 1, None).await.unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.kind(), ErrorKind::Conflict, "{refusal}");
    }
    assert_eq!(acme.execution(&id).await.unwrap(), ended);
}

#[tokio::test]
async fn cancelling_stops_at_the_next_report() {
    let world = world().await;
    let acme = world.acme();
    let queued = acme.create_execution(new_execution()).await.unwrap().id;
    acme.cancel_execution(&queued).await.unwrap();
    assert_eq!(acme.execution(&queued).await.unwrap().status, ExecutionStatus::Cancelled);
    assert!(acme.start_execution(&queued, TTL).await.is_err());

    let running = acme.create_execution(new_execution()).await.unwrap().id;
    acme.start_execution(&running, TTL).await.unwrap();
    let run = acme.begin_run(&running, &account_key("11"), days("2026-03-01..2026-03-07")).await.unwrap();
    acme.cancel_execution(&running).await.unwrap();
    acme.cancel_execution(&running).await.expect("asking twice is asking");
    assert_eq!(acme.report_progress(&running, Progress::default(), TTL).await.unwrap(), Control::Cancel);
    acme.finish_execution(&running, Ended::Cancelled).await.unwrap();
    let ended = acme.execution(&running).await.unwrap();
    assert_eq!((ended.status, ended.cancel_requested), (ExecutionStatus::Cancelled, true));
    assert_eq!((&ended.runs[0].id, ended.runs[0].status), (&run.id, RunStatus::Cancelled));
}

#[tokio::test]
async fn recovery_closes_only_what_nobody_owns() {
    let world = world().await;
    let (acme, other) = (world.acme(), world.other());
    let system = world.store.system();
    let dead = acme.create_execution(new_execution()).await.unwrap().id;
    acme.start_execution(&dead, TTL).await.unwrap();
    let run = acme.begin_run(&dead, &account_key("11"), days("2026-03-01..2026-03-07")).await.unwrap();
    let done = acme.begin_run(&dead, &account_key("11"), days("2026-02-01..2026-02-07")).await.unwrap();
    acme.finish_run(&done.id, 7, 1, None).await.unwrap();
    let queued = other.create_execution(new_execution()).await.unwrap().id;
    let alive = acme.create_execution(new_execution()).await.unwrap().id;
    acme.start_execution(&alive, TTL).await.unwrap();
    assert_eq!(system.recover().await.unwrap(), Recovered::default(), "all leases are good");

    world.pass(TTL - Duration::from_secs(1));
    acme.report_progress(&alive, Progress::default(), TTL).await.unwrap();
    world.pass(Duration::from_secs(1));
    assert_eq!(system.recover().await.unwrap(), Recovered { executions: 2, runs: 1 });
    assert_eq!(system.recover().await.unwrap(), Recovered::default());

    let closed = acme.execution(&dead).await.unwrap();
    let why = closed.failure.unwrap();
    assert_eq!((closed.status, why.kind), (ExecutionStatus::Failed, FailureKind::Interrupted));
    assert!(why.text.contains("ended before") && why.fix.unwrap().contains("start it again"));
    let status = |id| closed.runs.iter().find(|run| run.id == id).unwrap().status;
    assert_eq!((status(run.id.clone()), status(done.id)), (RunStatus::Failed, RunStatus::Succeeded));
    assert_eq!(other.execution(&queued).await.unwrap().status, ExecutionStatus::Failed);
    assert_eq!(acme.execution(&alive).await.unwrap().status, ExecutionStatus::Running);

    // The owner was only slow: it learns that it is over.
    assert_eq!(acme.report_progress(&dead, Progress::default(), TTL).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(acme.finish_run(&run.id, 9, 9, None).await.unwrap_err().kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn lists_are_newest_first_and_stable_while_growing() {
    let world = world().await;
    let acme = world.acme();
    let mut made = Vec::new();
    for n in 0..5 {
        if n % 2 == 0 {
            world.pass(Duration::from_secs(1));
        }
        made.insert(0, acme.create_execution(new_execution()).await.unwrap().id);
    }
    let mut seen = Vec::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = acme.executions(cursor.as_ref(), 2).await.unwrap();
        seen.extend(page.items.into_iter().map(|execution| execution.id));
        // A new one appears between pages and shifts nothing.
        acme.create_execution(new_execution()).await.unwrap();
        world.pass(Duration::from_secs(1));
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, made);
}
