//! Files are named by a noun of the trade. A drawer for whatever has no name yet is where a design goes to die.

use super::{Finding, Tree};

const BANNED: [&str; 10] = ["utils", "util", "helpers", "helper", "misc", "manager", "managers", "common", "shared", "stuff"];

pub(super) fn banned(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.iter().filter(|f| f.path.starts_with("crates/") || f.path.starts_with("xtask/") || f.path.starts_with("web/"))
    {
        if file.path.ends_with("/mod.rs") {
            findings.push(file.finding(1, "names", "is a mod.rs", "write foo.rs beside the folder foo"));
        }
        let drawer = file.path.split('/').find(|part| BANNED.contains(&part.split('.').next().unwrap_or_default()));
        if let Some(part) = drawer {
            findings.push(file.finding(1, "names", format!("`{part}` names nothing"), "name it by what it holds"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawers_are_found_whatever_their_language() {
        let tree = Tree::of(&[
            ("crates/x/src/utils.rs", ""),
            ("crates/x/src/helpers/day.rs", ""),
            ("crates/x/src/day/mod.rs", ""),
            ("web/src/lib/common.test.ts", ""),
            ("crates/x/src/budget_manager.rs", ""),
            ("docs/common.md", ""),
        ]);
        let found: Vec<_> = banned(&tree).into_iter().map(|f| f.path).collect();
        assert_eq!(
            found,
            ["crates/x/src/utils.rs", "crates/x/src/helpers/day.rs", "crates/x/src/day/mod.rs", "web/src/lib/common.test.ts"]
        );
    }
}
