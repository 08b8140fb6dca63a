//! The two walks over the reports: one that says what there is, one that takes an account's days.

use super::{Store, actions, reports::Columns, sheet::Sheet, tables::Kind, tables::Report};
use crate::history::{
    Counted, Found, Grain, HistoryError, Key, LeftOut, Piece,
    counted::{Adding, Figures},
    objects::Objects,
    survey::Survey,
    tally::Tally,
};
use compact_str::CompactString;
use std::collections::{HashMap, HashSet};
use trimtab_domain::{
    Day, DayRange, Source,
    fact::{Facts, Placing},
    id::AccountId,
};

/// Why a row is left out that came before.
pub(super) const TWICE: &str = "is the same as a row before it, in every cell: counted once";

impl Store {
    /// The reports of a platform at one grain.
    fn reports(&self, source: Source, grain: Grain) -> impl Iterator<Item = (&'static Report, &str)> {
        self.tables.iter().filter_map(move |(_, kind, path)| match kind {
            Kind::Report(report) if report.source == source && report.grain == grain => Some((*report, path.as_str())),
            _ => None,
        })
    }

    fn open_report(&self, report: &'static Report, path: &str, objects: &Objects) -> Result<(Sheet, Columns), String> {
        let sheet = Sheet::open(self.files.as_ref(), path)?;
        let columns = Columns::find(report, &sheet, self.options.linkedin_usd, objects)?;
        Ok((sheet, columns))
    }

    /// Goes through every report once.
    pub(super) fn survey(&self) -> Result<Found, HistoryError> {
        let mut survey = Survey::default();
        let mut left_out = self.left_out.clone();
        let of =
            |source, account: CompactString| Key { tenant: CompactString::default(), source, account: AccountId::new(account) };
        for (source, objects) in &self.objects {
            for (report, path) in Grain::FINEST_FIRST.into_iter().flat_map(|grain| self.reports(*source, grain)) {
                let (mut sheet, columns) = match self.open_report(report, path, objects) {
                    Ok(opened) => opened,
                    Err(reason) => {
                        left_out.note(path, reason);
                        continue;
                    }
                };
                while let Some(line) = sheet.next_line() {
                    let read = line.and_then(|line| {
                        let read = columns.place(&line, objects).and_then(|place| Ok((place, columns.figures(&line)?)));
                        read.map_err(|reason| (line.number, reason))
                    });
                    match read {
                        Ok((place, figures)) => {
                            let key = of(*source, place.account);
                            let figures = self.in_one_currency(&key, figures);
                            survey.row(key, report.grain, place.day, &figures)?;
                        }
                        Err((number, reason)) => left_out.note(format!("{path} line {number}"), reason),
                    }
                }
            }
        }
        self.survey_actions(&mut survey, &mut left_out, of)?;
        let describe = |key: &Key| {
            let nothing = Objects::default();
            let (mut account, mut assumed) =
                self.objects.get(&key.source).unwrap_or(&nothing).describe(key.source, &key.account, &self.options);
            if key.source == Source::Linkedin && self.options.linkedin_usd {
                account.currency = usd(account.currency);
                assumed.retain(|what| *what != "currency");
            }
            (account, assumed)
        };
        Ok(Found { accounts: survey.finish(describe), left_out, notes: self.notes.clone() })
    }

