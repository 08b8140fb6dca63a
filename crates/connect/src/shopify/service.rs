//! Asking a shop: one question with a token that renews itself where it can, no faster than its bucket allows; or a prepared file.

use super::{
    ShopifyDialect, VERSION,
    dialect::{Extensions, TokenDialect},
    pace::Pace,
    secret::{Secret, Way},
};
use crate::{
    Deadlines, Error,
    answer::{self, BadBody, Failure, Tally, WITHHELD, unquoting},
    limits,
    oauth::{Access, Caller, Client, Endpoint, Exchange, Manner, TokenKeeper, below},
};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use trimtab_domain::{Clock, Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Complaint, Dialect, HeaderMap, Method, Place, Refusal, Usage, Verdict, Wire};
use url::Url;

/// How Shopify's calls differ from others'.
const MANNER: Manner = Manner { source: Source::Shopify, request_id: "x-request-id", renewable: |_| true, settles: Duration::ZERO };
/// Where the token travels.
const TOKEN: Place<'static> = Place::Header("x-shopify-access-token");

/// Who is asked, with what credential. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Service {
    caller: Caller,
    /// The handle the secret names.
    pub(super) shop: Option<Arc<str>>,
    /// What exchanges a refresh token, which has to be kept.
    rotating: Option<Client>,
    /// The shop's address, with a trailing slash.
    base: Url,
    pace: Pace,
    /// Held while a question is under way: what is left in the bucket is known only when none is.
    turn: Arc<tokio::sync::Mutex<()>>,
    pub(super) deadlines: Deadlines,
}

/// One question.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) account: Option<&'a AccountId>,
    /// What kind it is: questions of a kind cost the same.
    pub(super) kind: &'static str,
    pub(super) query: &'a str,
    pub(super) variables: Value,
}

/// An answer without errors.
#[derive(Deserialize)]
struct Answer<T> {
    data: T,
    #[serde(default)]
    extensions: Extensions,
}

