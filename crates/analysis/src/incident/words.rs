//! Amounts, days and shares as people read them.

use trimtab_domain::{
    Currency, Day,
    finding::{EntityRef, Level},
};

/// `EUR 12,340`, or `EUR 12.34` where cents matter.
pub(crate) fn amount(value: f64, currency: Currency) -> String {
    format!("{currency} {}", number(value))
}

/// `12,340`, or `12.34` where digits behind the point matter.
pub(crate) fn number(value: f64) -> String {
    let text = if value.abs() < 100.0 && value.fract() != 0.0 { format!("{value:.2}") } else { format!("{value:.0}") };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}")
}

/// `up 40 %`, `down 12 %`, `to 3.1 times`, of a factor.
pub(crate) fn moved(factor: f64) -> String {
    if factor >= 2.5 {
        format!("to {factor:.1} times the usual")
    } else if factor >= 1.0 {
        format!("up {:.0} %", (factor - 1.0) * 100.0)
    } else {
        format!("down {:.0} %", (1.0 - factor) * 100.0)
    }
}

/// `9 March`.
pub(crate) fn day(day: Day) -> String {
    day.strftime("%-d %B").to_string()
}

/// `on 9 March`, `from 9 to 12 March`, `since 9 March`.
pub(crate) fn when(from: Day, to: Day, ongoing: bool) -> String {
    if ongoing {
        format!("since {}", day(from))
    } else if from == to {
        format!("on {}", day(from))
    } else if from.month() == to.month() {
        format!("from {} to {}", from.day(), day(to))
    } else {
        format!("from {} to {}", day(from), day(to))
    }
}

/// What people call an object.
pub(crate) fn name(entity: &EntityRef) -> &str {
    if entity.name.is_empty() { &entity.id } else { &entity.name }
}

/// The condition that picks an object's rows.
pub(crate) fn filter(entity: &EntityRef) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let platform = entity.source.map(|source| format!("platform = {}", quoted(source.as_str())));
    let account = if entity.account.is_empty() { &entity.id } else { &entity.account };
    let account = Some(format!("account = {}", quoted(account)));
    let own = (entity.level == Level::Campaign).then(|| format!("campaign = {}", quoted(&entity.id)));
    [platform, account, own].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
