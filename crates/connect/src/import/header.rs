//! Finding the header line and what each column under it holds.

use super::{
    ColumnMapping,
    error::ImportError,
    field::Field,
    grid::{Grid, Row},
    limits,
    mapping::Mapping,
    names::{self, Hint},
};
use std::{collections::BTreeSet, ops::ControlFlow};

/// A header and what its columns hold.
#[derive(Debug)]
pub(super) struct Header {
    /// Its physical line.
    pub(super) line: u64,
    /// The names as printed.
    pub(super) names: Vec<String>,
    /// The lines above it.
    pub(super) preamble: Vec<String>,
    columns: Vec<Option<usize>>,
    /// Columns nobody reads.
    pub(super) unread: Vec<usize>,
    /// Columns whose numbers help to tell the decimal sign, though they are computed from others.
    pub(super) derived: Vec<usize>,
    /// Columns kept as attributes of the object, with the attribute's name.
    pub(super) attributes: Vec<(usize, String)>,
    /// One entry per column, for people.
    pub(super) mapping: Vec<ColumnMapping>,
    /// Whether most names are English.
    pub(super) english: bool,
    /// How many names are typical for each platform.
    pub(super) votes: Votes,
}

/// How many names are typical for each platform's export.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Votes {
    pub(super) meta: usize,
    pub(super) google: usize,
    pub(super) linkedin: usize,
    pub(super) editor: usize,
}

impl Votes {
    fn add(&mut self, hint: Hint) {
        match hint {
            Hint::Meta => self.meta += 1,
            Hint::Google => self.google += 1,
            Hint::Linkedin => self.linkedin += 1,
            Hint::None => {}
        }
    }
}

/// The line that looks most like a header, with the lines above it.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) line: u64,
    pub(super) names: Vec<String>,
    pub(super) preamble: Vec<String>,
    /// Number of names recognised.
    pub(super) score: usize,
}

/// Looks through the first lines of a grid. Errors of the walk end the search: the real walk will meet and report them.
pub(super) fn find(name: &str, grid: &Grid<'_>, mapping: &Mapping) -> Option<Candidate> {
    let mut best: Option<Candidate> = None;
    let mut above: Vec<String> = Vec::new();
    let mut seen = 0_usize;
    let _reported_by_the_real_walk = grid.walk(name, &mut |place, row: Row<'_>| {
        if place.line <= mapping.skip_rows {
            return Ok(ControlFlow::Continue(()));
        }
        let names = row.texts();
        let score = if names.len() < 2 { 0 } else { score(&names, mapping) };
        if best.as_ref().is_none_or(|b| score > b.score) {
            best = Some(Candidate { line: place.line, names: names.clone(), preamble: above.clone(), score });
        }
        above.push(names.join(" ").trim().to_owned());
        seen += 1;
        Ok(if seen < limits::HEADER_SEARCH_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    });
    best
}

fn score(names: &[String], mapping: &Mapping) -> usize {
    let known: BTreeSet<Field> = names.iter().filter_map(|n| names::look_up(n)).map(|n| n.field).collect();
    let wanted = mapping.headers().filter(|wanted| position(names, wanted).is_some()).count();
    known.len() + 3 * wanted
}

fn position(names: &[String], wanted: &str) -> Option<usize> {
    let exact = names.iter().position(|name| name.trim() == wanted.trim());
    exact.or_else(|| names.iter().position(|name| names::fold(name) == names::fold(wanted)))
}

