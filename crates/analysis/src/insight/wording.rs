//! Figures as people read them, and texts with their holes filled.

use super::{
    figure::count,
    judge::{Judge, change},
};
use trimtab_domain::{
    Currency,
    graph::{Aspect, InsightDefinition, Piece, Template},
    metric::{Registry, Unit},
};

const NO_FIGURE: &str = "no figure";

/// A figure of a metric: `1,234`, `12.30 EUR`, `1.79 %`, `3.21`.
pub(super) fn figure(metric: &str, value: f64, currency: Option<Currency>) -> String {
    let unit = Registry::builtin().get(metric).map_or(Unit::Number, |metric| metric.unit);
    match unit {
        Unit::Count => grouped(value, 0),
        Unit::Number => grouped(value, usize::from(value.abs() < 100.0 && value.fract().abs() > 0.05)),
        Unit::Ratio => grouped(value, 2),
        Unit::Percent => format!("{} %", grouped(value, 2)),
        Unit::Money => {
            let decimals = if value.abs() < 1000.0 { 2 } else { 0 };
            let amount = grouped(value, decimals);
            currency.map_or_else(|| amount.clone(), |currency| format!("{amount} {currency}"))
        }
    }
}

fn grouped(value: f64, decimals: usize) -> String {
    let plain = format!("{value:.decimals$}");
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A change: `31 % more`, `4.2 % less`, `about the same`.
pub(super) fn moved(percent: f64) -> String {
    let size = percent.abs();
    if size < 0.5 {
        return "about the same".to_owned();
    }
    let size = grouped(size, usize::from(size < 10.0));
    format!("{size} % {}", if percent > 0.0 { "more" } else { "less" })
}

/// A text with its holes filled from what was judged.
pub(super) fn fill(template: &Template, definition: &InsightDefinition, judge: &Judge<'_>) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Entity => judge.observed.entity.name.to_string(),
        Piece::Days => definition.days.to_string(),
        Piece::Figure(metric, aspect) => hole(judge, metric, *aspect).unwrap_or_else(|| NO_FIGURE.to_owned()),
    };
    template.pieces().iter().map(piece).collect()
}

fn hole(judge: &Judge<'_>, metric: &str, aspect: Aspect) -> Option<String> {
    let currency = judge.observed.currency;
    let now = || judge.figure(metric, &judge.windows.now).ok();
    let before = || judge.figure(metric, &judge.before().ok()?).ok();
    match aspect {
        Aspect::Now => Some(figure(metric, now()?.shown, currency)),
        Aspect::Before => Some(figure(metric, before()?.shown, currency)),
        Aspect::Target => judge.observed.targets.get(metric).map(|target| figure(metric, *target, currency)),
        Aspect::Change => Some(match change(&before()?, &now()?) {
            Some(percent) => moved(percent),
            None => "not comparable".to_owned(),
        }),
    }
}

/// Which base metric did most to a move: `Of the move of CPA, Conversions (42 % less) accounts for 80 %.`
pub(super) fn driver(whole: &str, part: &str, share: f64, percent: Option<f64>) -> String {
    let name = |id| Registry::builtin().get(id).map_or(id, |metric| metric.name.as_str());
    let (whole, part) = (name(whole), name(part));
    let moved = percent.map(|percent| format!(" ({})", moved(percent))).unwrap_or_default();
    if share > 1.005 {
        return format!("{part}{moved} alone would have moved {whole} further; the rest pulled the other way.");
    }
    format!("Of the move of {whole}, {part}{moved} accounts for {:.0} %.", share * 100.0)
}

/// So many of something: `1 day`, `3 days`.
pub(super) fn days(n: usize) -> String {
    format!("{} day{}", grouped(count(n), 0), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        let euro = Some("EUR".parse().unwrap());
        assert_eq!(figure("impressions", 1_234_567.0, euro), "1,234,567");
        assert_eq!(figure("spend", 12.3, euro), "12.30 EUR");
        assert_eq!(figure("spend", -12_345.6, None), "-12,346");
        assert_eq!(figure("ctr", 1.789, euro), "1.79 %");
        assert_eq!(figure("conversions", 12.5, euro), "12.5");
        assert_eq!(figure("conversions", 12.0, euro), "12");
        assert_eq!([31.4, -4.24, 0.2, -1234.0].map(moved), ["31 % more", "4.2 % less", "about the same", "1,234 % less"]);
        assert_eq!([days(1), days(1000)], ["1 day", "1,000 days"]);
    }
}
