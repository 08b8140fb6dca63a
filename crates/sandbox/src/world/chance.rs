//! Counter-based randomness: every number is a hash of the seed and of what it is for.
//!
//! Nothing here has state, so the figures of any day can be computed without those of the days before it, in any order and on any
//! thread, and always come out the same.

/// The hash of a purpose's name, at compile time.
pub(crate) const fn tag(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}

/// A point in the tree of random numbers. [`Chance::on`] goes one branch down; the draws read the point itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(scramble(seed ^ 0x7269_6d74_6162_2121))
    }

    /// The branch for a purpose or an index.
    pub(crate) const fn on(self, branch: u64) -> Self {
        Self(scramble(self.0 ^ branch.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// The branch for a signed index such as a day number.
    pub(crate) const fn at(self, index: i64) -> Self {
        self.on(index.cast_unsigned())
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(self) -> f64 {
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub(crate) fn between(self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `n`, which is at least 1.
    pub(crate) fn below(self, n: usize) -> usize {
        index(self.unit() * n as f64).min(n - 1)
    }

    pub(crate) fn whether(self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Close to the standard normal: the sum of four uniforms of 16 bits each, scaled. Never beyond ±3.47.
    pub(crate) fn normal(self) -> f64 {
        let sum = (self.0 & 0xffff) + (self.0 >> 16 & 0xffff) + (self.0 >> 32 & 0xffff) + (self.0 >> 48);
        (sum as f64 / 65_536.0 - 2.0) * 1.732_05
    }

    /// A factor around 1 whose logarithm is normal with this deviation.
    pub(crate) fn factor(self, deviation: f64) -> f64 {
        (self.normal() * deviation).exp()
    }

    /// Exponentially distributed with this mean.
    pub(crate) fn exponential(self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// A count with this mean and about its variance (Poisson by inversion when small, else normal).
    pub(crate) fn count(self, mean: f64) -> i64 {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 24.0 {
            return whole(mean + mean.sqrt() * self.normal() + 0.5).max(0);
        }
        let (u, mut p) = (self.unit(), (-mean).exp());
        let (mut k, mut sum) = (0, p);
        while u > sum && k < 120 {
            k += 1;
            p *= mean / k as f64;
            sum += p;
        }
        k
    }

    pub(crate) fn pick<T>(self, from: &[T]) -> &T {
        &from[self.below(from.len())]
    }
}

const fn scramble(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The whole part of a number.
#[expect(clippy::cast_possible_truncation, reason = "amounts and counts stay far below 2^63; the cast saturates beyond")]
pub(crate) fn whole(x: f64) -> i64 {
    x.floor() as i64
}

/// The whole part of a number that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates at both ends")]
pub(crate) fn index(x: f64) -> usize {
    x as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_moments_they_claim() {
        let n = 20_000_i64;
        let root = Chance::new(7);
        let mean = |draw: &dyn Fn(Chance) -> f64| (0..n).map(|i| draw(root.at(i))).sum::<f64>() / n as f64;
        assert!((mean(&Chance::unit) - 0.5).abs() < 0.01);
        assert!(mean(&Chance::normal).abs() < 0.03);
        assert!((mean(&|c| c.normal().powi(2)) - 1.0).abs() < 0.03);
        assert!((mean(&|c| c.exponential(3.0)) - 3.0).abs() < 0.1);
        for rate in [0.2, 5.0, 60.0] {
            assert!((mean(&|c| c.count(rate) as f64) / rate - 1.0).abs() < 0.05, "count {rate}");
        }
    }

    #[test]
    fn branches_differ() {
        let root = Chance::new(1);
        assert_ne!(root.on(tag("cpm")).bits(), root.on(tag("ctr")).bits());
        assert_ne!(root.at(1).at(2).bits(), root.at(2).at(1).bits());
        assert_ne!(root.bits(), Chance::new(2).bits());
    }
}
