//! Findings: what analyses noticed, since when, and what people said of it.

use crate::{
    Error, NewAnalysis, TenantStore,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::findings::{ActiveModel, Column, Entity, Model},
    limits, receipt, row,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    Timestamp,
    finding::{Finding, FindingKind},
};

/// A finding as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptFinding {
    /// What was noticed.
    pub finding: Finding,
    /// When it was first found (UTC).
    pub found_at: Timestamp,
    /// When it was last found.
    pub seen_at: Timestamp,
    /// When it was first looked for and not found; `None`: it shows.
    pub gone_at: Option<Timestamp>,
    /// When and by whom it was dismissed.
    pub dismissed: Option<(Timestamp, String)>,
    /// Until when nobody wants to see it.
    pub snoozed_until: Option<Timestamp>,
}

impl KeptFinding {
    /// Whether it shows and nobody has put it away.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.gone_at.is_none() && self.dismissed.is_none() && self.snoozed_until.is_none_or(|until| until <= now)
    }
}

/// Which findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingFilter {
    /// Of these kinds; empty: all.
    pub kinds: Vec<FindingKind>,
    /// Also those that no longer show.
    pub gone: bool,
    /// Also those that were dismissed or snoozed.
    pub put_away: bool,
}

impl TenantStore {
    /// The findings that pass, the newest days first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn findings(&self, filter: &FindingFilter) -> Result<Vec<KeptFinding>, Error> {
        let now = row::instant(self.now());
        let mut wanted = Condition::all().add(Column::Tenant.eq(self.tenant()));
        if !filter.kinds.is_empty() {
            wanted = wanted.add(Column::Kind.is_in(filter.kinds.iter().map(|kind| kind.as_str())));
        }
        if !filter.gone {
            wanted = wanted.add(Column::GoneAt.is_null());
        }
        if !filter.put_away {
            let awake = Condition::any().add(Column::SnoozedUntil.is_null()).add(Column::SnoozedUntil.lte(now));
            wanted = wanted.add(Column::DismissedAt.is_null()).add(awake);
        }
        let rows = query!(self.db(), "list findings", |db| {
            let found = Entity::find().filter(wanted).order_by_desc(Column::ToDay).order_by_desc(Column::FromDay);
            Ok(found.order_by_asc(Column::Id).limit(limits::FINDINGS_LISTED).all(db).await?)
        })?;
        rows.into_iter().map(kept).collect()
    }

    /// One finding.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has none such.
    pub async fn finding(&self, id: &str) -> Result<KeptFinding, Error> {
        let row = query!(self.db(), "read finding", |db| Ok(Entity::find_by_id(self.finding_key(id)).one(db).await?))?;
        kept(row.ok_or_else(|| missing(id))?)
    }

    /// Puts a finding away for good, or until an instant.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has none such.
    pub async fn put_finding_away(&self, id: &str, until: Option<Timestamp>) -> Result<KeptFinding, Error> {
        let now = row::instant(self.now());
        let (action, change) = match until {
            Some(until) => {
                let change = ActiveModel { snoozed_until: Set(Some(row::instant(until))), ..ActiveModel::default() };
                (Action::FindingSnooze, change)
            }
            None => {
                let by = Set(Some(self.ctx().actor().to_string()));
                (Action::FindingDismiss, ActiveModel { dismissed_at: Set(Some(now)), dismissed_by: by, ..ActiveModel::default() })
            }
        };
        self.change_finding(id, action, change).await
    }

    /// Takes back that a finding was put away.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has none such.
    pub async fn bring_finding_back(&self, id: &str) -> Result<KeptFinding, Error> {
        let change =
            ActiveModel { dismissed_at: Set(None), dismissed_by: Set(None), snoozed_until: Set(None), ..ActiveModel::default() };
        self.change_finding(id, Action::FindingRestore, change).await
    }

    async fn change_finding(&self, id: &str, action: Action, change: ActiveModel) -> Result<KeptFinding, Error> {
        transaction!(self.db(), "change finding", |tx| {
            let before = Entity::find_by_id(self.finding_key(id)).one(tx).await?.ok_or_else(|| missing(id))?;
            let own = Condition::all().add(Column::Tenant.eq(self.tenant())).add(Column::Id.eq(id));
            Entity::update_many().set(change.clone()).filter(own).exec(tx).await?;
            let after = Entity::find_by_id(self.finding_key(id)).one(tx).await?.ok_or_else(|| missing(id))?;
            let entry = Entry::new(action, format!("finding:{id}"));
            self.audit(tx, entry.before(put_away(&before)?).after(put_away(&after)?)).await?;
            let changed = kept(after)?;
            receipt::keep(tx, self.store(), &changed).await?;
            Ok(changed)
        })
    }

    fn finding_key(&self, id: &str) -> (String, String) {
        (self.tenant().to_owned(), id.to_owned())
    }
}

