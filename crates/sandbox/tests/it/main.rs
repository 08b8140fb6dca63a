//! The sandbox through HTTP, as any client meets it.
#![cfg(test)]

mod admin;
mod ecb;
mod entities;
mod errors;
mod faults;
mod figures;
mod ga4;
mod google;
mod insights;
mod kit;
mod klaviyo;
mod labels;
mod ledger;
mod linkedin;
mod magento;
mod mail;
mod oidc;
mod pinterest;
mod recording;
mod rewriting;
mod shopify;
mod tiktok;
mod writes;
