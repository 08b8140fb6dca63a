//! Connectors against the simulated platforms, over real sockets.
#![cfg(test)]

mod canned;
mod conformance;
mod ecb;
mod ga4;
mod ga4_recorded;
mod google;
mod google_recorded;
mod history;
mod history_fivetran;
mod history_json;
mod history_postgres;
mod import;
mod import_accounts;
mod import_faults;
mod import_properties;
mod klaviyo;
mod klaviyo_recorded;
mod linkedin;
mod linkedin_recorded;
mod magento;
mod magento_recorded;
mod meta;
mod oidc;
mod pinterest;
mod pinterest_recorded;
mod postgres;
mod recorded;
mod schema;
mod shopify;
mod shopify_recorded;
mod tape;
mod tiktok;
mod tiktok_recorded;
mod tools;
mod world;
