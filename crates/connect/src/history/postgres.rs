//! PostgreSQL tables of a former tool: `ads_daily_performance` with a row per ad and day, beside it `ads_campaigns`, `ads_adsets` and
//! `ads_creatives` with what is known of the objects.
//!
//! Whoever ran such a tool has changed its tables since: what columns there are is looked up before anything is read, and only platform,
//! campaign and date are needed. Rows without an ad are a campaign's whole day; they are taken where the campaign's day has no ads.
//! Amounts are units of the account's currency, which the tables do not name.
//!
//! Every reading is a transaction that may not write, in a session that may not either. Rows are streamed; what is held is one account's
//! piece.

mod objects;
mod query;
mod rows;
mod schema;
mod session;

use super::{
    Counted, Found, Grain, History, HistoryError, Key, LeftOut, Options, Piece, Shape,
    counted::Adding,
    limits,
    objects::{Told, account},
    survey::Survey,
    tally::Tally,
};
use async_trait::async_trait;
use compact_str::CompactString;
use futures::TryStreamExt as _;
use rows::Row;
use schema::Schema;
use secrecy::SecretString;
use session::{Session, database};
use std::collections::{BTreeMap, HashMap, HashSet};
use tokio::sync::Mutex;
use trimtab_domain::{
    Day, DayRange,
    entity::EntitySnapshot,
    fact::{Facts, Placing},
};

/// How the tables themselves write a platform, a client and an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Written {
    platform: String,
    tenant: String,
    account: String,
}

/// A database, opened.
#[derive(Debug)]
pub(super) struct Postgres {
    session: Mutex<Session>,
    schema: Schema,
    options: Options,
    /// Several ways of writing may mean one account (`act_17` and `17`).
    accounts: BTreeMap<Key, Vec<Written>>,
    notes: Vec<String>,
}

impl Postgres {
    /// Connects, and looks up tables, columns and accounts.
    ///
    /// # Errors
    /// When the database cannot be reached or has no such tables.
    pub(super) async fn open(address: &SecretString, options: Options) -> Result<Self, HistoryError> {
        let mut session = Session::connect(address).await?;
        let reading = session.begin().await?;
        let (schema, notes) = Schema::look_up(&reading).await?;
        let mut accounts: BTreeMap<Key, Vec<Written>> = BTreeMap::new();
        for row in reading.query(&query::accounts(&schema), &[]).await.map_err(database)? {
            let text = |at: usize| row.try_get::<_, Option<String>>(at).map(Option::unwrap_or_default).map_err(database);
            let written = Written { platform: text(0)?, tenant: text(1)?, account: text(2)? };
            // Platforms of no known name are named row by row.
            let Some(key) = rows::key(&written) else { continue };
            if accounts.len() >= limits::ACCOUNTS_MAX {
                return Err(HistoryError::too_many_accounts());
            }
            accounts.entry(key).or_default().push(written);
        }
        reading.rollback().await.map_err(database)?;
        Ok(Self { session: Mutex::new(session), schema, options, accounts, notes })
    }

    fn written(&self, key: &Key) -> Result<&[Written], HistoryError> {
        self.accounts.get(key).map(Vec::as_slice).ok_or_else(|| HistoryError::NoAccount(key.clone()))
    }
}

/// One account's rows while they are read.
#[derive(Debug, Default)]
struct Walk {
    tally: Tally,
    /// Campaigns' days that ads have told.
    by_ads: HashSet<(Day, CompactString)>,
    wholes: Vec<Row>,
    found: [Adding; 2],
    taken: [Adding; 2],
}

impl Walk {
    fn take(&mut self, row: Row, groups: &HashMap<CompactString, CompactString>) -> Result<(), HistoryError> {
        let campaign: CompactString = row.placing.campaign.as_str().into();
        if row.placing.ad.is_none() {
            self.found[1].row(&row.figures);
            if self.wholes.len() >= limits::PIECE_ROWS_MAX {
                return Err(HistoryError::too_many_rows());
            }
            self.wholes.push(row);
            return Ok(());
        }
        self.found[0].row(&row.figures);
        self.taken[0].row(&row.figures);
        self.by_ads.insert((row.day, campaign));
        let group = groups.get(row.placing.ad.as_str());
        let placing = Placing { ad_group: group.map_or("", CompactString::as_str).into(), ..row.placing };
        self.tally.add((row.day, 1, placing), &row.figures)
    }

