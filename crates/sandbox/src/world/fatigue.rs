//! How creatives wear out and ad sets learn.

/// What is left of an ad's appeal after so many days of full delivery: 1 when fresh, falling to a floor.
pub(crate) fn appeal(days_live: f64, fatigue_days: f64) -> f64 {
    const FLOOR: f64 = 0.42;
    let worn = (days_live.max(0.0) / fatigue_days).powf(1.6);
    FLOOR + (1.0 - FLOOR) * (-worn).exp()
}

/// Days of delivery until an ad has lost a quarter of its appeal.
pub(crate) fn days_to_tired(fatigue_days: f64) -> f64 {
    // Solves appeal = 0.75: exp(-w) = (0.75 - floor) / (1 - floor).
    let worn = -((0.75_f64 - 0.42) / (1.0 - 0.42)).ln();
    fatigue_days * worn.powf(1.0 / 1.6)
}

/// Days that an ad set counts as learning after a significant edit.
pub(crate) const LEARNING_DAYS: i64 = 7;
/// Results within those days that end learning.
pub(crate) const LEARNING_RESULTS: f64 = 50.0;

/// The part of its results an ad set brings while it learns: least right after the edit.
pub(crate) fn learning(days_since_edit: f64) -> f64 {
    if days_since_edit >= LEARNING_DAYS as f64 {
        return 1.0;
    }
    0.72 + 0.28 * (days_since_edit.max(0.0) / LEARNING_DAYS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appeal_falls_and_rests_at_its_floor() {
        assert!((appeal(0.0, 30.0) - 1.0).abs() < 1e-12);
        assert!((appeal(days_to_tired(30.0), 30.0) - 0.75).abs() < 1e-9);
        assert!(appeal(400.0, 30.0) > 0.41);
        assert!(learning(0.0) < learning(3.0) && (learning(8.0) - 1.0).abs() < 1e-12);
    }
}
