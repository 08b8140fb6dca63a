//! Numbers as people's exports print them: `1,234.5`, `1.234,5`, `1 234,5`, `1'234.50`, `R$ 12,00`, `(3.50)`, `12%`, ` --`, `< 10%`.
//!
//! Whether the comma or the point is the decimal sign is decided over whole columns ([`Evidence`]), never cell by cell, since `1.234`
//! alone means two things. Amounts are kept in trillionths of a unit, so that adding unrounded cells loses nothing.

use serde::{Deserialize, Serialize};

/// The sign before the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decimal {
    /// `1,234.5`
    #[serde(rename = ".")]
    Point,
    /// `1.234,5`
    #[serde(rename = ",")]
    Comma,
}

/// Trillionths of a unit in one unit.
pub(super) const PICO: i128 = 1_000_000_000_000;
/// Trillionths in a millionth.
pub(super) const PICO_PER_MICRO: i128 = 1_000_000;

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing: empty or a marker for "not reported".
    Nothing,
    /// A bound such as `< 10%`: not a value.
    Bound,
    /// A value in trillionths of a unit.
    Value(i128),
    /// Not a number in this notation.
    Bad,
}

/// Whether a cell says "nothing here".
pub(super) fn is_nothing(text: &str) -> bool {
    matches!(
        text.trim(),
        "" | "--"
            | "-"
            | "—"
            | "–"
            | "---"
            | "N/A"
            | "n/a"
            | "NA"
            | "n.a."
            | "null"
            | "NULL"
            | "None"
            | "NaN"
            | "nan"
            | "[]"
            | "#N/A"
    )
}

/// Whether a cell names nothing. Narrower than [`is_nothing`]: `NA` is also Namibia, and a campaign may be called `None`.
pub(super) fn names_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "--" | "-" | "—" | "–" | "N/A" | "null" | "NULL" | "nan" | "NaN")
}

/// Reads one cell in the notation decided for its column.
pub(super) fn read(text: &str, decimal: Decimal) -> Reading {
    if is_nothing(text) {
        return Reading::Nothing;
    }
    let text = text.trim();
    if text.starts_with(['<', '>', '≤', '≥', '~', '≈']) {
        return Reading::Bound;
    }
    let (body, negative) = body(text);
    if body.is_empty() {
        Reading::Bad
    } else {
        digits(body, decimal).map_or(Reading::Bad, |v| Reading::Value(if negative { -v } else { v }))
    }
}

/// The digits of a cell without currency, percent sign, sign and brackets; and whether it is negative.
fn body(text: &str) -> (&str, bool) {
    let (text, bracketed) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let minus = |c: char| matches!(c, '-' | '−' | '–');
    let Some(first) = text.find(|c: char| c.is_ascii_digit()) else {
        return ("", false);
    };
    let last = text.rfind(|c: char| c.is_ascii_digit()).unwrap_or(first);
    let (mut lead, tail) = (&text[..first], &text[last + 1..]);
    // `.5` and `-,5` begin with their decimal sign.
    let start = if lead.ends_with(['.', ',']) && !lead.trim_end_matches(['.', ',']).ends_with(char::is_alphabetic) {
        lead = &lead[..lead.len() - 1];
        first - 1
    } else {
        first
    };
    let unit = |part: &str| {
        part.chars().all(|c| {
            c.is_alphabetic() || c.is_whitespace() || is_currency_sign(c) || matches!(c, '%' | '+' | '.' | ',') || minus(c)
        }) && part.chars().filter(|c| c.is_alphabetic()).count() <= 4
    };
    if !unit(lead) || !unit(tail) {
        return ("", false);
    }
    (&text[start..=last], bracketed || lead.contains(minus) || tail.contains(minus))
}

/// Whether a character is a currency's sign.
pub(super) fn is_currency_sign(c: char) -> bool {
    matches!(
        c,
        '$' | '€'
            | '£'
            | '¥'
            | '₹'
            | '₽'
            | '₺'
            | '₩'
            | '₪'
            | '₫'
            | '₱'
            | '฿'
            | '₴'
            | '₦'
            | '₡'
            | '₲'
            | '₵'
            | '₸'
            | '￥'
            | '＄'
    )
}

fn is_group_sign(c: char, decimal: Decimal) -> bool {
    match c {
        ',' => decimal == Decimal::Point,
        '.' => decimal == Decimal::Comma,
        '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '_' => true,
        _ => false,
    }
}

/// Most cells: up to 18 digits with at most one decimal sign. `None`: not of this form, which says nothing about the cell.
fn plain(body: &str, decimal: Decimal) -> Option<i128> {
    let point = if decimal == Decimal::Point { b'.' } else { b',' };
    let (mut value, mut places) = (0_u64, None::<u32>);
    if body.len() > 19 {
        return None;
    }
    for byte in body.bytes() {
        if byte.is_ascii_digit() {
            value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
            places = places.map(|p| p + 1);
        } else if byte == point && places.is_none() {
            places = Some(0);
        } else {
            return None;
        }
    }
    let shift = 12_u32.checked_sub(places.unwrap_or(0))?;
    Some(i128::from(value) * 10_i128.pow(shift))
}

