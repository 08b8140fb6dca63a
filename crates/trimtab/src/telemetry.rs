//! Logs and metrics of this process.

use crate::config::{LogFormat, LogSettings};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{io::IsTerminal, sync::OnceLock};
use tracing_subscriber::EnvFilter;

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts logging to stderr. A second call changes nothing.
pub(crate) fn start(log: &LogSettings) {
    // Schema steps are reported as work by the library, at every start.
    let filter = EnvFilter::new(format!("sea_orm_migration=warn,{}", log.level));
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(error, "logging was started before");
    }
}

/// Starts counting.
pub(crate) fn count() {
    if let Ok(handle) = PrometheusBuilder::new().install_recorder() {
        drop(METRICS.set(handle));
    }
}

/// The counts in Prometheus' text format.
pub(crate) fn render() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}