impl Service {
    pub(super) fn new(wire: Wire, base: &Url, secret: Secret, clock: Arc<dyn Clock>) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_path(&format!("{}/", base.path().trim_end_matches('/')));
        let mut url = base.clone();
        url.set_path(&format!("{}admin/oauth/access_token", base.path()));
        let endpoint = Endpoint { source: Source::Shopify, url, dialect: &TokenDialect, basic: false };
        let exchange = |client: &Client| Exchange::new(wire.clone(), Arc::clone(&clock), endpoint, client.clone());
        let (shop, way) = secret.split();
        let (access, rotating) = match way {
            Way::Token(token) => (Access::Bare(Arc::new(token)), None),
            Way::Client(client, access) => {
                let exchange = exchange(&client).by_client_alone();
                (Access::Renewing(Arc::new(TokenKeeper::new(exchange, Arc::clone(&clock), "".into(), access))), None)
            }
            Way::Refresh(client, refresh, access) => {
                let keeper = TokenKeeper::new(exchange(&client), Arc::clone(&clock), refresh, access);
                (Access::Renewing(Arc::new(keeper)), Some(client))
            }
        };
        // Orders name people, as far as the platform lets them.
        let caller = Caller::new(wire, access, MANNER).signing(TOKEN).discreet();
        let shop = shop.map(Arc::from);
        Self { caller, shop, rotating, base, pace: Pace::default(), turn: Arc::default(), deadlines: Deadlines::default() }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        self.caller.heard()
    }

    /// Whether the credential is a refresh token that each exchange replaces.
    pub(super) const fn rotates(&self) -> bool {
        self.rotating.is_some()
    }

    /// The whole secret again, once its tokens were exchanged for others. An app that needs nothing but itself loses nothing.
    pub(super) fn renewed_secret(&self) -> Option<SecretString> {
        let (client, keeper) = (self.rotating.as_ref()?, self.caller.access.keeper()?);
        let (told, refresh) = (self.caller.access.told()?, keeper.rotated()?);
        Some(Secret::renewed(self.shop.as_deref(), client, &told, &refresh))
    }

    /// Asks once and takes the data in. A refused token is renewed once.
    pub(super) async fn ask<T: DeserializeOwned>(&self, tally: &Tally, question: &Question<'_>) -> Result<T, Failure> {
        let path = format!("admin/api/{VERSION}/graphql.json");
        let url = below(&self.base, &path, Source::Shopify, question.account)?;
        let document = json!({ "query": question.query, "variables": question.variables }).to_string();
        let _turn = self.turn.lock().await;
        tokio::time::sleep(self.pace.take(question.kind, Instant::now())).await;
        let call = Call {
            source: Source::Shopify,
            account: question.account,
            method: Method::Post,
            url: &url,
            params: &[],
            json: Some(document.as_bytes()),
            headers: &[],
            secrets: &[],
            dialect: &ShopifyDialect,
            deadline: self.deadlines.answer,
            weight: 1,
        };
        let read = |body: &[u8]| {
            let Answer { data, extensions } = serde_json::from_slice::<Answer<T>>(body)?;
            self.pace.note(question.kind, extensions.cost, Instant::now());
            Ok(data)
        };
        self.caller.ask(tally, &call, read).await
    }

    /// Fetches a prepared file. `Ok(None)`: its address is no longer good. No token goes along: the address is itself the permission, and it
    /// belongs to somebody else's storage.
    pub(super) async fn download<T>(
        &self,
        tally: &Tally,
        account: &AccountId,
        address: &str,
        read: impl Fn(&[u8]) -> Result<T, BadBody>,
    ) -> Result<Option<T>, Failure> {
        let trusted = |url: &Url| url.scheme() == "https" || url.origin() == self.base.origin();
        let Some(url) = Url::parse(address).ok().filter(trusted) else {
            return Err(drift(account, "the address of a prepared file is no https address".to_owned()).into());
        };
        let mut malformed = 0;
        loop {
            let call = Call {
                source: Source::Shopify,
                account: Some(account),
                method: Method::Get,
                url: &url,
                params: &[],
                json: None,
                headers: &[],
                secrets: &[],
                dialect: &FileDialect,
                deadline: self.deadlines.answer,
                weight: 1,
            };
            let reply = match self.caller.wire.call(call).await {
                Err(trimtab_wire::Error::Refused { refusal: Refusal::Missing, .. }) => return Ok(None),
                reply => reply?,
            };
            self.caller.note(tally, &reply);
            malformed += 1;
            match read(&reply.body) {
                Ok(answer) => return Ok(Some(answer)),
                Err(BadBody::Malformed(_)) if malformed < limits::MALFORMED_ATTEMPTS_MAX => {
                    tokio::time::sleep(limits::MALFORMED_WAIT * malformed).await;
                }
                Err(BadBody::Malformed(error)) => {
                    return Err(drift(account, format!("{} in a prepared file", unquoting(&error))).into());
                }
                Err(BadBody::Conflict(what)) => return Err(drift(account, what).into()),
            }
        }
    }
}

/// How storage speaks that holds prepared files: whatever it refuses, the address is no longer good.
#[derive(Debug, Clone, Copy)]
struct FileDialect;

impl Dialect for FileDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        match status {
            ..300 => Verdict::Good,
            // The complaint of a storage is a page of XML that may repeat the signed address.
            300..=407 | 409..=428 | 430..=499 => {
                let message = "the address of the prepared file is no longer good".to_owned();
                Verdict::Refused(Refusal::Missing, Complaint { status, message, ..Complaint::default() })
            }
            _ => ShopifyDialect.classify(status, headers, body),
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }
}

/// An answer that makes no sense. Nothing of it is quoted.
pub(super) fn drift(account: &AccountId, what: String) -> Error {
    answer::drift(Source::Shopify, Some(account), what, WITHHELD, &[])
}
