//! Nelder and Mead's simplex search: the smallest value of a function of a few parameters, without derivatives.
//!
//! Source: Nelder and Mead (1965), with their coefficients (1, 2, ½, ½). It finds a local minimum near its start; callers hand in a
//! start that is sensible by itself, since the search stops after a fixed number of looks.

/// The best point found within `looks` evaluations of `f`, from `start` with first steps of `step`.
pub(crate) fn minimise(f: impl Fn(&[f64]) -> f64, start: &[f64], step: f64, looks: usize) -> Vec<f64> {
    let n = start.len();
    let measure = |x: &[f64]| {
        let value = f(x);
        if value.is_finite() { value } else { f64::MAX }
    };
    let mut simplex: Vec<(f64, Vec<f64>)> = vec![(measure(start), start.to_vec())];
    for i in 0..n {
        let mut corner = start.to_vec();
        corner[i] += step;
        simplex.push((measure(&corner), corner));
    }
    let mut used = n + 1;
    while used < looks {
        simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (best, worst) = (simplex[0].0, simplex[n].0);
        if worst - best <= 1e-7 * (best.abs() + 1e-12) {
            break;
        }
        let centre: Vec<f64> = (0..n).map(|i| simplex[..n].iter().map(|(_, x)| x[i]).sum::<f64>() / n as f64).collect();
        let along = |by: f64| -> Vec<f64> { centre.iter().zip(&simplex[n].1).map(|(c, w)| c + by * (w - c)).collect() };
        let reflected = along(-1.0);
        let value = measure(&reflected);
        used += 1;
        let second = simplex[n - 1].0;
        if value < best {
            let expanded = along(-2.0);
            let further = measure(&expanded);
            used += 1;
            simplex[n] = if further < value { (further, expanded) } else { (value, reflected) };
        } else if value < second {
            simplex[n] = (value, reflected);
        } else {
            let contracted = if value < worst { along(-0.5) } else { along(0.5) };
            let inside = measure(&contracted);
            used += 1;
            if inside < worst.min(value) {
                simplex[n] = (inside, contracted);
            } else {
                let home = simplex[0].1.clone();
                for (value, corner) in simplex.iter_mut().skip(1) {
                    for (x, h) in corner.iter_mut().zip(&home) {
                        *x = h + 0.5 * (*x - h);
                    }
                    *value = measure(corner);
                    used += 1;
                }
            }
        }
    }
    simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
    simplex.swap_remove(0).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_bowl_is_found() {
        let found = minimise(|x| (x[0] - 3.0).powi(2) + 2.0 * (x[1] + 1.0).powi(2), &[0.0, 0.0], 0.5, 200);
        assert!((found[0] - 3.0).abs() < 1e-2 && (found[1] + 1.0).abs() < 1e-2, "{found:?}");
    }

    #[test]
    fn what_is_not_a_number_is_never_chosen() {
        let found = minimise(|x| if x[0] < 1.0 { f64::NAN } else { x[0] }, &[2.0], 0.5, 100);
        assert!(found[0] >= 1.0 && found[0] < 1.1, "{found:?}");
    }
}
