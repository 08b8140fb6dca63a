//! Every read of a platform as a tool: by name, with a typed input and a typed answer, for people, workflows and agents.
//!
//! [`catalogue`] lists them, made from [`CONNECTABLE`]: a platform that can be connected has the tools common to its kind at once, under its
//! own words, and what only it tells beside them. [`Tool::prepare`] checks an input before anything is asked; [`Prepared::run`] reads over the same
//! connectors that syncs use. An answer holds at most so many rows and says when there are others.
//!
//! It decides neither who may call nor with which credential. **Invariant.** No tool writes to a platform, and none takes a request apart
//! from its own fields.

mod account;
mod answer;
mod breakdown;
mod conversions;
mod document;
mod error;
mod figures;
mod google;
mod hours;
mod input;
mod mailings;
mod meta;
mod metrics;
mod objects;
mod orders;
mod pinterest;
mod sessions;

pub use answer::Told;
pub use document::document;
pub use error::Refusal;

use crate::{CONNECTABLE, Connector, Error};
use answer::Answer;
use futures::future::BoxFuture;
use input::Input;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde_json::Value;
use std::{any::Any, fmt, sync::LazyLock};
use trimtab_domain::{Source, SourceKind, account::Account, id::AccountId, metric::closest};

/// One named read.
pub struct Tool {
    name: String,
    platform: Source,
    about: &'static str,
    input: Schema,
    output: Schema,
    example: Value,
    prepare: Box<dyn Fn(Value) -> Result<Prepared, String> + Send + Sync>,
}

/// The work of a run, begun once its account is open.
type Run = dyn for<'a> FnOnce(Desk<'a>) -> BoxFuture<'a, Result<Told, Error>> + Send;

/// A call whose input was found to be good.
pub struct Prepared {
    account: Option<AccountId>,
    run: Box<Run>,
}

/// Where a call reads: one credential's view of a platform, and the account it is for as it was last described.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// What reads.
    pub connector: &'a (dyn Connector + 'static),
    /// The account.
    pub account: &'a Account,
}

/// What a tool does with an input of its type.
type Read<I, O> = for<'a> fn(Desk<'a>, I) -> BoxFuture<'a, Result<Answer<O>, Error>>;

/// Every tool, platform by platform.
#[must_use]
pub fn catalogue() -> &'static [Tool] {
    static ALL: LazyLock<Vec<Tool>> = LazyLock::new(|| CONNECTABLE.iter().flat_map(|known| of(known.source)).collect());
    &ALL
}

/// The tool of a name.
///
/// # Errors
/// [`Refusal::Unknown`] with a similar name, where there is one.
pub fn find(name: &str) -> Result<&'static Tool, Refusal> {
    catalogue().iter().find(|tool| tool.name == name).ok_or_else(|| Refusal::Unknown {
        given: name.to_owned(),
        hint: closest(name, catalogue().iter().map(Tool::name)).map(ToOwned::to_owned),
    })
}

/// The tools of a platform: those every platform has, those of what it knows about, then its own.
fn of(platform: Source) -> Vec<Tool> {
    let mut tools = account::tools(platform);
    match platform.kind() {
        SourceKind::Ads => {
            tools.extend(objects::tools(platform));
            tools.extend(metrics::tools(platform));
            tools.extend(conversions::tools(platform));
            tools.extend(breakdown::tools(platform));
            tools.extend(hours::tools(platform));
        }
        SourceKind::Site => tools.extend(sessions::tools(platform)),
        SourceKind::Mail => {
            tools.extend(objects::mailings(platform));
            tools.extend(mailings::tools(platform));
        }
        SourceKind::Shop => tools.extend(orders::tools(platform)),
        SourceKind::Rates => {}
    }
    match platform {
        Source::Meta => tools.extend(meta::tools()),
        Source::Google => tools.extend(google::tools()),
        Source::Pinterest => tools.extend(pinterest::tools()),
        Source::Linkedin
        | Source::Tiktok
        | Source::Ga4
        | Source::Klaviyo
        | Source::Magento
        | Source::Shopify
        | Source::Ecb
        | Source::Csv => {}
    }
    tools
}

impl Tool {
    fn new<I: Input, O: Serialize + JsonSchema + 'static>(
        platform: Source,
        verb: &str,
        about: &'static str,
        read: Read<I, O>,
    ) -> Self {
        let prepare = move |given: Value| {
            let input: I = serde_json::from_value(given).map_err(|error| error.to_string())?;
            input.check(platform)?;
            let account = input.account().cloned();
            Ok(Prepared { account, run: Box::new(move |desk| Box::pin(async move { Ok(read(desk, input).await?.told()) })) })
        };
        Self {
            name: format!("{platform}.{verb}"),
            platform,
            about,
            input: schema_for!(I),
            output: schema_for!(O),
            example: serde_json::to_value(I::example()).unwrap_or_default(),
            prepare: Box::new(prepare),
        }
    }

    /// Its name: `<platform>.<verb>_<noun>`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The platform it reads.
    #[must_use]
    pub const fn platform(&self) -> Source {
        self.platform
    }

    /// What it answers, in a line.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.about
    }

    /// The JSON Schema (2020-12) of its input.
    #[must_use]
    pub fn input(&self) -> &Value {
        self.input.as_value()
    }

    /// The JSON Schema (2020-12) of its answer.
    #[must_use]
    pub fn output(&self) -> &Value {
        self.output.as_value()
    }

    /// An input it takes.
    #[must_use]
    pub const fn example(&self) -> &Value {
        &self.example
    }

    /// Checks an input. Nothing is asked of the platform yet. No input at all is an empty one.
    ///
    /// # Errors
    /// [`Refusal::Input`] with what is wrong and what is expected.
    pub fn prepare(&self, input: Value) -> Result<Prepared, Refusal> {
        let input = if input.is_null() { Value::Object(serde_json::Map::new()) } else { input };
        let refuse = |what: String| Refusal::Input { tool: self.name.clone(), what };
        if !input.is_object() {
            return Err(refuse(format!("it is no JSON object: write for example {}", self.example)));
        }
        (self.prepare)(input).map_err(refuse)
    }
}

impl Prepared {
    /// The account the input names, as it was written; `None` where it names none.
    #[must_use]
    pub const fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    /// Reads.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn run(self, desk: Desk<'_>) -> Result<Told, Error> {
        (self.run)(desk).await
    }
}

impl<'a> Desk<'a> {
    /// The connector as that of one platform, for what only that platform tells.
    fn of<C: Connector>(&self) -> Result<&'a C, Error> {
        let any: &'a dyn Any = self.connector;
        any.downcast_ref().ok_or_else(|| self.rejected("it is read by another platform's connector".to_owned()))
    }

    /// A refusal that concerns the account.
    fn rejected(&self, reason: String) -> Error {
        Error::Rejected { platform: self.connector.source(), account: Some(self.account.id.clone()), reason }
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("account", &self.account).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
