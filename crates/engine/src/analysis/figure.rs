//! From cells of answers to the numbers analyses work with.

use trimtab_analysis::track::Figures;
use trimtab_domain::query::Cell;
use trimtab_facts::DayFigures;

/// A cell as a number, amounts in whole units; `None` where there is none.
pub(super) fn number(cell: Cell) -> Option<f64> {
    match cell {
        Cell::None => None,
        #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 do not occur in a day of an account")]
        Cell::Count(count) => Some(count as f64),
        #[expect(clippy::cast_precision_loss, reason = "what analyses say of amounts is an estimate")]
        Cell::Money(micros) => Some(micros as f64 / 1e6),
        Cell::Number(number) => Some(number).filter(|n| n.is_finite()),
    }
}

/// An object's day as analyses take it; reach only where somebody was reached.
#[expect(clippy::cast_precision_loss, reason = "what analyses say is an estimate, and a day's counts are far below 2^53")]
pub(super) fn of_day(figures: &DayFigures) -> Figures {
    Figures {
        spend: figures.spend_micros as f64 / 1e6,
        impressions: figures.impressions as f64,
        clicks: figures.clicks as f64,
        conversions: figures.conversions,
        revenue: figures.revenue_micros as f64 / 1e6,
        reach: figures.reach.filter(|reach| *reach > 0).map(|reach| reach as f64),
    }
}

/// An amount in whole units as decimal text, to the cent.
pub(super) fn money(amount: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "rounded to cents, and saturating is right for what no account spends")]
    let cents = (amount * 100.0).round() as i64;
    trimtab_domain::money::decimal(cents.saturating_mul(10_000))
}
