//! Demo and tests must share one build of the heavy crates. Cargo switches on the features that the packages being built ask for
//! together, so a feature asked for by a test alone would make a second DataFusion: minutes on every clean machine.

use super::Finding;
use crate::process;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// The crates whose build time matters, with everything below them.
const HEAVY: [&str; 2] = ["datafusion", "deltalake"];

pub(super) fn check() -> Result<Vec<Finding>> {
    let tree = |args: &[&str]| {
        let format = ["tree", "--locked", "--prefix", "none", "--format", "{p}|{f}"];
        process::capture(&mut process::cargo(&[&format, args].concat())).map(|text| features(&text))
    };
    let mut heavy = BTreeSet::new();
    for name in HEAVY {
        heavy.extend(tree(&["--edges", "normal", "--package", name])?.into_keys());
    }
    let demo = tree(&["--edges", "normal", "--package", "trimtab"])?;
    let tests = tree(&["--edges", "normal,dev", "--workspace"])?;
    Ok(different(&heavy, &demo, &tests))
}

/// Package (`name v1.2.3`) to the sets of features it is built with.
fn features(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, features) in text.lines().filter_map(|line| line.split_once('|')) {
        all.entry(package.trim().to_owned()).or_default().insert(features.trim_end_matches(" (*)").to_owned());
    }
    all
}

type Features = BTreeMap<String, BTreeSet<String>>;

fn different(heavy: &BTreeSet<String>, demo: &Features, tests: &Features) -> Vec<Finding> {
    let finding = |package: &String| {
        let (ours, theirs) = (demo.get(package)?, tests.get(package)?);
        let more: Vec<_> = theirs
            .difference(ours)
            .flat_map(|f| f.split(','))
            .filter(|f| !ours.iter().any(|o| o.split(',').any(|o| o == *f)))
            .collect();
        (ours != theirs).then(|| Finding {
            path: "Cargo.toml".to_owned(),
            line: 1,
            rule: "one build",
            what: format!(
                "`{package}` is built again for the tests, with {}",
                if more.is_empty() { "fewer features".to_owned() } else { more.join(", ") }
            ),
            fix: "ask for the same features in [workspace.dependencies], for everybody",
        })
    };
    heavy.iter().filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_heavy_crates_with_other_features_are_found() {
        let demo = features("tokio v1.0.0|net,rt\nclap v4.0.0|std\ndatafusion v55.0.0|sql\n");
        let tests = features("tokio v1.0.0|net,rt,test-util\nclap v4.0.0|derive,std\ndatafusion v55.0.0|sql\ninsta v1.0.0|\n");
        let heavy = ["tokio v1.0.0", "datafusion v55.0.0"].map(ToOwned::to_owned).into();
        let found = different(&heavy, &demo, &tests);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].what, "`tokio v1.0.0` is built again for the tests, with test-util");
        assert!(different(&heavy, &demo, &demo).is_empty());
    }
}
