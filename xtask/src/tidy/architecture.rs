//! Which crate may stand on which, and who alone may name an outside crate: read from the table in ARCHITECTURE.md and held against
//! what the manifests declare, in both directions, so that neither can drift from the other.

use super::{File, Finding, Tree};
use crate::workspace::{Package, Workspace};
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = "ARCHITECTURE.md";
const HEAD: [&str; 5] = ["crate", "holds", "stands on", "its tests also on", "alone may name"];
const FIX: &str = "change the manifest, or the table by an ADR";

/// One row of the table.
#[derive(Debug)]
struct Row {
    line: usize,
    /// Whether the row permits every crate rather than listing some.
    any: bool,
    stands_on: BTreeSet<String>,
    tests_also: BTreeSet<String>,
    alone: BTreeSet<String>,
}

pub(super) fn check(tree: &Tree, workspace: &Workspace) -> Vec<Finding> {
    let Some(document) = tree.get(DOCUMENT) else {
        let what = "is missing".to_owned();
        return vec![Finding { path: DOCUMENT.to_owned(), line: 1, rule: "edges", what, fix: "the crate table lives there" }];
    };
    let Some(table) = table(document) else {
        return vec![document.finding(
            1,
            "edges",
            format!("has no table with the head | {} |", HEAD.join(" | ")),
            "put the crate table back",
        )];
    };
    let mut findings = edges(document, &table, &workspace.packages);
    findings.extend(alone(document, &table, &workspace.packages));
    findings
}

/// The folder name of one of our packages: `trimtab-facts` is `facts`, the binary is `trimtab`.
fn short(package: &str) -> &str {
    package.strip_prefix("trimtab-").unwrap_or(package)
}

fn table(document: &File) -> Option<BTreeMap<String, Row>> {
    let cells =
        |line: &str| -> Vec<String> { line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect() };
    let mut lines = document.numbered().skip_while(|(_, line)| cells(line) != HEAD);
    lines.next()?;
    lines.next()?; // the rule below the head
    let rows: Vec<_> = lines.take_while(|(_, line)| line.starts_with('|')).map(|(line, text)| (line, cells(text))).collect();
    let names: BTreeSet<String> = rows.iter().filter_map(|(_, row)| row.first()).map(|name| bare(name)).collect();
    let set = |cell: Option<&String>, me: &str| -> BTreeSet<String> {
        match cell.map_or("–", |text| text.as_str()) {
            "–" | "" => BTreeSet::new(),
            "all" => names.iter().filter(|name| *name != me && *name != "xtask").cloned().collect(),
            list => list.split(',').map(bare).collect(),
        }
    };
    let row = |(line, row): (usize, Vec<String>)| {
        let name = bare(row.first()?);
        let (stands_on, tests_also, alone) = (set(row.get(2), &name), set(row.get(3), &name), set(row.get(4), &name));
        Some((name, Row { line, any: row.get(2).is_some_and(|cell| cell == "all"), stands_on, tests_also, alone }))
    };
    rows.into_iter().map(row).collect()
}

fn bare(text: &str) -> String {
    text.trim().trim_matches('`').to_owned()
}

fn edges(document: &File, table: &BTreeMap<String, Row>, packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let name = short(&package.name);
        let Some(row) = table.get(name) else {
            findings.push(document.finding(
                1,
                "edges",
                format!("crate `{name}` is not in the table"),
                "a new crate needs a row and an ADR",
            ));
            continue;
        };
        let ours = |dev: bool| -> BTreeSet<String> {
            let wanted = package.dependencies.iter().filter(|d| d.path.is_some() && (d.kind.as_deref() == Some("dev")) == dev);
            wanted.map(|d| short(&d.name).to_owned()).collect()
        };
        let normal = ours(false);
        for extra in normal.difference(&row.stands_on) {
            findings.push(document.finding(
                row.line,
                "edges",
                format!("`{name}` depends on `{extra}`, which its row does not allow"),
                FIX,
            ));
        }
        // `all` permits; a list states.
        for absent in row.stands_on.difference(&normal).filter(|_| !row.any) {
            findings.push(document.finding(row.line, "edges", format!("`{name}` no longer depends on `{absent}`"), FIX));
        }
        for extra in ours(true).difference(&row.stands_on).filter(|dev| !row.tests_also.contains(*dev)) {
            let what = format!("the tests of `{name}` depend on `{extra}`, which its row does not allow");
            findings.push(document.finding(row.line, "edges", what, FIX));
        }
    }
    let gone = table.iter().filter(|(name, _)| !packages.iter().any(|p| short(&p.name) == name.as_str()));
    findings.extend(
        gone.map(|(name, row)| document.finding(row.line, "edges", format!("there is no crate `{name}`"), "remove the row")),
    );
    findings
}

