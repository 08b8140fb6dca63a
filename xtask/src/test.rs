//! Every test there is, in one run: crates on both databases, documentation, web client, browser journeys on the mock and on the real binary.
//!
//! Everything is built with `--workspace`, so that DataFusion is compiled once for tests, binary and journeys.

use crate::{
    phases::Phases,
    postgres::{self, Postgres},
    prerequisites,
    process::{self, Closing},
    report,
    server::Demo,
    web,
    workspace::Workspace,
};
use anyhow::Result;
use std::process::Command;

/// # Errors
/// When anything failed.
pub(crate) fn run() -> Result<()> {
    let mut phases = Phases::new();
    phases.need("checking this machine", prerequisites::for_building)?;
    let workspace = Workspace::load()?;
    web_client(&mut phases, &workspace)?;
    everything_else(&mut phases, &workspace, Compiler::Plain)?;
    phases.finish()
}

/// What compiles our own crates.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Compiler {
    /// The compiler as it is.
    Plain,
    /// The compiler within clippy, for which a warning is an error: what is built for tests is linted by the way. `cargo clippy` would
    /// look through every dependency a second time, since what it keeps is no use to a build.
    Linting,
}

impl Compiler {
    pub(crate) fn cargo(self, args: &[&str]) -> Command {
        let mut cargo = process::cargo(args);
        if matches!(self, Self::Linting) {
            // As `cargo clippy` does it; the words between its arguments are clippy's own.
            cargo.env("RUSTC_WORKSPACE_WRAPPER", LINTER).env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
        }
        cargo
    }
}

const LINTER: &str = "clippy-driver";

/// The web client's own checks, tests and build. First, because the binary embeds the build.
///
/// # Errors
/// When the client cannot be built.
pub(crate) fn web_client(phases: &mut Phases, workspace: &Workspace) -> Result<()> {
    phases.need("web packages", web::install)?;
    phases.check("web lint", || web::script(&["lint"]));
    phases.check("web types", || web::script(&["typecheck"]));
    phases.check("web types of the API are docs/openapi.json's", || web::script(&["api", "--", "--check"]));
    phases.check_tests("web unit tests", || web::tests("test", &[]));
    phases.need("web client", || web::build(workspace))
}

/// The crates' tests and the browser journeys.
///
/// # Errors
/// When something cannot be built.
pub(crate) fn everything_else(phases: &mut Phases, workspace: &Workspace, compiler: Compiler) -> Result<()> {
    let nextest = prerequisites::nextest();
    let runner: &[&str] = if nextest { &["nextest", "run", "--workspace"] } else { &["test", "--workspace"] };
    if !nextest {
        report::say(format_args!("cargo-nextest is not installed: running the same tests with cargo test"));
    }
    phases.need("building crates and their tests", || process::run(&mut compiler.cargo(&[runner, &["--no-run"]].concat())))?;
    let server = phases.need("a PostgreSQL for the tests", Postgres::start)?;
    phases.check_tests("crate tests, on SQLite and on PostgreSQL", || {
        let mut tests = compiler.cargo(&[runner, &["--no-fail-fast"]].concat());
        process::run_tests(tests.env(postgres::VARIABLE, server.url()))
    });
    drop(server);
    // `cargo test` runs documentation tests by itself; nextest does not know them.
    if nextest {
        phases.check_tests("documentation tests", || process::run_tests(&mut compiler.cargo(&["test", "--workspace", "--doc"])));
    }
    let browser = phases.need("a browser for the journeys", prerequisites::chromium)?.display().to_string();
    phases.check_tests("journeys on the mock", || web::tests("e2e", &[("CHROMIUM", browser.clone())]));
    phases.check_tests("journeys on the real binary", || journeys(workspace, browser));
    Ok(())
}

fn journeys(workspace: &Workspace, browser: String) -> Result<Closing> {
    let demo = Demo::start(&workspace.binary("dev"))?;
    let ready = demo.ready.clone();
    web::tests(
        "e2e:real",
        &[("CHROMIUM", browser), ("TRIMTAB_URL", ready.url), ("TRIMTAB_EMAIL", ready.email), ("TRIMTAB_PASSWORD", ready.password)],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_clippy_warns_of_fails_the_linting_build_alone() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = folder.path().join("Cargo.toml");
        fs::write(&manifest, "[package]\nname = \"small\"\nedition = \"2024\"\n[workspace]\n").unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/main.rs"), "fn main() {\n    return;\n}\n").unwrap();
        let builds = |compiler: Compiler| {
            let mut cargo = compiler.cargo(&["build", "--offline", "--manifest-path"]);
            process::succeeds(cargo.arg(&manifest).env("CARGO_TARGET_DIR", folder.path().join("target")))
        };
        assert!(builds(Compiler::Plain));
        assert!(!builds(Compiler::Linting));
    }
}
