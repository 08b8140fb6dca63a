//! Rest.li's notation of queries. Version 2.0.0 has `List(…)` and `(key:value)`, whose parentheses, commas and colons stand literally
//! while those inside a value are percent-encoded; without the protocol header the older notation with dots and brackets is read.

use super::error::ApiError;
use url::form_urlencoded;

/// A value of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Data {
    Text(String),
    List(Vec<Self>),
    Record(Vec<(String, Self)>),
}

impl Data {
    /// A field of a record.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Record(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list.
    pub(crate) fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::List(items) => items.iter().map(Self::text).collect(),
            _ => None,
        }
    }
}

/// The notation a request uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Dots and brackets.
    One,
    Two,
}

/// A query, understood.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, Data)>);

impl Query {
    pub(crate) fn read(raw: &str, protocol: Protocol) -> Result<Self, ApiError> {
        match protocol {
            Protocol::One => dotted(raw),
            Protocol::Two => literal(raw),
        }
        .map(Self)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Data> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// A parameter that is a plain text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, ApiError> {
        self.get(name).map(|data| data.text().ok_or_else(|| ApiError::parameter(name))).transpose()
    }

    pub(crate) fn need(&self, name: &str) -> Result<&str, ApiError> {
        self.text(name)?.ok_or_else(|| ApiError::missing(name))
    }

    /// A word, which may stand in a record of its own: `DAILY` or `(value:DAILY)`.
    pub(crate) fn word(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let Some(data) = self.get(name) else { return Ok(None) };
        let inner = data.field("value").unwrap_or(data);
        inner.text().map(Some).ok_or_else(|| ApiError::parameter(name))
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, ApiError> {
        self.get(name).map(|data| data.texts().ok_or_else(|| ApiError::parameter(name))).transpose()
    }

    /// Refuses parameters that a finder does not have.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        match self.0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, _)) => Err(ApiError::bad(format!("Query parameter not allowed: {name}"))),
        }
    }
}

/// The notation of version 2.0.0. `fields` is a projection: names joined by commas.
fn literal(raw: &str) -> Result<Vec<(String, Data)>, ApiError> {
    let mut read: Vec<(String, Data)> = Vec::new();
    for pair in raw.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !is_name(name) || read.iter().any(|(n, _)| n == name) {
            return Err(ApiError::parameter(name));
        }
        let value = if name == "fields" {
            projection(value)?
        } else {
            let mut rest = value;
            let data = value_of(name, &mut rest, 0)?;
            if !rest.is_empty() {
                return Err(ApiError::parameter(name));
            }
            data
        };
        read.push((name.to_owned(), value));
    }
    Ok(read)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn projection(value: &str) -> Result<Data, ApiError> {
    let names = value.split(',');
    names
        .map(|name| if is_name(name) { Ok(Data::Text(name.to_owned())) } else { Err(ApiError::parameter("fields")) })
        .collect::<Result<_, _>>()
        .map(Data::List)
}

/// Nothing here goes deeper than a record in a record in a record.
const DEPTH_MAX: u8 = 8;

fn value_of(name: &str, rest: &mut &str, depth: u8) -> Result<Data, ApiError> {
    let bad = || ApiError::parameter(name);
    if depth > DEPTH_MAX {
        return Err(bad());
    }
    if let Some(inner) = rest.strip_prefix("List(") {
        *rest = inner;
        let mut items = Vec::new();
        if let Some(after) = rest.strip_prefix(')') {
            *rest = after;
            return Ok(Data::List(items));
        }
        loop {
            items.push(value_of(name, rest, depth + 1)?);
            if ends(rest).ok_or_else(bad)? {
                return Ok(Data::List(items));
            }
        }
    }
    if let Some(inner) = rest.strip_prefix('(') {
        *rest = inner;
        let mut fields: Vec<(String, Data)> = Vec::new();
        loop {
            let (key, after) = rest.split_once(':').filter(|(key, _)| is_name(key)).ok_or_else(bad)?;
            if fields.iter().any(|(k, _)| k == key) {
                return Err(bad());
            }
            *rest = after;
            fields.push((key.to_owned(), value_of(name, rest, depth + 1)?));
            if ends(rest).ok_or_else(bad)? {
                return Ok(Data::Record(fields));
            }
        }
    }
    let end = rest.find([',', '(', ')', ':', '\'']).unwrap_or(rest.len());
    let text = decoded(&rest[..end]).filter(|text| !text.is_empty()).ok_or_else(bad)?;
    // Structure that was encoded is no structure, and no value of anything here either.
    if text.starts_with('(') || text.starts_with("List(") {
        return Err(bad());
    }
    *rest = &rest[end..];
    Ok(Data::Text(text))
}

/// Takes a comma (false) or a closing parenthesis (true); nothing for anything else.
fn ends(rest: &mut &str) -> Option<bool> {
    let closed = match rest.as_bytes().first()? {
        b',' => false,
        b')' => true,
        _ => return None,
    };
    *rest = &rest[1..];
    Some(closed)
}

