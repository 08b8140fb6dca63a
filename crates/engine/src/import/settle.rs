//! Where a read file goes: on which days, in place of which earlier files, and whether its account is sure enough for that.

use super::{
    Parsed,
    earlier::{self, Held, Place, Replaced},
    kinship, totals_json,
};
use crate::{Engine, Error};
use trimtab_connect::import::AccountBy;
use trimtab_domain::{
    DayRange, TenantCtx, Timestamp, Zone,
    account::Account,
    query::{Dimension, DimensionTest, Filter, MetricQuery, QueryParts},
};
use trimtab_store::{AccountKey, Figures};

/// What will become of a file.
#[derive(Debug)]
pub(super) struct Settled {
    /// The days it stands on; today for a file of objects only.
    pub(super) days: DayRange,
    pub(super) figures: Figures,
    /// Days of other files that it replaces.
    pub(super) replaced: Vec<Replaced>,
    /// Days on which the same figures stood before and that are cleared.
    pub(super) vacated: Vec<DayRange>,
    /// When the same bytes were imported into this account before.
    pub(super) seen_before: Option<Timestamp>,
}

impl Engine {
    /// Decides where a file goes, moves it there if it names no days itself, and adds notes that say so.
    ///
    /// # Errors
    /// When it names no account and would replace days of a file that seems to be of another one, when the account is kept in another
    /// currency, or when the store or lake fails.
    pub(super) async fn settle(&self, ctx: &TenantCtx, (name, hash): (&str, &str), parsed: &mut Parsed) -> Result<Settled, Error> {
        let store = self.store().tenant(ctx);
        let key = AccountKey::from(&parsed.account);
        let zone = self.tenant(ctx.tenant()).await?.zone;
        let accounts = store.accounts().await?;
        if let Some(known) = accounts.iter().map(|state| &state.account).find(|account| AccountKey::from(*account) == key) {
            same_currency(known, parsed)?;
        }
        let imports = store.imports_of(&key).await?;
        let held = earlier::held(&imports);
        let seen_before = imports.iter().find(|import| import.file.hash == hash).map(|import| import.imported_at);
        let days = |parsed: &Parsed| parsed.from.zip(parsed.to).and_then(|(from, to)| DayRange::new(from, to).ok());
        let today = zone.day_at(self.now());
        let figures = match days(parsed) {
            None => Figures::None,
            Some(_) if !parsed.undated => Figures::Dated,
            Some(_) => {
                let place = Place::find(&held, hash, today);
                parsed.place_on(place.days());
                parsed.notes.push(say_place(&place, &zone));
                place.figures()
            }
        };
        let days = days(parsed).unwrap_or_else(|| DayRange::single(today));
        let (mut replaced, mut vacated) = (Vec::new(), Vec::new());
        if figures != Figures::None {
            replaced = earlier::replaced(&held, hash, days);
            vacated = earlier::vacated(&held, (hash, parsed.rows_imported, &totals_json(parsed)), days);
            parsed.notes.extend(vacated.iter().map(|run| format!("the same figures stood on {}: they move from there", say(*run))));
            parsed.notes.extend(beside(&held, hash, figures, days));
        }
        if parsed.account_by == AccountBy::Assumed {
            self.recognise(ctx, name, parsed, &replaced, &zone, !held.is_empty()).await?;
        }
        if parsed.account_by != AccountBy::File
            && let Some(other) = store.import_with_hash(hash).await?
            && other.file.account != key
        {
            parsed.notes.push(format!(
                "the same file was imported into the account {} on {}: it then counts in both",
                other.file.account.id,
                zone.day_at(other.imported_at)
            ));
        }
        Ok(Settled { days, figures, replaced, vacated, seen_before })
    }

