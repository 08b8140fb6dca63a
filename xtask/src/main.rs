//! `cargo xtask …`: everything this repository asks of a developer or a CI machine besides writing code.
//!
//! It stands on no product crate: it drives the same commands a person would type, and measures the binary people get. What a verb
//! prints for people goes to stderr; stdout holds only what was asked for as JSON, or the output of the program a verb starts.

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

mod bench;
mod ci;
mod demo;
mod eval;
mod loopback;
mod phases;
mod postgres;
mod prerequisites;
mod process;
mod python;
mod report;
mod server;
mod test;
mod tidy;
mod web;
mod workspace;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Runs, tests and measures Trimtab", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Builds the web client and the binary, then opens a filled demo agency on loopback
    Demo {
        /// Passed on to `trimtab demo`, for example `-- --once --json`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Runs every test: crates on both databases, documentation, web client, browser journeys
    Test,
    /// What CI runs: formatting, tidy, clippy, tests, freshness of generated files
    Ci,
    /// Checks the rules of the house that no compiler knows
    Tidy,
    /// Measures accuracy against data with a known truth
    Eval(eval::Options),
    /// Measures speed and footprint, beside a peer where one is installed
    Bench(Benchmark),
}

#[derive(Debug, clap::Args)]
struct Benchmark {
    /// What to measure; everything when left out
    #[arg(value_enum)]
    names: Vec<bench::Name>,
    /// Cargo profile of the binary measured
    #[arg(long, default_value = "release")]
    profile: String,
    /// One JSON document on stdout
    #[arg(long)]
    json: bool,
}

/// `cargo xtask eval -- NAME …` and `cargo xtask eval NAME …` mean the same; so do both forms of `bench`.
fn arguments() -> Arguments {
    let mut words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_some_and(|verb| verb == "eval" || verb == "bench") && words.get(2).is_some_and(|word| word == "--") {
        words.remove(2);
    }
    Arguments::parse_from(words)
}

fn main() -> ExitCode {
    let result: Result<()> = match arguments().verb {
        Verb::Demo { args } => demo::run(&args),
        Verb::Test => test::run(),
        Verb::Ci => ci::run(),
        Verb::Tidy => tidy::run(),
        Verb::Eval(options) => eval::run(&options),
        Verb::Bench(Benchmark { names, profile, json }) => bench::run(&names, &profile, json),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::say(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
