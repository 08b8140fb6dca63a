//! From cells of answers to the numbers analyses work with.

use trimtab_analysis::track::Figures;
use trimtab_domain::query::Cell;

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

/// The metrics of [`figures`], in its order.
pub(super) const FIGURES: [&str; 5] = ["spend", "impressions", "clicks", "conversions", "revenue"];

/// The cells of [`FIGURES`]; what is not reported counts as nothing.
pub(super) fn figures(cells: &[Cell]) -> Figures {
    let at = |place: usize| cells.get(place).copied().and_then(number).unwrap_or_default();
    Figures { spend: at(0), impressions: at(1), clicks: at(2), conversions: at(3), revenue: at(4), reach: None }
}

/// An amount in whole units as decimal text, to the cent.
pub(super) fn money(amount: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "rounded to cents, and saturating is right for what no account spends")]
    let cents = (amount * 100.0).round() as i64;
    trimtab_domain::money::decimal(cents.saturating_mul(10_000))
}
