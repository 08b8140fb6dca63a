//! An ad world with known truth, served over the platforms' own wire APIs.

#![doc = include_str!("../README.md")]

mod admin;
mod calls;
mod clock;
mod ecb;
mod error;
mod faults;
mod ga4;
mod google;
mod http;
mod klaviyo;
mod labels;
mod limits;
mod linkedin;
mod magento;
mod mail;
mod meta;
mod oidc;
mod pinterest;
mod platform;
mod record;
mod sandbox;
mod serve;
mod settings;
mod shopify;
mod state;
mod tiktok;
mod transit;
mod world;

pub use calls::{CallRecord, Write};
pub use error::Error;
pub use faults::{Fault, FaultKind};
pub use labels::{KindMet, Label, LabelsMet, Missing};
pub use mail::{MAIL_USER, Message};
pub use oidc::{Client, ClientAuth, Person};
pub use sandbox::{AccountInfo, Sandbox};
pub use settings::{Limits, SandboxSettings};
pub use transit::TRANSIT_TOKEN;
pub use world::{
    commerce::totals::ShopTotals,
    ledger::{AdDays, CampaignDays, Change, DayFigures, Ledger, LedgerAccount},
    totals::DayTotals,
};
