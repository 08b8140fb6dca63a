//! Properties: which the credential sees, and what each is; and whether the credential is good.
//!
//! Names are told by one interface and currency and zone by every report of another, of which a project may have switched on only one: a
//! property whose name is kept from us goes by its number.

use super::{
    Ga4,
    report::{Question, Terms},
    service::{BadBody, Failure, Tally},
};
use crate::{
    AuthCause, Connector, Credential, Error, limits, missing_scopes,
    paging::{PageEnd, Pages},
};
use compact_str::CompactString;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use std::{borrow::Cow, collections::BTreeMap};
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Standing},
    id::AccountId,
};

/// The smallest question there is, asked for what its answer says beside the figures.
const NOTHING: Question<()> = Question { dimensions: &[], metrics: &["sessions"], fact: |_, _| Ok(()) };

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    account_summaries: Vec<Summary>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    #[serde(default)]
    property_summaries: Vec<PropertySummary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PropertySummary {
    /// `properties/123456`.
    property: CompactString,
    #[serde(default)]
    display_name: CompactString,
}

impl Ga4 {
    /// The names of all properties the credential sees, by their numbers.
    async fn names(&self, tally: &Tally) -> Result<BTreeMap<CompactString, CompactString>, Failure> {
        let (mut names, mut pages) = (BTreeMap::new(), Pages::default());
        loop {
            let mut params = vec![("pageSize", Cow::Borrowed("200"))];
            params.extend(pages.cursor().map(|token| ("pageToken", Cow::Owned(token.to_owned()))));
            let read = |body: &[u8]| Ok::<Page, BadBody>(serde_json::from_slice(body)?);
            let page = self.service.list(tally, "accountSummaries", &params, read).await?;
            let (before, items) = (names.len(), page.account_summaries.len());
            for property in page.account_summaries.into_iter().flat_map(|summary| summary.property_summaries) {
                let id = property.property.strip_prefix("properties/").map(CompactString::from);
                names.insert(id.unwrap_or(property.property), property.display_name);
            }
            // An account without properties is a page's item that brings none.
            let fresh = if names.len() == before { items.min(1) } else { names.len() - before };
            let end = PageEnd { next: page.next_page_token, items, fresh };
            let broken = |what| Failure::Other(crate::answer::drift(Source::Ga4, None, what, b"(several answers)", &[]));
            if !pages.turn(end, "accountSummaries").map_err(broken)? {
                return Ok(names);
            }
        }
    }

    /// What a property's figures are in.
    async fn terms(&self, tally: &Tally, id: &AccountId) -> Result<Terms, Error> {
        // Any day will do; that of the answer's clock in UTC has begun somewhere.
        let today = jiff::tz::TimeZone::UTC.to_datetime(self.now()).date();
        Ok(self.table(tally, id, DayRange::single(today), &NOTHING).await?.terms)
    }

    fn described(id: CompactString, name: CompactString, terms: Terms) -> Account {
        Account {
            source: Source::Ga4,
            name: if name.is_empty() { id.clone() } else { name },
            id: AccountId::new(id),
            currency: terms.currency,
            zone: terms.zone,
            standing: Standing::Good,
        }
    }

    /// Every property the credential sees. One that will not be read is left out with a warning.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn properties(&self) -> Result<Vec<Account>, Error> {
        let tally = Tally::default();
        let names = self.names(&tally).await?;
        let described = |(id, name): (CompactString, CompactString)| {
            let tally = &tally;
            async move {
                match self.terms(tally, &AccountId::new(id.clone())).await {
                    Ok(terms) => Ok(Some(Self::described(id, name, terms))),
                    Err(error @ (Error::Auth { cause: AuthCause::Permission, .. } | Error::Rejected { .. })) => {
                        tracing::warn!(property = id.as_str(), error = error.to_string(), "a property is left out");
                        Ok(None)
                    }
                    Err(error) => Err(error),
                }
            }
        };
        let found: Vec<Option<Account>> =
            stream::iter(names).map(described).buffered(limits::GA4_PROPERTIES_AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// One property.
    ///
    /// # Errors
    /// [`Error::Auth`] or [`Error::Rejected`] when the credential does not see it; else as any read.
    pub(super) async fn property(&self, id: &AccountId) -> Result<Account, Error> {
        if id.as_str().is_empty() || !id.as_str().bytes().all(|byte| byte.is_ascii_digit()) {
            let reason = "that is no property id: it is the number under Admin → Property details, and neither the measurement id \
                (G-…) nor that of a stream"
                .to_owned();
            return Err(Error::Rejected { platform: Source::Ga4, account: Some(id.clone()), reason });
        }
        let tally = Tally::default();
        let terms = self.terms(&tally, id).await?;
        let names = match self.names(&tally).await {
            // The list is an interface of its own, which a project may not have switched on.
            Err(Failure::OutOfSight(_)) => BTreeMap::new(),
            names => names?,
        };
        let name = names.get(id.as_str()).cloned().unwrap_or_default();
        Ok(Self::described(id.as_str().into(), name, terms))
    }

    /// What the token may do, and whether it sees any property at all.
    pub(super) async fn credential(&self) -> Result<Credential, Error> {
        let names = self.names(&Tally::default()).await?;
        let refused = |reason: String| Error::Auth { platform: Source::Ga4, account: None, cause: AuthCause::Permission, reason };
        if names.is_empty() {
            return Err(refused("the Google account behind it has access to no Analytics property".to_owned()));
        }
        let scopes = self.service.scopes();
        if let Some(scope) = missing_scopes(Source::Ga4, &scopes).first() {
            return Err(refused(format!("the consent lacks the scope {scope}")));
        }
        Ok(Credential { scopes, ..Credential::default() })
    }
}
