//! One Delta table: opening it, following newer versions, committing.
//!
//! A commit is optimistic: it states which version it was computed from and fails if that is no longer the newest; whoever loses
//! computes again from the newer one ([`Slot::change`]). Delta's own conflict resolution is switched off, since "other rows were
//! added" may mean that ours are wrong. Files that no commit names are invisible; vacuum removes them.

use crate::{
    Error,
    error::lost_race,
    file::{self, FileEntry, NewFile},
    limits, rollup,
    schema::Table,
};
use datafusion::{arrow::temporal_conversions::duration_us_to_duration, object_store::ObjectStoreExt};
use deltalake::{
    DeltaTable, DeltaTableBuilder, ObjectStore, ObjectStoreError,
    kernel::{
        Action,
        transaction::{CommitBuilder, CommitProperties},
    },
    logstore::commit_uri_from_version,
    operations::vacuum::VacuumMode,
    protocol::{DeltaOperation, SaveMode},
};
use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};
use url::Url;

/// A table as of one version.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) version: u64,
    pub(crate) files: Vec<FileEntry>,
    delta: DeltaTable,
}

/// Where one table of one tenant lives and what is known of it.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) table: Table,
    pub(crate) folder: PathBuf,
    /// Held while a change is computed and committed, so that writers of one process wait instead of losing races.
    writing: tokio::sync::Mutex<()>,
    opened: RwLock<Option<Arc<Opened>>>,
    /// Held while a version is read, so that questions asked together read it once.
    opening: tokio::sync::Mutex<()>,
}

/// What a change wants to do to the version it was computed from.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) remove: Vec<FileEntry>,
    pub(crate) add: Vec<NewFile>,
    /// Whether rows differ afterwards, or only how they are laid out.
    pub(crate) rearranges_only: bool,
}

/// What a change came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Committed {
    /// The newest version; `None` while the table does not exist.
    pub(crate) version: Option<u64>,
    pub(crate) bytes_written: u64,
}

impl Slot {
    pub(crate) fn new(table: Table, tenant_folder: &std::path::Path) -> Self {
        Self {
            table,
            folder: tenant_folder.join(table.name()),
            writing: tokio::sync::Mutex::default(),
            opened: RwLock::default(),
            opening: tokio::sync::Mutex::default(),
        }
    }

    /// The newest version, `None` while nothing was ever written. Costs one file lookup when nothing has changed.
    pub(crate) async fn newest(&self) -> Result<Option<Arc<Opened>>, Error> {
        if let Some(newest) = self.unchanged().await? {
            return Ok(Some(newest));
        }
        let _one_at_a_time = self.opening.lock().await;
        if let Some(newest) = self.unchanged().await? {
            return Ok(Some(newest));
        }
        let known = self.known();
        let mut delta = match &known {
            Some(known) => known.delta.clone(),
            None => match self.locate()? {
                None => return Ok(None),
                Some(delta) if !self.has_log(&delta).await? => return Ok(None),
                Some(delta) => delta,
            },
        };
        delta.update_state().await.map_err(|e| Error::reading("read the table's log", &self.folder, e))?;
        self.keep(delta).map(Some)
    }

    fn known(&self) -> Option<Arc<Opened>> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The version known, if there is none after it.
    async fn unchanged(&self) -> Result<Option<Arc<Opened>>, Error> {
        let Some(known) = self.known() else { return Ok(None) };
        let next = commit_uri_from_version(Some(known.version + 1));
        match known.delta.object_store().head(&next).await {
            Err(ObjectStoreError::NotFound { .. }) => Ok(Some(known)),
            Err(e) => Err(Error::reading("look for a newer version", &self.folder, e)),
            Ok(_) => Ok(None),
        }
    }

