//! What counts as a conversion on a business's site: which of its goals a visitor reached, and which leads turn out to be good ones.
//!
//! A conversion always reaches the same goal, so that goals add up to all conversions of the site.

use super::{
    account::Account,
    chance::{Chance, tag},
    measure::{Conversion, LEAD_FORM, LEAD_WEB, PURCHASE_WEB},
};

/// How many goals a business has.
pub(crate) const GOALS: usize = 2;

/// The part of a site's conversions that reach the first goal.
const FIRST: f64 = 0.7;

/// The part of leads by form that sales calls qualified.
const QUALIFIED: f64 = 0.34;

/// A goal on the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Goal {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
}

/// The goals of an account, in order.
pub(crate) fn of(account: &Account) -> [Goal; GOALS] {
    let dice = account.chance.on(tag("goals"));
    let names = if account.industry.commerce { ["Purchase", "Newsletter"] } else { ["Contact request", "Demo booked"] };
    let id = |i: u64| 10_000_000 + dice.bits() % 4_000_000 * 10 + i;
    [Goal { id: id(1), name: names[0] }, Goal { id: id(2), name: names[1] }]
}

/// Which goal a conversion reached; `None` for those that did not happen on the site.
pub(crate) fn reached(conversion: &Conversion) -> Option<usize> {
    let on_site = matches!(conversion.kind, LEAD_WEB | PURCHASE_WEB);
    on_site.then(|| usize::from(!own(conversion).on(1).whether(FIRST)))
}

/// Whether sales found a lead by form to be worth a call.
pub(crate) fn qualified(conversion: &Conversion) -> bool {
    conversion.kind == LEAD_FORM && own(conversion).on(2).whether(QUALIFIED)
}

fn own(conversion: &Conversion) -> Chance {
    Chance::new(conversion.part.to_bits()).on(tag("goal"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::measure::Credit;

    #[test]
    fn every_conversion_of_the_site_reaches_one_goal() {
        let made = |kind, i: u32| Conversion {
            kind,
            credit: Credit::ClickOneDay,
            value: 1,
            times: 1,
            spot: 0.5,
            part: f64::from(i) / 1_000.0,
            lag: 1,
            at: 0,
        };
        let first = (0..1_000).filter(|i| reached(&made(LEAD_WEB, *i)) == Some(0)).count();
        assert!((630..770).contains(&first), "{first}");
        let good = (0..1_000).filter(|i| qualified(&made(LEAD_FORM, *i))).count();
        assert!((280..400).contains(&good), "{good}");
        assert!(reached(&made(LEAD_FORM, 1)).is_none() && !qualified(&made(LEAD_WEB, 1)));
    }
}
