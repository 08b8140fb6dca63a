//! The notation of filters: `equals(field,'value')`, `any(field,["a","b"])`, several of them joined by commas or within `and(…)`.

use super::error::ApiError;

/// One condition on a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) operator: String,
    pub(crate) field: String,
    pub(crate) values: Vec<String>,
}

impl Condition {
    /// Whether a text meets it; instants are compared as such.
    pub(crate) fn holds(&self, given: &str) -> bool {
        let value = self.values.first().map_or("", String::as_str);
        let compare = |judge: fn(std::cmp::Ordering) -> bool| match (instant(given), instant(value)) {
            (Some(given), Some(value)) => judge(given.cmp(&value)),
            _ => judge(given.cmp(value)),
        };
        match self.operator.as_str() {
            "equals" => match (instant(given), instant(value)) {
                (Some(given), Some(value)) => given == value,
                _ => given == value,
            },
            "any" | "contains-any" => self.values.iter().any(|value| value == given),
            "contains" => given.to_lowercase().contains(&value.to_lowercase()),
            "starts-with" => given.starts_with(value),
            "ends-with" => given.ends_with(value),
            "greater-or-equal" => compare(std::cmp::Ordering::is_ge),
            "greater-than" => compare(std::cmp::Ordering::is_gt),
            "less-or-equal" => compare(std::cmp::Ordering::is_le),
            "less-than" => compare(std::cmp::Ordering::is_lt),
            _ => false,
        }
    }
}

/// An instant with a zone, where a text is one.
fn instant(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

/// Reads a filter; `allowed` lists fields with the operators that they take.
pub(crate) fn read(text: &str, allowed: &[(&str, &[&str])]) -> Result<Vec<Condition>, ApiError> {
    let mut reader = Reader { text, at: 0 };
    let mut conditions = Vec::new();
    loop {
        reader.expression(&mut conditions)?;
        if !reader.take(',') {
            break;
        }
    }
    if !reader.rest().is_empty() {
        return Err(reader.bad());
    }
    for condition in &conditions {
        let Some((_, operators)) = allowed.iter().find(|(field, _)| *field == condition.field) else {
            return Err(ApiError::filter(format_args!("'{}' is not a filterable field for this resource.", condition.field)));
        };
        if !operators.contains(&condition.operator.as_str()) {
            let (operator, field) = (&condition.operator, &condition.field);
            return Err(ApiError::filter(format_args!("'{operator}' is not an allowed operator for the field '{field}'.")));
        }
    }
    Ok(conditions)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default().trim_start()
    }

    fn skip(&mut self, rest: &str) {
        self.at = self.text.len() - rest.len();
    }

    fn bad(&self) -> ApiError {
        ApiError::filter(format_args!("The filter cannot be understood at '{}'.", self.rest()))
    }

    fn take(&mut self, mark: char) -> bool {
        let rest = self.rest();
        match rest.strip_prefix(mark) {
            Some(after) => {
                self.skip(after);
                true
            }
            None => false,
        }
    }

    fn need(&mut self, mark: char) -> Result<(), ApiError> {
        if self.take(mark) { Ok(()) } else { Err(self.bad()) }
    }

    /// Everything until one of these marks.
    fn word(&mut self, until: &[char]) -> Result<&'t str, ApiError> {
        let rest = self.rest();
        let end = rest.find(until).unwrap_or(rest.len());
        let word = rest[..end].trim_end();
        if word.is_empty() {
            return Err(self.bad());
        }
        self.skip(&rest[end..]);
        Ok(word)
    }

    fn expression(&mut self, into: &mut Vec<Condition>) -> Result<(), ApiError> {
        let operator = self.word(&['('])?.to_owned();
        self.need('(')?;
        match operator.as_str() {
            "and" => loop {
                self.expression(into)?;
                if !self.take(',') {
                    break;
                }
            },
            "or" | "not" => return Err(ApiError::filter(format_args!("'{operator}' is not supported for this resource."))),
            _ => {
                let field = match self.rest().starts_with(['\'', '"']) {
                    true => self.value()?,
                    false => self.word(&[','])?.to_owned(),
                };
                self.need(',')?;
                let values = if self.take('[') { self.list()? } else { vec![self.value()?] };
                into.push(Condition { operator, field, values });
            }
        }
        self.need(')')
    }

    fn list(&mut self) -> Result<Vec<String>, ApiError> {
        let mut values = Vec::new();
        while !self.take(']') {
            values.push(self.value()?);
            self.take(',');
        }
        Ok(values)
    }

    /// A quoted text, or a bare word such as a number or an instant.
    fn value(&mut self) -> Result<String, ApiError> {
        for quote in ['\'', '"'] {
            if self.take(quote) {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let end = rest.find(quote).ok_or_else(|| self.bad())?;
                self.at += end + 1;
                return Ok(rest[..end].to_owned());
            }
        }
        self.word(&[',', ')', ']']).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: [(&str, &[&str]); 3] = [
        ("messages.channel", &["equals"]),
        ("updated_at", &["greater-or-equal", "less-than"]),
        ("Campaign Name", &["equals", "any"]),
    ];

    #[test]
    fn conditions_are_read_in_every_notation() {
        let two =
            read("and(equals(messages.channel,'email'), greater-or-equal(updated_at,2026-11-01T00:00:00Z))", &ALLOWED).unwrap();
        assert_eq!(
            two,
            read("equals(messages.channel,\"email\"),greater-or-equal(updated_at,2026-11-01T00:00:00Z)", &ALLOWED).unwrap()
        );
        assert!(two[1].holds("2026-11-01T01:00:00+01:00") && !two[1].holds("2026-11-01T00:59:59+01:00"));
        let list = read("any(\"Campaign Name\",['a, b','c'])", &ALLOWED).unwrap();
        assert_eq!(list[0].values, ["a, b", "c"]);
        assert!(list[0].holds("a, b") && !list[0].holds("a"));
        for bad in [
            "",
            "equals",
            "equals(messages.channel)",
            "equals(messages.channel,'email'",
            "contains(messages.channel,'e')",
            "equals(x,'y')",
            "or(equals(messages.channel,'email'))",
            "equals(messages.channel,'email') x",
        ] {
            assert!(read(bad, &ALLOWED).is_err(), "{bad}");
        }
    }
}
