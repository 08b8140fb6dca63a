//! The sandbox through HTTP, as any client meets it.
#![cfg(test)]

mod admin;
mod entities;
mod errors;
mod faults;
mod figures;
mod google;
mod insights;
mod kit;
mod linkedin;
mod magento;
mod pinterest;
mod recording;
mod shopify;
mod tiktok;
mod writes;
