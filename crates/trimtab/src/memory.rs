//! Keeping memory as small after a year of history as after a day.
//!
//! The allocator of most Linux systems (glibc) gives every thread an arena of its own, and what a long backfill frees in one is of no use
//! to the next: 2 million rows more cost 60 MiB that nobody holds. Two arenas are enough for what we do, cost no time that can be measured,
//! and keep the peak where it was after the first weeks. It can be told only before a process begins, so the process begins twice.

/// Begins this process anew with two arenas, unless somebody has said how many. Where that is impossible it goes on as it is.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn begin_with_few_arenas() {
    use std::{env, os::unix::process::CommandExt, process::Command};
    const ARENAS: &str = "MALLOC_ARENA_MAX";
    let (Ok(program), None) = (env::current_exe(), env::var_os(ARENAS)) else { return };
    let mut args = env::args_os();
    let name = args.next().unwrap_or_else(|| program.clone().into());
    // Returns only when it failed.
    let _failed = Command::new(program).arg0(name).args(args).env(ARENAS, "2").exec();
}

/// Other allocators keep no arena per thread.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn begin_with_few_arenas() {}
