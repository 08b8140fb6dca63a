//! How sure one may be with few tests.

/// The share of Student's t with so many degrees of freedom that lies below (Abramowitz and Stegun 26.7.8, good to a hundredth from three
/// degrees on; with fewer it is taken at three, which is bolder than the truth by a few hundredths).
pub(super) fn below(t: f64, degrees: f64) -> f64 {
    let degrees = degrees.max(3.0);
    normal_below(t * (1.0 - 1.0 / (4.0 * degrees)) / (1.0 + t * t / (2.0 * degrees)).sqrt())
}

/// The share of a standard normal variable below (Abramowitz and Stegun 26.2.17, good to 1e-7).
fn normal_below(z: f64) -> f64 {
    let k = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let poly = k * (0.319_381_530 + k * (-0.356_563_782 + k * (1.781_477_937 + k * (-1.821_255_978 + k * 1.330_274_429))));
    let beyond = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if z >= 0.0 { 1.0 - beyond } else { beyond }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_tables() {
        for (t, degrees, want) in [(0.0, 5.0, 0.5), (1.476, 5.0, 0.9), (2.015, 5.0, 0.95), (-1.638, 3.0, 0.1), (1.2816, 1e6, 0.9)] {
            assert!((below(t, degrees) - want).abs() < 0.01, "{t} {degrees}: {}", below(t, degrees));
        }
    }
}
