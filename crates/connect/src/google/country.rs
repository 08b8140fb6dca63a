//! What the countries behind Google's numbers are called.
//!
//! Places are criteria with numbers of the platform's own, the same for every account; so the list is read once.

use super::{Google, service::Tally};
use crate::Error;
use compact_str::CompactString;
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};
use trimtab_domain::{Source, account::Account};

const QUERY: &str = "SELECT geo_target_constant.id, geo_target_constant.country_code FROM geo_target_constant \
    WHERE geo_target_constant.target_type = 'Country'";

/// Codes (ISO 3166-1 alpha-2) by number, once they are known.
pub(super) type Codes = Arc<tokio::sync::OnceCell<HashMap<CompactString, CompactString>>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    geo_target_constant: Place,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    id: CompactString,
    #[serde(default)]
    country_code: CompactString,
}

impl Google {
    /// The codes of all countries by the platform's numbers. Who asks first reads them; the others wait for that.
    pub(super) async fn country_codes(
        &self,
        account: &Account,
        tally: &Tally,
    ) -> Result<&HashMap<CompactString, CompactString>, Error> {
        let read = || async {
            let rows: Vec<Row> = self.service.rows(tally, &account.id, QUERY).await?;
            let codes = rows.into_iter().map(|row| (row.geo_target_constant.id, row.geo_target_constant.country_code));
            let codes: HashMap<_, _> = codes.filter(|(_, code)| !code.is_empty()).collect();
            if codes.is_empty() {
                let what = "named no country at all; what is known is kept".to_owned();
                return Err(Error::Doubtful { platform: Source::Google, account: Some(account.id.clone()), what });
            }
            Ok(codes)
        };
        self.countries.get_or_try_init(read).await
    }
}
