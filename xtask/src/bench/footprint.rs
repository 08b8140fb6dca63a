//! What an installation costs while nothing happens: how long until it serves, how much memory it then holds.

use super::Row;
use crate::{
    process,
    server::{self, Stopped, pause},
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

const STARTS: usize = 5;
const READY_MAX: Duration = Duration::from_secs(30);
const IDLE: Duration = Duration::from_secs(5);

/// The median start and the memory of the last one.
///
/// # Errors
/// When the binary cannot be started or never becomes ready.
pub(super) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let home = tempfile::tempdir().context("cannot create a data folder")?;
    server::init(binary, home.path())?;
    let mut starts_ms = Vec::new();
    let mut idle_mib = None;
    for start in 1..=STARTS {
        let address = free_address()?;
        let mut serve = process::command(binary);
        serve
            .arg("--data")
            .arg(home.path())
            .args(["serve", "--listen", &address.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let begun = Instant::now();
        let server = Stopped::start(&mut serve)?;
        wait_until_ready(address, begun)?;
        starts_ms.push(begun.elapsed().as_secs_f64() * 1_000.0);
        if start == STARTS {
            pause(IDLE);
            idle_mib = resident_mib(server.id())?;
        }
    }
    starts_ms.sort_by(f64::total_cmp);
    let row = |what: &str, unit, ours| Row { what: what.to_owned(), unit, ours, peer: None, peer_name: None, ratio: None };
    let mut rows = vec![row("start until GET /ready is 200, median of 5", "ms", starts_ms[STARTS / 2])];
    rows.extend(idle_mib.map(|mib| Row::alone("memory resident after 5 s idle", "MiB", mib)));
    Ok(rows)
}

/// An address nobody listens on. Another program could take it before ours does; then the measurement fails and is run again.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn wait_until_ready(address: SocketAddr, begun: Instant) -> Result<()> {
    while begun.elapsed() < READY_MAX {
        if status(address, "/ready").is_ok_and(|status| status == "200") {
            return Ok(());
        }
        pause(Duration::from_millis(2));
    }
    bail!("not ready after {} s", READY_MAX.as_secs())
}

fn status(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    // In one piece: a server that answers after the first of several would meet the rest with a closed connection.
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = [0; 12]; // `HTTP/1.1 200`
    stream.read_exact(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[9..]).into_owned())
}

/// Resident memory, where the system tells (Linux).
fn resident_mib(process: u32) -> Result<Option<f64>> {
    let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else {
        return Ok(None);
    };
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).and_then(|text| text.trim().strip_suffix(" kB"));
    let kib: f64 = kib.context("/proc says nothing of VmRSS")?.trim().parse()?;
    Ok(Some(kib / 1_024.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_memory_is_known_or_not_told() {
        if let Some(mib) = resident_mib(std::process::id()).unwrap() {
            assert!((0.5..10_000.0).contains(&mib), "{mib}");
        }
    }

    #[test]
    fn the_status_line_is_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).unwrap() > 0);
            stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n").unwrap();
        });
        assert_eq!(status(address, "/ready").unwrap(), "503");
        server.join().unwrap();
    }
}
