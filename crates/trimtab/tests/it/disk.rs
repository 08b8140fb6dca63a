//! Disks that take nothing more and folders nobody may write: the message names the place and the way out, nothing is half stored, and
//! once it is mended one more sync gives the same facts.

use crate::app::{App, cents, sandbox, stderr, stdout};
use serde_json::Value;
use std::process::{Command, Output};

/// Where the system lets ordinary users mount, the disk is a real one of a few megabytes; elsewhere the process may not write files
/// beyond a size. Either way writes fail in the middle of the sync, and afterwards there is room.
#[cfg(unix)]
#[test]
fn a_full_disk_is_named_and_nothing_is_half_stored() {
    let sandbox = sandbox(&["--seed", "11", "--tenants", "1", "--ads", "60", "--days", "90", "--today", "2026-11-20"]);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let (from, to) = ("2026-09-01", "2026-11-20");
    let truth = cents(&sandbox.spend_by_day(&account, from, to));
    let disk = tempfile::TempDir::new().unwrap();
    let spend = format!("query --tenant acme --metrics spend --by date --from {from} --to {to}");
    let staged = |before: &str, data: &std::path::Path, wrap: &[&str]| {
        let (binary, data, disk, source) =
            (env!("CARGO_BIN_EXE_trimtab"), data.display(), disk.path().display(), app.path().display());
        let script = format!(
            "disk='{disk}'; source='{source}'; run() {{ '{binary}' --data '{data}' --json \"$@\"; }}; {before}
            echo \" code $?\"; run sync --tenant acme >/dev/null || exit 9; run {spend}"
        );
        let command = [wrap, &["sh", "-c", &script]].concat();
        Command::new(command[0]).args(&command[1..]).env_remove("TRIMTAB_DATA").env("NO_COLOR", "1").output().unwrap()
    };
    let real = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "tmpfs"]).arg(disk.path()).output();
    let real = real.is_ok_and(|out| out.status.success());
    let out = if real {
        let before = "mount -t tmpfs -o size=$(($(du -sk \"$source\" | cut -f1) + 400))k tmpfs \"$disk\" && cp -a \"$source\" \"$disk/data\" || exit 8; \
                      run sync --tenant acme; code=$?; mount -o remount,size=256m \"$disk\"; (exit $code)";
        staged(before, &disk.path().join("data"), &["unshare", "-rm"])
    } else {
        staged("(trap '' XFSZ; ulimit -f 330; run sync --tenant acme)", app.path(), &[])
    };
    let said = stdout(&out);
    assert!(out.status.success(), "{said}{}", stderr(&out));
    let (first, answer) = said.trim().rsplit_once('\n').unwrap();
    assert!(first.contains("code ") && !first.contains("code 0"), "the disk was full: {said}");
    let said = format!("{first}{}", stderr(&out));
    if real {
        assert!(said.contains("full") && said.contains("free some space"), "{said}");
    } else {
        assert!(said.contains("File too large") || said.contains("disk I/O error") || said.contains("neither full"), "{said}");
    }
    let answer: Value = serde_json::from_str(answer).unwrap();
    let rows = answer["rows"].as_array().unwrap();
    let stored: Vec<_> = rows.iter().map(|row| (crate::app::text(&row["date"]), crate::app::text(&row["spend"]))).collect();
    assert_eq!(stored, truth);
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let mut command = crate::app::binary();
    command.arg("--data").arg(file.join("data")).args(["init", "--email", "a@b.example", "--password-stdin"]);
    let mut child = command.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"correct horse battery").unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(!out.status.success());
    assert!(stderr(&out).contains("choose another with --data"), "{}", stderr(&out));
}

/// Runs the binary with what file permissions say, whoever runs the tests: root's power to ignore them is taken from the process.
#[cfg(unix)]
fn humbly(app: &App, args: &[&str]) -> Output {
    let ours = app.command(args);
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set=-dac_override,-dac_read_search", "--"]).arg(ours.get_program()).args(ours.get_args());
        command.env_remove("TRIMTAB_DATA").env("NO_COLOR", "1");
        command
    } else {
        ours
    };
    command.output().expect("the binary starts (as root by means of setpriv)")
}

