//! Rows of a view on their way out, in each format.

use super::Format;
use crate::Error;
use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, RecordBatch, StringArray},
        compute::cast,
        csv,
        datatypes::{DataType, SchemaRef},
        error::ArrowError,
        json,
    },
    parquet::arrow::ArrowWriter,
};
use std::{borrow::Cow, io::Write, sync::Arc};

/// Text for a cell of a table that a spreadsheet may open. A sign in front would make it run the text as a formula; a quote before it says that
/// it is text. Numbers stay as they are.
#[must_use]
pub fn spreadsheet_text(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '@', '\t', '\r']) || (text.starts_with('-') && text.parse::<f64>().is_err());
    if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Batches on their way out.
pub(super) enum Writer {
    Csv(Box<csv::Writer<Box<dyn Write + Send>>>),
    JsonLines(json::LineDelimitedWriter<Box<dyn Write + Send>>),
    Parquet(Box<ArrowWriter<Box<dyn Write + Send>>>),
}

impl Writer {
    pub(super) fn new(format: Format, schema: &SchemaRef, to: Box<dyn Write + Send>) -> Result<Self, Error> {
        Ok(match format {
            Format::Csv => {
                let mut writer = csv::WriterBuilder::new().with_header(true).build(to);
                // The names stand there even when there are no rows.
                writer.write(&RecordBatch::new_empty(Arc::clone(schema))).map_err(unwritten)?;
                Self::Csv(Box::new(writer))
            }
            Format::JsonLines => Self::JsonLines(json::LineDelimitedWriter::new(to)),
            Format::Parquet => {
                let writer = ArrowWriter::try_new(to, Arc::clone(schema), None);
                Self::Parquet(Box::new(writer.map_err(|e| Error::internal("begin a Parquet file", e))?))
            }
        })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        match self {
            Self::Csv(writer) => for_spreadsheets(batch).and_then(|batch| writer.write(&batch)).map_err(unwritten),
            Self::JsonLines(writer) => writer.write(batch).map_err(unwritten),
            Self::Parquet(writer) => writer.write(batch).map_err(|e| Error::internal("write a Parquet file", e)),
        }
    }

    pub(super) fn finish(self) -> Result<(), Error> {
        match self {
            Self::Csv(writer) => writer.into_inner().flush().map_err(unwritten),
            Self::JsonLines(mut writer) => writer.finish().map_err(unwritten),
            Self::Parquet(writer) => writer.close().map(drop).map_err(|e| Error::internal("finish a Parquet file", e)),
        }
    }
}

fn for_spreadsheets(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let guarded = |column: &ArrayRef| -> Result<ArrayRef, ArrowError> {
        let is_text =
            matches!(column.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..));
        if !is_text {
            return Ok(Arc::clone(column));
        }
        let text = cast(column, &DataType::Utf8)?;
        Ok(Arc::new(text.as_string::<i32>().iter().map(|cell| cell.map(spreadsheet_text)).collect::<StringArray>()))
    };
    let names = batch.schema_ref().fields().iter().map(|field| field.name().clone());
    let columns = batch.columns().iter().map(guarded).collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_from_iter(names.zip(columns))
}

fn unwritten(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::internal("write a view", error)
}
