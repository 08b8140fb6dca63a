//! Documents tell the truth about files: links lead somewhere, snapshots belong to a test, the changelog has room for what comes.

use super::{File, Finding, Tree};

pub(super) fn changelog(tree: &Tree) -> Vec<Finding> {
    let kept = tree.get("CHANGELOG.md").is_some_and(|f| f.text.lines().any(|line| line == "## Unreleased"));
    let finding = || Finding {
        path: "CHANGELOG.md".to_owned(),
        line: 1,
        rule: "changelog",
        what: "has no section `## Unreleased`".to_owned(),
        fix: "note there what a user will notice",
    };
    if kept { Vec::new() } else { vec![finding()] }
}

/// Links between documents, without their anchors.
pub(super) fn links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.iter().filter(|f| f.path.ends_with(".md")) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, text) in file.numbered() {
            for target in targets(text)
                .filter(|target| !target.contains("://") && !target.starts_with(['#', '<']) && !target.starts_with("mailto:"))
            {
                let path = resolve(folder, target.split('#').next().unwrap_or_default());
                let exists = tree.iter().any(|f| f.path == path || f.path.starts_with(&format!("{path}/")));
                if !exists {
                    findings.push(file.finding(
                        line,
                        "links",
                        format!("links to `{target}`, which does not exist"),
                        "correct or remove the link",
                    ));
                }
            }
        }
    }
    findings
}

/// The targets of `[text](target)` and `![text](target)` outside code.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let prose = line.split('`').step_by(2);
    prose
        .flat_map(|text| text.split("](").skip(1))
        .filter_map(|rest| rest.split(')').next())
        .map(|t| t.split(' ').next().unwrap_or(t))
}

fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// A snapshot whose test is gone would be kept for ever.
pub(super) fn snapshots(tree: &Tree) -> Vec<Finding> {
    let orphan = |file: &File| {
        let source = file.text.lines().find_map(|line| line.strip_prefix("source: "))?.trim_matches('"');
        let stem = file.path.rsplit('/').next()?.strip_suffix(".snap")?;
        let name = stem.rsplit("__").next()?;
        // `name-2` is the second snapshot of one test.
        let test = name.rsplit_once('-').filter(|(_, n)| n.parse::<u32>().is_ok()).map_or(name, |(test, _)| test);
        let used =
            tree.get(source).is_some_and(|f| f.text.contains(&format!("fn {test}(")) || f.text.contains(&format!("\"{name}\"")));
        (!used).then(|| file.finding(1, "snapshots", format!("no test `{test}` in {source}"), "delete the snapshot"))
    };
    tree.iter().filter(|f| f.path.ends_with(".snap")).filter_map(orphan).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_from_their_document() {
        let text = "[a](../README.md#x) [b](adr/0001.md) ![c](images/gone.png) [d](https://example.com) [e](#here) `[f](nowhere)` [g](adr)\n";
        let tree = Tree::of(&[("docs/a.md", text), ("README.md", ""), ("docs/adr/0001.md", "")]);
        let found: Vec<_> = links(&tree).into_iter().map(|f| f.what).collect();
        assert_eq!(found, ["links to `images/gone.png`, which does not exist"]);
    }

    #[test]
    fn a_snapshot_needs_its_test() {
        let tree = Tree::of(&[
            ("crates/x/src/a.rs", "fn kept() {}\nassert_snapshot!(\"named\", x);\n"),
            ("crates/x/src/snapshots/x__a__tests__kept.snap", "---\nsource: crates/x/src/a.rs\n---\n"),
            ("crates/x/src/snapshots/x__a__tests__kept-2.snap", "---\nsource: crates/x/src/a.rs\n---\n"),
            ("crates/x/src/snapshots/x__a__tests__named.snap", "---\nsource: crates/x/src/a.rs\n---\n"),
            ("crates/x/src/snapshots/x__a__tests__gone.snap", "---\nsource: crates/x/src/a.rs\n---\n"),
        ]);
        let found: Vec<_> = snapshots(&tree).into_iter().map(|f| f.what).collect();
        assert_eq!(found, ["no test `gone` in crates/x/src/a.rs"]);
    }

    #[test]
    fn the_changelog_has_room() {
        assert_eq!(changelog(&Tree::of(&[])).len(), 1);
        assert!(changelog(&Tree::of(&[("CHANGELOG.md", "# Changelog\n\n## Unreleased\n")])).is_empty());
    }
}
