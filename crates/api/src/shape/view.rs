//! Ready views: what there is.

use serde::Serialize;
use trimtab_engine::views::{Column, ColumnKind, View};
use utoipa::ToSchema;

/// What the values of a view's column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewColumnKind {
    /// Text.
    Text,
    /// A whole number.
    Whole,
    /// An amount with six decimals, in the currency of its row.
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
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewColumn {
    /// Its name.
    #[schema(example = "campaign_name")]
    pub name: String,
    /// What its values are.
    pub kind: ViewColumnKind,
}

/// A ready view.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewShape {
    /// Its name in commands and URLs.
    #[schema(example = "ad_reporting__campaign_report")]
    pub name: &'static str,
    /// What a row is.
    #[schema(example = "a campaign's day")]
    pub description: &'static str,
    /// Its columns, in order.
    pub columns: Vec<ViewColumn>,
}

impl From<&Column> for ViewColumn {
    fn from(column: &Column) -> Self {
        let kind = match column.kind {
            ColumnKind::Text => ViewColumnKind::Text,
            ColumnKind::Whole => ViewColumnKind::Whole,
            ColumnKind::Amount => ViewColumnKind::Amount,
            ColumnKind::Number => ViewColumnKind::Number,
            ColumnKind::Day => ViewColumnKind::Day,
            ColumnKind::Moment => ViewColumnKind::Moment,
            ColumnKind::Flag => ViewColumnKind::Flag,
        };
        Self { name: column.name.clone(), kind }
    }
}

impl From<&(View, Vec<Column>)> for ViewShape {
    fn from((view, columns): &(View, Vec<Column>)) -> Self {
        Self { name: view.name, description: view.about, columns: columns.iter().map(ViewColumn::from).collect() }
    }
}
