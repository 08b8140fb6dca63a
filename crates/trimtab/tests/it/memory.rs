//! What a process is told of memory before it begins.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use crate::app::sandbox;
use std::fs;

#[test]
fn a_process_keeps_few_arenas_and_is_otherwise_the_one_that_was_started() {
    let running = sandbox(&["--seed", "3", "--tenants", "1", "--ads", "4", "--days", "3"]);
    let of = |what: &str| fs::read(format!("/proc/{}/{what}", running.child.id())).unwrap();
    let environment = String::from_utf8_lossy(&of("environ")).into_owned();
    assert!(environment.split('\0').any(|variable| variable == "MALLOC_ARENA_MAX=2"), "{environment}");
    let args = String::from_utf8_lossy(&of("cmdline")).into_owned();
    assert!(args.contains("\0sandbox\0") && args.ends_with("--days\x003\0"), "{args:?}");
    assert!(!running.accounts().is_empty(), "it serves");
}
