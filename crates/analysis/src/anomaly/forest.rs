//! Days on which several figures are odd together, though each alone may pass.
//!
//! Isolation forest (Liu, Ting and Zhou, "Isolation Forest", ICDM 2008): trees split a sample at random figures and random values;
//! what is odd is alone after few splits. score = 2^(−E[depth]/c(n)), with c(n) the mean depth of n alike rows: near 0.5 or below
//! is usual, towards 1 odd. How high is high depends on the data, so the score's rarity among the rows it was grown from is told
//! beside it. Columns are brought to robust deviations first; what is missing counts as the middle.
//!
//! Give it residuals or ratios, not raw figures: of raw ones it finds large days. The seed is handed in and the same seed grows the
//! same forest. Oddness has no direction and no cause; the figures named are those furthest from their own middle, which need not
//! be those that isolated the row.

use super::because::CannotTell;
use super::robust::{median, sane, spread};
use super::tail::Tail;

/// How a forest is grown.
#[derive(Debug, Clone, Copy)]
pub struct ForestSettings {
    /// Trees.
    pub trees: usize,
    /// Rows each tree is grown from, at most.
    pub sample: usize,
    /// Rows it takes.
    pub least_rows: usize,
}

impl Default for ForestSettings {
    fn default() -> Self {
        Self { trees: 200, sample: 256, least_rows: 28 }
    }
}

/// How odd a row is.
#[derive(Debug, Clone, PartialEq)]
pub struct Odd {
    /// Between 0 and 1.
    pub score: f64,
    /// Among the rows the forest was grown from: 3 is one in 1,000; zero for what is common.
    pub rarity: f64,
    /// Columns and how many robust deviations each is from its middle, furthest first.
    pub columns: Vec<(usize, f64)>,
}

/// Trees grown from rows of several figures.
#[derive(Debug)]
pub struct Forest {
    columns: Vec<Column>,
    trees: Vec<Vec<Node>>,
    alike: f64,
    middle: f64,
    tail: Tail,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    middle: f64,
    spread: f64,
}

#[derive(Debug, Clone, Copy)]
enum Node {
    Split { column: usize, below: f64, left: usize, right: usize },
    Leaf { rows: usize },
}

impl Forest {
    /// Grows a forest from days of several figures, one column each.
    ///
    /// # Errors
    /// [`CannotTell`] where there are no columns, too few rows, or no column that moves.
    pub fn grow(rows: &[Vec<Option<f64>>], settings: &ForestSettings, seed: u64) -> Result<Self, CannotTell> {
        let width = rows.iter().map(Vec::len).min().unwrap_or(0);
        if width == 0 {
            return Err(CannotTell::Empty);
        }
        let need = settings.least_rows.max(2);
        if rows.len() < need {
            return Err(CannotTell::TooShort { have: rows.len(), need });
        }
        let columns: Vec<Column> = (0..width).map(|c| Column::of(rows.iter().filter_map(|row| sane(row[c])))).collect();
        if columns.iter().all(|c| c.spread <= 0.0) {
            return Err(CannotTell::Constant);
        }
        let scaled: Vec<Vec<f64>> = rows.iter().map(|row| scale(&columns, row)).collect();
        let mut dice = Dice(seed);
        let sample = settings.sample.clamp(2, rows.len());
        let depth_max = usize::BITS - (sample - 1).leading_zeros();
        let trees = (0..settings.trees.max(1)).map(|_| {
            let mut chosen = dice.choose(scaled.len(), sample);
            let mut nodes = Vec::new();
            plant(&mut nodes, &scaled, &mut chosen, depth_max, &mut dice);
            nodes
        });
        let trees = trees.collect();
        let mut forest = Self { columns, trees, alike: mean_depth(sample), middle: 0.0, tail: Tail::above(&[]) };
        let scores: Vec<f64> = scaled.iter().map(|row| forest.score(row)).collect();
        forest.tail = Tail::above(&scores);
        forest.middle = median(&mut scores.clone());
        Ok(forest)
    }

    /// How odd a row of the same columns is; columns it lacks count as usual.
    #[must_use]
    pub fn judge(&self, row: &[Option<f64>]) -> Odd {
        let scaled = scale(&self.columns, row);
        let score = self.score(&scaled);
        let mut columns: Vec<(usize, f64)> = scaled.into_iter().enumerate().collect();
        columns.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        Odd { score, rarity: self.tail.rarity(score - self.middle), columns }
    }

    fn score(&self, row: &[f64]) -> f64 {
        let depth = self.trees.iter().map(|tree| depth(tree, row)).sum::<f64>() / self.trees.len() as f64;
        (-depth / self.alike).exp2()
    }
}

impl Column {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        Self { middle: median(&mut values), spread: spread(&values) }
    }
}

