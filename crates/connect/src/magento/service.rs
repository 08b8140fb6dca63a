//! Asking a store: one signed read, or a list to its end.

use super::{
    MagentoDialect, VERSION,
    dialect::wants_another_signature,
    search::Search,
    secret::{Secret, Way},
    sign::{self, Once},
};
use crate::{
    Error,
    answer::{self, Failure, Heard, Tally, WITHHELD, unquoting},
    limits,
    oauth::below,
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};
use trimtab_domain::{Clock, Source, Timestamp, account::Account, id::AccountId};
use trimtab_wire::{Call, Error as WireError, Method, Place, Refusal, Wire, scrub};
use url::Url;

/// Who is asked, with what credential. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Service {
    wire: Wire,
    clock: Arc<dyn Clock>,
    way: Arc<Way>,
    /// Base of every path, with a trailing slash and the version.
    base: Url,
    dialect: MagentoDialect,
    heard: Heard,
    /// Longest time one request may take.
    pub(super) deadline: Duration,
}

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    /// Null where there are none.
    #[serde(default = "none")]
    items: Option<Vec<T>>,
    /// How many there are in all.
    pub(super) total_count: u64,
}

const fn none<T>() -> Option<Vec<T>> {
    None
}

/// An item of a list that goes by ids.
pub(super) trait Listed: DeserializeOwned {
    /// Its id.
    fn id(&self) -> u64;
}

impl Service {
    pub(super) fn new(wire: Wire, base: &Url, live: bool, secret: Secret, clock: Arc<dyn Clock>) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_path(&format!("{}/rest/all/{VERSION}/", base.path().trim_end_matches('/')));
        let way = Arc::new(secret.way);
        let dialect = MagentoDialect { live };
        Self { wire, clock, way, base, dialect, heard: Heard::default(), deadline: limits::CALL_DEADLINE }
    }

    /// The store's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        self.heard.at()
    }

    /// Reads once and takes the answer in.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        tally: &Tally,
        account: Option<&AccountId>,
        path: &str,
        params: &[(String, String)],
    ) -> Result<T, Failure> {
        let bare = below(&self.base, path, Source::Magento, account)?;
        let mut url = bare.clone();
        if !params.is_empty() {
            url.set_query(Some(&sign::query(params)));
        }
        let (mut malformed, mut signed) = (0, 0);
        loop {
            // A clock behind the store's would sign in its past.
            let now = self.clock.now();
            let now = self.heard().map_or(now, |heard| heard.max(now));
            let header = sign::authorization(&self.way, &bare, params, &Once::at(now));
            let secrets = match (&header, &*self.way) {
                (Some(header), _) => [(Place::Header("authorization"), header)],
                (None, Way::Bearer(token) | Way::Signed { token, .. }) => [(Place::Bearer, token)],
            };
            let call = Call {
                source: Source::Magento,
                account,
                method: Method::Get,
                url: &url,
                params: &[],
                json: None,
                headers: &[],
                secrets: &secrets,
                dialect: &self.dialect,
                deadline: self.deadline,
                weight: 1,
            };
            signed += 1;
            let reply = match self.wire.call(call).await {
                // A request that was repeated on the way keeps its number, which has been used by then.
                Err(WireError::Refused { refusal: Refusal::Credential, complaint, target })
                    if wants_another_signature(&complaint) =>
                {
                    if signed < limits::MAGENTO_SIGNATURES_MAX {
                        continue;
                    }
                    let what = format!("{} GET: its signatures are refused for their number or time: {complaint}", target.path);
                    let (platform, account) = (Source::Magento, account.cloned());
                    return Err(Error::Transient { platform, account, what, timeout: false, source: None }.into());
                }
                Err(error) => return Err(self.clean(error).into()),
                Ok(reply) => reply,
            };
            self.heard.note(tally, &reply);
            match serde_json::from_slice(&reply.body) {
                Ok(answer) => return Ok(answer),
                Err(_) if malformed + 1 < limits::MALFORMED_ATTEMPTS_MAX => {
                    malformed += 1;
                    tokio::time::sleep(limits::MALFORMED_WAIT * malformed).await;
                }
                Err(error) => return Err(drift(account, format!("{} at {}", unquoting(&error), url.path())).into()),
            }
        }
    }

    /// Reads a list of orders to its end, by ids. Every item is handed over once. `fields` names what an item has.
    ///
    /// # Errors
    /// [`Error::Doubtful`] when fewer come than the store counts.
    pub(super) async fn list<T: Listed>(
        &self,
        tally: &Tally,
        account: &Account,
        search: &Search,
        fields: &str,
        mut take: impl FnMut(T) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let fields = format!("items[{fields}],total_count");
        let (mut last, mut seen, mut first_total, mut stale) = (0, 0, None, 0);
        let mut size = limits::MAGENTO_PAGE_ROWS;
        for _ in 0..limits::PAGES_MAX {
            let params = search.clone().with("entity_id", "gt", last.to_string()).params(size, &fields);
            let page: Page<T> = match self.get(tally, Some(&account.id), "orders", &params).await {
                Err(Failure::TooMuch(_)) if size > limits::PAGE_ROWS_MIN => {
                    size /= 2;
                    continue;
                }
                page => page?,
            };
            let items = page.items.unwrap_or_default();
            let (came, reached) = (items.len() as u64, last);
            first_total.get_or_insert(page.total_count);
            for item in items.into_iter().filter(|item| item.id() > reached) {
                if item.id() > last {
                    last = item.id();
                    seen += 1;
                    take(item).map_err(|what| drift(Some(&account.id), what))?;
                } else {
                    return Err(drift(Some(&account.id), "a list of orders that is not in the order asked for".to_owned()).into());
                }
            }
            if last > reached || page.total_count == 0 {
                stale = 0;
                if came >= page.total_count {
                    return enough(account, seen, first_total.unwrap_or_default());
                }
            } else {
                // The page before, served again, or one that says how many there are and names none.
                stale += 1;
                if stale > limits::STALE_PAGES_MAX {
                    return Err(drift(Some(&account.id), "the list of orders does not go on".to_owned()).into());
                }
            }
        }
        Err(drift(Some(&account.id), format!("the list of orders has more than {} pages", limits::PAGES_MAX)).into())
    }

    /// An error without any part of the credential that the store may have quoted.
    fn clean(&self, error: WireError) -> WireError {
        match error {
            WireError::Refused { target, refusal, mut complaint } => {
                complaint.message = scrub(&complaint.message, &self.way.parts());
                WireError::Refused { target, refusal, complaint }
            }
            WireError::Unavailable { target, attempts, mut complaint } => {
                complaint.message = scrub(&complaint.message, &self.way.parts());
                WireError::Unavailable { target, attempts, complaint }
            }
            other => other,
        }
    }
}

/// Refuses a list that ended before all of it came.
fn enough(account: &Account, seen: u64, counted: u64) -> Result<(), Failure> {
    if seen >= counted {
        return Ok(());
    }
    let what = format!("answered {seen} of the {counted} orders it counts; what is known is kept");
    Err(Error::Doubtful { platform: Source::Magento, account: Some(account.id.clone()), what }.into())
}

/// An answer that makes no sense. Nothing of it is quoted.
pub(super) fn drift(account: Option<&AccountId>, what: String) -> Error {
    answer::drift(Source::Magento, account, what, WITHHELD, &[])
}