    /// Whether a file that names no account may be taken for a newer export of the account such files share.
    async fn recognise(
        &self,
        ctx: &TenantCtx,
        name: &str,
        parsed: &mut Parsed,
        replaced: &[Replaced],
        zone: &Zone,
        filled: bool,
    ) -> Result<(), Error> {
        let account = parsed.account.clone();
        for other in replaced {
            if self.related(ctx, parsed, &account, other.days).await? == Some(false) {
                return Err(Error::Invalid(format!(
                    "'{name}' does not say which account it is of. In '{}' ({}), where such files go, it would replace {} of '{}' \
                     (imported {}), with which it has no campaign, ad group or ad in common. If it is another ad account, give that a \
                     name (--account NAME, or the field Account); if it is the same one, import it with --account {}",
                    account.name,
                    account.id,
                    say(other.days),
                    other.name,
                    zone.day_at(other.imported_at),
                    account.id,
                )));
            }
        }
        if replaced.is_empty() && filled {
            let known = self.lake().tenant(ctx).entities(None, Some(&account.id)).await?;
            let states: Vec<_> = known.iter().filter(|v| v.source == account.source).map(|v| v.state.clone()).collect();
            let shared = kinship::LEVELS.into_iter().any(|level| {
                kinship::share(&kinship::of_level(&parsed.entities.states, level), &kinship::of_level(&states, level))
            });
            if !shared {
                parsed.notes.push(format!(
                    "the file does not say which account it is of and has no campaign, ad group or ad in common with what '{}' holds, \
                     where it goes: if it is another ad account, give that a name (--account NAME, or the field Account)",
                    account.name
                ));
            }
        }
        Ok(())
    }

    /// Whether a file names an object that has figures on these days; `None` where there are no figures.
    async fn related(&self, ctx: &TenantCtx, parsed: &Parsed, account: &Account, days: DayRange) -> Result<Option<bool>, Error> {
        let is = |dimension, value: &str| Filter::Dimension { dimension, test: DimensionTest::In(vec![value.to_owned()]) };
        let mut any = None;
        for (level, dimension) in kinship::LEVELS.into_iter().zip([Dimension::Campaign, Dimension::AdGroup, Dimension::Ad]) {
            let query = MetricQuery::new(
                days,
                QueryParts {
                    metrics: vec!["impressions".to_owned()],
                    dimensions: vec![dimension],
                    filters: vec![is(Dimension::Platform, account.source.as_str()), is(Dimension::Account, account.id.as_str())],
                    ..QueryParts::default()
                },
            )?;
            let answer = self.query(ctx, &query).await?;
            any = any.or((!answer.rows.is_empty()).then_some(false));
            let keys = answer.rows.iter().filter_map(|row| row.keys.first()).filter(|key| !key.id.is_empty());
            let theirs: Vec<_> = keys.map(|key| (key.id.clone(), key.name.clone())).collect();
            let ours = kinship::of_level(&parsed.entities.states, level);
            if !ours.is_empty() && !theirs.is_empty() {
                return Ok(Some(kinship::share(&ours, &theirs)));
            }
        }
        Ok(any)
    }
}

fn same_currency(known: &Account, parsed: &Parsed) -> Result<(), Error> {
    if known.currency == parsed.account.currency {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "account '{}' ({}) is kept in {}, the file's amounts are in {}: name another account for it",
        known.name,
        known.id,
        known.currency,
        parsed.currency()
    )))
}

fn say_place(place: &Place<'_>, zone: &Zone) -> String {
    let day = place.days().to();
    match place {
        Place::Again(_) => {
            format!("without dates: stored on {day}, where the same file was stored before, so nothing counts twice")
        }
        Place::Instead(former) => format!(
            "without dates: stored on {day} in place of '{}' (imported {}), the account's former file without dates, since both are \
             totals of the same unnamed days",
            former.file.name,
            zone.day_at(former.imported_at)
        ),
        Place::New(_) => format!("without dates: stored on {day}, the day of the import"),
    }
}

/// A warning where totals of unnamed days and figures of named ones stand in one account.
fn beside(held: &[Held<'_>], hash: &str, figures: Figures, days: DayRange) -> Option<String> {
    let others = || held.iter().filter(|h| !h.moved && h.import.file.hash != hash);
    let outside = |held: &&Held<'_>| held.days.iter().any(|run| !days.contains(run.from()) || !days.contains(run.to()));
    let (stands, other) = match figures {
        Figures::Undated => ("days of", others().filter(outside).find(|h| h.import.file.figures == Figures::Dated)?),
        _ => ("totals without dates of", others().filter(outside).find(|h| h.import.file.figures == Figures::Undated)?),
    };
    let at = other.import.file.days;
    Some(format!(
        "the account also holds {stands} '{}' ({}): where both cover the same time, it counts twice",
        other.import.file.name,
        say(at)
    ))
}

/// Days as people write them.
fn say(days: DayRange) -> String {
    if days.from() == days.to() { days.from().to_string() } else { format!("{} to {}", days.from(), days.to()) }
}
