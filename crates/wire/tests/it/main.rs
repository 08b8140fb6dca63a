//! The stack against real sockets.
#![cfg(test)]

mod call;
mod server;