impl Header {
    /// Decides what each column holds.
    ///
    /// # Errors
    /// When the mapping names a header the file has not.
    pub(super) fn new(file: &str, candidate: Candidate, mapping: &Mapping) -> Result<Self, ImportError> {
        let Candidate { line, names, preamble, .. } = candidate;
        let mut this = Self {
            line,
            preamble,
            columns: vec![None; Field::ALL.len()],
            unread: Vec::new(),
            derived: Vec::new(),
            attributes: Vec::new(),
            mapping: names.iter().map(|name| ColumnMapping { header: name.clone(), field: None, note: None }).collect(),
            english: false,
            votes: Votes::default(),
            names,
        };
        let mut taken = this.read_mapping(file, mapping)?;
        let found: Vec<_> = this.names.iter().map(|name| names::look_up(name)).collect();
        let linkedin = this.names.iter().any(|n| matches!(names::fold(n).as_str(), "campaign group name" | "campaign group id"));
        let mut ranked: Vec<(Field, usize, usize)> = Vec::new();
        let (mut english, mut foreign) = (0_usize, 0_usize);
        for (column, name) in found.iter().enumerate() {
            this.votes.editor += usize::from(names::is_editor(&this.names[column]));
            if taken.contains(&column) {
                continue;
            }
            let Some(name) = name else {
                this.votes.add(names::derived_hint(&this.names[column]));
                continue;
            };
            this.votes.add(name.hint);
            *(if name.english { &mut english } else { &mut foreign }) += 1;
            ranked.push((if linkedin { one_level_down(name.field, &this.names[column]) } else { name.field }, name.rank, column));
        }
        this.english = english >= foreign;
        this.votes.linkedin += usize::from(linkedin) * 2;
        ranked.sort_unstable();
        for (field, _, column) in ranked {
            taken.insert(column);
            match this.columns[field as usize] {
                None => {
                    this.columns[field as usize] = Some(column);
                    this.mapping[column].field = Some(field);
                }
                Some(other) => {
                    let note = format!("not used: '{}' already gives the {}", this.names[other], field.as_str());
                    this.mapping[column].note = Some(note);
                }
            }
        }
        for column in 0..this.names.len() {
            if taken.contains(&column) {
                continue;
            }
            let name = &this.names[column];
            let note = if names::is_attribute(name) {
                this.attributes.push((column, names::fold(name).replace(' ', "_")));
                "kept as an attribute of the object"
            } else if names::is_unique(name) {
                "not imported: people counted once per row cannot be added up"
            } else if names::is_derived(name) {
                this.derived.push(column);
                "not imported: a ratio, computed again from the sums"
            } else {
                this.unread.push(column);
                "not imported: no field for it"
            };
            this.mapping[column].note = Some(note.to_owned());
        }
        Ok(this)
    }

    /// Takes what the mapping says; returns the columns it speaks of.
    fn read_mapping(&mut self, file: &str, mapping: &Mapping) -> Result<BTreeSet<usize>, ImportError> {
        let unknown = |column: &str| ImportError::UnknownColumn {
            name: file.to_owned(),
            column: column.to_owned(),
            line: self.line,
            headers: quote(&self.names),
        };
        let mut taken = BTreeSet::new();
        let mut settled = Vec::new();
        for header in mapping.headers() {
            position(&self.names, header).ok_or_else(|| unknown(header))?;
        }
        let date = mapping.date.as_ref().and_then(|d| d.column.as_ref().or(d.columns.first()));
        for (field, header) in mapping.columns.iter().map(|(f, h)| (*f, h)).chain(date.map(|h| (Field::Date, h))) {
            let column = position(&self.names, header).ok_or_else(|| unknown(header))?;
            settled.push((field, column));
        }
        for (field, column) in settled {
            self.columns[field as usize] = Some(column);
            self.mapping[column].field = Some(field);
            self.mapping[column].note = Some("by the mapping".to_owned());
            taken.insert(column);
        }
        for header in &mapping.ignore {
            if let Some(column) = position(&self.names, header)
                && taken.insert(column)
            {
                self.mapping[column].note = Some("ignored by the mapping".to_owned());
            }
        }
        Ok(taken)
    }

    /// The column of a field.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.columns[field as usize]
    }

    /// The column with this header.
    pub(super) fn named(&self, header: &str) -> Option<usize> {
        position(&self.names, header)
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.column(field).is_some()
    }

    /// Whether a row is the header printed once more.
    pub(super) fn repeats(&self, row: Row<'_>) -> bool {
        row.len() == self.names.len() && self.names.iter().enumerate().all(|(i, name)| row.cell(i).text() == name.as_str())
    }
}

/// LinkedIn's names for the three levels: campaign group, campaign, creative.
fn one_level_down(field: Field, header: &str) -> Field {
    let group = names::fold(header).starts_with("campaign group");
    match field {
        Field::Campaign if !group => Field::AdGroup,
        Field::CampaignId if !group => Field::AdGroupId,
        Field::CampaignStatus if !group => Field::AdGroupStatus,
        other => other,
    }
}

/// Headers for an error message.
pub(super) fn quote(names: &[String]) -> String {
    let mut text = names
        .iter()
        .take(limits::MAX_HEADERS_NAMED)
        .map(|name| format!("'{}'", name.chars().take(60).collect::<String>()))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > limits::MAX_HEADERS_NAMED {
        text.push_str(", …");
    }
    text
}
