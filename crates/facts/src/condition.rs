//! A query's condition on one dimension, tested while a file is read.
//!
//! It is tested once per distinct value and account, by id and by what the object is called now: the same id or name may mean
//! different objects in two accounts, so a condition cannot be turned into one list of ids for all of them.

use crate::{codes::Codes, entities::Current, file::FileEntry};
use datafusion::arrow::array::{BooleanArray, UInt32Array};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use trimtab_domain::{
    Source,
    entity::{EntityKind, Status},
    query::{Dimension, DimensionTest},
};

/// A condition on the values of one column of codes.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) column: &'static str,
    dimension: Dimension,
    test: DimensionTest,
    codes: Arc<Codes>,
    current: Arc<Current>,
    /// Verdicts by platform, account and value.
    verdicts: Mutex<HashMap<(u32, u32, u32), bool>>,
}

/// Whether a value of a dimension passes a test, by its id or its name.
pub(crate) fn passes(test: &DimensionTest, id: &str, name: &str) -> bool {
    let is = |value: &String| value == id || value == name;
    match test {
        DimensionTest::In(values) => values.iter().any(is),
        DimensionTest::NotIn(values) => !values.iter().any(is),
        DimensionTest::Contains(text) => {
            let text = text.to_lowercase();
            name.to_lowercase().contains(&text) || id.to_lowercase().contains(&text)
        }
    }
}

impl Condition {
    pub(crate) fn new(
        column: &'static str,
        dimension: Dimension,
        test: DimensionTest,
        codes: Arc<Codes>,
        current: Arc<Current>,
    ) -> Self {
        Self { column, dimension, test, codes, current, verdicts: Mutex::default() }
    }

    /// Which rows of a file pass.
    pub(crate) fn mask(&self, entry: &FileEntry, values: &UInt32Array) -> BooleanArray {
        let platform = self.codes.code(&entry.slice.platform);
        let account = self.codes.code(&entry.slice.account);
        let mut verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut last = None;
        let verdict = |value: &u32| match last {
            Some((seen, verdict)) if seen == *value => Some(verdict),
            _ => {
                let verdict =
                    *verdicts.entry((platform, account, *value)).or_insert_with(|| self.passes(platform, account, *value));
                last = Some((*value, verdict));
                Some(verdict)
            }
        };
        values.values().iter().map(verdict).collect()
    }

    fn passes(&self, platform: u32, account: u32, value: u32) -> bool {
        let find = |kind| self.current.find(kind, platform, account, value);
        match self.dimension {
            Dimension::Status => {
                let status = find(EntityKind::Campaign).map_or(Status::Unknown, |c| c.status).as_str();
                passes(&self.test, status, status)
            }
            Dimension::Objective => {
                let objective = find(EntityKind::Campaign).map_or("", |c| c.objective.as_str());
                passes(&self.test, objective, objective)
            }
            Dimension::Platform => {
                let id = self.codes.text(value);
                let label = id.parse().map_or(id.as_str(), |source: Source| source.label());
                passes(&self.test, &id, label)
            }
            other => {
                let id = self.codes.text(value);
                let name = other.entity().and_then(find).map_or(id.as_str(), |e| e.name.as_str());
                passes(&self.test, &id, name)
            }
        }
    }
}
