//! The stack against real sockets.
#![cfg(test)]

mod call;
mod errand;
mod server;
