//! The competitions' measures, each as its own README defines it.

use crate::data::Case;
use serde_json::{Map, Value, json};

/// A forecast, whoever made it; bounds by level, 80 % and 95 %.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) points: Vec<f64>,
    pub(crate) bounds: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Told {
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let list = |key: &str| value[key].as_array()?.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>();
        let bounds = ["80", "95"].iter().filter_map(|level| Some((list(&format!("lo{level}"))?, list(&format!("hi{level}"))?)));
        Some(Self { points: list("points")?, bounds: bounds.collect() })
    }

    fn bare(points: Vec<f64>) -> Self {
        Self { points, bounds: vec![] }
    }
}

/// Steps whose true value is known.
fn known<'a>(case: &'a Case, told: &'a Told) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
    case.came.iter().zip(&told.points).enumerate().filter_map(|(h, (came, told))| Some((h, (*came)?, *told)))
}

/// Over what is finite: a series that never moved has no scale.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.filter(|v| v.is_finite()).fold((0.0, 0.0_f64), |(sum, count), v| (sum + v, count + 1.0));
    sum / count.max(1.0)
}

fn error(case: &Case, told: &Told) -> f64 {
    mean(known(case, told).map(|(_, came, told)| (came - told).abs()))
}

fn smape(case: &Case, told: &Told) -> f64 {
    let one = |came: f64, told: f64| if came == told { 0.0 } else { 200.0 * (came - told).abs() / (came.abs() + told.abs()) };
    mean(known(case, told).map(|(_, came, told)| one(came, told)))
}

/// The in-sample error of repeating what was `scale_period` steps ago, over neighbours that are both known.
fn scale(case: &Case) -> f64 {
    let pairs = case.past.iter().skip(case.scale_period).zip(&case.past);
    mean(pairs.filter_map(|(now, then)| Some(((*now)? - (*then)?).abs())))
}

/// What was a season ago, or as many seasons as it takes to find something known.
fn seasonal_naive(case: &Case) -> Told {
    let n = case.past.len();
    let back = |h: usize| {
        let place = n + h;
        (1..).map_while(|k| place.checked_sub(k * case.naive_period)).find_map(|at| *case.past.get(at)?).unwrap_or(0.0)
    };
    Told::bare((0..case.came.len()).map(back).collect())
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len().checked_sub(1)? / 2;
    Some(f64::midpoint(values[middle], values[values.len() / 2]))
}

/// All measures over cases that were forecast.
pub(crate) fn figures(cases: &[Case], told: &dyn Fn(&str) -> Option<Told>) -> Value {
    let both: Vec<(&Case, Told)> = cases.iter().filter_map(|case| Some((case, told(&case.id)?))).collect();
    if both.is_empty() {
        return Value::Null;
    }
    let mut all = Map::new();
    let mase = |case: &Case, told: &Told| error(case, told) / scale(case);
    let own = (mean(both.iter().map(|(c, t)| smape(c, t))), mean(both.iter().map(|(c, t)| mase(c, t))));
    all.insert("smape".to_owned(), json!(own.0));
    all.insert("mase".to_owned(), json!(own.1));
    let naive2: Vec<(&Case, Told)> = both.iter().filter_map(|(case, _)| Some((*case, Told::bare(case.naive2.clone()?)))).collect();
    if naive2.len() == both.len() {
        let base = (mean(naive2.iter().map(|(c, t)| smape(c, t))), mean(naive2.iter().map(|(c, t)| mase(c, t))));
        all.insert("owa".to_owned(), json!((own.0 / base.0 + own.1 / base.1) / 2.0));
    }
    let everywhere = |f: &dyn Fn(f64, f64) -> f64| {
        mean(both.iter().flat_map(|(case, told)| known(case, told).map(|(_, came, told)| f(came, told)).collect::<Vec<_>>()))
    };
    if !cases[0].dataset.starts_with("m4") {
        all.insert("mae".to_owned(), json!(everywhere(&|came, told| (came - told).abs())));
        all.insert("rmse".to_owned(), json!(everywhere(&|came, told| (came - told).powi(2)).sqrt()));
        let mape = both.iter().flat_map(|(case, told)| known(case, told).collect::<Vec<_>>());
        let mape = mape.filter(|(_, came, _)| *came != 0.0).map(|(_, came, told)| ((came - told) / came).abs());
        all.insert("mape".to_owned(), json!(mean(mape)));
    }
    against_naive(&both, &mut all);
    intervals(&both, &mut all);
    Value::Object(all)
}

/// Errors as shares of the seasonal naive forecast's: of their sums, and the median over series. Below one is better.
fn against_naive(both: &[(&Case, Told)], all: &mut Map<String, Value>) {
    let errors: Vec<(f64, f64)> = both.iter().map(|(case, told)| (error(case, told), error(case, &seasonal_naive(case)))).collect();
    let scaled = both.iter().zip(&errors).map(|((case, _), (ours, naive))| (ours / scale(case), naive / scale(case)));
    let (ours, naive): (Vec<f64>, Vec<f64>) = scaled.filter(|(a, b)| a.is_finite() && b.is_finite()).unzip();
    let ratios = errors.iter().filter(|(_, naive)| *naive > 0.0).map(|(ours, naive)| ours / naive).collect();
    let sums = errors.iter().fold((0.0, 0.0), |(a, b), (ours, naive)| (a + ours, b + naive));
    all.insert("error_to_seasonal_naive".to_owned(), json!(sums.0 / sums.1));
    all.insert("median_ratio_to_seasonal_naive".to_owned(), json!(median(ratios)));
    if let (Some(ours), Some(naive)) = (median(ours), median(naive)) {
        all.insert("median_mase".to_owned(), json!(ours));
        all.insert("median_mase_seasonal_naive".to_owned(), json!(naive));
        all.insert("median_mase_to_seasonal_naive".to_owned(), json!(ours / naive));
    }
}

fn intervals(both: &[(&Case, Told)], all: &mut Map<String, Value>) {
    if both.iter().any(|(_, told)| told.bounds.len() != 2) {
        return;
    }
    for (level, name) in ["coverage_80", "coverage_95"].iter().enumerate() {
        let held = both.iter().flat_map(|(case, told)| {
            let (lower, upper) = &told.bounds[level];
            known(case, told).map(|(h, came, _)| f64::from(u8::from(lower[h] <= came && came <= upper[h]))).collect::<Vec<_>>()
        });
        all.insert((*name).to_owned(), json!(mean(held)));
    }
    let missed = |case: &Case, told: &Told| {
        let (lower, upper) = &told.bounds[1];
        let one = |h: usize, came: f64| upper[h] - lower[h] + 40.0 * ((lower[h] - came).max(0.0) + (came - upper[h]).max(0.0));
        mean(known(case, told).map(|(h, came, _)| one(h, came))) / scale(case)
    };
    all.insert("msis".to_owned(), json!(mean(both.iter().map(|(case, told)| missed(case, told)))));
}