/// The value of digits with group and decimal signs and perhaps an exponent.
fn digits(body: &str, decimal: Decimal) -> Option<i128> {
    if let Some(value) = plain(body, decimal) {
        return Some(value);
    }
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|e| (-30..=30).contains(e))?),
        None => (body, 0),
    };
    let point = if decimal == Decimal::Point { '.' } else { ',' };
    let mut value: i128 = 0;
    // Power of ten of the next fraction digit, in trillionths; `None` before the decimal sign.
    let mut places: Option<i32> = None;
    let (mut group, mut seen) = (0_u32, 0_u32);
    let mut sign: Option<char> = None;
    for c in mantissa.chars() {
        if let Some(digit) = c.to_digit(10) {
            seen += 1;
            match &mut places {
                None => {
                    group += 1;
                    value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
                    if seen > 24 {
                        return None;
                    }
                }
                // The fraction beyond 18 digits is far below what any report means.
                Some(places) if *places < 18 => {
                    *places += 1;
                    value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
                }
                Some(_) => {}
            }
        } else if c == point && places.is_none() {
            if sign.is_some() && group != 3 {
                return None;
            }
            places = Some(0);
        } else if places.is_none() && is_group_sign(c, decimal) && group > 0 {
            let whole_group = if sign.is_none() { group <= 3 } else { group == 3 || group == 2 };
            if !whole_group || sign.is_some_and(|s| s != c) {
                return None;
            }
            (sign, group) = (Some(c), 0);
        } else {
            return None;
        }
    }
    if seen == 0 || (places.is_none() && sign.is_some() && group != 3) {
        return None;
    }
    let shift = 12 - places.unwrap_or(0) + exponent;
    let ten = |power: i32| u32::try_from(power).ok().and_then(|p| 10_i128.checked_pow(p));
    if shift >= 0 {
        value.checked_mul(ten(shift)?)
    } else {
        let by = ten(-shift)?;
        Some((value + by / 2) / by)
    }
}

/// Rounds trillionths to micros, half away from zero; `None` beyond what micros can hold.
pub(super) fn micros(pico: i128) -> Option<i64> {
    let half = PICO_PER_MICRO / 2;
    i64::try_from((pico + if pico < 0 { -half } else { half }) / PICO_PER_MICRO).ok()
}

/// Whole units; `None` for fractions and numbers beyond 64 bits.
pub(super) fn whole(pico: i128) -> Option<i64> {
    if pico % PICO == 0 { i64::try_from(pico / PICO).ok() } else { None }
}

/// As a floating number, for conversions (which platforms share out in fractions).
#[expect(clippy::cast_precision_loss, reason = "counts of conversions are far below 2^53 trillionths' relative error")]
pub(super) fn float(pico: i128) -> f64 {
    // Whole part and fraction apart: the sum is exact for whole numbers and correctly rounded to a few digits otherwise.
    (pico / PICO) as f64 + (pico % PICO) as f64 / PICO as f64
}

/// What the cells of one column say about its decimal sign.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// Cells that can only be read with a decimal point.
    pub(super) point: u64,
    /// Cells that can only be read with a decimal comma.
    pub(super) comma: u64,
    /// Cells such as `1.234` or `1,234` that could be either.
    pub(super) either: u64,
}

impl Evidence {
    /// Weighs one cell. `counts`: the column holds whole numbers, so one separator before three digits groups thousands.
    pub(super) fn see(&mut self, text: &str, counts: bool) {
        if !text.bytes().any(|b| matches!(b, b',' | b'.')) {
            return;
        }
        let (body, _) = body(text.trim());
        let body = body.split(['e', 'E']).next().unwrap_or("");
        let (commas, points) = (body.matches(',').count(), body.matches('.').count());
        match (commas, points) {
            (0, 0) => {}
            (0, n) | (n, 0) => {
                let sign = if commas > 0 { ',' } else { '.' };
                let (before, after) = body.rsplit_once(sign).unwrap_or((body, ""));
                let groups = n > 1 || (after.len() == 3 && (1..=3).contains(&before.len()) && before != "0");
                let spaced = before.contains(|c: char| !c.is_ascii_digit() && c != sign);
                if n == 1 && groups && !counts && !spaced {
                    self.either += 1;
                } else if (groups && !spaced) != (sign == ',') {
                    self.comma += 1;
                } else {
                    self.point += 1;
                }
            }
            _ if body.rfind(',') > body.rfind('.') => self.comma += 1,
            _ => self.point += 1,
        }
    }

    /// The verdict, if there is one.
    pub(super) const fn decide(&self) -> Option<Decimal> {
        if self.point > self.comma {
            Some(Decimal::Point)
        } else if self.comma > self.point {
            Some(Decimal::Comma)
        } else {
            None
        }
    }

    /// Both together.
    pub(super) const fn plus(self, other: Self) -> Self {
        Self { point: self.point + other.point, comma: self.comma + other.comma, either: self.either + other.either }
    }
}
