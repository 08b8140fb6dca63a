//! What a file's rows come to, by object and day.

use super::{DayFigures, Whose};
use crate::{
    Error,
    file::{self, FileEntry},
    query::to_millionth,
    rollup::{self, Grain},
    table::Slot,
};
use compact_str::CompactString;
use datafusion::arrow::{
    array::{Array, AsArray, DictionaryArray, Float64Array, Int64Array, RecordBatch},
    datatypes::{Date32Type, Float64Type, Int32Type, Int64Type},
};
use std::collections::HashMap;

/// An id, and which action where there are several.
type Object = (CompactString, CompactString);

/// A file's objects, and their days: object, day, figures.
#[derive(Debug, Default)]
pub(crate) struct FileDays {
    pub(super) objects: Vec<Object>,
    pub(super) rows: Vec<(u32, i32, DayFigures)>,
}

impl FileDays {
    /// The bytes it takes, about.
    pub(super) fn weight(&self, path: &str) -> u32 {
        let (objects, rows) =
            (self.objects.capacity() * size_of::<Object>(), self.rows.capacity() * size_of::<(u32, i32, DayFigures)>());
        u32::try_from(path.len() + objects + rows).unwrap_or(u32::MAX)
    }
}

/// The columns of figures, in the order of [`DayFigures`]; an empty name: there is none.
const FIGURES: [&str; 7] = ["spend_micros", "impressions", "clicks", "link_clicks", "conversions", "revenue_micros", "reach"];
const OF_ACTIONS: [&str; 7] = ["", "", "", "", "count", "", ""];

impl Whose {
    /// The columns that name the object, and that must be one of some texts.
    fn texts(self) -> &'static [&'static str] {
        match self {
            Self::Ads => &["ad"],
            Self::Campaigns => &["campaign"],
            Self::Actions { .. } => &["campaign", "action_type", "window"],
        }
    }

    const fn figures(self) -> [&'static str; 7] {
        if let Self::Actions { .. } = self { OF_ACTIONS } else { FIGURES }
    }
}

/// Reads all that a roll-up covers, so many rows or more; `None` where it is not there, not legible or empty, which the files make up for.
pub(super) fn rolled_up(slot: &Slot, whose: Whose, name: &str, rows: usize) -> Result<Option<FileDays>, Error> {
    let read = rollup::read(slot, Grain::CampaignDays, name, rows).unwrap_or_else(|error| {
        tracing::warn!(%error, "a roll-up cannot be read; the files it sums up are read instead");
        None
    });
    read.map(|rows| gathered(whose, &rows)).transpose()
}

/// Reads a file.
pub(super) fn own(slot: &Slot, whose: Whose, file: &FileEntry) -> Result<FileDays, Error> {
    gathered(whose, &columns(slot, whose, file)?)
}

fn gathered(whose: Whose, rows: &RecordBatch) -> Result<FileDays, Error> {
    let mut gathered = Gathered::default();
    gathered.take(whose, rows)?;
    Ok(gathered.finish())
}

fn columns(slot: &Slot, whose: Whose, file: &FileEntry) -> Result<RecordBatch, Error> {
    let figures = whose.figures();
    let needed = |name: &str| name == "date" || whose.texts().contains(&name) || figures.contains(&name);
    let columns = slot.table.columns().iter().enumerate();
    let positions: Vec<usize> = columns.filter(|(_, column)| needed(column.name)).map(|(place, _)| place).collect();
    file::read(slot, file, &positions)
}

#[derive(Debug, Default)]
struct Gathered {
    days: FileDays,
    objects: HashMap<Object, u32>,
    places: HashMap<(u32, i32), usize>,
}

impl Gathered {
    fn take(&mut self, whose: Whose, rows: &RecordBatch) -> Result<(), Error> {
        let missing = |name: &str| Error::internal("read columns", format!("there is no column '{name}' as it should be"));
        let dates = rows.column_by_name("date").and_then(|column| column.as_primitive_opt::<Date32Type>());
        let dates = dates.ok_or_else(|| missing("date"))?;
        let texts = whose.texts().iter().map(|name| Texts::of(rows, name).ok_or_else(|| missing(name)));
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        let figures = Columns::of(rows, whose.figures());
        // Of a roll-up, how many rows each of its rows stands for.
        let stands_for = rows.column_by_name(rollup::ROWS).and_then(|column| column.as_primitive_opt::<Int64Type>());
        let mut known: HashMap<(usize, usize), Option<u32>> = HashMap::new();
        // Of actions most rows are of other types and windows: which are wanted is asked of each text once, not of each row.
        let wanted: Vec<Vec<bool>> = match whose {
            Whose::Actions { types, window } => {
                vec![texts[1].are(|text| types.contains(&text)), texts[2].are(|text| text == window)]
            }
            Whose::Ads | Whose::Campaigns => Vec::new(),
        };
        for (row, day) in dates.values().iter().enumerate() {
            let key = |place: usize| texts.get(place).map_or(0, |texts| texts.key(row));
            if wanted.iter().zip(1..).any(|(wanted, place)| !wanted.get(key(place)).copied().unwrap_or_default()) {
                continue;
            }
            let pair = (key(0), key(1));
            let object = *known.entry(pair).or_insert_with(|| {
                let named = |place: usize, key: usize| texts.get(place).map_or("", |texts| texts.text(key));
                self.object(whose, named(0, pair.0), named(1, pair.1))
            });
            let Some(object) = object else { continue };
            let alone = stands_for.is_none_or(|rows| rows.value(row) == 1);
            self.add(object, *day, figures.row(row, alone));
        }
        Ok(())
    }

