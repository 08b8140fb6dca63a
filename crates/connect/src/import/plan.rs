//! How one row is read: cells to figures, days and checks, by what was decided for the whole file.

use super::{
    currency::Named,
    date::{self, Order},
    field::Field,
    grid::{Cell, Row},
    header::Header,
    mapping::Mapping,
    number::{self, Reading},
    survey::Signs,
    tally::Sums,
    totals,
};
use std::{borrow::Cow, fmt::Write as _};
use trimtab_domain::{Currency, Day, DayRange, fact::Breakdown};

/// Amounts beyond this many units are a misread column.
const MAX_UNITS: i128 = 1_000_000_000_000;
/// How the columns of this file are read; decided before the walk.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) header: &'a Header,
    pub(super) mapping: &'a Mapping,
    pub(super) signs: Signs,
    pub(super) order: Order,
    /// The period of rows without dates: last day and days covered.
    pub(super) period: (Day, i32),
    /// Which field's conversions count.
    pub(super) primary: Option<Field>,
    /// Which field gives the clicks.
    pub(super) clicks: Option<Field>,
    pub(super) entities_only: bool,
    /// A budget without a word for its kind is per day.
    pub(super) daily_budgets: bool,
    pub(super) breakdowns: Vec<Breakdown>,
    pub(super) currency: Currency,
    /// Rows of other accounts are skipped.
    pub(super) account: Option<(Field, String)>,
}

