//! `trimtab import --dry-run` on real exports, its totals beside those the files themselves are known to hold; then another system's
//! history.

mod history;

use super::{Figures, Row, installation::figure};
use crate::{process, server};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// One export and what it is known to hold.
struct Export {
    path: &'static str,
    /// What it is known to hold: totals, or `rows_imported` where it holds objects and no figures.
    truth: &'static [(&'static str, f64)],
    reference_name: &'static str,
}

const ROWS: &str = "sum of the file's rows without its totals rows";
const OBJECTS: &str = "number of objects in the file";
const TOTALS: &str = "the file's own totals row";

const EXPORTS: [Export; 11] = [
    Export {
        path: "kag_facebook_ads/KAG_conversion_data.csv",
        truth: &[("spend", 58_705.23), ("impressions", 213_434_828.0), ("clicks", 38_165.0), ("conversions", 1_079.0)],
        reference_name: ROWS,
    },
    Export {
        path: "meta_ads_exports/campaigns_2021-11-15_2022-01-31.csv",
        truth: &[("spend", 15_978.28), ("impressions", 770_113.0), ("conversions", 1_581.0)],
        reference_name: TOTALS,
    },
    Export {
        path: "meta_ads_exports/ad_sets_2021-11-15_2022-01-31.csv",
        truth: &[("spend", 15_978.28), ("impressions", 770_113.0), ("conversions", 1_581.0)],
        reference_name: TOTALS,
    },
    Export {
        path: "meta_ads_exports/ad_by_image_video.csv",
        truth: &[("spend", 15_978.28), ("impressions", 770_113.0), ("link_clicks", 4_704.0), ("conversions", 1_581.0)],
        reference_name: ROWS,
    },
    Export {
        path: "meta_ads_exports/ad_set_by_text_age_gender_with_total_crlf.csv",
        truth: &[
            ("spend", 15_978.09),
            ("impressions", 770_113.0),
            ("clicks", 13_259.0),
            ("link_clicks", 4_704.0),
            ("conversions", 1_581.0),
        ],
        reference_name: ROWS,
    },
    Export {
        path: "google_ads_exports/campaign_report_usd_en.csv",
        truth: &[("spend", 199_421.15), ("impressions", 14_117_313.0), ("clicks", 167_739.0), ("conversions", 18_703.32)],
        reference_name: TOTALS,
    },
    Export {
        path: "google_ads_exports/campaign_report_brl_pt.csv",
        truth: &[("spend", 6_153.46), ("impressions", 144_705.0), ("conversions", 6_755.0)],
        reference_name: TOTALS,
    },
    Export {
        path: "google_ads_exports/ad_group_report_usd_en_utf16.csv",
        truth: &[("spend", 46_250.96), ("impressions", 229_344.0), ("clicks", 23_098.0), ("conversions", 1_030.0)],
        reference_name: TOTALS,
    },
    Export {
        path: "google_ads_exports/location_report_usd_en_utf16.csv",
        truth: &[("spend", 25_409.05), ("impressions", 1_498_327.0)],
        reference_name: TOTALS,
    },
    Export { path: "google_ads_exports/editor_campaigns_utf16.csv", truth: &[("rows_imported", 15.0)], reference_name: OBJECTS },
    Export { path: "google_ads_exports/editor_ad_groups_utf16.csv", truth: &[("rows_imported", 64.0)], reference_name: OBJECTS },
];

/// The figures of every export, and what failed.
///
/// # Errors
/// When no tenant can be made to import for.
pub(super) fn run(binary: &Path, data: &Path) -> Result<Figures> {
    let home = tempfile::tempdir().context("cannot create a data folder")?;
    server::init(binary, home.path())?;
    let trimtab = || {
        let mut command = process::command(binary);
        command.arg("--data").arg(home.path()).arg("--json");
        command
    };
    let tenant = "tenant add eval --name Evaluation --currency USD --timezone UTC";
    process::capture(trimtab().args(tenant.split(' ')))?;
    let mut figures = Figures::default();
    for export in EXPORTS {
        let mut import = trimtab();
        import.arg("import").arg(data.join(export.path)).args(["--tenant", "eval", "--dry-run"]);
        let answer = process::capture(&mut import).and_then(|json| Ok(serde_json::from_str::<Value>(&json)?));
        let answer = answer.unwrap_or_else(|error| {
            figures.failures.push(format!("{}: {error:#}", export.path));
            Value::Null
        });
        figures.rows.extend(export.truth.iter().map(|(metric, reference)| Row {
            dataset: export.path.to_owned(),
            metric: (*metric).to_owned(),
            ours: figure(&answer["totals"][metric]).or_else(|| figure(&answer[metric])),
            reference: Some(*reference),
            reference_name: export.reference_name,
            within: Row::CENT,
        }));
    }
    let (of_history, failed) = history::run(binary, data)?;
    figures.rows.extend(of_history);
    figures.failures.extend(failed);
    Ok(figures)
}
