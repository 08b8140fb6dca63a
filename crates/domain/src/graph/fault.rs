//! What can be wrong with a definition, said with the file and the node it is in.

use crate::{metric::UnknownMetric, query::QueryError};
use std::fmt;

/// One thing that is wrong with a file of definitions.
#[derive(Debug, PartialEq)]
pub struct Fault {
    /// Which file.
    pub file: String,
    /// Which node of it; empty where the file itself cannot be read.
    pub node: String,
    /// What is wrong.
    pub wrong: Wrong,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node.as_str() {
            "" => write!(f, "{}: {}", self.file, self.wrong),
            node => write!(f, "{}: {node}: {}", self.file, self.wrong),
        }
    }
}

/// Everything that is wrong with some definitions, so that it can be mended in one go.
#[derive(Debug, PartialEq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

/// What is wrong.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Wrong {
    /// Larger than anybody writes by hand.
    #[error("the file has {have} bytes, {most} are allowed")]
    TooLarge {
        /// Its size.
        have: usize,
        /// The most.
        most: usize,
    },
    /// No YAML, or not of this shape.
    #[error("{0}")]
    Unreadable(String),
    /// An id that cannot stand in a URL.
    #[error("'{0}' is not an id: use 1 to 64 of a-z, 0-9 and _, a letter first")]
    BadId(String),
    /// Two nodes of one kind have one id.
    #[error("there is another {0} of this id")]
    Duplicate(&'static str),
    /// Two edges between the same two.
    #[error("what '{from}' does to '{to}' is said twice")]
    TwiceAffected {
        /// From which metric.
        from: String,
        /// To which.
        to: String,
    },
    /// No such metric.
    #[error("{given}", given = unknown_metric(.0))]
    UnknownMetric(Unknown),
    /// No such node of another kind.
    #[error("{given}", given = unknown_node(.kind, .unknown))]
    UnknownNode {
        /// The kind looked for.
        kind: &'static str,
        /// What was asked for.
        unknown: Unknown,
    },
    /// A strength that is no share.
    #[error("strength {0} is not between -1 and 1")]
    Strength(f64),
    /// A threshold of no known type.
    #[error("'{0}' is not a type of threshold: use absolute, relative, trend or compound")]
    ThresholdType(String),
    /// A threshold that lacks, or has too much of, something.
    #[error("{0}")]
    Threshold(String),
    /// Something leads back to where it began.
    #[error("goes round in a circle: {0}")]
    Circle(String),
    /// A text with a hole that cannot be filled.
    #[error("{0}")]
    Template(String),
    /// A figure that its metric queries could not give.
    #[error("its figures cannot be asked for: {0}")]
    Query(#[from] QueryError),
    /// Anything else, as a sentence.
    #[error("{0}")]
    Other(String),
}

/// A name that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// As given.
    pub given: String,
    /// What was probably meant.
    pub hint: Option<String>,
}

fn hint(unknown: &Unknown) -> String {
    unknown.hint.as_ref().map(|hint| format!(": did you mean {hint}?")).unwrap_or_default()
}

fn unknown_metric(unknown: &Unknown) -> String {
    format!("'{}' is neither a metric nor told of as unmeasured{}", unknown.given, hint(unknown))
}

fn unknown_node(kind: &str, unknown: &Unknown) -> String {
    format!("there is no {kind} '{}'{}", unknown.given, hint(unknown))
}

impl From<UnknownMetric> for Wrong {
    fn from(unknown: UnknownMetric) -> Self {
        Self::Other(unknown.to_string())
    }
}
