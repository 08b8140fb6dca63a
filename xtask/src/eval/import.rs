//! `trimtab import --dry-run` on real exports, its totals beside those the files themselves are known to hold.

use super::Row;
use crate::process;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// One export and what it is known to hold.
struct Export {
    path: &'static str,
    /// What the importer must be told, because the file does not say it.
    told: &'static [&'static str],
    /// Total and where it was taken from.
    truth: &'static [(&'static str, f64)],
    reference_name: &'static str,
}

const ROWS: &str = "sum of the file's rows without its totals rows";
const TOTALS: &str = "the file's own totals row";

const EXPORTS: [Export; 9] = [
    Export {
        path: "kag_facebook_ads/KAG_conversion_data.csv",
        told: &[],
        truth: &[
            ("spend", 58_705.23),
            ("impressions", 213_434_828.0),
            ("clicks", 38_165.0),
            ("conversions", 1_079.0),
        ],
        reference_name: ROWS,
    },
    Export {
        path: "meta_ads_exports/campaigns_2021-11-15_2022-01-31.csv",
        told: &[],
        truth: &[("spend", 15_978.28), ("impressions", 770_113.0), ("conversions", 1_581.0)],
        reference_name: TOTALS,
    },
    Export {
        path: "meta_ads_exports/ad_sets_2021-11-15_2022-01-31.csv",
        told: &[],
        truth: &[("spend", 15_978.28), ("impressions", 770_113.0), ("conversions", 1_581.0)],
        reference_name: TOTALS,
    },
    Export {
        path: "meta_ads_exports/ad_by_image_video.csv",
        told: &[],
        truth: &[("spend", 15_978.28), ("impressions", 770_113.0), ("conversions", 1_581.0)],
        reference_name: ROWS,
    },
    Export {
        path: "meta_ads_exports/ad_set_by_text_age_gender_with_total_crlf.csv",
        told: &[],
        truth: &[
            ("spend", 15_978.09),
            ("impressions", 770_113.0),
            ("clicks", 13_259.0),
            ("conversions", 1_581.0),
        ],
        reference_name: ROWS,
    },
    Export {
        path: "google_ads_exports/campaign_report_usd_en.csv",
        told: &[],
        truth: &[
            ("spend", 199_421.15),
            ("impressions", 14_117_313.0),
            ("clicks", 167_739.0),
            ("conversions", 18_703.32),
        ],
        reference_name: TOTALS,
    },
    Export {
        path: "google_ads_exports/campaign_report_brl_pt.csv",
        told: &[],
        truth: &[("spend", 6_153.46), ("impressions", 144_705.0), ("conversions", 6_755.0)],
        reference_name: TOTALS,
    },
    Export {
        path: "google_ads_exports/ad_group_report_usd_en_utf16.csv",
        told: &[],
        truth: &[
            ("spend", 46_250.96),
            ("impressions", 229_344.0),
            ("clicks", 23_098.0),
            ("conversions", 1_030.0),
        ],
        reference_name: TOTALS,
    },
    Export {
        path: "google_ads_exports/location_report_usd_en_utf16.csv",
        told: &[],
        truth: &[("spend", 25_409.05), ("impressions", 1_498_327.0), ("conversions", 31_037.0)],
        reference_name: TOTALS,
    },
];

/// The figures of every export, and what failed.
///
/// # Errors
/// When the data are missing or no tenant can be made to import for.
pub(super) fn run(binary: &Path, data: &Path) -> Result<(Vec<Row>, Vec<String>)> {
    let home = tempfile::tempdir().context("cannot create a data folder")?;
    let trimtab = |args: &[&str]| {
        let mut command = process::command(binary);
        command.arg("--data").arg(home.path()).arg("--json").args(args);
        command
    };
    init(&mut trimtab(&["init", "--email", "eval@example.com", "--password-stdin"]))?;
    process::capture(&mut trimtab(&[
        "tenant",
        "add",
        "eval",
        "--name",
        "Evaluation",
        "--currency",
        "USD",
        "--timezone",
        "UTC",
    ]))?;
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for export in EXPORTS {
        let file = data.join(export.path);
        ensure!(
            file.is_file(),
            "{} is missing: --data must hold the folder layout the evaluation expects",
            file.display()
        );
        let mut import = trimtab(&["import"]);
        import.arg(&file).args(["--tenant", "eval", "--dry-run"]).args(export.told);
        let totals = match process::capture(&mut import).and_then(|json| Ok(serde_json::from_str::<Value>(&json)?)) {
            Ok(answer) => answer["totals"].clone(),
            Err(error) => {
                failures.push(format!("{}: {error:#}", export.path));
                Value::Null
            }
        };
        rows.extend(export.truth.iter().map(|(metric, reference)| Row {
            dataset: export.path.to_owned(),
            metric,
            ours: figure(&totals[metric]),
            reference: *reference,
            reference_name: export.reference_name,
        }));
    }
    Ok((rows, failures))
}

fn init(command: &mut Command) -> Result<()> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot start trimtab init")?;
    let mut stdin = child.stdin.take().context("the pipe was asked for above")?;
    stdin
        .write_all(b"a long enough passphrase for an evaluation\n")
        .context("cannot hand the password to trimtab init")?;
    drop(stdin);
    if child.wait()?.success() {
        Ok(())
    } else {
        bail!("trimtab init failed")
    }
}

/// Money comes as a decimal string, counts as numbers.
fn figure(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_read_however_they_are_written() {
        assert_eq!(figure(&json!("15978.28")), Some(15_978.28));
        assert_eq!(figure(&json!(1581)), Some(1_581.0));
        assert_eq!(figure(&Value::Null), None);
    }
}
