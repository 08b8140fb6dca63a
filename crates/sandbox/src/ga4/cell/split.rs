//! Splits by device, country, visitor, age and gender. Each split goes through all those before it in one order, so that any two reports
//! that ask for some of device, country and visitor agree.

use super::{Cell, Fineness};
use crate::{
    ga4::{
        field::Dimension,
        figures::{Figures, NEW},
        property::Property,
    },
    world::chance::tag,
};

const DEVICES: [(&str, f64); 3] = [("mobile", 0.66), ("desktop", 0.29), ("tablet", 0.05)];
/// What the platform cannot tell is in the last place.
const AGES: [(&str, f64); 7] =
    [("18-24", 0.09), ("25-34", 0.15), ("35-44", 0.11), ("45-54", 0.07), ("55-64", 0.04), ("65+", 0.02), ("unknown", 0.52)];
const GENDERS: [(&str, f64); 3] = [("female", 0.27), ("male", 0.22), ("unknown", 0.51)];
const VISITORS: [(&str, f64); 2] = [("new", 0.58), ("returning", 0.42)];

/// A split: whether it is made, what it is called, its answers with their shares, and how a cell gets its answer.
type Step<'a> = (bool, &'static str, &'a [(&'static str, f64)], fn(&mut Cell, &'static str));

/// Splits cells as finely as asked.
pub(super) fn split(of: &Property, cells: Vec<Cell>, fineness: Fineness<'_>) -> Vec<Cell> {
    let asks = |dimensions: &[Dimension]| fineness.asks(|d| dimensions.contains(&d));
    let visitor = asks(&[Dimension::NewVsReturning]);
    let country = visitor || asks(&[Dimension::Country, Dimension::CountryId]);
    let device = country || asks(&[Dimension::Device]);
    let gender = asks(&[Dimension::Gender]);
    let age = gender || asks(&[Dimension::Age]);
    let steps: [Step<'_>; 5] = [
        (device, "device", &DEVICES, |cell, value| cell.device = value),
        (country, "country", of.store.countries, |cell, value| cell.country = value),
        (visitor, "visitor", &VISITORS, |cell, value| cell.visitor = value),
        (age, "age", &AGES, |cell, value| cell.age = value),
        (gender, "gender", &GENDERS, |cell, value| cell.gender = value),
    ];
    steps.into_iter().filter(|step| step.0).fold(cells, |cells, (_, name, answers, set)| {
        let all: f64 = answers.iter().map(|a| a.1).sum();
        let shares: Vec<f64> = answers.iter().map(|a| a.1 / all).collect();
        let mut split = Vec::with_capacity(cells.len() * answers.len());
        for cell in cells {
            let dice =
                of.chance.on(tag(name)).at(i64::from(cell.day)).on(tag(&cell.ways[0].source)).on(tag(&cell.ways[0].campaign));
            let mut parts = cell.figures.cut(&shares, dice.unit());
            if name == "visitor" {
                // Whoever came for the first time is new.
                parts.iter_mut().for_each(|part| part.0[NEW] = 0);
                parts[0].0[NEW] = cell.figures.get(NEW);
                parts.iter_mut().for_each(Figures::count);
            }
            for (figures, (value, _)) in parts.into_iter().zip(answers) {
                if !figures.is_nothing() {
                    let mut part = cell.with(figures);
                    set(&mut part, value);
                    split.push(part);
                }
            }
        }
        split
    })
}
