//! Whether an order is its customer's first: by looking for earlier ones of the same address, guests' among them.
//!
//! A search takes some addresses at once and finds the orders that stand, those asked about among them: an answer that leaves one of these
//! out is not believed, as it would make everybody a new customer.

use super::{Magento, row::Row, service::Listed};
use crate::{Error, answer::Tally, limits};
use compact_str::CompactString;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use trimtab_domain::{Source, account::Account, fact::Custom};

/// As little of an order as tells whose it is.
#[derive(Debug, Deserialize)]
struct Earlier {
    entity_id: u64,
    customer_email: Option<CompactString>,
}

impl Listed for Earlier {
    fn id(&self) -> u64 {
        self.entity_id
    }
}

/// The first order of each customer, by address in lower case.
#[derive(Debug, Default)]
pub(super) struct Firsts(HashMap<String, u64>);

impl Firsts {
    /// Whether an order is the first. A cancelled one is where none stands before it.
    pub(super) fn custom(&self, row: &Row) -> Custom {
        let Some(address) = row.address().filter(|address| can_be_searched(address)) else { return Custom::Unknown };
        match self.0.get(&address.to_lowercase()) {
            Some(first) if *first < row.id() => Custom::Returning,
            _ => Custom::New,
        }
    }
}

/// Addresses are searched for as a list with commas.
fn can_be_searched(address: &str) -> bool {
    !address.contains(',')
}

/// As many addresses at once as an address of a request takes in.
fn batches<'a>(addresses: &[&'a str]) -> Vec<Vec<&'a str>> {
    let (mut batches, mut bytes): (Vec<Vec<&str>>, usize) = (Vec::new(), 0);
    for address in addresses {
        // Its signs are encoded: the one within and the comma after take three bytes each.
        bytes += address.len() + 5;
        match batches.last_mut() {
            Some(batch) if bytes <= limits::MAGENTO_ADDRESS_BYTES => batch.push(address),
            _ => {
                bytes = address.len() + 5;
                batches.push(vec![address]);
            }
        }
    }
    batches
}

impl Magento {
    /// The first orders of the customers of some orders.
    ///
    /// # Errors
    /// [`Error::Doubtful`] when the answer leaves out an order that is asked about; else as any read.
    pub(super) async fn firsts(&self, account: &Account, rows: &[Row], tally: &Tally) -> Result<Firsts, Error> {
        let mut firsts = Firsts::default();
        let known = rows.iter().filter_map(|row| row.address()).filter(|address| can_be_searched(address));
        let addresses: Vec<&str> = known.collect::<BTreeSet<&str>>().into_iter().collect();
        let Some(last) = rows.iter().map(Listed::id).max() else { return Ok(firsts) };
        for some in batches(&addresses) {
            let search = self.search(account, tally).await?.standing();
            let search = search.with("customer_email", "in", some.join(",")).with("entity_id", "lteq", last.to_string());
            let mut found = HashSet::new();
            let take = |order: Earlier| {
                found.insert(order.entity_id);
                let address = order.customer_email.unwrap_or_default().trim().to_lowercase();
                firsts.0.entry(address).and_modify(|first| *first = (*first).min(order.entity_id)).or_insert(order.entity_id);
                Ok(())
            };
            self.service.list(tally, account, &search, "entity_id,customer_email", take).await.map_err(Error::from)?;
            let asked = rows.iter().filter(|row| row.stands() && row.address().is_some_and(|address| some.contains(&address)));
            let missing = asked.filter(|row| !found.contains(&row.id())).count();
            if missing > 0 {
                let what = format!(
                    "left out {missing} orders it had just told when asked for those of the same customers; what is known is kept"
                );
                return Err(Error::Doubtful { platform: Source::Magento, account: Some(account.id.clone()), what });
            }
        }
        Ok(firsts)
    }
}
