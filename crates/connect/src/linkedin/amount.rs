//! Amounts with more digits than micros have, rounded so that sums stay what they are.
//!
//! Each row rounded by itself would leave a day of thousands of rows off by as many halves of a micro. Here the sum so far is rounded
//! instead, and a row gets what that grew by: every row is off by less than a micro, and the day's sum is the rounded exact sum.

use crate::scalar::Fine;

/// The sum so far.
#[derive(Debug, Default)]
pub(super) struct Carry(Fine);

impl Carry {
    /// The next amount in micros.
    pub(super) fn micros(&mut self, amount: Fine) -> i64 {
        let before = self.0.micros();
        self.0 = self.0 + amount;
        self.0.micros() - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_what_it_was_before_rounding() {
        let amounts: Vec<Fine> =
            ["0.0000004", "0.0000004", "0.0000004", "1.2345674", "0", "2.0000004"].map(|a| a.parse().unwrap()).into();
        let mut carry = Carry::default();
        let rounded: Vec<i64> = amounts.iter().map(|amount| carry.micros(*amount)).collect();
        assert_eq!(rounded.iter().sum::<i64>(), 3_234_569, "3.234569…");
        for (amount, micros) in amounts.iter().zip(rounded) {
            assert!((amount.micros() - micros).abs() <= 1, "{amount:?} as {micros}");
        }
    }
}
