//! The scale a model works on: as it is, by ratios, or by roots.
//!
//! On a logarithmic scale errors and seasons are proportional to the level, as spend and clicks mostly are; it needs values above
//! zero. A root does half of that and bears zeros. Going back gives the median of what may come, not the mean: sums of many
//! forecasts are a little low where errors are skewed.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Plain,
    Log,
    Root,
}

impl Scale {
    /// Scales that `y` can be put on.
    pub(crate) fn fitting(y: &[f64]) -> Vec<Self> {
        if y.iter().all(|&v| v > 0.0) {
            vec![Self::Plain, Self::Log]
        } else if y.iter().all(|&v| v >= 0.0) {
            vec![Self::Plain, Self::Root]
        } else {
            vec![Self::Plain]
        }
    }

    pub(crate) fn put(self, y: &[f64]) -> Vec<f64> {
        match self {
            Self::Plain => y.to_vec(),
            Self::Log => y.iter().map(|v| v.ln()).collect(),
            Self::Root => y.iter().map(|v| v.sqrt()).collect(),
        }
    }

    pub(crate) fn back(self, z: &mut [f64]) {
        match self {
            Self::Plain => {}
            Self::Log => z.iter_mut().for_each(|v| *v = v.exp()),
            Self::Root => z.iter_mut().for_each(|v| *v = v.max(0.0).powi(2)),
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Log => ", of logarithms",
            Self::Root => ", of roots",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for scale in [Scale::Plain, Scale::Log, Scale::Root] {
            let mut z = scale.put(&[0.25, 4.0, 1e9]);
            scale.back(&mut z);
            for (got, want) in z.iter().zip([0.25, 4.0, 1e9]) {
                assert!((got / want - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn zeros_and_debts_rule_scales_out() {
        assert_eq!(Scale::fitting(&[1.0, 2.0]), [Scale::Plain, Scale::Log]);
        assert_eq!(Scale::fitting(&[0.0, 2.0]), [Scale::Plain, Scale::Root]);
        assert_eq!(Scale::fitting(&[-1.0, 2.0]), [Scale::Plain]);
    }
}
