//! Strings that must never be committed: credentials, paths of somebody's machine, package hosts other than the public registries.

use super::{Finding, Tree};

/// How credentials of services we meet begin, and how many characters of their alphabet follow at least. Halved, so that the rule
/// does not find itself.
const SECRETS: [(&str, usize); 9] = [
    (concat!("EA", "A"), 60),
    (concat!("AK", "IA"), 16),
    (concat!("gh", "p_"), 36),
    (concat!("github_", "pat_"), 40),
    (concat!("sk-", "ant-"), 24),
    (concat!("xox", "b-"), 20),
    (concat!("AI", "za"), 35),
    (concat!("ya2", "9."), 40),
    (concat!("-----BEGIN ", "PRIVATE KEY"), 0),
];
const MACHINE: [&str; 4] = [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];

pub(super) fn secrets(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.iter().filter(|f| !f.path.ends_with("package-lock.json") && !f.path.ends_with("Cargo.lock")) {
        for (line, text) in file.numbered() {
            if let Some((start, _)) = SECRETS.iter().find(|(start, length)| looks_like(text, start, *length)) {
                let what = format!("holds something that looks like a credential (`{start}…`)");
                findings.push(file.finding(line, "secrets", what, "revoke it if it is real; tests make their own at run time"));
            }
        }
    }
    findings
}

fn looks_like(text: &str, start: &str, length: usize) -> bool {
    text.match_indices(start).any(|(at, _)| {
        let fresh = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let rest = &text[at + start.len()..];
        fresh && rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).count() >= length
    })
}

pub(super) fn machine(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.iter() {
        for (line, text) in file.numbered() {
            let starts_a_path = |part: &str| {
                text.match_indices(part)
                    .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | '/')))
            };
            if let Some(part) = MACHINE.iter().find(|part| starts_a_path(part)) {
                findings.push(file.finding(
                    line,
                    "machine",
                    format!("names a path of one machine (`{part}…`)"),
                    "write it relative to the repository",
                ));
            }
        }
    }
    findings
}

pub(super) fn lock_files(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, key, public) in [
        ("Cargo.lock", "source = \"", "registry+https://github.com/rust-lang/crates.io-index"),
        ("web/package-lock.json", "\"resolved\": \"", "https://registry.npmjs.org/"),
    ] {
        let Some(file) = tree.get(path) else { continue };
        let sources = file.numbered().filter_map(|(line, text)| text.split_once(key).map(|(_, source)| (line, source)));
        for (line, source) in sources.filter(|(_, source)| !source.starts_with(public)) {
            let what = format!("takes a package from {}", source.trim_end_matches(['"', ',']));
            findings.push(file.finding(line, "registries", what, "only the public registries are the same for everybody"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_found_and_prose_is_not() {
        let token = format!("{}{}", SECRETS[0].0, "b9Zd".repeat(20));
        let text = format!("let x = \"{token}\";\nEAAsy to read\nx{token}\n-----BEGIN {}\n", "PRIVATE KEY-----");
        let tree = Tree::of(&[("crates/x/src/a.rs", &text)]);
        assert_eq!(secrets(&tree).iter().map(|f| f.line).collect::<Vec<_>>(), [1, 4]);
    }

    #[test]
    fn only_absolute_paths_of_a_machine_count() {
        let text = format!("cd {}me\nlet route = \"/app{}\";\nhttps://example.com/api{}x\n", MACHINE[1], MACHINE[1], MACHINE[2]);
        assert_eq!(machine(&Tree::of(&[("docs/a.md", &text)])).iter().map(|f| f.line).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn mirrors_in_lock_files_are_found() {
        let cargo = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nsource = \"git+https://example.com/x\"\n";
        let npm = "\"resolved\": \"https://registry.npmjs.org/a/-/a.tgz\",\n\"resolved\": \"https://mirror.example.com/a.tgz\",\n";
        let found = lock_files(&Tree::of(&[("Cargo.lock", cargo), ("web/package-lock.json", npm)]));
        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 2]);
        assert!(found[1].what.ends_with("https://mirror.example.com/a.tgz"));
    }
}
