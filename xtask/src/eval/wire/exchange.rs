//! A recording of the sandbox's traffic, line by line.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use std::{fs, path::Path};

/// One request and its answer, as `trimtab sandbox --record` writes them down.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Exchange {
    pub(super) platform: String,
    pub(super) method: String,
    /// Below the platform's prefix, with a leading slash.
    pub(super) path: String,
    /// As it travelled, still encoded.
    pub(super) query: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) status: u16,
    pub(super) answer_type: String,
    pub(super) answer: String,
    /// The fault that struck it.
    #[serde(default)]
    pub(super) fault: Option<String>,
    /// Whether the request was made to be refused, so that only the answer counts.
    #[serde(skip)]
    pub(super) provoked: bool,
}

/// Faults whose answers are whole and in the platform's own words.
const WORDED: [&str; 9] =
    ["throttle", "429", "5xx", "expired_token", "revoked", "slow", "report_failed", "report_skipped", "report_stuck"];

impl Exchange {
    /// Reads a recording.
    ///
    /// # Errors
    /// When it cannot be read, or a line is no exchange.
    pub(super) fn read_all(file: &Path) -> Result<Vec<Self>> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read the recording {}", file.display()))?;
        let exchange = |(number, line)| {
            serde_json::from_str(line).with_context(|| format!("line {} of the recording is no exchange", number + 1))
        };
        text.lines().enumerate().map(exchange).collect()
    }

    /// The parameters of the query, decoded, in order.
    pub(super) fn params(&self) -> Vec<(String, String)> {
        decoded(&self.query)
    }

    /// The fields of a form, decoded, in order.
    pub(super) fn form(&self) -> Vec<(String, String)> {
        decoded(&self.body)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Whether the answer is one the platform would give: a fault may have mangled it on purpose.
    pub(super) fn is_worded(&self) -> bool {
        self.fault.as_deref().is_none_or(|fault| WORDED.contains(&fault))
    }

    /// The answer as JSON, if it is some.
    pub(super) fn document(&self) -> Option<Value> {
        serde_json::from_str(&self.answer).ok()
    }

    /// The parts of the path.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }
}

fn decoded(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_read_line_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("traffic.jsonl");
        let line = r#"{"platform":"meta","method":"GET","path":"/v26.0/me","query":"fields=id%2Cname","headers":[["accept","application/json"]],"body":"","status":200,"answer_type":"application/json","answer":"{\"id\":\"1\"}","fault":"malformed"}"#;
        fs::write(&file, format!("{line}\n{line}\n")).unwrap();
        let all = Exchange::read_all(&file).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].params(), [("fields".to_owned(), "id,name".to_owned())]);
        assert_eq!((all[0].header("accept"), all[0].is_worded()), (Some("application/json"), false));
        assert_eq!((all[0].segments(), all[0].document().unwrap()["id"].as_str()), (vec!["v26.0", "me"], Some("1")));
        fs::write(&file, "no exchange\n").unwrap();
        assert!(Exchange::read_all(&file).unwrap_err().to_string().contains("line 1"));
    }
}
