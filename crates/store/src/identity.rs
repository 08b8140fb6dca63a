//! Who may sign in and act: people and their roles, sessions and second factors, links sent by mail, and keys of programs.
//!
//! All of it is behind the [`crate::System`] door: whom a token belongs to must be known before any tenant is. Tokens of every kind
//! are 256 random bits of which only a hash is stored, so a copy of the database signs nobody in. Whether the caller may do what is
//! asked is decided by the engine; here stand the rules that must hold within one transaction: the last administrator stays, a code
//! and a link count once, a refreshed token does not come back.

mod authenticator;
mod breached;
mod challenge;
mod device;
mod key;
mod link;
mod passkey;
mod password;
mod provider;
mod role;
mod session;
mod sign_in;
mod token;
mod user;

pub use authenticator::Enrolment;
pub(crate) use breached::Breached;
pub use key::{ApiKey, NewKey};
pub use link::{Invitation, Offer, Sent};
pub use passkey::{Passkey, RelyingParty};
pub use password::normalise_email;
pub use provider::ProviderIdentity;
pub use session::{Device, Method, Principal, Session, Tokens};
pub use sign_in::{Proof, SignIn};
pub use user::{Admin, IfInitialised, User};

use crate::{Error, row};
use trimtab_domain::id::UserId;

fn user_id(text: &str) -> Result<UserId, Error> {
    UserId::parse(text).map_err(|_| row::bad("user id", text))
}