    /// Computes a change from the newest version and commits it, starting over whenever another process was faster. `compute` is given
    /// `None` while the table does not exist; returning an empty change commits nothing.
    pub(crate) async fn change<T>(
        &self,
        mut compute: impl FnMut(Option<&Opened>) -> Result<(Change, T), Error>,
    ) -> Result<(Committed, T), Error> {
        let _one_at_a_time = self.writing.lock().await;
        for _ in 0..limits::COMMIT_TRIES {
            let opened = self.newest().await?;
            let (change, told) = compute(opened.as_deref())?;
            if change.add.is_empty() && change.remove.is_empty() {
                return Ok((Committed { version: opened.map(|o| o.version), bytes_written: 0 }, told));
            }
            let opened = match opened {
                Some(opened) => opened,
                None => self.create().await?,
            };
            if let Some(committed) = self.commit(&opened, change).await? {
                return Ok((committed, told));
            }
            tracing::debug!(table = %self.folder.display(), version = opened.version, "another writer was faster, computing the change again");
        }
        Err(Error::Conflict { path: self.folder.clone(), tries: limits::COMMIT_TRIES })
    }

    /// Writes the new files, then makes them visible at once. `None` when another writer was faster.
    async fn commit(&self, opened: &Opened, change: Change) -> Result<Option<Committed>, Error> {
        let mut written = file::write_all(self, opened, change.add, !change.rearranges_only).await?;
        let removed: HashSet<&str> = change.remove.iter().map(|f| f.path.as_str()).collect();
        let days = written.iter_mut().filter_map(|file| file.day.take()).collect();
        let rolled_up = rollup::write_days(self, opened, &removed, days).await?;
        let bytes_written = written.iter().map(|file| file.bytes).sum::<u64>() + rolled_up;
        let state = opened.delta.snapshot().map_err(|e| Error::internal("look at the table", e))?;
        let mut actions: Vec<Action> = state
            .log_data()
            .iter()
            .filter(|view| removed.contains(view.path().as_ref()))
            .map(|view| Action::Remove(view.remove_action(!change.rearranges_only)))
            .collect();
        actions.extend(written.into_iter().map(|file| Action::Add(file.add)));
        let operation = if change.rearranges_only {
            DeltaOperation::Optimize { predicate: None, target_size: 0 }
        } else {
            let partition_by = Some(self.table.partitions().iter().map(ToString::to_string).collect());
            DeltaOperation::Write { mode: SaveMode::Overwrite, partition_by, predicate: None }
        };
        let commit = CommitBuilder::default()
            .with_max_retries(0)
            .with_actions(actions)
            .build(Some(state), opened.delta.log_store(), operation)
            .await;
        let state = match commit {
            Ok(done) => done.snapshot,
            Err(e) if lost_race(&e) => return Ok(None),
            Err(e) => return Err(Error::writing("commit", &self.folder, e)),
        };
        let mut delta = DeltaTable::new(opened.delta.log_store());
        delta.state = Some(state);
        let opened = self.keep(delta)?;
        self.checkpoint(&opened).await;
        Ok(Some(Committed { version: Some(opened.version), bytes_written }))
    }

    /// A checkpoint only makes opening faster, so that failing to write one must not fail the commit that stands already.
    async fn checkpoint(&self, opened: &Opened) {
        if (opened.version + 1).is_multiple_of(limits::CHECKPOINT_EVERY)
            && let Err(error) = deltalake::checkpoints::create_checkpoint(&opened.delta, None).await
        {
            tracing::warn!(table = %self.folder.display(), %error, "could not write a checkpoint; the next one will do");
        }
    }