fn scale(columns: &[Column], row: &[Option<f64>]) -> Vec<f64> {
    let one = |(i, column): (usize, &Column)| {
        let value = row.get(i).copied().flatten();
        sane(value).filter(|_| column.spread > 0.0).map_or(0.0, |v| (v - column.middle) / column.spread)
    };
    columns.iter().enumerate().map(one).collect()
}

/// Grows a tree over the chosen rows and returns the place of its root.
fn plant(nodes: &mut Vec<Node>, rows: &[Vec<f64>], chosen: &mut [usize], depth_left: u32, dice: &mut Dice) -> usize {
    let here = nodes.len();
    nodes.push(Node::Leaf { rows: chosen.len() });
    if depth_left == 0 || chosen.len() < 2 {
        return here;
    }
    let range = |column: usize| {
        let values = chosen.iter().map(|&row| rows[row][column]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let width = rows[chosen[0]].len();
    let moving: Vec<(usize, (f64, f64))> =
        (0..width).map(|column| (column, range(column))).filter(|(_, (low, high))| low < high).collect();
    let Some(&(column, (low, high))) = moving.get(dice.below(moving.len())) else { return here };
    let below = low + (high - low) * dice.share();
    let mut split = 0;
    for i in 0..chosen.len() {
        if rows[chosen[i]][column] < below {
            chosen.swap(i, split);
            split += 1;
        }
    }
    let (left, right) = chosen.split_at_mut(split);
    let left = plant(nodes, rows, left, depth_left - 1, dice);
    let right = plant(nodes, rows, right, depth_left - 1, dice);
    nodes[here] = Node::Split { column, below, left, right };
    here
}

fn depth(tree: &[Node], row: &[f64]) -> f64 {
    let (mut at, mut steps) = (0, 0.0);
    while let Some(node) = tree.get(at) {
        match *node {
            Node::Leaf { rows } => return steps + mean_depth(rows),
            Node::Split { column, below, left, right } => at = if row[column] < below { left } else { right },
        }
        steps += 1.0;
    }
    steps
}

/// The mean depth of an unsuccessful search in a binary tree of so many rows.
fn mean_depth(rows: usize) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    let n = rows as f64;
    match rows {
        0 | 1 => 0.0,
        2 => 1.0,
        _ => 2.0 * ((n - 1.0).ln() + EULER) - 2.0 * (n - 1.0) / n,
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same seed is the same forest on every machine and with every release of a library.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A place among so many; 0 of none.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
    fn below(&mut self, count: usize) -> usize {
        ((self.share() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// So many different places of `of`.
    fn choose(&mut self, of: usize, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..of).collect();
        for i in 0..count.min(of) {
            let j = i + self.below(of - i);
            all.swap(i, j);
        }
        all.truncate(count);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clicks follow spend; days differ by a regular pattern.
    fn days() -> Vec<Vec<Option<f64>>> {
        let day = |i: usize| {
            let size = 1.0 + (i % 13) as f64 / 13.0;
            let wobble = (i * 7 % 11) as f64 / 110.0;
            vec![Some(size), Some(size + wobble), Some(3.0)]
        };
        (0..120).map(day).collect()
    }

    #[test]
    fn figures_that_do_not_go_together_are_odd() {
        let forest = Forest::grow(&days(), &ForestSettings::default(), 7).unwrap();
        let usual = forest.judge(&[Some(1.5), Some(1.55), Some(3.0)]);
        let odd = forest.judge(&[Some(1.9), Some(0.2), Some(3.0)]);
        assert!(odd.score > usual.score + 0.1, "{} {}", odd.score, usual.score);
        assert!(odd.rarity > 2.0, "{}", odd.rarity);
        assert!(usual.rarity < 1.0, "{}", usual.rarity);
        assert_eq!(odd.columns[0].0, 1);
    }

    #[test]
    fn the_same_seed_is_the_same_forest() {
        let score = |seed| Forest::grow(&days(), &ForestSettings::default(), seed).unwrap().judge(&[Some(1.0), None]).score;
        assert_eq!(score(1), score(1));
        assert_ne!(score(1), score(2));
    }

    #[test]
    fn nothing_to_grow_from_is_said() {
        let grow = |rows: &[Vec<Option<f64>>]| Forest::grow(rows, &ForestSettings::default(), 1).err();
        assert_eq!(grow(&[]), Some(CannotTell::Empty));
        assert_eq!(grow(&days()[..5]), Some(CannotTell::TooShort { have: 5, need: 28 }));
        assert_eq!(grow(&vec![vec![Some(1.0), None]; 40]), Some(CannotTell::Constant));
        assert_eq!(grow(&vec![vec![Some(f64::NAN)]; 40]), Some(CannotTell::Constant));
    }
}
