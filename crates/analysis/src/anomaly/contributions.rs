//! Which parts of a whole made it move: the campaigns behind an account's anomaly.
//!
//! A sum moves by the sum of its parts' moves. A ratio R = ΣN/ΣD moves from R₀ to R₁ by Σᵢ (ΔNᵢ − R₀·ΔDᵢ)/D₁, exactly: a part
//! contributes by what its numerator did beyond what the old ratio would have let it do for its denominator. So a campaign whose
//! cost per conversion is as ever contributes when it grows and is dearer than the whole: that is the mix, and it is real.
//!
//! What a part was expected to do is the caller's: the same days a week before, or each part's own expectation.

/// A part's figures, expected and seen. Of a sum, `under` is not looked at.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The figure, or a ratio's numerator: expected, seen.
    pub over: (f64, f64),
    /// A ratio's denominator: expected, seen.
    pub under: (f64, f64),
}

/// What a part did to the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// Which part, in the order given.
    pub part: usize,
    /// By how much it moved the whole; over all parts that is the whole move.
    pub change: f64,
}

/// The parts' contributions to the move of their sum, largest first either way.
#[must_use]
pub fn of_sum(parts: &[Part]) -> Vec<Contribution> {
    ordered(parts.iter().map(|part| part.over.1 - part.over.0))
}

/// The parts' contributions to the move of their ratio; `None` where it had or has no denominator.
#[must_use]
pub fn of_ratio(parts: &[Part]) -> Option<Vec<Contribution>> {
    let sum = |of: fn(&Part) -> f64| parts.iter().map(of).sum::<f64>();
    let (under_before, under_after) = (sum(|p| p.under.0), sum(|p| p.under.1));
    if !(under_before.is_normal() && under_after.is_normal()) {
        return None;
    }
    let before = sum(|p| p.over.0) / under_before;
    Some(ordered(parts.iter().map(|p| ((p.over.1 - p.over.0) - before * (p.under.1 - p.under.0)) / under_after)))
}

fn ordered(changes: impl Iterator<Item = f64>) -> Vec<Contribution> {
    let mut all: Vec<Contribution> = changes.enumerate().map(|(part, change)| Contribution { part, change }).collect();
    all.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_campaign_that_stopped_converting_is_named() {
        // Spend over conversions: the second campaign spends on and sells half.
        let parts = [
            Part { over: (100.0, 100.0), under: (10.0, 10.0) },
            Part { over: (100.0, 100.0), under: (10.0, 5.0) },
            Part { over: (50.0, 50.0), under: (5.0, 5.0) },
        ];
        let named = of_ratio(&parts).unwrap();
        assert_eq!(named[0], Contribution { part: 1, change: 2.5 });
        assert_eq!(named[1].change, 0.0);
        assert_eq!(of_sum(&parts)[0].change, 0.0);
    }

    #[test]
    fn no_denominator_no_ratio() {
        assert_eq!(of_ratio(&[Part { over: (1.0, 1.0), under: (0.0, 4.0) }]), None);
        assert_eq!(of_ratio(&[]), None);
    }

    proptest! {
        #[test]
        fn contributions_add_up_to_the_move(
            figures in prop::collection::vec((1.0..100.0, 1.0..100.0, 1.0..100.0, 1.0..100.0), 1..20),
        ) {
            let parts: Vec<Part> = figures.iter().map(|&(a, b, c, d)| Part { over: (a, b), under: (c, d) }).collect();
            let ratio = |over: fn(&Part) -> f64, under: fn(&Part) -> f64| {
                parts.iter().map(over).sum::<f64>() / parts.iter().map(under).sum::<f64>()
            };
            let moved = ratio(|p| p.over.1, |p| p.under.1) - ratio(|p| p.over.0, |p| p.under.0);
            let told: f64 = of_ratio(&parts).unwrap().iter().map(|c| c.change).sum();
            prop_assert!((moved - told).abs() < 1e-9);
        }
    }
}
