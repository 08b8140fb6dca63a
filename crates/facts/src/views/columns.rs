//! What each view has: its columns, as planning it over empty tables tells them.

use super::{TABLES, VIEWS, View, calendar, planned, register, visible};
use crate::Error;
use datafusion::{arrow::datatypes::DataType, datasource::empty::EmptyTable, prelude::SessionContext};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A whole number.
    Whole,
    /// An amount, to the sixth decimal.
    Amount,
    /// A number with a fraction.
    Number,
    /// A day.
    Day,
    /// A moment.
    Moment,
    /// Yes or no.
    Flag,
}

/// A column of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: ColumnKind,
}

impl View {
    /// Every view with its columns.
    ///
    /// # Errors
    /// When a view cannot be planned.
    pub async fn catalogue() -> Result<&'static [(Self, Vec<Column>)], Error> {
        static KNOWN: OnceCell<Vec<(View, Vec<Column>)>> = OnceCell::const_new();
        Ok(KNOWN.get_or_try_init(describe).await?)
    }
}

async fn describe() -> Result<Vec<(View, Vec<Column>)>, Error> {
    let context = SessionContext::new();
    context.register_table("days", Arc::new(calendar((0, 0))?)).map_err(planned)?;
    for table in TABLES {
        context.register_table(table.name(), Arc::new(EmptyTable::new(visible(table)))).map_err(planned)?;
    }
    register(&context).await?;
    let mut all = Vec::with_capacity(VIEWS.len());
    for view in VIEWS {
        let frame = context.table(view.name).await.map_err(planned)?;
        let column = |name: &String, kind: &DataType| Some(Column { name: name.clone(), kind: kind_of(kind)? });
        let columns: Option<_> = frame.schema().fields().iter().map(|field| column(field.name(), field.data_type())).collect();
        all.push((view, columns.ok_or_else(|| Error::internal("describe a view", "a column has a type without a name"))?));
    }
    Ok(all)
}

fn kind_of(kind: &DataType) -> Option<ColumnKind> {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(ColumnKind::Text),
        DataType::Decimal128(..) | DataType::Decimal256(..) => Some(ColumnKind::Amount),
        DataType::Date32 => Some(ColumnKind::Day),
        DataType::Timestamp(..) => Some(ColumnKind::Moment),
        DataType::Boolean => Some(ColumnKind::Flag),
        whole if whole.is_integer() => Some(ColumnKind::Whole),
        number if number.is_floating() => Some(ColumnKind::Number),
        _ => None,
    }
}
