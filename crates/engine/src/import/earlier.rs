//! What earlier imports of an account still hold, and so where a new file goes and what it takes away. Pure: records in, days out.
//!
//! Two rules keep a file from counting twice. The same bytes go where they went before. And an account holds at most one file without
//! dates: a newer one stands where the former stood, since both are totals of the same unnamed days.

use trimtab_domain::{Day, DayRange, Timestamp, id::ImportId};
use trimtab_store::{Figures, Import};

/// Days that a new file takes from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The import that filled them.
    pub import: ImportId,
    /// The name of its file.
    pub name: String,
    /// When it was imported (UTC).
    pub imported_at: Timestamp,
    /// The days, in the account's zone.
    pub days: DayRange,
}

/// An import and the days of it that no later file covers.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    pub(super) import: &'a Import,
    pub(super) days: Vec<DayRange>,
    /// Whether the very same figures were imported again later, and stand there now.
    pub(super) moved: bool,
}

/// What each import of an account holds; `imports` and the answer are newest first.
pub(crate) fn held(imports: &[Import]) -> Vec<Held<'_>> {
    let filled: Vec<&Import> = imports.iter().filter(|import| import.file.figures != Figures::None).collect();
    let mut held = Vec::new();
    for (at, import) in filled.iter().copied().enumerate() {
        let newer = &filled[..at];
        let days = newer.iter().fold(vec![import.file.days], |left, newer| without(&left, newer.file.days));
        if !days.is_empty() {
            held.push(Held { import, days, moved: newer.iter().any(|newer| same(newer, import)) });
        }
    }
    held
}

/// The same rows of the same bytes.
fn same(a: &Import, b: &Import) -> bool {
    (&a.file.hash, a.file.rows_imported, &a.file.totals) == (&b.file.hash, b.file.rows_imported, &b.file.totals)
}