/// Percent-encoding undone; nothing where it is broken.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let hex = text.get(at + 1..at + 3)?;
            out.push(u8::from_str_radix(hex, 16).ok().filter(|_| hex.bytes().all(|b| b.is_ascii_hexdigit()))?);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

/// A step into a value of the older notation.
enum Step<'t> {
    Key(&'t str),
    Index(usize),
}

/// The older notation: `dateRange.start.day=1`, `accounts[0]=urn:li:…`.
fn dotted(raw: &str) -> Result<Vec<(String, Data)>, ApiError> {
    let mut whole = Data::Record(Vec::new());
    for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
        let top = name.split(['.', '[']).next().unwrap_or_default();
        // The other notation is only known with the header of its version.
        if value.starts_with('(') || value.starts_with("List(") {
            return Err(ApiError::parameter(top));
        }
        let data = if name == "fields" { projection(&value)? } else { Data::Text(value.clone().into_owned()) };
        let steps = steps(&name).ok_or_else(|| ApiError::parameter(top))?;
        whole = put(Some(whole), &steps, data).ok_or_else(|| ApiError::parameter(top))?;
    }
    match whole {
        Data::Record(fields) => Ok(fields),
        _ => Ok(Vec::new()),
    }
}

fn steps(name: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    for part in name.split('.') {
        let (key, mut indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        if !is_name(key) {
            return None;
        }
        steps.push(Step::Key(key));
        while !indices.is_empty() {
            let (index, after) = indices.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            indices = after;
        }
    }
    Some(steps)
}

/// Puts a value where the steps lead; nothing where something else is in the way or an item is left out.
fn put(into: Option<Data>, steps: &[Step<'_>], value: Data) -> Option<Data> {
    match (steps.split_first(), into) {
        (None, None) => Some(value),
        (Some((Step::Key(key), rest)), into @ (None | Some(Data::Record(_)))) => {
            let mut fields = match into {
                Some(Data::Record(fields)) => fields,
                _ => Vec::new(),
            };
            let place = fields.iter().position(|(k, _)| k == key);
            let old = place.map(|place| fields.remove(place).1);
            fields.push(((*key).to_owned(), put(old, rest, value)?));
            Some(Data::Record(fields))
        }
        (Some((Step::Index(index), rest)), into @ (None | Some(Data::List(_)))) => {
            let mut items = match into {
                Some(Data::List(items)) => items,
                _ => Vec::new(),
            };
            if *index > items.len() {
                return None;
            }
            let old = (*index < items.len()).then(|| items.remove(*index));
            items.insert(*index, put(old, rest, value)?);
            Some(Data::List(items))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(raw: &str) -> Option<Query> {
        Query::read(raw, Protocol::Two).ok()
    }

    #[test]
    fn literal_structure_is_read_and_encoded_structure_refused() {
        let query = two(
            "q=analytics&dateRange=(start:(year:2026,month:11,day:1))&accounts=List(urn%3Ali%3AsponsoredAccount%3A1,x)&fields=a,b",
        )
        .unwrap();
        let start = query.get("dateRange").and_then(|d| d.field("start")).unwrap();
        assert_eq!(start.field("month").and_then(Data::text), Some("11"));
        assert_eq!(query.texts("accounts").unwrap().unwrap(), ["urn:li:sponsoredAccount:1", "x"]);
        assert_eq!(query.texts("fields").unwrap().unwrap(), ["a", "b"]);
        assert_eq!(two("pivot=(value:CREATIVE)").unwrap().word("pivot").unwrap(), Some("CREATIVE"));
        for bad in [
            "dateRange=%28start:(year:2026)%29",
            "dateRange=(start%3A(year:2026))",
            "accounts=List%28urn%3Ali%3AsponsoredAccount%3A1%29",
            "accounts=List(urn:li:sponsoredAccount:1)",
            "accounts=List(a,b",
            "accounts=List(a,)",
            "account=urn:li:sponsoredAccount:1",
            "a=(b:1)x",
            "a=%zz",
            "a=1&a=2",
            "fields=a%2Cb",
            "accounts[0]=x",
            "dateRange.start.day=1",
        ] {
            assert!(two(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_older_notation_has_dots_and_brackets() {
        let raw =
            "q=analytics&dateRange.start.day=1&dateRange.start.month=11&accounts[0]=urn%3Ali%3AsponsoredAccount%3A1&accounts[1]=b";
        let query = Query::read(raw, Protocol::One).unwrap();
        let start = query.get("dateRange").and_then(|d| d.field("start")).unwrap();
        assert_eq!((start.field("day").and_then(Data::text), start.field("month").and_then(Data::text)), (Some("1"), Some("11")));
        assert_eq!(query.texts("accounts").unwrap().unwrap(), ["urn:li:sponsoredAccount:1", "b"]);
        for bad in ["accounts=List(x)", "dateRange=(start:1)", "accounts[1]=x", "a.b=1&a=2", "a[0]=1&a.b=2"] {
            assert!(Query::read(bad, Protocol::One).is_err(), "{bad}");
        }
    }
}