    fn finish(mut self, asked: Option<Grain>, left_out: LeftOut) -> Result<Piece, HistoryError> {
        for row in std::mem::take(&mut self.wholes) {
            let told = (row.day, CompactString::from(row.placing.campaign.as_str()));
            if !self.by_ads.contains(&told) || asked == Some(Grain::Campaign) {
                self.taken[1].row(&row.figures);
                self.tally.add((row.day, 1, row.placing), &row.figures)?;
            }
        }
        let counted = [(Grain::Ad, 0), (Grain::Campaign, 1)].into_iter().filter(|(_, at)| self.found[*at] != Adding::default());
        let counted =
            counted.map(|(grain, at)| Counted { grain, found: self.found[at].sums(), taken: self.taken[at].sums() }).collect();
        Ok(Piece { facts: Facts { ad_daily: self.tally.finish(), ..Facts::default() }, counted, left_out })
    }
}

#[async_trait]
impl History for Postgres {
    fn shape(&self) -> Shape {
        Shape::Postgres
    }

    async fn accounts(&self) -> Result<Found, HistoryError> {
        let mut session = self.session.lock().await;
        let reading = session.begin().await?;
        let nothing: [&str; 0] = [];
        let stream = reading.query_raw(&query::everything(&self.schema), nothing).await.map_err(database)?;
        let mut stream = std::pin::pin!(stream);
        let (mut survey, mut left_out) = (Survey::default(), LeftOut::default());
        while let Some(row) = stream.try_next().await.map_err(database)? {
            let (place, read) = rows::read(&row)?;
            match read {
                Ok((key, row)) => survey.row(key, row.grain(), row.day, &row.figures)?,
                Err(reason) => left_out.note(place, reason),
            }
        }
        let describe = |key: &Key| {
            let known = self.options.accounts.iter().find(|known| known.source == key.source && known.id == key.account);
            known.map_or_else(
                || account(key.source, &key.account, Told::default(), &self.options),
                |known| (known.clone(), Vec::new()),
            )
        };
        Ok(Found { accounts: survey.finish(describe), left_out, notes: self.notes.clone() })
    }

    async fn entities(&self, key: &Key) -> Result<EntitySnapshot, HistoryError> {
        let written = self.written(key)?;
        let mut session = self.session.lock().await;
        let reading = session.begin().await?;
        let mut states = BTreeMap::new();
        for written in written {
            objects::read(&reading, &self.schema, written, key, &self.options, &mut states).await?;
        }
        Ok(EntitySnapshot { seen_at: self.options.now, complete: Vec::new(), states: states.into_values().collect() })
    }

    async fn read(&self, key: &Key, days: DayRange) -> Result<Piece, HistoryError> {
        let written = self.written(key)?;
        let mut session = self.session.lock().await;
        let reading = session.begin().await?;
        let (mut walk, mut left_out) = (Walk::default(), LeftOut::default());
        for written in written {
            let groups = objects::groups(&reading, &self.schema, written).await?;
            let (from, to) = (days.from().to_string(), days.to().to_string());
            let bounds = [&written.platform, &written.tenant, &written.account, &from, &to];
            let stream = reading.query_raw(&query::piece(&self.schema), bounds).await.map_err(database)?;
            let mut stream = std::pin::pin!(stream);
            while let Some(row) = stream.try_next().await.map_err(database)? {
                let (place, read) = rows::read(&row)?;
                match read {
                    Ok((_, row)) if self.options.grain.is_none_or(|asked| asked == row.grain()) => walk.take(row, &groups)?,
                    Ok(_) => {}
                    Err(reason) => left_out.note(place, reason),
                }
            }
        }
        walk.finish(self.options.grain, left_out)
    }
}
