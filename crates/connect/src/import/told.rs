//! What a row says of the objects it names: ids, names, status, budgets, dates.

use super::{
    field::Field,
    grid::{Cell, Row},
    number,
    objects::Told,
    plan::Plan,
};
use compact_str::CompactString;

/// Ids of 16 digits and more lose their end when a spreadsheet keeps them as numbers.
const EXACT_ID: f64 = 1e15;

impl Plan<'_> {
    /// What a row says of its campaign, ad group and ad.
    pub(super) fn told(&self, row: Row<'_>, lossy: &mut u64) -> [Told; 3] {
        let mut levels = [(Field::CampaignId, Field::Campaign), (Field::AdGroupId, Field::AdGroup), (Field::AdId, Field::Ad)]
            .map(|(id, name)| Told { id: self.id(row, id, lossy), name: self.text(row, name).as_ref().into(), ..Told::default() });
        let lowest = levels.iter().rposition(|t| !t.id.is_empty() || !t.name.is_empty()).unwrap_or(0);
        for (level, field) in [Field::CampaignStatus, Field::AdGroupStatus, Field::AdStatus].into_iter().enumerate() {
            levels[level].status = self.text(row, field).as_ref().into();
        }
        if levels[lowest].status.is_empty() {
            levels[lowest].status = self.text(row, Field::Status).as_ref().into();
        }
        levels[0].objective = self.text(row, Field::Objective).as_ref().into();
        let group = lowest.min(1);
        for (level, field) in
            [(0, Field::CampaignBudget), (group, Field::AdGroupBudget), (if self.daily_budgets { 0 } else { group }, Field::Budget)]
        {
            self.budget(row, field, &mut levels[level]);
        }
        for (field, start) in [(Field::Starts, true), (Field::Ends, false)] {
            let day = self.header.column(field).and_then(|column| self.range(row.cell(column), Field::Date)).map(|r| r.to());
            *(if start { &mut levels[lowest].starts } else { &mut levels[lowest].ends }) = day;
        }
        for (column, key) in &self.header.attributes {
            let text = row.cell(*column).text();
            if !number::is_nothing(&text) {
                levels[lowest].attributes.insert(key.as_str().into(), text.as_ref().into());
            }
        }
        levels
    }

    fn budget(&self, row: Row<'_>, field: Field, told: &mut Told) {
        let Some(micros) = self.amount(row, field).ok().flatten().and_then(number::micros).filter(|m| *m > 0) else {
            return;
        };
        let kind = super::names::fold(&self.text(row, Field::BudgetType));
        if ["daily", "diari", "taglich", "tages", "quotidien", "giornalier", "dagelijks", "dag"].iter().any(|s| kind.starts_with(s))
        {
            told.daily_budget_micros = Some(micros);
        } else if ["lifetime", "laufzeit", "total", "campaign total", "vital", "dur", "looptijd"]
            .iter()
            .any(|s| kind.starts_with(s))
        {
            told.lifetime_budget_micros = Some(micros);
        } else if self.daily_budgets && kind.is_empty() {
            told.daily_budget_micros = Some(micros);
        }
    }

    /// An id as the platform prints it; empty where a spreadsheet has rounded it away.
    fn id(&self, row: Row<'_>, field: Field, lossy: &mut u64) -> CompactString {
        let rounded = match self.header.column(field).map(|column| row.cell(column)) {
            Some(Cell::Number(number)) => number.abs() >= EXACT_ID,
            Some(Cell::Text(text)) => {
                text.len() < 24 && text.starts_with(|c: char| c.is_ascii_digit()) && text.to_ascii_uppercase().contains("E+")
            }
            _ => false,
        };
        if rounded {
            *lossy += 1;
            return CompactString::default();
        }
        let text = self.text(row, field);
        let digits = ["cg:", "c:", "as:", "a:"]
            .iter()
            .find_map(|p| text.strip_prefix(p))
            .filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        digits.unwrap_or(&text).into()
    }
}
