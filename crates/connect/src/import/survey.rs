//! The first walk over the rows: what can only be decided by looking at whole columns, before any row is taken.

use super::{
    currency::{self, Named},
    date,
    error::ImportError,
    field::Field,
    grid::{Cell, Grid},
    header::Header,
    limits,
    number::{self, Decimal},
    totals,
};
use std::{collections::BTreeMap, ops::ControlFlow};

/// What the columns hold, taken as wholes.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Rows below the header that are not blank.
    pub(super) rows: u64,
    numbers: Vec<number::Evidence>,
    pub(super) dates: date::Evidence,
    /// How often each currency is named in rows.
    currencies: BTreeMap<String, u64>,
    signs: BTreeMap<String, u64>,
    dollars: u64,
    /// Accounts by id, or by name where the file has no ids; with their names and numbers of rows.
    pub(super) accounts: BTreeMap<String, (String, u64)>,
    /// Columns of conversions in which something is not zero.
    pub(super) filled: Vec<Field>,
}

/// The decimal signs decided.
#[derive(Debug)]
pub(super) struct Signs {
    by_column: Vec<Option<Decimal>>,
    fallback: Decimal,
    /// What had to be guessed.
    pub(super) note: Option<String>,
}

impl Signs {
    pub(super) fn of(&self, column: usize) -> Decimal {
        self.by_column.get(column).copied().flatten().unwrap_or(self.fallback)
    }
}

impl Survey {
    /// Walks all rows below the header.
    ///
    /// # Errors
    /// Those of the walk.
    pub(super) fn take(name: &str, grid: &Grid<'_>, header: &Header, more_dates: &[usize]) -> Result<Self, ImportError> {
        let mut this = Self { numbers: vec![number::Evidence::default(); header.names.len()], ..Self::default() };
        let numeric: Vec<(usize, bool, bool)> = Field::ALL
            .iter()
            .filter(|f| f.measures() || f.money())
            .filter_map(|f| header.column(*f).map(|c| (c, f.counts(), f.money())))
            .chain(header.derived.iter().map(|c| (*c, false, false)))
            .collect();
        let dates: Vec<usize> = Field::DATES.iter().filter_map(|f| header.column(*f)).chain(more_dates.iter().copied()).collect();
        let mut actions: Vec<(Field, usize)> =
            Field::ALL.iter().filter(|f| f.action().is_some()).filter_map(|f| header.column(*f).map(|c| (*f, c))).collect();
        let currency = header.column(Field::Currency);
        let account_name = header.column(Field::AccountName);
        let account = header.column(Field::AccountId).or(account_name);
        let digit = |c: char| c.is_ascii_digit();
        grid.walk(name, &mut |place, row| {
            if place.line <= header.line {
                return Ok(ControlFlow::Continue(()));
            }
            this.rows += 1;
            for (column, counts, money) in &numeric {
                if let Cell::Text(text) = row.cell(*column) {
                    this.numbers[*column].see(text, *counts);
                    if *money && !(text.ends_with(digit) && text.starts_with(digit)) {
                        this.see_sign(text);
                    }
                }
            }
            for column in &dates {
                if let Cell::Text(text) = row.cell(*column) {
                    this.dates.see(text);
                }
            }
            actions.retain(|(field, column)| {
                let cell = row.cell(*column).text();
                let filled = cell.bytes().any(|b| matches!(b, b'1'..=b'9'));
                if filled {
                    this.filled.push(*field);
                }
                !filled
            });
            if let Some(column) = currency {
                count(&mut this.currencies, &row.cell(column).text());
            }
            if let Some(column) = account {
                let id = row.cell(column).text();
                if !number::is_nothing(&id) && totals::label(&id).is_none() && this.accounts.len() <= limits::MAX_ACCOUNTS_NAMED {
                    let name = || account_name.map_or(String::new(), |c| row.cell(c).text().into_owned());
                    match this.accounts.get_mut(&*id) {
                        Some((_, rows)) => *rows += 1,
                        None => _ = this.accounts.insert(id.into_owned(), (name(), 1)),
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(this)
    }

    fn see_sign(&mut self, text: &str) {
        match currency::of_cell(text) {
            Some(Named::Exactly(currency)) => count(&mut self.signs, currency.as_str()),
            Some(Named::Dollar) => self.dollars += 1,
            None => {}
        }
    }

    /// The currency most rows name in a column of its own.
    pub(super) fn currency_column(&self) -> Option<&str> {
        most(&self.currencies)
    }

    /// The currency most amounts carry beside their digits.
    pub(super) fn currency_sign(&self) -> Option<Named> {
        match most(&self.signs).and_then(|code| code.parse().ok()) {
            Some(currency) => Some(Named::Exactly(currency)),
            None => (self.dollars > 0).then_some(Named::Dollar),
        }
    }

    /// Decides the decimal sign of every column: its own cells, else the whole file's, else the language and delimiter.
    pub(super) fn signs(&self, set: Option<Decimal>, header: &Header, delimiter: Option<u8>) -> Signs {
        if let Some(decimal) = set {
            return Signs { by_column: Vec::new(), fallback: decimal, note: None };
        }
        let whole = self.numbers.iter().copied().fold(number::Evidence::default(), number::Evidence::plus);
        let by_column = self.numbers.iter().map(number::Evidence::decide).collect();
        if let Some(fallback) = whole.decide() {
            return Signs { by_column, fallback, note: None };
        }
        let fallback = if header.english && delimiter != Some(b';') { Decimal::Point } else { Decimal::Comma };
        let note = (whole.either > 0).then(|| {
            let sign = if fallback == Decimal::Point { "point" } else { "comma" };
            format!("numbers such as 1,234 could mean two things: read with a decimal {sign}; set 'decimal' in a mapping file if that is wrong")
        });
        Signs { by_column, fallback, note }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, text: &str) {
    if number::is_nothing(text) || text.len() > 8 {
        return;
    }
    if let Some(n) = counts.get_mut(text) {
        *n += 1;
    } else if counts.len() < limits::MAX_ACCOUNTS_NAMED {
        counts.insert(text.to_owned(), 1);
    }
}

fn most(counts: &BTreeMap<String, u64>) -> Option<&str> {
    counts.iter().max_by_key(|(_, n)| **n).map(|(text, _)| text.as_str())
}
