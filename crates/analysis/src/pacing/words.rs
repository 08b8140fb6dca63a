//! Amounts, days and periods as people read them.

use trimtab_domain::{
    Currency, Day, DayRange,
    finding::{EntityRef, Level},
};

/// `EUR 12,340`, or `EUR 12.34` where cents matter.
pub(super) fn amount(value: f64, currency: Currency) -> String {
    let text = if value.abs() < 100.0 && value != 0.0 { format!("{value:.2}") } else { format!("{value:.0}") };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{currency} {sign}{grouped}{rest}")
}

/// `9 March`.
pub(super) fn day(day: Day) -> String {
    day.strftime("%-d %B").to_string()
}

/// `March budget`, or `budget for 5 March to 11 April`.
pub(super) fn budget(period: DayRange) -> String {
    if period.from().day() == 1 && period.to() == period.from().last_of_month() {
        return format!("{} budget", period.from().strftime("%B"));
    }
    format!("budget for {} to {}", day(period.from()), day(period.to()))
}

/// What a budget is for.
pub(super) fn name(entity: &EntityRef) -> &str {
    if entity.name.is_empty() { &entity.id } else { &entity.name }
}

/// The condition that picks an object's rows; empty for a tenant.
pub(super) fn filter(entity: &EntityRef) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let platform = entity.source.map(|source| format!("platform = {}", quoted(source.as_str())));
    let dimension = match entity.level {
        Level::Tenant | Level::Platform => None,
        Level::Account => Some("account"),
        Level::Campaign => Some("campaign"),
        Level::AdGroup => Some("ad_group"),
        Level::Ad | Level::Creative | Level::Pixel => Some("ad"),
    };
    let below = matches!(entity.level, Level::Campaign | Level::AdGroup | Level::Ad | Level::Creative | Level::Pixel);
    let account = (below && !entity.account.is_empty()).then(|| format!("account = {}", quoted(&entity.account)));
    let own = dimension.map(|dimension| format!("{dimension} = {}", quoted(&entity.id)));
    [platform, account, own].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// Whether a budget's amounts may be of several accounts, whose currencies differ.
pub(super) fn spans_accounts(entity: &EntityRef) -> bool {
    matches!(entity.level, Level::Tenant | Level::Platform)
}
