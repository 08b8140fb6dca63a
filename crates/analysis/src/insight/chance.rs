//! Chance: tails of Student's distribution, and how many of many findings are one.

/// The chance that a variable of Student's distribution is below `t`.
pub(super) fn student(t: f64, freedom: f64) -> f64 {
    if t.is_nan() || freedom.is_nan() || freedom <= 0.0 {
        return 0.5;
    }
    if t.is_infinite() {
        return if t > 0.0 { 1.0 } else { 0.0 };
    }
    let tail = 0.5 * incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5);
    if t > 0.0 { 1.0 - tail } else { tail }
}

/// The regularised incomplete beta function, by Lentz' continued fraction.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = (a * x.ln() + b * (1.0 - x).ln() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b)).exp() / a;
    const TINY: f64 = 1e-300;
    let safe = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / safe(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for step in 1..300 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / safe(1.0 + even * d);
        c = safe(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / safe(1.0 + odd * d);
        c = safe(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-12 {
            break;
        }
    }
    (front * fraction).clamp(0.0, 1.0)
}

/// The logarithm of the gamma function (Lanczos).
fn ln_gamma(x: f64) -> f64 {
    const FACTORS: [f64; 6] = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.120_865_097_386_617_9e-2,
        -0.539_523_938_495_3e-5,
    ];
    let series = FACTORS.iter().zip(1..).fold(1.000_000_000_190_015, |sum, (factor, step)| sum + factor / (x + f64::from(step)));
    let shifted = x + 5.5;
    (x + 0.5) * shifted.ln() - shifted + (2.506_628_274_631_000_5 * series / x).ln()
}

/// The share of wrong ones to expect among the findings up to each of these chances (Benjamini and Hochberg), in the order given.
pub(super) fn false_shares(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let all = super::figure::count(chances.len());
    let mut shares = vec![1.0; chances.len()];
    let mut least: f64 = 1.0;
    for (rank, place) in order.into_iter().enumerate().rev() {
        least = least.min(chances[place] * all / super::figure::count(rank + 1));
        shares[place] = least;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_tails_are_those_of_the_tables() {
        // One-sided 5 % and 0.5 % points.
        for (freedom, five, half) in [(1.0, 6.314, 63.657), (4.0, 2.132, 4.604), (12.0, 1.782, 3.055), (120.0, 1.658, 2.617)] {
            assert!((student(-five, freedom) - 0.05).abs() < 2e-4, "{freedom}");
            assert!((student(half, freedom) - 0.995).abs() < 2e-4, "{freedom}");
        }
        assert_eq!(student(f64::INFINITY, 3.0), 1.0);
        assert!((student(0.0, 5.0) - 0.5).abs() < 1e-9);
        assert_eq!(student(f64::NAN, 5.0), 0.5);
    }

    #[test]
    fn one_in_many_must_be_clearer_than_one_alone() {
        assert_eq!(false_shares(&[0.04]), [0.04]);
        let many = false_shares(&[0.04, 0.9, 0.5, 0.7]);
        assert!((many[0] - 0.16).abs() < 1e-9);
        let all = false_shares(&[0.01, 0.02, 0.03]);
        assert!(all.iter().all(|share| (share - 0.03).abs() < 1e-9));
        assert!(false_shares(&[]).is_empty());
    }
}
