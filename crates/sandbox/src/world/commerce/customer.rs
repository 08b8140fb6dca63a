//! Who orders: people with invented names and addresses, some of whom come back.

use crate::world::chance::Chance;

const FIRST: [&str; 24] = [
    "anna", "bram", "carla", "daan", "elise", "finn", "greta", "hugo", "ines", "jonas", "kira", "lars", "mila", "noah", "olga",
    "pim", "rosa", "sven", "tess", "umar", "vera", "wim", "yara", "zoe",
];
const LAST: [&str; 20] = [
    "bakker", "castell", "dubois", "evers", "fontein", "grove", "hart", "ivers", "jansen", "keller", "lund", "moreau", "novak",
    "ortiz", "peters", "quist", "rossi", "smit", "tanaka", "visser",
];

/// The customers of a shop so far: how often each has ordered.
#[derive(Debug, Clone, Default)]
pub(super) struct Customers(Vec<u32>);

impl Customers {
    /// Who places the next order, and the how manieth it is of theirs. Those who came lately come back more.
    pub(super) fn next(&mut self, returning: f64, dice: Chance) -> (u32, u32) {
        let known = self.0.len();
        if known > 0 && dice.on(1).whether(returning) {
            let back = crate::world::chance::index(dice.on(2).unit().powf(1.6) * known as f64).min(known - 1);
            let place = known - 1 - back;
            self.0[place] += 1;
            return (u32::try_from(place).unwrap_or(u32::MAX), self.0[place]);
        }
        self.0.push(1);
        (u32::try_from(known).unwrap_or(u32::MAX), 1)
    }
}

/// A customer's address. Nobody reads mail at it.
pub(crate) fn address(customer: u32, chance: Chance) -> String {
    let (first, last) = names(customer, chance);
    format!("{first}.{last}{customer}@mail.example")
}

/// First and last name, in lower case.
pub(crate) fn names(customer: u32, chance: Chance) -> (&'static str, &'static str) {
    let dice = chance.on(u64::from(customer));
    (*dice.on(1).pick(&FIRST), *dice.on(2).pick(&LAST))
}
