//! The currencies the bank quotes or once quoted, in the order of its files, with the levels that their simulated rates move about.

use trimtab_domain::Day;

/// A quoted currency.
#[derive(Debug)]
pub(crate) struct Quoted {
    pub(crate) code: &'static str,
    /// The first and the last day of its rates; `None` from the very first on, and to this day.
    from: Option<Day>,
    to: Option<Day>,
    /// Days in between without rates, first and last.
    hole: Option<(Day, Day)>,
    /// Units per euro that it was about when the euro began, and that it has been about since [`super::rates::SETTLED`].
    pub(crate) then: f64,
    pub(crate) now: f64,
    /// How far it moves in a day, as a part of itself; 0 where it is tied to the euro.
    pub(crate) moves: f64,
    /// Most digits after the point.
    pub(crate) digits: usize,
}

impl Quoted {
    /// Whether it has a rate on a day on which there are rates.
    pub(crate) fn on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day <= to)
            && self.hole.is_none_or(|(from, to)| day < from || to < day)
    }

    const fn begins(mut self, year: i16, month: i8, day: i8) -> Self {
        self.from = Some(jiff::civil::date(year, month, day));
        self
    }

    const fn ends(mut self, year: i16, month: i8, day: i8) -> Self {
        self.to = Some(jiff::civil::date(year, month, day));
        self
    }
}

const fn quoted(code: &'static str, then: f64, now: f64, moves: f64, digits: usize) -> Quoted {
    Quoted { code, from: None, to: None, hole: None, then, now, moves, digits }
}

/// Iceland's crown had no rates between its crisis and its return.
const ISK: Quoted = Quoted {
    hole: Some((jiff::civil::date(2008, 12, 10), jiff::civil::date(2018, 1, 31))),
    ..quoted("ISK", 82.0, 144.0, 0.005, 2)
};

/// Every column of the history.
pub(crate) static CURRENCIES: [Quoted; 41] = [
    quoted("USD", 1.12, 1.15, 0.005, 4),
    quoted("JPY", 125.0, 178.0, 0.006, 2),
    quoted("BGN", 1.9558, 1.9558, 0.0, 4).begins(2000, 7, 19).ends(2025, 12, 31),
    quoted("CYP", 0.58, 0.58, 0.0004, 5).ends(2007, 12, 31),
    quoted("CZK", 35.0, 24.4, 0.003, 3),
    quoted("DKK", 7.45, 7.46, 0.000_05, 4),
    quoted("EEK", 15.6466, 15.6466, 0.0, 4).ends(2010, 12, 31),
    quoted("GBP", 0.68, 0.87, 0.0042, 5),
    quoted("HUF", 252.0, 388.0, 0.0045, 2),
    quoted("LTL", 3.4528, 3.4528, 0.0, 4).ends(2014, 12, 31),
    quoted("LVL", 0.66, 0.7, 0.0012, 4).ends(2013, 12, 31),
    quoted("MTL", 0.43, 0.4293, 0.0006, 4).ends(2007, 12, 31),
    quoted("PLN", 4.1, 4.26, 0.0042, 4),
    quoted("ROL", 26_000.0, 60_000.0, 0.004, 0).ends(2005, 6, 30),
    quoted("RON", 3.0, 5.07, 0.002, 4).begins(2005, 7, 1),
    quoted("SEK", 9.1, 11.1, 0.0037, 4),
    quoted("SIT", 205.0, 255.0, 0.0006, 4).ends(2006, 12, 29),
    quoted("SKK", 42.0, 26.0, 0.002, 3).ends(2008, 12, 31),
    quoted("CHF", 1.58, 0.94, 0.003, 4),
    ISK,
    quoted("NOK", 8.3, 11.7, 0.0042, 4),
    quoted("HRK", 7.4, 7.53, 0.0008, 4).begins(2005, 4, 1).ends(2022, 12, 30),
    quoted("RUB", 27.0, 88.0, 0.007, 4).begins(2005, 4, 1).ends(2022, 3, 1),
    quoted("TRL", 900_000.0, 3_000_000.0, 0.008, 0).ends(2004, 12, 31),
    quoted("TRY", 0.8, 47.0, 0.007, 4).begins(2005, 1, 3),
    quoted("AUD", 1.68, 1.76, 0.005, 4),
    quoted("BRL", 2.2, 6.3, 0.007, 4).begins(2008, 1, 2),
    quoted("CAD", 1.6, 1.61, 0.0045, 4),
    quoted("CNY", 10.0, 8.25, 0.0045, 4).begins(2005, 4, 1),
    quoted("HKD", 8.7, 8.95, 0.005, 4),
    quoted("IDR", 9_400.0, 19_100.0, 0.005, 2).begins(2005, 4, 1),
    quoted("ILS", 5.0, 3.85, 0.005, 4).begins(2011, 1, 3),
    quoted("INR", 52.0, 101.0, 0.005, 4).begins(2009, 1, 2),
    quoted("KRW", 1_300.0, 1_640.0, 0.005, 2),
    quoted("MXN", 14.0, 21.4, 0.006, 4).begins(2008, 1, 2),
    quoted("MYR", 4.6, 4.85, 0.0045, 4).begins(2005, 4, 1),
    quoted("NZD", 2.05, 1.99, 0.0052, 4),
    quoted("PHP", 58.0, 67.0, 0.0048, 3).begins(2005, 4, 1),
    quoted("SGD", 1.95, 1.5, 0.0038, 4),
    quoted("THB", 46.0, 37.6, 0.0045, 3).begins(2005, 4, 1),
    quoted("ZAR", 7.5, 20.3, 0.0075, 4),
];

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn currencies_come_pause_and_go() {
        let on = |code: &str, day: Day| CURRENCIES.iter().find(|c| c.code == code).unwrap().on(day);
        for (code, last) in [("HRK", date(2022, 12, 30)), ("BGN", date(2025, 12, 31)), ("RUB", date(2022, 3, 1))] {
            assert!(on(code, last) && !on(code, last.tomorrow().unwrap()), "{code}");
        }
        assert!(on("ISK", date(2008, 12, 9)) && !on("ISK", date(2012, 5, 2)) && on("ISK", date(2018, 2, 1)));
        assert!(!on("BRL", date(2007, 12, 31)) && on("BRL", date(2008, 1, 2)));
        let today = CURRENCIES.iter().filter(|c| c.on(date(2026, 11, 20))).count();
        assert_eq!(today, 29);
    }
}
