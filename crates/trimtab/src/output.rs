//! What people and scripts see: one JSON document on stdout, everything for people on stderr, progress only on a terminal.
//!
//! This is the one place that prints. A reader that has gone away is no error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};

/// A line for people.
pub(crate) fn say(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

/// One JSON document for scripts.
pub(crate) fn document(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => plain(&(text + "\n")),
        Err(error) => say(&format!("error: the answer cannot be written as JSON: {error}")),
    }
}

/// Text on stdout as it is.
pub(crate) fn plain(text: &str) {
    bytes(text.as_bytes());
}

/// Bytes on stdout as they are.
pub(crate) fn bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    drop(out.write_all(bytes).and_then(|()| out.flush()));
}

/// A table for people, on stdout since it is the answer.
pub(crate) fn table(head: Vec<String>, rows: Vec<Vec<String>>) {
    let mut builder = tabled::builder::Builder::default();
    builder.push_record(head);
    for row in rows {
        builder.push_record(row);
    }
    let mut table = builder.build();
    table.with(tabled::settings::Style::sharp());
    plain(&format!("{table}\n"));
}

/// A progress bar of `unit`s on a terminal, nothing elsewhere.
pub(crate) fn bar(unit: &str) -> ProgressBar {
    let quiet = !std::io::stderr().is_terminal();
    let bar =
        ProgressBar::with_draw_target(Some(0), if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
    let template = format!("{{prefix:24!}} {{bar:32}} {{pos}}/{{len}} {unit} · {{msg}} · {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}

/// A number with thousands separated, for people.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            ["7", "1 234", "1 234 567"],
            [super::grouped(7), super::grouped(1_234), super::grouped(1_234_567)].each_ref().map(String::as_str)
        );
    }
}