    async fn create(&self) -> Result<Arc<Opened>, Error> {
        std::fs::create_dir_all(&self.folder).map_err(|e| Error::writing("make the table's folder", &self.folder, e))?;
        let delta = self.locate()?.ok_or_else(|| {
            Error::writing("make the table's folder", &self.folder, std::io::Error::from(std::io::ErrorKind::NotFound))
        })?;
        let properties = [
            ("delta.dataSkippingStatsColumns", self.table.bounded().to_owned()),
            ("delta.checkpointInterval", limits::CHECKPOINT_EVERY.to_string()),
        ];
        let created = delta
            .create()
            .with_table_name(self.table.name())
            .with_columns(self.table.delta())
            .with_partition_columns(self.table.partitions().iter().copied())
            .with_configuration(properties.map(|(key, value)| (key, Some(value))))
            .with_commit_properties(CommitProperties::default().with_create_checkpoint(false))
            .with_save_mode(SaveMode::Ignore)
            .await;
        match created {
            Ok(delta) => self.keep(delta),
            // Another process may have created it in the same moment.
            Err(e) => match self.newest().await? {
                Some(opened) => Ok(opened),
                None => Err(Error::writing("create the table", &self.folder, e)),
            },
        }
    }

    /// The table's folder as Delta sees it, without reading anything; `None` if there is no folder.
    fn locate(&self) -> Result<Option<DeltaTable>, Error> {
        match std::fs::metadata(&self.folder) {
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Error::reading("open the table", &self.folder, e)),
        }
        let absolute = std::path::absolute(&self.folder).map_err(|e| Error::reading("open the table", &self.folder, e))?;
        let url = Url::from_directory_path(&absolute)
            .map_err(|()| Error::reading("open the table", &self.folder, "the path cannot be written as a URL"))?;
        let built = DeltaTableBuilder::from_url(url).and_then(DeltaTableBuilder::build);
        built.map(Some).map_err(|e| Error::reading("open the table", &self.folder, e))
    }

    async fn has_log(&self, delta: &DeltaTable) -> Result<bool, Error> {
        delta.verify_deltatable_existence().await.map_err(|e| Error::reading("open the table", &self.folder, e))
    }

    /// Remembers a version, unless a newer one is known already.
    fn keep(&self, delta: DeltaTable) -> Result<Arc<Opened>, Error> {
        let state = delta.snapshot().map_err(|e| Error::internal("look at the table", e))?;
        let version = state.version();
        let files = file::entries(self.table, state).map_err(|e| Error::reading("read the table's log", &self.folder, e))?;
        let opened = Arc::new(Opened { version, files, delta });
        let mut known = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        match known.as_ref() {
            Some(newer) if newer.version > version => {}
            _ => *known = Some(Arc::clone(&opened)),
        }
        Ok(opened)
    }

    /// Removes files no version within `retention_hours` names.
    pub(crate) async fn vacuum(&self, retention_hours: u32) -> Result<usize, Error> {
        let _one_at_a_time = self.writing.lock().await;
        let Some(opened) = self.newest().await? else { return Ok(0) };
        let retention = duration_us_to_duration(i64::from(retention_hours) * 3_600_000_000);
        let vacuum = || {
            let vacuum = opened.delta.clone().vacuum().with_mode(VacuumMode::Full);
            vacuum.with_retention_period(retention).with_enforce_retention_duration(false)
        };
        let failed = |e| Error::writing("remove old files", &self.folder, e);
        // The log remembers removed files long after they are deleted; only files that are still there are worth a commit.
        let (_, planned) = vacuum().with_dry_run(true).await.map_err(failed)?;
        let there = planned.files_deleted.iter().filter(|path| self.folder.join(path).exists()).count();
        let opened = if there > 0 { self.keep(vacuum().await.map_err(failed)?.0)? } else { Arc::clone(&opened) };
        rollup::tidy(self, &opened)?;
        Ok(there)
    }
}

impl Opened {
    /// Where the table's files are put. A file stays invisible until a commit names it.
    pub(crate) fn store(&self) -> Arc<dyn ObjectStore> {
        self.delta.object_store()
    }
}

/// The partition values of an action, as Delta keeps them.
pub(crate) fn partition_values(pairs: &[(&'static str, &str)]) -> HashMap<String, Option<String>> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), Some((*value).to_owned()))).collect()
}
