//! Figures of a client that no source reports and formulas name: `gross_margin`. Declared in `metrics/constants.yaml`, set in the client's
//! knowledge, handed to a query by who asks it. A metric that needs one that is not set has no value.

use super::{Registry, Unit};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a constant is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// The name in formulas.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// What it means, in a sentence.
    pub description: String,
    /// What it is measured in.
    pub unit: Unit,
    /// The least it can be.
    pub least: f64,
    /// The most it can be.
    pub most: f64,
}

/// What is no value of a constant.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum BadConstant {
    /// There is none of this name.
    #[error("'{0}' is not a constant")]
    Unknown(String),
    /// It cannot be that much.
    #[error("{name} is between {least} and {most}, not {given}")]
    OutOfRange {
        /// Its name.
        name: String,
        /// The least it can be.
        least: f64,
        /// The most it can be.
        most: f64,
        /// What was given.
        given: f64,
    },
}

/// The constants of one client, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Constants(BTreeMap<String, f64>);

impl Constants {
    /// The same with one more.
    ///
    /// # Errors
    /// When there is no such constant or it cannot be that much.
    pub fn with(mut self, id: &str, value: f64) -> Result<Self, BadConstant> {
        let constant = Registry::builtin().constants().iter().find(|constant| constant.id == id);
        let constant = constant.ok_or_else(|| BadConstant::Unknown(id.to_owned()))?;
        if !(constant.least..=constant.most).contains(&value) {
            let Constant { name, least, most, .. } = constant;
            return Err(BadConstant::OutOfRange { name: name.clone(), least: *least, most: *most, given: value });
        }
        self.0.insert(id.to_owned(), value);
        Ok(self)
    }

    /// One of them, if it is known.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<f64> {
        self.0.get(id).copied()
    }

    /// Those of them that are wanted.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(id, _)| wanted(id)).map(|(id, value)| (id.clone(), *value)).collect())
    }

    /// All that are known, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(id, value)| (id.as_str(), *value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_is_taken() {
        let known = Constants::default().with("gross_margin", 40.0).unwrap();
        assert_eq!((known.get("gross_margin"), known.get("other")), (Some(40.0), None));
        let refused = |id, value| Constants::default().with(id, value).unwrap_err().to_string();
        assert_eq!(refused("gros_margin", 40.0), "'gros_margin' is not a constant");
        assert_eq!(refused("gross_margin", 0.0), "Gross margin is between 0.1 and 100, not 0");
        assert_eq!(refused("gross_margin", f64::NAN), "Gross margin is between 0.1 and 100, not NaN");
    }
}