    /// The number of an object; `None` where its days are not asked for.
    fn object(&mut self, whose: Whose, id: &str, action: &str) -> Option<u32> {
        let wanted = match whose {
            Whose::Ads => !id.is_empty(),
            Whose::Campaigns | Whose::Actions { .. } => true,
        };
        let (objects, next) = (&mut self.days.objects, u32::try_from(self.objects.len()).ok()?);
        wanted.then(|| {
            *self.objects.entry((id.into(), action.into())).or_insert_with_key(|object| {
                objects.push(object.clone());
                next
            })
        })
    }

    fn add(&mut self, object: u32, day: i32, figures: DayFigures) {
        let rows = &mut self.days.rows;
        let place = *self.places.entry((object, day)).or_insert(rows.len());
        match rows.get_mut(place) {
            Some((.., sum)) => *sum = sum.plus(figures),
            None => rows.push((object, day, figures)),
        }
    }

    fn finish(mut self) -> FileDays {
        for (.., figures) in &mut self.days.rows {
            figures.conversions = to_millionth(figures.conversions);
        }
        self.days.rows.shrink_to_fit();
        self.days
    }
}

impl DayFigures {
    fn plus(self, other: Self) -> Self {
        Self {
            spend_micros: self.spend_micros.saturating_add(other.spend_micros),
            impressions: self.impressions.saturating_add(other.impressions),
            clicks: self.clicks.saturating_add(other.clicks),
            link_clicks: self.link_clicks.saturating_add(other.link_clicks),
            conversions: self.conversions + other.conversions,
            revenue_micros: self.revenue_micros.saturating_add(other.revenue_micros),
            reach: None,
        }
    }
}

/// A column of text.
struct Texts<'a> {
    keys: &'a DictionaryArray<Int32Type>,
    texts: &'a datafusion::arrow::array::StringArray,
}

impl<'a> Texts<'a> {
    fn of(rows: &'a RecordBatch, name: &str) -> Option<Self> {
        let keys = rows.column_by_name(name)?.as_dictionary_opt::<Int32Type>()?;
        Some(Self { keys, texts: keys.values().as_string_opt::<i32>()? })
    }

    fn key(&self, row: usize) -> usize {
        self.keys.key(row).unwrap_or_default()
    }

    /// Whether each text is one of some.
    fn are(&self, of: impl Fn(&str) -> bool) -> Vec<bool> {
        self.texts.iter().map(|text| of(text.unwrap_or_default())).collect()
    }

    fn text(&self, key: usize) -> &'a str {
        if key < self.texts.len() { self.texts.value(key) } else { "" }
    }
}

/// Columns of figures.
struct Columns<'a> {
    whole: [Option<&'a Int64Array>; 7],
    conversions: Option<&'a Float64Array>,
}

impl<'a> Columns<'a> {
    fn of(rows: &'a RecordBatch, names: [&str; 7]) -> Self {
        let column = |name: &str| rows.column_by_name(name);
        let whole = names.map(|name| column(name).and_then(|column| column.as_primitive_opt::<Int64Type>()));
        Self { whole, conversions: column(names[4]).and_then(|column| column.as_primitive_opt::<Float64Type>()) }
    }

    fn row(&self, row: usize, alone: bool) -> DayFigures {
        let told = |place: usize| self.whole[place].filter(|column| column.is_valid(row)).map(|column| column.value(row));
        let whole = |place: usize| told(place).unwrap_or_default();
        DayFigures {
            spend_micros: whole(0),
            impressions: whole(1),
            clicks: whole(2),
            link_clicks: whole(3),
            conversions: self.conversions.filter(|c| c.is_valid(row)).map_or(0.0, |c| c.value(row)),
            revenue_micros: whole(5),
            reach: told(6).filter(|_| alone),
        }
    }
}
