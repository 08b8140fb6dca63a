//! Holds pacing and outlooks against simulated accounts whose months are known to their end, and prints one JSON document.
//!
//! `eval_outlook WORLDS` reads worlds as the sandbox's example `worlds` writes them.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]

mod ahead;
mod pacing;
mod worlds;

use serde_json::json;
use std::{error::Error, path::Path};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder] = &arguments[..] else { return Err("use: eval_outlook WORLDS".into()) };
    let accounts = worlds::read(Path::new(folder))?;
    let document = json!({
        "accounts": accounts.len(),
        "week_ahead": ahead::evaluate(&accounts, false),
        "pacing": { "account": pacing::evaluate(&accounts, "account"), "campaign": pacing::evaluate(&accounts, "campaign") },
    });
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}