    /// Days on which Meta counted conversions belong to an account's history, whether or not there are figures.
    fn survey_actions(
        &self,
        survey: &mut Survey,
        left_out: &mut LeftOut,
        of: impl Fn(Source, CompactString) -> Key,
    ) -> Result<(), HistoryError> {
        let Some(objects) = self.objects.get(&Source::Meta) else { return Ok(()) };
        let fallback = objects.fallback(Source::Meta);
        for (_, kind, path) in &self.tables {
            if !matches!(kind, Kind::ActionCounts | Kind::ActionValues) {
                continue;
            }
            let mut failed = None;
            let walked = actions::walk(self, path, left_out, |row| {
                let account = row.account(self).unwrap_or_else(|| fallback.clone());
                if let Err(error) = survey.day(of(Source::Meta, account), row.day) {
                    failed.get_or_insert(error);
                }
            });
            if let Err(reason) = walked {
                left_out.note(path.clone(), reason);
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Takes an account's days: of each day the rows of the finest grain that has any, or those of the grain that was asked for.
    pub(super) fn piece(&self, key: &Key, days: DayRange) -> Result<Piece, HistoryError> {
        let objects = self.objects.get(&key.source).ok_or_else(|| HistoryError::NoAccount(key.clone()))?;
        let mut piece = Piece { facts: Facts::default(), counted: Vec::new(), left_out: LeftOut::default() };
        let mut covered: HashSet<Day> = HashSet::new();
        let mut rows = Tally::default();
        for grain in Grain::FINEST_FIRST.into_iter().filter(|grain| self.options.grain.is_none_or(|asked| asked == *grain)) {
            let mut walk = Walk {
                store: self,
                objects,
                key,
                days,
                covered: &covered,
                here: HashSet::new(),
                tally: Tally::default(),
                found: Adding::default(),
                taken: Adding::default(),
                seen: HashSet::new(),
            };
            for (report, path) in self.reports(key.source, grain) {
                walk.file(report, path, &mut piece.left_out)?;
            }
            if key.source == Source::Meta && grain == Grain::Ad {
                walk.actions(&mut piece);
            }
            if walk.found != Adding::default() {
                piece.counted.push(Counted { grain, found: walk.found.sums(), taken: walk.taken.sums() });
            }
            let Walk { tally, here, .. } = walk;
            covered.extend(here);
            rows.append(tally)?;
        }
        piece.facts.ad_daily = rows.finish();
        Ok(piece)
    }

    /// LinkedIn tells values in the account's own currency alone, so beside a cost in dollars they cannot stand.
    fn in_one_currency(&self, key: &Key, figures: Figures) -> Figures {
        if key.source != Source::Linkedin || !self.options.linkedin_usd {
            return figures;
        }
        let own = self.objects.get(&key.source).map(|objects| objects.describe(key.source, &key.account, &self.options).0.currency);
        if own.is_some_and(|own| own == usd(own)) { figures } else { Figures { revenue: None, ..figures } }
    }
}

/// LinkedIn's second currency.
fn usd(own: trimtab_domain::Currency) -> trimtab_domain::Currency {
    "USD".parse().unwrap_or(own)
}

/// One grain of a piece.
struct Walk<'a> {
    store: &'a Store,
    objects: &'a Objects,
    key: &'a Key,
    days: DayRange,
    /// Days a finer grain has told.
    covered: &'a HashSet<Day>,
    /// Days this grain tells.
    here: HashSet<Day>,
    tally: Tally,
    found: Adding,
    taken: Adding,
    seen: HashSet<[u8; 16]>,
}

impl Walk<'_> {
    /// Takes the piece's rows of one file.
    ///
    /// # Errors
    /// When they are too many.
    fn file(&mut self, report: &'static Report, path: &str, left_out: &mut LeftOut) -> Result<(), HistoryError> {
        let (mut sheet, columns) = match self.store.open_report(report, path, self.objects) {
            Ok(opened) => opened,
            Err(reason) => {
                left_out.note(path, reason);
                return Ok(());
            }
        };
        while let Some(line) = sheet.next_line() {
            // Rows of no day or account are the survey's to name: they are in no piece.
            let Ok(line) = line else { continue };
            let Ok(place) = columns.place(&line, self.objects) else { continue };
            if place.account != self.key.account.as_str() || !self.days.contains(place.day) {
                continue;
            }
            let read = columns.figures(&line).and_then(|figures| Ok((columns.placing(&line, &place, self.objects)?, figures)));
            let read = read.and_then(|read| if self.seen.insert(line.fingerprint()) { Ok(read) } else { Err(TWICE.to_owned()) });
            let (placing, figures) = match read {
                Ok(read) => read,
                Err(reason) => {
                    left_out.note(format!("{path} line {}", line.number), reason);
                    continue;
                }
            };
            let figures = self.store.in_one_currency(self.key, figures);
            self.found.row(&figures);
            self.here.insert(place.day);
            if !self.covered.contains(&place.day) {
                self.taken.row(&figures);
                self.tally.add((place.day, 1, placing), &figures)?;
            }
        }
        Ok(())
    }

    /// Puts Meta's conversions beside the ads.
    fn actions(&mut self, piece: &mut Piece) {
        let places: HashMap<CompactString, Placing> =
            self.tally.rows_mut().map(|((_, _, placing), _)| (placing.ad.as_str().into(), placing.clone())).collect();
        let ads = places.keys().cloned().collect();
        let mut actions = self.store.actions(self.key, self.days, &ads, &mut piece.left_out);
        actions.complete(&mut self.tally, [&mut self.found, &mut self.taken], &mut piece.left_out);
        piece.facts.conversions = actions.finish(&places);
    }
}