/// An outside crate named in the last column may be a normal dependency of the rows that name it and of no other. `name*` stands for
/// every crate whose name begins so.
fn alone(document: &File, table: &BTreeMap<String, Row>, packages: &[Package]) -> Vec<Finding> {
    let matches = |pattern: &str, name: &str| pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start));
    let mut findings = Vec::new();
    for package in packages {
        let me = short(&package.name);
        for outside in package.dependencies.iter().filter(|d| d.path.is_none() && d.kind.as_deref() != Some("dev")) {
            let claims = |row: &Row| row.alone.iter().any(|pattern| matches(pattern, &outside.name));
            let owners: Vec<_> = table.iter().filter(|(_, row)| claims(row)).map(|(name, _)| name.as_str()).collect();
            if !owners.is_empty() && !owners.contains(&me) {
                let line = table.get(me).map_or(1, |row| row.line);
                let what = format!("`{me}` depends on `{}`, which only {} may name", outside.name, owners.join(", "));
                findings.push(document.finding(line, "alone may name", what, "move the code there, or decide otherwise by an ADR"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    const TABLE: &str = "# A\n\n\
        | crate | holds | stands on | its tests also on | alone may name |\n|---|---|---|---|---|\n\
        | `domain` | nouns | – | – | – |\n\
        | `facts` | lake | domain | – | `datafusion`, `arrow*` |\n\
        | `store` | rows | domain | facts | – |\n\
        | `trimtab` | main | all | – | – |\n";

    fn package(name: &str, normal: &[&str], dev: &[&str]) -> Package {
        let dependency = |kind: Option<&str>| {
            let kind = kind.map(ToOwned::to_owned);
            move |name: &&str| Dependency {
                name: (*name).to_owned(),
                kind: kind.clone(),
                path: name.starts_with("trimtab").then(|| "x".into()),
            }
        };
        let dependencies = normal.iter().map(dependency(None)).chain(dev.iter().map(dependency(Some("dev")))).collect();
        Package { name: name.to_owned(), dependencies }
    }

    fn found(packages: Vec<Package>) -> Vec<String> {
        let tree = Tree::of(&[(DOCUMENT, TABLE)]);
        let workspace = Workspace { packages, target_directory: "target".into() };
        check(&tree, &workspace).into_iter().map(|f| format!("{}: {}", f.line, f.what)).collect()
    }

    fn good() -> Vec<Package> {
        vec![
            package("trimtab-domain", &["jiff"], &[]),
            package("trimtab-facts", &["trimtab-domain", "datafusion", "arrow-array"], &[]),
            package("trimtab-store", &["trimtab-domain"], &["trimtab-facts", "trimtab-domain"]),
            package("trimtab", &["trimtab-domain", "trimtab-facts", "trimtab-store"], &[]),
        ]
    }

    #[test]
    fn manifests_that_match_the_table_pass() {
        assert!(found(good()).is_empty());
    }

    #[test]
    fn every_other_edge_is_found_in_both_directions() {
        let mut packages = good();
        packages[0] = package("trimtab-domain", &["trimtab-store", "arrow-schema"], &["trimtab-facts"]);
        packages[2] = package("trimtab-store", &[], &[]);
        packages[3] = package("trimtab", &["trimtab-domain", "trimtab-facts"], &["datafusion"]);
        packages.push(package("trimtab-new", &[], &[]));
        assert_eq!(
            found(packages),
            [
                "5: `domain` depends on `store`, which its row does not allow",
                "5: the tests of `domain` depend on `facts`, which its row does not allow",
                "7: `store` no longer depends on `domain`",
                "1: crate `new` is not in the table",
                "5: `domain` depends on `arrow-schema`, which only facts may name",
            ]
        );
    }

    #[test]
    fn a_row_without_a_crate_and_a_missing_table_are_found() {
        let mut packages = good();
        packages.remove(2);
        assert!(found(packages).iter().any(|f| f == "7: there is no crate `store`"));
        let workspace = Workspace { packages: good(), target_directory: "target".into() };
        assert_eq!(check(&Tree::of(&[(DOCUMENT, "# A")]), &workspace).len(), 1);
        assert_eq!(check(&Tree::of(&[]), &workspace).len(), 1);
    }
}