/// What the audit log tells of a finding: whether it is put away.
fn put_away(row: &Model) -> Result<Value, Error> {
    let at = |at: Option<i64>| row::to_instant_opt(at).map(|at| at.map(|at| at.to_string()));
    Ok(json!({ "kind": row.kind, "dismissed_at": at(row.dismissed_at)?, "snoozed_until": at(row.snoozed_until)? }))
}

fn missing(id: &str) -> Error {
    Error::NotFound { noun: "finding", id: id.to_owned() }
}

/// Makes what an analysis noticed the only findings of its subject that show.
pub(crate) async fn replace(tx: &impl ConnectionTrait, tenant: &str, new: &NewAnalysis, now: i64) -> Result<(), Fail> {
    let Some(kind) = new.kind.findings() else { return Ok(()) };
    let of_subject = || {
        Condition::all().add(Column::Tenant.eq(tenant)).add(Column::Kind.eq(kind.as_str())).add(Column::Subject.eq(&new.subject))
    };
    let before: BTreeMap<String, Model> =
        Entity::find().filter(of_subject()).all(tx).await?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut seen = BTreeSet::new();
    for finding in new.findings.iter().filter(|finding| finding.kind == kind) {
        if !seen.insert(finding.id.as_str()) {
            continue;
        }
        let found = Finding { source_hash: new.source_hash.clone(), ..finding.clone() };
        let body = serde_json::to_string(&found).map_err(|error| row::bad("finding", error))?;
        let (from_day, to_day) = (finding.from.to_string(), finding.to.to_string());
        if before.contains_key(&finding.id) {
            let change = ActiveModel {
                from_day: Set(from_day),
                to_day: Set(to_day),
                body: Set(body),
                seen_at: Set(now),
                gone_at: Set(None),
                ..ActiveModel::default()
            };
            Entity::update_many().set(change).filter(of_subject().add(Column::Id.eq(&finding.id))).exec(tx).await?;
        } else {
            let model = Model {
                tenant: tenant.to_owned(),
                id: finding.id.clone(),
                kind: kind.as_str().to_owned(),
                subject: new.subject.clone(),
                from_day,
                to_day,
                body,
                found_at: now,
                seen_at: now,
                gone_at: None,
                dismissed_at: None,
                dismissed_by: None,
                snoozed_until: None,
            };
            Entity::insert(model.into_active_model()).exec_without_returning(tx).await?;
        }
    }
    let gone: Vec<&str> =
        before.values().filter(|row| row.gone_at.is_none()).map(|row| row.id.as_str()).filter(|id| !seen.contains(id)).collect();
    for some in gone.chunks(200) {
        let gone = of_subject().add(Column::Id.is_in(some.iter().copied()));
        Entity::update_many().col_expr(Column::GoneAt, Expr::value(now)).filter(gone).exec(tx).await?;
    }
    let memory = i64::try_from(limits::FINDINGS_MEMORY.as_micros()).unwrap_or(i64::MAX);
    Entity::delete_many().filter(of_subject().add(Column::GoneAt.lt(now.saturating_sub(memory)))).exec(tx).await?;
    Ok(())
}

fn kept(row: Model) -> Result<KeptFinding, Error> {
    let dismissed = row::to_instant_opt(row.dismissed_at)?;
    Ok(KeptFinding {
        finding: serde_json::from_str(&row.body).map_err(|_| row::bad("finding", &row.id))?,
        found_at: row::to_instant(row.found_at)?,
        seen_at: row::to_instant(row.seen_at)?,
        gone_at: row::to_instant_opt(row.gone_at)?,
        dismissed: dismissed.map(|at| (at, row.dismissed_by.unwrap_or_default())),
        snoozed_until: row::to_instant_opt(row.snoozed_until)?,
    })
}
