//! The threads that encode, decode and query, apart from those that serve requests.
//!
//! A query may keep a thread busy for many milliseconds; on the runtime that answers HTTP this would stall everybody. Work is handed
//! over here and its result comes back by channel; whoever drops the waiting future stops the work at its next pause.
//!
//! There are two sets of threads. What somebody looks at runs in front. What takes long (large queries, every write) runs behind, on threads to
//! which the system gives what the front leaves over, so that one client's long look or nightly sync is not felt by another.

use crate::{Error, limits};
use std::{future::Future, time::Duration};
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};
use tokio::{
    runtime::{Builder, Runtime},
    sync::Semaphore,
    task::JoinSet,
};

#[derive(Debug)]
pub(crate) struct Pool {
    front: Threads,
    behind: Threads,
    /// Who may compute an answer in front.
    answering: Semaphore,
    /// Who may compute a large one behind.
    answering_behind: Semaphore,
}

#[derive(Debug)]
struct Threads(Option<Runtime>);

impl Pool {
    pub(crate) fn new(threads: usize) -> Result<Self, Error> {
        let threads = threads.max(1);
        Ok(Self {
            front: Threads::new(threads, "trimtab-facts", || ())?,
            behind: Threads::new(threads, "trimtab-facts-behind", yields)?,
            answering: Semaphore::new(threads * limits::ANSWERS_PER_THREAD),
            answering_behind: Semaphore::new(threads.div_ceil(2)),
        })
    }

    /// Runs `work` in front until it ends or the deadline passes.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        step: &'static str,
        deadline: Duration,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        self.front.run(step, deadline, work).await
    }

    /// Runs `work` behind until it ends or the deadline passes.
    pub(crate) async fn run_behind<T: Send + 'static>(
        &self,
        step: &'static str,
        deadline: Duration,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        self.behind.run(step, deadline, work).await
    }

    /// Computes an answer here, in front, when it is its turn.
    pub(crate) async fn answer<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let _turn = self.answering.acquire().await.map_err(closed)?;
        work.await
    }

    /// Computes a large answer behind, when it is its turn.
    pub(crate) async fn answer_behind<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let _turn = self.answering_behind.acquire().await.map_err(closed)?;
        self.run_behind("answer a large query", limits::QUERY_DEADLINE, work).await
    }
}

fn closed(error: tokio::sync::AcquireError) -> Error {
    Error::internal("wait for a turn", error)
}

/// Leaves most of the processors to others who want them. Where the system does not let us, it is only less considerate.
fn yields() {
    let priority = ThreadPriorityValue::try_from(limits::PRIORITY_BEHIND).map(ThreadPriority::Crossplatform);
    if priority.is_ok_and(|priority| set_current_thread_priority(priority).is_err()) {
        tracing::debug!("long work runs at the same priority as short work");
    }
}

impl Threads {
    fn new(threads: usize, name: &str, begin: impl Fn() + Send + Sync + 'static) -> Result<Self, Error> {
        let runtime =
            Builder::new_multi_thread().worker_threads(threads).thread_name(name).on_thread_start(begin).enable_all().build();
        runtime.map(|runtime| Self(Some(runtime))).map_err(|e| Error::internal("start the threads for queries", e))
    }

    async fn run<T: Send + 'static>(
        &self,
        step: &'static str,
        deadline: Duration,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let runtime = self.0.as_ref().ok_or_else(|| Error::internal(step, "the lake is closed"))?;
        let mut tasks = JoinSet::new();
        tasks.spawn_on(async move { tokio::time::timeout(deadline, work).await }, runtime.handle());
        match tasks.join_next().await {
            Some(Ok(Ok(result))) => result,
            Some(Ok(Err(_))) => Err(Error::Timeout { step, seconds: deadline.as_secs() }),
            Some(Err(e)) => Err(Error::internal(step, e)),
            None => Err(Error::internal(step, "the work vanished")),
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Dropping a runtime waits for its threads, which async code must not do.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
