//! `trimtab`: the one binary. Parses arguments, runs one command, answers with the exit codes scripts rely on.

mod cli;
mod config;
mod exit;
mod folder;
mod memory;
mod node;
mod output;
mod system;
mod telemetry;
mod vault;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    memory::begin_with_few_arenas();
    let cli = cli::Cli::parse();
    let json = cli.json;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return exit::report(&anyhow::Error::new(error).context("the runtime cannot be started"), json),
    };
    match runtime.block_on(cli.run()) {
        Ok(code) => code,
        Err(error) => exit::report(&error, json),
    }
}
