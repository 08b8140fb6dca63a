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

/// # Errors
/// When anything failed.
pub(crate) fn run() -> Result<()> {
    let mut phases = Phases::new();
    phases.need("checking this machine", prerequisites::for_building)?;
    let workspace = Workspace::load()?;
    web_client(&mut phases, &workspace)?;
    everything_else(&mut phases, &workspace)?;
    phases.finish()
}

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
pub(crate) fn everything_else(phases: &mut Phases, workspace: &Workspace) -> Result<()> {
    let nextest = prerequisites::nextest();
    let runner: &[&str] = if nextest { &["nextest", "run", "--workspace"] } else { &["test", "--workspace"] };
    if !nextest {
        report::say(format_args!("cargo-nextest is not installed: running the same tests with cargo test"));
    }
    phases.need("building crates and their tests", || process::run(&mut process::cargo(&[runner, &["--no-run"]].concat())))?;
    let server = phases.need("a PostgreSQL for the tests", Postgres::start)?;
    phases.check_tests("crate tests, on SQLite and on PostgreSQL", || {
        let mut tests = process::cargo(&[runner, &["--no-fail-fast"]].concat());
        process::run_tests(tests.env(postgres::VARIABLE, server.url()))
    });
    drop(server);
    // `cargo test` runs documentation tests by itself; nextest does not know them.
    if nextest {
        phases.check_tests("documentation tests", || process::run_tests(&mut process::cargo(&["test", "--workspace", "--doc"])));
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