#[cfg(unix)]
fn is_root() -> bool {
    let made = tempfile::NamedTempFile::new().unwrap();
    std::os::unix::fs::MetadataExt::uid(&made.as_file().metadata().unwrap()) == 0
}

/// Takes or gives the right to write to a folder and everything in it.
#[cfg(unix)]
fn writable(folder: &std::path::Path, may: bool) {
    use std::os::unix::fs::PermissionsExt;
    let set = |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    // Opened from above and closed from below: a closed folder can still be entered, but not changed.
    set(folder, if may { 0o700 } else { 0o500 });
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { writable(&path, may) } else { set(&path, if may { 0o600 } else { 0o400 }) }
    }
}

#[cfg(unix)]
#[test]
fn a_read_only_data_folder_is_named_by_every_command_that_writes() {
    let sandbox = sandbox(&["--seed", "11", "--tenants", "1", "--ads", "8", "--days", "40", "--today", "2026-11-20"]);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let (from, to) = ("2026-10-15", "2026-11-20");
    app.ok(&["sync", "--tenant", "acme", "--from", "2026-11-01"]);
    let before = app.spend_by_day(from, to);
    let file = app.path().join("export.csv");
    std::fs::write(&file, "Campaign,Day,Impressions,Clicks,Cost\nA,2026-11-01,10,1,2.50\n").unwrap();
    let folder = app.path().display().to_string();

    writable(app.path(), false);
    let import = ["import", file.to_str().unwrap(), "--tenant", "acme"];
    let tenant = ["tenant", "add", "b", "--name", "B", "--currency", "EUR", "--timezone", "UTC"];
    for args in [&["sync", "--tenant", "acme"][..], &import, &tenant] {
        let out = humbly(&app, args);
        let said = stdout(&out) + &stderr(&out);
        assert!(!out.status.success(), "{args:?}: {said}");
        assert!(said.contains(&folder) && said.contains("writable"), "{args:?}: {said}");
    }
    let out = humbly(&app, &["doctor"]);
    let doctor: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((out.status.code(), &doctor["checks"][0]["finding"]), (Some(1), &Value::from("broken")), "{doctor}");
    assert!(doctor["checks"][0]["detail"].as_str().unwrap().contains(&folder), "{doctor}");
    assert!(doctor["checks"][0]["fix"].as_str().unwrap().contains("mend its permissions"), "{doctor}");
    writable(app.path(), true);

    assert_eq!(app.spend_by_day(from, to), before, "nothing was changed");
    app.ok(&["sync", "--tenant", "acme", "--from", from]);
    assert_eq!(app.spend_by_day(from, to), cents(&sandbox.spend_by_day(&account, from, to)));
}

/// The database can be written and the lake cannot: the run says so, and no day counts as read.
#[cfg(unix)]
#[test]
fn a_read_only_lake_fails_the_run_with_the_way_out() {
    let sandbox = sandbox(&["--seed", "11", "--tenants", "1", "--ads", "8", "--days", "40", "--today", "2026-11-20"]);
    let account = sandbox.accounts().remove(0);
    let app = App::connected(std::slice::from_ref(&account));
    let (from, to) = ("2026-10-15", "2026-11-20");
    app.ok(&["sync", "--tenant", "acme", "--from", "2026-11-15"]);
    let lake = app.path().join("lake");
    writable(&lake, false);
    let out = humbly(&app, &["sync", "--tenant", "acme"]);
    writable(&lake, true);
    assert_eq!(out.status.code(), Some(5), "{}{}", stdout(&out), stderr(&out));
    let answer: Value = serde_json::from_slice(&out.stdout).unwrap();
    let error = &answer["runs"][0]["error"];
    let said = error["detail"].as_str().unwrap();
    assert!(said.contains(&lake.display().to_string()) && said.contains("permission denied; let this user"), "{said}");
    assert!(error["fix"].as_str().unwrap().contains("mend the data folder"), "{error}");
    app.ok(&["sync", "--tenant", "acme"]);
    assert_eq!(app.spend_by_day(from, to), cents(&sandbox.spend_by_day(&account, from, to)));
}
