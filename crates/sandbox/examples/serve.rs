//! Serves a sandbox: `serve [ADDRESS] [SEED] [TENANTS] [ADS] [DAYS] [--mismatch]`. Prints its address as JSON and runs until interrupted.

use std::io::Write;
use tokio_util::sync::CancellationToken;
use trimtab_sandbox::{Sandbox, SandboxSettings};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (options, args): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    if let Some(strange) = options.iter().find(|option| *option != "--mismatch") {
        return Err(format!("'{strange}' is not an option: there is only --mismatch").into());
    }
    let number = |i: usize, default: usize| args.get(i).map_or(Ok(default), |text| text.parse());
    let defaults = SandboxSettings::default();
    let settings = SandboxSettings {
        seed: u64::try_from(number(1, 1)?)?,
        tenants: number(2, defaults.tenants)?,
        ads: number(3, defaults.ads)?,
        days: u16::try_from(number(4, usize::from(defaults.days))?)?,
        mismatch: !options.is_empty(),
        ..defaults
    };
    let listener = tokio::net::TcpListener::bind(args.first().map_or("127.0.0.1:0", String::as_str)).await?;
    writeln!(std::io::stdout(), "{{\"url\":\"http://{}\"}}", listener.local_addr()?)?;
    let stop = CancellationToken::new();
    let interrupted = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            interrupted.cancel();
        }
    });
    Sandbox::new(settings).serve(listener, stop).await?;
    Ok(())
}
