use super::*;
use tokio::time::{Instant, advance};

const PATIENCE: Duration = Duration::from_secs(100);

fn platform() -> Arc<Platform> {
    let settings = WireSettings {
        account_in_flight: 2,
        platform_in_flight: 3,
        breaker_failures: 2,
        breaker_cooldown: Duration::from_secs(10),
        ..WireSettings::default()
    };
    Arc::new(Platform::new(Arc::new(settings)))
}

fn lane(platform: &Platform, account: &str) -> Arc<Lane> {
    platform.lane(Some(&AccountId::from(account)))
}

async fn fail(platform: &Platform, account: &str) {
    platform.admit(&lane(platform, account), 1, PATIENCE).await.expect("admitted").failed();
}

async fn refused(platform: &Platform, account: &str) -> Option<Refusal> {
    platform.admit(&lane(platform, account), 1, PATIENCE).await.err()
}

#[tokio::test(start_paused = true)]
async fn a_dead_account_stops_itself_only() {
    let platform = platform();
    fail(&platform, "dead").await;
    fail(&platform, "dead").await;
    assert_eq!(refused(&platform, "dead").await, Some(Refusal::Open(Duration::from_secs(10))));
    assert_eq!(refused(&platform, "good").await, None);
}

#[tokio::test(start_paused = true)]
async fn many_dead_accounts_in_a_row_are_a_dead_platform() {
    let platform = platform();
    for account in ["a", "b"] {
        fail(&platform, account).await;
        fail(&platform, account).await;
    }
    platform.admit(&lane(&platform, "good"), 1, PATIENCE).await.unwrap().alive();
    for account in ["c", "d"] {
        fail(&platform, account).await;
        fail(&platform, account).await;
    }
    assert_eq!(refused(&platform, "good").await, None, "a good answer in between starts the count anew");
    fail(&platform, "e").await;
    fail(&platform, "e").await;
    assert_eq!(refused(&platform, "good").await, Some(Refusal::Open(Duration::from_secs(10))));
    advance(Duration::from_secs(10)).await;
    platform.admit(&lane(&platform, "good"), 1, PATIENCE).await.expect("the probe").alive();
    assert_eq!(refused(&platform, "fresh").await, None, "closed again");
}

#[tokio::test(start_paused = true)]
async fn accounts_that_return_together_all_pass_when_the_platform_is_back() {
    let platform = platform();
    for account in ["a", "b", "c"] {
        fail(&platform, account).await;
        fail(&platform, account).await;
    }
    advance(Duration::from_secs(10)).await;
    let back = ["a", "b", "c", "fresh"].map(|account| {
        let platform = Arc::clone(&platform);
        tokio::spawn(async move {
            let lane = lane(&platform, account);
            let admission = platform.admit(&lane, 1, PATIENCE).await?;
            // Long enough that the others come while this one may be the probe.
            tokio::time::sleep(Duration::from_secs(1)).await;
            admission.alive();
            Ok::<(), Refusal>(())
        })
    });
    for call in back {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_greedy_account_leaves_room_for_others() {
    let platform = platform();
    let greedy = lane(&platform, "greedy");
    let held = (platform.admit(&greedy, 1, PATIENCE).await.unwrap(), platform.admit(&greedy, 1, PATIENCE).await.unwrap());
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let (platform, greedy) = (Arc::clone(&platform), Arc::clone(&greedy));
            tokio::spawn(async move { platform.admit(&greedy, 1, PATIENCE).await.map(Admission::alive).is_ok() })
        })
        .collect();
    tokio::task::yield_now().await;
    let start = Instant::now();
    assert_eq!(refused(&platform, "modest").await, None);
    assert_eq!(start.elapsed(), Duration::ZERO, "fifty waiting calls of one account are in nobody's way");
    drop(held);
    for task in waiting {
        assert!(task.await.unwrap(), "each gets its turn");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_longer_than_patience_is_handed_back_at_once() {
    let platform = platform();
    let (paused, free) = (lane(&platform, "paused"), lane(&platform, "free"));
    platform.pause(&paused, &Scope::Call, Duration::from_secs(3600));
    let start = Instant::now();
    assert_eq!(refused(&platform, "paused").await, Some(Refusal::Limited(Duration::from_secs(3600))));
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(platform.admit(&free, 1, PATIENCE).await.is_ok());
    platform.pause(&free, &Scope::Platform, Duration::from_secs(30));
    assert!(platform.admit(&free, 1, PATIENCE).await.is_ok(), "a short one is waited out");
    assert_eq!(start.elapsed().as_secs(), 30);
    platform.pause(&free, &Scope::Account(AccountId::from("third")), Duration::from_secs(500));
    assert!(matches!(refused(&platform, "third").await, Some(Refusal::Limited(_))));
}
