//! Amounts, days and objects as people read them, and as metric queries name them.

use trimtab_domain::{
    Currency, Day,
    finding::{EntityRef, Level},
    query::{Dimension, DimensionTest, Filter},
};

/// `EUR 12,340`, or `EUR 12.34` where digits behind the point matter.
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

/// The conditions of a metric query that leave nothing but an object; empty for a tenant. A pixel has no rows of its own: they are its
/// account's.
pub(crate) fn filter(entity: &EntityRef) -> String {
    filter_with(entity, None)
}

/// The conditions that leave all of the account an object is in.
pub(crate) fn account_filter(entity: &EntityRef) -> String {
    let id = if entity.account.is_empty() { &entity.id } else { &entity.account };
    filter(&EntityRef { level: Level::Account, id: id.clone(), ..entity.clone() })
}

/// The conditions of an object, and of its rows those with one of these values of one dimension more.
pub(crate) fn filter_with(entity: &EntityRef, more: Option<(Dimension, &[&str])>) -> String {
    let among = |dimension, values: &[&str]| Filter::Dimension {
        dimension,
        test: DimensionTest::In(values.iter().map(|value| (*value).to_owned()).collect()),
    };
    let is = |dimension, value: &str| among(dimension, &[value]);
    let own = match entity.level {
        Level::Tenant | Level::Platform | Level::Pixel => None,
        Level::Account => Some(Dimension::Account),
        Level::Campaign => Some(Dimension::Campaign),
        Level::AdGroup => Some(Dimension::AdGroup),
        Level::Ad | Level::Creative => Some(Dimension::Ad),
    };
    let platform = entity.source.map(|source| is(Dimension::Platform, source.as_str()));
    let account = (own != Some(Dimension::Account) && !entity.account.is_empty()).then(|| is(Dimension::Account, &entity.account));
    let own = own.map(|dimension| is(dimension, &entity.id));
    let more = more.map(|(dimension, values)| among(dimension, values));
    [platform, account, own, more].into_iter().flatten().map(|filter| filter.to_string()).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::{Source, query::filter::parse};

    #[test]
    fn amounts_are_grouped_and_have_cents_where_they_matter() {
        let said = |v| amount(v, "EUR".parse().expect("a currency"));
        assert_eq!(
            [said(1_234_567.4), said(-1_000.0), said(12.345), said(50.0), said(0.0)],
            ["EUR 1,234,567", "EUR -1,000", "EUR 12.35", "EUR 50", "EUR 0"]
        );
    }

    #[test]
    fn conditions_read_back_whatever_an_id_is() {
        let campaign = EntityRef {
            level: Level::Campaign,
            source: Some(Source::Meta),
            account: "act \"1\"".into(),
            id: "a\\b and c".into(),
            name: "".into(),
        };
        let read = parse(&filter(&campaign)).expect("it reads back");
        assert_eq!(read.len(), 3);
        assert_eq!(name(&campaign), "a\\b and c");
    }
}
