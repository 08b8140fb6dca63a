//! The threads that encode, decode and query, apart from those that serve requests.
//!
//! A query may keep a thread busy for many milliseconds; on the runtime that answers HTTP this would stall everybody. Work is handed
//! over here and its result comes back by channel; whoever drops the waiting future stops the work at its next pause.

use crate::Error;
use std::{future::Future, time::Duration};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};

#[derive(Debug)]
pub(crate) struct Pool(Option<Runtime>);

impl Pool {
    pub(crate) fn new(threads: usize) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread().worker_threads(threads.max(1)).thread_name("trimtab-facts").enable_all().build();
        runtime.map(|runtime| Self(Some(runtime))).map_err(|e| Error::internal("start the threads for queries", e))
    }

    /// Runs `work` on these threads until it ends or the deadline passes.
    pub(crate) async fn run<T: Send + 'static>(
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

impl Drop for Pool {
    fn drop(&mut self) {
        // Dropping a runtime waits for its threads, which async code must not do.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
