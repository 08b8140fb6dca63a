//! What analyses made of a tenant's facts: the newest result of each, with the hash of the figures it was made from.

use crate::{
    Error, TenantStore,
    db::{query, transaction},
    entity::analyses::{Column, Entity, Model},
    finding, row,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict};
use trimtab_domain::{
    Timestamp,
    finding::{Finding, FindingKind},
};

row::named! {
    /// Which analysis.
    AnalysisKind {
        /// Incidents.
        Anomaly = "anomaly",
        /// The way to a sale.
        Funnel = "funnel",
        /// Budgets.
        Pacing = "pacing",
        /// Creatives people have seen too often.
        Fatigue = "fatigue",
        /// What always holds.
        Pattern = "pattern",
        /// Points of an account.
        Score = "score",
        /// Pixels.
        Pixel = "pixel",
        /// Named conditions.
        Insight = "insight",
        /// What comes next.
        Forecast = "forecast",
    }
}

impl AnalysisKind {
    /// The kind of the findings it makes; `None`: it makes none.
    #[must_use]
    pub fn findings(self) -> Option<FindingKind> {
        self.as_str().parse().ok()
    }
}

/// A result to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAnalysis {
    /// Which analysis.
    pub kind: AnalysisKind,
    /// What was analysed: an account, or empty for all the tenant has.
    pub subject: String,
    /// Hash of the figures it was made from, and of the code and settings that made it.
    pub source_hash: String,
    /// The result, in the analysis' own shape.
    pub body: serde_json::Value,
    /// What it noticed.
    pub findings: Vec<Finding>,
}

/// A result as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// What was analysed.
    pub subject: String,
    /// Hash of what it was made from.
    pub source_hash: String,
    /// When (UTC).
    pub made_at: Timestamp,
    /// The result.
    pub body: serde_json::Value,
}

impl TenantStore {
    /// Keeps a result in place of the one before, and what it noticed: findings that are there already keep when they were first found and
    /// whether they were dismissed; those that no longer show are marked gone.
    ///
    /// # Errors
    /// When the database fails; then nothing of it is kept.
    pub async fn put_analysis(&self, new: &NewAnalysis) -> Result<(), Error> {
        let now = row::instant(self.now());
        let model = Model {
            tenant: self.tenant().to_owned(),
            kind: new.kind.as_str().to_owned(),
            subject: new.subject.clone(),
            source_hash: new.source_hash.clone(),
            made_at: now,
            body: new.body.to_string(),
        };
        transaction!(self.db(), "put analysis", |tx| {
            let replace = OnConflict::columns([Column::Tenant, Column::Kind, Column::Subject])
                .update_columns([Column::SourceHash, Column::MadeAt, Column::Body])
                .to_owned();
            Entity::insert(model.clone().into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
            finding::replace(tx, self.tenant(), new, now).await?;
            Ok(())
        })
    }

    /// The newest result of an analysis of one subject.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analysis(&self, kind: AnalysisKind, subject: &str) -> Result<Option<Analysis>, Error> {
        let key = (self.tenant().to_owned(), kind.as_str().to_owned(), subject.to_owned());
        let row = query!(self.db(), "read analysis", |db| Ok(Entity::find_by_id(key).one(db).await?))?;
        row.map(analysis).transpose()
    }

    /// The hash of what the newest result of one subject was made from, without the result.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analysis_hash(&self, kind: AnalysisKind, subject: &str) -> Result<Option<String>, Error> {
        let key = (self.tenant().to_owned(), kind.as_str().to_owned(), subject.to_owned());
        let hash = || Entity::find_by_id(key.clone()).select_only().column(Column::SourceHash).into_tuple::<String>();
        query!(self.db(), "read hash of an analysis", |db| Ok(hash().one(db).await?))
    }

    /// The newest results of an analysis, by subject.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analyses(&self, kind: AnalysisKind) -> Result<Vec<Analysis>, Error> {
        let rows = query!(self.db(), "list analyses", |db| {
            let own = Entity::find().filter(Column::Tenant.eq(self.tenant())).filter(Column::Kind.eq(kind.as_str()));
            Ok(own.order_by_asc(Column::Subject).all(db).await?)
        })?;
        rows.into_iter().map(analysis).collect()
    }
}

fn analysis(row: Model) -> Result<Analysis, Error> {
    Ok(Analysis {
        body: row::to_json("result of an analysis", &row.body)?,
        made_at: row::to_instant(row.made_at)?,
        subject: row.subject,
        source_hash: row.source_hash,
    })
}