/// Where a file without dates goes.
#[derive(Debug)]
pub(super) enum Place<'a> {
    /// Where the same file went before.
    Again(&'a Import),
    /// Where the account's former file without dates stands.
    Instead(&'a Import),
    /// On the day of the import.
    New(Day),
}

impl<'a> Place<'a> {
    /// The place for a file of this digest.
    pub(super) fn find(held: &[Held<'a>], hash: &str, today: Day) -> Self {
        // Figures stand on the last of the days they cover.
        let stands = |held: &&Held<'a>| !held.moved && held.days.iter().any(|days| days.contains(held.import.file.days.to()));
        let standing: Vec<&'a Import> = held.iter().filter(stands).map(|held| held.import).collect();
        if let Some(again) = standing.iter().copied().find(|import| import.file.hash == hash) {
            return Self::Again(again);
        }
        let undated = standing.into_iter().find(|import| import.file.figures == Figures::Undated);
        undated.map_or(Self::New(today), Self::Instead)
    }

    /// The days the figures cover.
    pub(super) const fn days(&self) -> DayRange {
        match self {
            Self::Again(import) | Self::Instead(import) => import.file.days,
            Self::New(day) => DayRange::single(*day),
        }
    }

    /// What the file brings there. A mapping may have told its days the first time: they stay told.
    pub(super) const fn figures(&self) -> Figures {
        match self {
            Self::Again(import) => import.file.figures,
            Self::Instead(_) | Self::New(_) => Figures::Undated,
        }
    }
}

/// The days a file takes from files of other bytes: newest import first, each run of days once.
pub(crate) fn replaced(held: &[Held<'_>], hash: &str, days: DayRange) -> Vec<Replaced> {
    let others = held.iter().filter(|held| !held.moved && held.import.file.hash != hash);
    others
        .flat_map(|held| {
            held.days.iter().filter_map(move |run| run.intersect(&days)).map(|days| Replaced {
                import: held.import.id.clone(),
                name: held.import.file.name.clone(),
                imported_at: held.import.imported_at,
                days,
            })
        })
        .collect()
}

/// The days outside `days` on which the very same figures stand: left there, they would count twice.
pub(super) fn vacated(held: &[Held<'_>], (hash, rows, totals): (&str, u64, &serde_json::Value), days: DayRange) -> Vec<DayRange> {
    let same = held
        .iter()
        .map(|held| (&held.import.file, held))
        .filter(|(file, _)| (file.hash.as_str(), file.rows_imported, &file.totals) == (hash, rows, totals));
    same.flat_map(|(_, held)| without(&held.days, days)).collect()
}

/// The runs of days, cut free of `cut`.
fn without(runs: &[DayRange], cut: DayRange) -> Vec<DayRange> {
    let mut left = Vec::with_capacity(runs.len() + 1);
    for run in runs {
        if run.intersect(&cut).is_none() {
            left.push(*run);
            continue;
        }
        let before = cut.from().yesterday().ok().and_then(|day| DayRange::new(run.from(), day).ok());
        let after = cut.to().tomorrow().ok().and_then(|day| DayRange::new(day, run.to()).ok());
        left.extend(before.into_iter().chain(after));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::{Source, id::AccountId};
    use trimtab_store::{AccountKey, NewImport};

    const TODAY: &str = "2026-11-25";

    fn import(hash: &str, figures: Figures, days: &str) -> Import {
        Import {
            id: ImportId::parse("imp_00000000000000000000000001").unwrap(),
            file: NewImport {
                account: AccountKey { source: Source::Meta, id: AccountId::new("7") },
                name: format!("{hash}.csv"),
                hash: hash.to_owned(),
                format: "meta_ads_manager".to_owned(),
                rows_read: 1,
                rows_imported: 1,
                rows_skipped: 0,
                figures,
                days: days.parse().unwrap(),
                totals: serde_json::json!({ "spend": "1.00" }),
            },
            imported_by: "operator".to_owned(),
            imported_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn dated(hash: &str, days: &str) -> Import {
        import(hash, Figures::Dated, days)
    }

    fn undated(hash: &str, day: &str) -> Import {
        import(hash, Figures::Undated, &format!("{day}..{day}"))
    }

    fn place(imports: &[Import], hash: &str) -> (&'static str, String) {
        let held = held(imports);
        let place = Place::find(&held, hash, TODAY.parse().unwrap());
        let kind = match place {
            Place::Again(_) => "again",
            Place::Instead(_) => "instead",
            Place::New(_) => "new",
        };
        (kind, place.days().to_string())
    }

    fn taken(imports: &[Import], hash: &str, days: &str) -> Vec<String> {
        let replaced = replaced(&held(imports), hash, days.parse().unwrap());
        replaced.iter().map(|r| format!("{} {}", r.name, r.days)).collect()
    }

    #[test]
    fn what_is_taken_is_what_is_still_there() {
        let imports =
            [dated("c", "2026-03-10..2026-03-12"), dated("b", "2026-03-05..2026-03-20"), dated("a", "2026-03-01..2026-03-31")];
        assert_eq!(
            taken(&imports, "new", "2026-03-04..2026-03-11"),
            ["c.csv 2026-03-10..2026-03-11", "b.csv 2026-03-05..2026-03-09", "a.csv 2026-03-04..2026-03-04"]
        );
        assert_eq!(taken(&imports, "c", "2026-03-10..2026-03-12"), [""; 0], "the same bytes take nothing");
        assert_eq!(taken(&imports, "new", "2026-04-01..2026-04-30"), [""; 0]);
        let objects = [import("o", Figures::None, "2026-03-01..2026-03-31")];
        assert_eq!(taken(&objects, "new", "2026-03-01..2026-03-31"), [""; 0], "objects fill no days");
    }

    #[test]
    fn a_file_without_dates_stands_in_one_place() {
        assert_eq!(place(&[], "a"), ("new", format!("{TODAY}..{TODAY}")));
        let first = [undated("a", "2026-11-01")];
        assert_eq!(place(&first, "a"), ("again", "2026-11-01..2026-11-01".to_owned()));
        assert_eq!(place(&first, "b"), ("instead", "2026-11-01..2026-11-01".to_owned()));
        let told = [dated("a", "2026-03-01..2026-03-31")];
        assert_eq!(place(&told, "a"), ("again", "2026-03-01..2026-03-31".to_owned()), "as the mapping told then");
        assert_eq!(place(&told, "b").0, "new", "totals of other days are not replaced");
        let covered = [dated("d", "2026-10-01..2026-11-10"), undated("a", "2026-11-01")];
        assert_eq!((place(&covered, "a").0, place(&covered, "b").0), ("new", "new"), "what a later file covered is gone");
    }

    #[test]
    fn the_same_figures_leave_the_days_they_stood_on() {
        let totals = serde_json::json!({ "spend": "1.00" });
        let leaves = |imports: &[Import], hash: &str, rows: u64, days: &str| -> Vec<String> {
            let left = vacated(&held(imports), (hash, rows, &totals), days.parse().unwrap());
            left.iter().map(ToString::to_string).collect()
        };
        let march = "2026-03-01..2026-03-31";
        let imports = [undated("a", "2026-11-01")];
        assert_eq!(leaves(&imports, "a", 1, march), ["2026-11-01..2026-11-01"]);
        assert_eq!(leaves(&imports, "a", 2, march), [""; 0], "other rows of the file: a part beside it");
        assert_eq!(leaves(&imports, "b", 1, march), [""; 0]);
        let twice = [undated("a", "2026-11-02"), undated("a", "2026-11-01")];
        assert_eq!(leaves(&twice, "a", 1, "2026-11-02..2026-11-02"), ["2026-11-01..2026-11-01"]);
        let moved = [dated("a", march), undated("a", "2026-11-01")];
        assert_eq!(place(&moved, "b").0, "new", "it stands in March now");
        assert_eq!(taken(&moved, "b", "2026-11-01..2026-11-01"), [""; 0]);
    }
}
