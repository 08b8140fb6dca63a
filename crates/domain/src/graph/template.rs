//! Texts with holes: `{entity} paid {cpa} per conversion, {cpa.change} on the {days} days before ({cpa.before})`.

use super::fault::Wrong;
use crate::metric::closest;
use compact_str::CompactString;

/// A text with holes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// A part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// What the insight is said of.
    Entity,
    /// How many days it looks at.
    Days,
    /// A figure of a metric.
    Figure(CompactString, Aspect),
}

/// Which figure of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// What it is.
    Now,
    /// What it was in the period before.
    Before,
    /// The change between them: `+23 %`.
    Change,
    /// The client's target.
    Target,
}

const ASPECTS: [(&str, Aspect); 3] = [("before", Aspect::Before), ("change", Aspect::Change), ("target", Aspect::Target)];

impl Template {
    /// Reads a text whose figures are of these metrics.
    ///
    /// # Errors
    /// When a hole is not closed or names something else.
    pub fn parse(text: &str, metrics: &[CompactString]) -> Result<Self, Wrong> {
        let mut pieces = Vec::new();
        let mut rest = text.trim();
        while let Some(open) = rest.find('{') {
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].to_owned()));
            }
            let after = &rest[open + 1..];
            let close = after.find('}').ok_or_else(|| Wrong::Template("a '{' in the text is not closed".to_owned()))?;
            pieces.push(hole(&after[..close], metrics)?);
            rest = &after[close + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// Its parts in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }
}

fn hole(name: &str, metrics: &[CompactString]) -> Result<Piece, Wrong> {
    match name {
        "entity" => return Ok(Piece::Entity),
        "days" => return Ok(Piece::Days),
        _ => {}
    }
    let (metric, aspect) = name.split_once('.').unwrap_or((name, ""));
    let aspect = match aspect {
        "" => Aspect::Now,
        _ => ASPECTS.iter().find(|(known, _)| *known == aspect).map(|(_, aspect)| *aspect).ok_or_else(|| {
            Wrong::Template(format!("'{{{name}}}' in the text asks for '{aspect}': use before, change or target"))
        })?,
    };
    if metrics.iter().any(|known| known == metric) {
        return Ok(Piece::Figure(metric.into(), aspect));
    }
    let hint = closest(metric, metrics.iter().map(CompactString::as_str)).map(|hint| format!(": did you mean {hint}?"));
    Err(Wrong::Template(format!(
        "'{{{name}}}' in the text is neither entity, days nor a metric of its trigger or context{}",
        hint.unwrap_or_default()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_found_and_wrong_ones_named() {
        let metrics = ["cpa".into(), "spend".into()];
        let template = Template::parse("{entity} paid {cpa.before}.", &metrics).unwrap();
        assert_eq!(
            template.pieces(),
            [
                Piece::Entity,
                Piece::Text(" paid ".to_owned()),
                Piece::Figure("cpa".into(), Aspect::Before),
                Piece::Text(".".to_owned())
            ]
        );
        let wrong = |text| Template::parse(text, &metrics).unwrap_err().to_string();
        assert_eq!(wrong("{cpa"), "a '{' in the text is not closed");
        assert_eq!(
            wrong("{spent}"),
            "'{spent}' in the text is neither entity, days nor a metric of its trigger or context: did you mean spend?"
        );
        assert_eq!(wrong("{cpa.after}"), "'{cpa.after}' in the text asks for 'after': use before, change or target");
    }
}
