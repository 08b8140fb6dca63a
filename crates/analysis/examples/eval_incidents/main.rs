//! Holds incidents against worlds with known truth, and prints one JSON document.
//!
//! `eval_incidents FOLDER [EVENTS] [STEP] [learnt]` reads worlds as the sandbox's example `worlds` writes them. EVENTS is what is known of changes:
//! `history` (the platform's own log, with who made them; the default), `readings` (what two readings a day apart differ in: no names) or
//! `none`. Every account is looked at as it was after each label began, day by day, and after every STEP days (7) of its last half year,
//! with conversions as far as they were known on that day and nothing later. With `learnt`, the share of conversions that is in at each age is
//! learnt from earlier readings and handed in; without, the last days' own figures must tell it.
//!
//! A label counts where it was to be seen: where its effect, the mean distance of the first week's days from the same world without
//! trouble, is at least three times the noise of the affected series, which is 1.4826 times the median absolute deviation of a day from
//! the same weekday a week before, over √2. It is found where a finding about the account or about a campaign of it begins between two
//! days before and three days after it. A false alarm is a finding that meets no label, nobody's change of the same campaign and no retail
//! date; each counts once, however often it is told.
#![expect(clippy::print_stdout, reason = "the JSON on stdout is the product")]
#![expect(clippy::print_stderr, reason = "details for whoever asks")]

mod effect;
mod score;
mod world;

use std::{error::Error, fs};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rest @ ..] = &arguments[..] else { return Err("use: eval_incidents FOLDER [EVENTS] [STEP] [learnt]".into()) };
    let known = rest.first().map_or("history", String::as_str);
    let step = rest.get(1).map_or(Ok(7), |text| text.parse())?;
    let mut files: Vec<_> = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort_by_key(|f| f.file_stem().and_then(|s| s.to_str()).and_then(|s| s.parse::<u64>().ok()));
    let mut score = score::Score::default();
    score.learnt = rest.get(2).is_some_and(|text| text == "learnt");
    let verbose = std::env::var_os("DETAILS").is_some();
    for file in files {
        let seed = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        for account in world::read(&file)? {
            for line in score.account(&account, world::Known::parse(known)?, step) {
                if verbose {
                    eprintln!("{seed} {} {line}", account.name);
                }
            }
        }
    }
    println!("{}", serde_json::to_string_pretty(&score.document())?);
    Ok(())
}
