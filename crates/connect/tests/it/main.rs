//! Connectors against the simulated platforms, over real sockets.

mod conformance;
mod import;
mod import_faults;
mod import_properties;
mod meta;
mod recorded;
mod world;
