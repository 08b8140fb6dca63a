//! The report people read: one Markdown document, a section for each evaluation. A run writes anew the sections it evaluated and keeps the others,
//! so that the file is never edited by hand and one evaluation can be run again by itself.

use super::{Evaluation, Name, Outcome, analysis::Measures};
use anyhow::{Context, Result};
use std::{collections::BTreeMap, fmt::Write, fs, io::ErrorKind, path::Path};

const HEAD: &str = "\
# Evaluation

How right Trimtab's analyses are, on public data sets with a known truth and in simulated worlds, beside the bars set for them and the best that is published.
Written by `cargo xtask eval --data DIR --report docs/EVALUATION.md`; `cargo xtask eval NAME --data DIR --report docs/EVALUATION.md` writes one section anew. `DIR` holds the data
sets, one folder each with its README (source, licence, published figures, how a score is counted); they do not belong to this repository. Worlds are made by the sandbox from seeds.

*Ours* is what the shipped settings give: nothing is set per series or per world. *Bar* is what was asked for before. *Others* are peers: published figures on the same data, or a peer's
program in the same run, as each section says. A bar that is not held is told with the reason. Evaluations never decide whether a change may land: tests do.
";

/// How a section begins and ends.
fn begin(key: &str) -> String {
    format!("<!-- evaluation {key} -->")
}
const END: &str = "<!-- end -->";
const MISSED: &str = "| **not held** |";
const HELD: &str = "| held |";

/// Where and when an evaluation was run.
pub(super) struct Run {
    /// `2026-11-26`.
    pub(super) date: String,
    /// What it was run on.
    pub(super) machine: String,
}

/// Writes the sections of some evaluations into a report, which need not be there yet.
///
/// # Errors
/// When the file cannot be read or written.
pub(super) fn write(file: &Path, evaluated: &[(Name, Evaluation)], run: &Run) -> Result<()> {
    let before = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.with_context(|| format!("cannot read {}", file.display()))?,
    };
    let mut sections = sections(&before);
    for (name, evaluation) in evaluated {
        sections.insert(name.key(), section(*name, evaluation, run));
    }
    fs::write(file, document(&sections)).with_context(|| format!("cannot write {}", file.display()))
}

fn document(sections: &BTreeMap<String, String>) -> String {
    let mut text = format!("{HEAD}\n{}", summary(sections));
    for (key, section) in Name::all().filter_map(|name| sections.get_key_value(&name.key())) {
        write!(text, "\n{}\n{}\n{END}\n", begin(key), section.trim_end()).unwrap_or_default();
    }
    text
}

/// The sections of a document by their keys.
fn sections(document: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for part in document.split("<!-- evaluation ").skip(1) {
        if let Some((key, rest)) = part.split_once(" -->\n")
            && let Some((section, _)) = rest.split_once(END)
        {
            found.insert(key.to_owned(), section.to_owned());
        }
    }
    found
}

/// Bars held by section, and those that are not.
fn summary(sections: &BTreeMap<String, String>) -> String {
    let (mut text, mut missed) = ("| evaluation | bars held | |\n|---|---|---|\n".to_owned(), Vec::new());
    let (mut all_held, mut all) = (0, 0);
    for section in Name::all().filter_map(|name| sections.get(&name.key())) {
        let title = section.lines().find_map(|line| line.strip_prefix("## ")).unwrap_or_default();
        let of = |mark: &str| section.lines().filter(|line| line.contains(mark)).collect::<Vec<_>>();
        let (held, not) = (of(HELD).len(), of(MISSED));
        if held + not.len() == 0 {
            continue;
        }
        (all_held, all) = (all_held + held, all + held + not.len());
        let told = if not.is_empty() { "all" } else { "see beneath" };
        writeln!(text, "| [{title}](#{}) | {held} of {} | {told} |", anchor(title), held + not.len()).unwrap_or_default();
        let cells = |row: &str| row.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        missed.extend(not.into_iter().map(cells).map(|cells| match &cells[..] {
            [_, dataset, metric, ours, bar, ..] => format!("- {title}, {dataset}: {metric} {ours}, asked for {bar}"),
            _ => String::new(),
        }));
    }
    let intro = format!("## In short\n\n{all_held} of {all} bars are held.\n\n");
    if missed.is_empty() {
        intro + &text
    } else {
        format!("{intro}{text}\nNot held, with the reason in each section:\n\n{}\n", missed.join("\n"))
    }
}

fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}

fn section(name: Name, evaluation: &Evaluation, run: &Run) -> String {
    let mut text = format!("## {}\n\n", name.title());
    writeln!(text, "`{}` · {} · {} · {:.0} s\n", name.command(), run.date, run.machine, evaluation.seconds).unwrap_or_default();
    match &evaluation.outcome {
        Outcome::Measures(measures) => measured(measures, &mut text),
        Outcome::Figures(figures) => {
            writeln!(text, "{} of {} figures equal their reference.", figures.rows.len() - figures.different(), figures.rows.len())
                .unwrap_or_default();
            figures.notes.iter().chain(&figures.failures).for_each(|note| writeln!(text, "\n{note}").unwrap_or_default());
        }
        Outcome::Wire(wire) => writeln!(text, "{}", wire.in_short()).unwrap_or_default(),
    }
    text
}

fn measured(measures: &Measures, text: &mut String) {
    for paragraph in measures.about {
        writeln!(text, "{paragraph}\n").unwrap_or_default();
    }
    text.push_str("| data set | metric | ours | bar | | others |\n|---|---|---|---|---|---|\n");
    for m in &measures.measures {
        let verdict = match m.verdict() {
            "NOT HELD" => "**not held**",
            "NOT MEASURED" => "**not measured**",
            verdict => verdict,
        };
        writeln!(
            text,
            "| {} | {} | {} | {} | {verdict} | {} |",
            m.dataset,
            m.metric,
            m.ours_shown(),
            m.bar.shown(),
            m.others_shown()
        )
        .unwrap_or_default();
    }
    let missed: Vec<_> = measures.measures.iter().filter(|m| matches!(m.verdict(), "NOT HELD" | "NOT MEASURED")).collect();
    if !missed.is_empty() {
        text.push_str("\nWhy bars are not held:\n\n");
        for m in missed {
            let reason = if m.reason.is_empty() { "not known yet" } else { m.reason };
            writeln!(text, "- {}, {}: {reason}.", m.dataset, m.metric).unwrap_or_default();
        }
    }
    if !measures.notes.is_empty() {
        text.push('\n');
        measures.notes.iter().for_each(|note| writeln!(text, "- {note}").unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::super::analysis::{Bar, Measure};
    use super::*;

    fn evaluation(ours: f64) -> Evaluation {
        let measure = Measure {
            dataset: "x".to_owned(),
            metric: "recall".to_owned(),
            ours: Some(ours),
            bar: Bar::AtLeast(0.9),
            others: vec![],
            reason: "it is hard",
        };
        let measures = Measures { measures: vec![measure], notes: vec!["a note".to_owned()], about: &["How."] };
        Evaluation { outcome: Outcome::Measures(measures), command: "c".to_owned(), seconds: 2.0 }
    }

    #[test]
    fn a_run_writes_its_own_sections_anew_and_keeps_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.md");
        let run = |date: &str| Run { date: date.to_owned(), machine: "2 cores".to_owned() };
        write(&file, &[(Name::Incidents, evaluation(0.95)), (Name::Fatigue, evaluation(0.95))], &run("2026-01-01")).unwrap();
        let first = fs::read_to_string(&file).unwrap();
        assert!(first.contains("2 of 2 bars are held") && !first.contains("Why bars"), "{first}");
        write(&file, &[(Name::Incidents, evaluation(0.5))], &run("2026-02-02")).unwrap();
        let second = fs::read_to_string(&file).unwrap();
        assert!(second.contains("1 of 2 bars are held") && second.contains("recall 0.5000, asked for ≥ 0.9"), "{second}");
        assert!(second.contains("x, recall: it is hard."), "the reason stands beneath the table");
        assert!(second.contains("2026-01-01") && second.contains("2026-02-02"), "each section has its own date");
        assert_eq!(second.matches(END).count(), 2);
    }

    #[test]
    fn anchors_are_those_of_titles() {
        assert_eq!(anchor("Worn creatives, really"), "worn-creatives-really");
    }
}
