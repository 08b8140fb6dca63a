//! Time that runs fast: waits, pauses, deadlines and limits keep their real lengths and pass at many times the usual speed.
//!
//! All of a schedule (server, engine, stack) lives on one thread's runtime, whose clock is pushed ahead a little after every millisecond.
//! Work takes as long as it takes; only waiting is shortened. The world's own clock stands still, so that facts do not change meanwhile.

use futures::FutureExt;
use std::time::Duration;
use tokio::time;

/// How far the clock is pushed after each millisecond that really passes. An answer's deadline of 10 s is then still 400 ms.
const PUSH: Duration = Duration::from_millis(25);

/// Runs something on a clock of its own.
pub(crate) fn hurried<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let push = async {
            loop {
                time::sleep(Duration::from_millis(1)).await;
                pass(PUSH);
            }
        };
        tokio::select! {
            out = work => out,
            () = push => unreachable!("the clock never stops"),
        }
    })
}

/// Lets time pass at once.
pub(crate) fn pass(span: Duration) {
    // Stopped for this line alone: on a stopped clock the runtime would skip every wait as soon as it has nothing else to do.
    time::pause();
    let moved = time::advance(span).now_or_never();
    time::resume();
    assert_eq!(moved, None, "the clock moves at the first poll; what follows is only courtesy to other tasks");
}
