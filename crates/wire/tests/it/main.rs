//! The stack against real sockets.

mod call;
mod server;
