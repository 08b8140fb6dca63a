//! Mail to people: few kinds, each with its template, by one SMTP server.
//!
//! A [`Mailer`] sends a [`Letter`]; letters are made of [`Notice`]s here, and by whoever has other things to say (reports, alerts) with
//! [`Letter::new`]. Where no server is set up, [`Mailer::none`] answers [`Delivery::NotSetUp`], and the caller shows the link to whoever may hand
//! it on.
//!
//! It neither queues nor repeats: whoever must be sure keeps what is to be sent and comes again, as [`Error::kind`] says.
//!
//! **Invariant.** What a person wrote (a name, a client's name, a device) can neither add a header or a recipient nor become markup.
//! **Invariant.** Links leave in the clear only within this machine.

mod error;
mod letter;
mod notice;
mod smtp;
mod template;

pub use error::Error;
pub use letter::{Letter, Recipient};
pub use notice::Notice;
pub use smtp::{MailSettings, Security};

use smtp::Smtp;
use std::sync::Arc;
use trimtab_domain::{Clock, Ids};

/// Sends mail, or says that nothing is set up to. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer(Option<Arc<Smtp>>);

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "where no mail is set up, somebody must be shown what was to be sent"]
pub enum Delivery {
    /// The server took it.
    Sent,
    /// There is no server: show it to whoever may hand it on.
    NotSetUp,
}

impl Mailer {
    /// A mailer over a server. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Settings`] when the sender is no address, or the connection would not be encrypted beyond this machine.
    pub fn new(settings: MailSettings, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self, Error> {
        Ok(Self(Some(Arc::new(Smtp::new(settings, clock, ids)?))))
    }

    /// What keeps these settings from working, as far as it can be told without asking the server.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn examine(settings: &MailSettings) -> Result<(), Error> {
        smtp::examine(settings)
    }

    /// A mailer that sends nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// Whether there is a server.
    #[must_use]
    pub const fn is_set_up(&self) -> bool {
        self.0.is_some()
    }

    /// Sends a letter to one person.
    ///
    /// # Errors
    /// See [`Error`]: each variant says who must act.
    pub async fn send(&self, to: &Recipient, letter: &Letter) -> Result<Delivery, Error> {
        match &self.0 {
            Some(smtp) => smtp.send(to, letter).await.map(|()| Delivery::Sent),
            None => Ok(Delivery::NotSetUp),
        }
    }

    /// Whether the server can be reached and takes the user and password, for `doctor`.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn check(&self) -> Result<Delivery, Error> {
        match &self.0 {
            Some(smtp) => smtp.check().await.map(|()| Delivery::Sent),
            None => Ok(Delivery::NotSetUp),
        }
    }
}