impl Plan<'_> {
    /// A field's cell as text, or the mapping's constant; markers for nothing become empty.
    pub(super) fn text<'r>(&'r self, row: Row<'r>, field: Field) -> Cow<'r, str> {
        let text = match self.header.column(field) {
            Some(column) => row.cell(column).text(),
            None => self.mapping.constants.get(&field).map_or(Cow::Borrowed(""), |c| Cow::Borrowed(c.as_str())),
        };
        if number::names_nothing(&text) { Cow::Borrowed("") } else { text }
    }

    /// Whether a row is a totals row: its label, or `None` where it names nothing at all.
    pub(super) fn total_label(&self, row: Row<'_>) -> Option<Option<String>> {
        let first = (0..row.len()).map(|i| row.cell(i)).find(|c| *c != Cell::Text(""));
        let named = Field::HIERARCHY.iter().chain(&Field::SPLITS).chain(&Field::DATES[..5]).filter_map(|f| self.header.column(*f));
        let mut cells = first.into_iter().chain(named.map(|column| row.cell(column)));
        let label = cells.find_map(|cell| match cell {
            Cell::Text(text) => totals::label(text),
            _ => None,
        });
        if let Some(label) = label {
            return Some(Some(label.to_owned()));
        }
        Field::HIERARCHY.iter().all(|f| self.text(row, *f).is_empty()).then_some(None)
    }

    pub(super) fn filtered(&self, row: Row<'_>) -> bool {
        self.mapping.filters.iter().any(|filter| {
            let cell = self.header.named(&filter.column).map(|column| row.cell(column).text()).unwrap_or_default();
            let is = |list: &[String]| list.iter().any(|wanted| wanted.trim() == cell);
            (!filter.equals.is_empty() && !is(&filter.equals)) || is(&filter.not)
        })
    }

    /// Checks account and currency of a row.
    pub(super) fn belongs(&self, row: Row<'_>) -> Result<(), String> {
        if let Some((field, account)) = &self.account {
            let here = self.text(row, *field);
            if !here.is_empty() && here != account.as_str() {
                return Err(format!("it belongs to account {here}, the import is for {account}"));
            }
        }
        if self.header.has(Field::Currency) {
            let here = self.text(row, Field::Currency);
            if let Some(Named::Exactly(other)) = super::currency::of_text(&here).filter(|c| *c != Named::Exactly(self.currency)) {
                return Err(format!("its amounts are in {other}, the account's currency is {}", self.currency));
            }
        }
        Ok(())
    }

    /// A field's number in trillionths.
    pub(super) fn amount(&self, row: Row<'_>, field: Field) -> Result<Option<i128>, String> {
        let Some(column) = self.header.column(field) else {
            return Ok(None);
        };
        let cell = row.cell(column);
        let reading = match cell {
            Cell::Text(text) => number::read(text, self.signs.of(column)),
            Cell::Number(number) => number::read(&number.to_string(), number::Decimal::Point),
            Cell::Day(_) => Reading::Bad,
        };
        match reading {
            Reading::Nothing | Reading::Bound => Ok(None),
            Reading::Value(value) if value.abs() <= MAX_UNITS * number::PICO || field == Field::SpendMicros => Ok(Some(value)),
            Reading::Value(_) => Err(format!("'{}' in column '{}' is too large", shown(cell), self.header.names[column])),
            Reading::Bad => {
                let sign = if self.signs.of(column) == number::Decimal::Point { "point" } else { "comma" };
                Err(format!(
                    "'{}' in column '{}' is not a number (read with a decimal {sign})",
                    shown(cell),
                    self.header.names[column]
                ))
            }
        }
    }

    fn count(&self, row: Row<'_>, field: Field) -> Result<Option<i64>, String> {
        let Some(value) = self.amount(row, field)? else {
            return Ok(None);
        };
        match number::whole(value).filter(|n| *n >= 0) {
            Some(count) => Ok(Some(count)),
            None => {
                let column = self.header.column(field).unwrap_or_default();
                Err(format!("'{}' in column '{}' is not a count", shown(row.cell(column)), self.header.names[column]))
            }
        }
    }

    pub(super) fn sums(&self, row: Row<'_>) -> Result<Sums, String> {
        self.sums_where(row, false)
    }

    pub(super) fn sums_where(&self, row: Row<'_>, lenient: bool) -> Result<Sums, String> {
        let count = |field| self.count(row, field).or_else(|reason| if lenient { Ok(None) } else { Err(reason) });
        let amount = |field| self.amount(row, field).or_else(|reason| if lenient { Ok(None) } else { Err(reason) });
        let spend = match amount(Field::Spend)? {
            Some(spend) => Some(spend),
            None => amount(Field::SpendMicros)?.map(|micros| micros / number::PICO_PER_MICRO),
        };
        Ok(Sums {
            impressions: count(Field::Impressions)?.unwrap_or(0),
            clicks: self.clicks.map_or(Ok(None), count)?.unwrap_or(0),
            link_clicks: count(Field::LinkClicks)?,
            spend: spend.unwrap_or(0),
            reach: count(Field::Reach)?,
            conversions: None,
            revenue: amount(Field::Revenue)?,
            video_views: count(Field::VideoViews)?,
            thruplays: count(Field::Thruplays)?,
            rows: 1,
        })
    }

    /// Counts of conversions a row reports, by field.
    pub(super) fn conversions(&self, row: Row<'_>, counts: &mut Vec<(Field, i128)>) -> Result<(), String> {
        counts.clear();
        for field in Field::ALL.iter().filter(|f| f.action().is_some()) {
            if let Some(count) = self.amount(row, *field)? {
                counts.push((*field, count));
            }
        }
        Ok(())
    }

    /// Last day and number of days a row covers.
    pub(super) fn days(&self, row: Row<'_>) -> Result<(Day, i32), String> {
        if let Some((text, day)) = self.mapped_day(row) {
            return day.map(|day| (day, 1)).ok_or_else(|| format!("'{text}' is not a date in the mapping's notation"));
        }
        for field in [Field::Date, Field::Week, Field::Month] {
            if let Some(column) = self.header.column(field) {
                let cell = row.cell(column);
                if cell == Cell::Text("") || matches!(cell, Cell::Text(text) if number::is_nothing(text)) {
                    continue;
                }
                return self.range(cell, field).map(ending).ok_or_else(|| self.no_date(cell, column));
            }
        }
        let end = |field: Field| -> Result<Option<Day>, String> {
            let Some(column) = self.header.column(field) else {
                return Ok(None);
            };
            let cell = row.cell(column);
            if matches!(cell, Cell::Text(text) if number::is_nothing(text)) {
                return Ok(None);
            }
            self.range(cell, Field::Date).map(|r| Some(r.to())).ok_or_else(|| self.no_date(cell, column))
        };
        match (end(Field::PeriodStart)?, end(Field::PeriodEnd)?) {
            (Some(from), Some(to)) => {
                DayRange::new(from, to).map(ending).map_err(|_| format!("its period ends on {to}, before it starts on {from}"))
            }
            (Some(day), None) | (None, Some(day)) => Ok((day, 1)),
            (None, None) if self.dated() => Err("it has no date".to_owned()),
            (None, None) => Ok(self.period),
        }
    }

    /// Whether rows carry dates of their own.
    pub(super) fn dated(&self) -> bool {
        Field::DATES[..5].iter().any(|f| self.header.has(*f))
    }

    fn no_date(&self, cell: Cell<'_>, column: usize) -> String {
        format!("'{}' in column '{}' is not a date", shown(cell), self.header.names[column])
    }

    pub(super) fn range(&self, cell: Cell<'_>, field: Field) -> Option<DayRange> {
        let single = match cell {
            Cell::Day(day) => Some(day),
            Cell::Number(number) => date::serial(number),
            Cell::Text(_) => None,
        };
        match (field, single, cell) {
            (Field::Month, Some(day), _) => DayRange::new(day.first_of_month(), day.last_of_month()).ok(),
            (Field::Week, Some(day), _) => DayRange::new(day, day.saturating_add(jiff::Span::new().days(6))).ok(),
            (_, Some(day), _) => Some(DayRange::single(day)),
            (Field::Month, None, Cell::Text(text)) => date::month(text, self.order),
            (Field::Week, None, Cell::Text(text)) => date::week(text, self.order),
            (_, None, Cell::Text(text)) => {
                date::day(text, self.order).map(DayRange::single).or_else(|| date::period(text, self.order))
            }
            (_, None, _) => None,
        }
    }

    /// The day as the mapping says it is written, where it does.
    fn mapped_day(&self, row: Row<'_>) -> Option<(String, Option<Day>)> {
        let date = self.mapping.date.as_ref()?;
        if date.format.is_none() && date.columns.is_empty() && date.year.is_none() {
            return None;
        }
        let mut text = String::new();
        for header in date.column.iter().chain(&date.columns) {
            let cell = self.header.named(header).map(|column| row.cell(column));
            if let Some(Cell::Day(day)) = cell {
                return Some((day.to_string(), Some(day)));
            }
            let _infallible =
                write!(text, "{}{}", if text.is_empty() { "" } else { " " }, cell.map(Cell::text).unwrap_or_default());
        }
        if let Some(year) = date.year {
            let _infallible = write!(text, " {year}");
        }
        let day = match &date.format {
            Some(format) => Day::strptime(format, &text).ok(),
            None => date::day(&text, self.order),
        };
        Some((text, day))
    }
}

fn ending(range: DayRange) -> (Day, i32) {
    (range.to(), i32::try_from(range.len()).unwrap_or(1))
}

fn shown(cell: Cell<'_>) -> String {
    cell.text().chars().take(60).collect()
}
