//! Which account the rows belong to: what was asked for, else what the file says, else one account per platform and currency.

use super::{ImportError, ImportOptions, Mapping, field::Field, header::Header, limits, names::fold, objects, survey::Survey};
use compact_str::{CompactString, format_compact};
use serde::Serialize;
use std::collections::BTreeMap;
use trimtab_domain::{
    Currency, Source,
    account::{Account, Standing},
    id::AccountId,
};

/// By whose word an account was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountBy {
    /// The file's: a column holds its id or name.
    File,
    /// The caller's or the mapping's.
    Asked,
    /// Nobody's: all such files of a platform and currency share one account.
    Assumed,
}

/// What is decided before the currency is.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    /// Its id; `None`: nobody names the account.
    id: Option<String>,
    name: Option<String>,
    pub(super) by: AccountBy,
    /// That account as the tenant has it.
    pub(super) known: Option<&'a Account>,
    /// What rows must carry, where the file holds several accounts or one was picked from it.
    pub(super) only: Option<(Field, String)>,
}

/// Chooses the account.
///
/// # Errors
/// When the file holds several and none was chosen, or the account asked for is ambiguous or no possible name.
pub(super) fn choose<'a>(
    name: &str,
    header: &Header,
    survey: &Survey,
    mapping: &Mapping,
    options: &'a ImportOptions,
    source: Source,
    notes: &mut Vec<String>,
) -> Result<Choice<'a>, ImportError> {
    let has_ids = header.has(Field::AccountId);
    let key = if has_ids { Field::AccountId } else { Field::AccountName };
    let plain = |id: &str| if has_ids { id.trim_start_matches("act_").replace('-', "") } else { id_of_name(id) };
    let wanted = options.account.as_deref().or(mapping.account.id.as_deref()).map(str::trim).filter(|wanted| !wanted.is_empty());
    if let Some(wanted) = wanted.filter(|wanted| wanted.chars().count() > limits::MAX_ACCOUNT_CHARS) {
        let start: String = wanted.chars().take(30).collect();
        return Err(ImportError::BadAccount {
            reason: format!("'{start}…' is longer than {} characters", limits::MAX_ACCOUNT_CHARS),
        });
    }
    let found = &survey.accounts;
    let is = |wanted: &str, id: &str, named: &str| plain(id) == plain(wanted) || (!named.is_empty() && fold(named) == fold(wanted));
    let same = wanted.and_then(|wanted| found.iter().find(|(id, (named, _))| is(wanted, id, named)));
    if let Some((id, (named, _))) = same {
        let named = if has_ids { named.clone() } else { id.clone() };
        let only = Some((key, id.clone()));
        return Ok(Choice {
            known: by_id(options, source, &plain(id)),
            id: Some(plain(id)),
            name: Some(named),
            by: AccountBy::File,
            only,
        });
    }
    if found.len() > 1 {
        return Err(several(name, found, has_ids));
    }
    let in_file = found.first_key_value();
    let Some(wanted) = wanted else {
        let id = in_file.map(|(id, _)| plain(id));
        let named = in_file.map(|(id, (named, _))| if has_ids { named.clone() } else { id.clone() });
        let by = if id.is_some() { AccountBy::File } else { AccountBy::Assumed };
        return Ok(Choice { known: id.as_deref().and_then(|id| by_id(options, source, id)), id, name: named, by, only: None });
    };
    let known = known(options, source, wanted)?;
    let id = known.map_or_else(|| id_of_word(wanted), |account| account.id.as_str().to_owned());
    if let Some((other, _)) = in_file {
        notes.push(format!("the file's account is {other}; imported into {id} as asked"));
    }
    Ok(Choice { id: Some(id), name: known.is_none().then(|| wanted.to_owned()), by: AccountBy::Asked, known, only: None })
}

impl Choice<'_> {
    /// The account, once its currency is decided.
    pub(super) fn account(&self, mapping: &Mapping, options: &ImportOptions, source: Source, currency: Currency) -> Account {
        // One account has one currency, so files in different currencies are different accounts.
        let id = self.id.clone().unwrap_or_else(|| format!("file-{source}-{}", currency.as_str().to_ascii_lowercase()));
        let known = self.known.or_else(|| by_id(options, source, &id));
        let told = mapping.account.name.as_ref().or(self.name.as_ref()).filter(|name| !name.is_empty());
        let name: CompactString = match (told, known) {
            (Some(told), _) => told.into(),
            (None, Some(known)) => known.name.clone(),
            (None, None) if self.by == AccountBy::Assumed || id.starts_with("file-") => {
                format_compact!("{} file ({currency})", source.label())
            }
            (None, None) => id.as_str().into(),
        };
        let zone = mapping.account.timezone.as_ref().or(known.map(|known| &known.zone)).unwrap_or(&options.zone);
        Account { source, id: AccountId::new(id), name, currency, zone: zone.clone(), standing: Standing::Good }
    }
}

fn by_id<'a>(options: &'a ImportOptions, source: Source, id: &str) -> Option<&'a Account> {
    options.accounts.iter().find(|account| account.source == source && account.id.as_str() == id)
}

/// The tenant's account that a word names: by id, else by name, whatever the case.
fn known<'a>(options: &'a ImportOptions, source: Source, wanted: &str) -> Result<Option<&'a Account>, ImportError> {
    let bare = wanted.trim_start_matches("act_");
    let digits = bare.bytes().all(|b| b.is_ascii_digit() || b == b'-').then(|| bare.replace('-', ""));
    let ids = [Some(wanted), Some(bare), digits.as_deref()];
    if let Some(account) = ids.into_iter().flatten().find_map(|id| by_id(options, source, id)) {
        return Ok(Some(account));
    }
    let named: Vec<&Account> = options.accounts.iter().filter(|a| a.source == source && fold(&a.name) == fold(wanted)).collect();
    match named[..] {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => {
            let ids: Vec<&str> = named.iter().take(limits::MAX_ACCOUNTS_NAMED).map(|a| a.id.as_str()).collect();
            Err(ImportError::BadAccount {
                reason: format!("'{wanted}' is the name of several: give the id of one of {}", ids.join(", ")),
            })
        }
    }
}

/// The id of an account nobody knew: the word itself where it can be an id, else one made of it.
fn id_of_word(word: &str) -> String {
    if word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) { word.to_owned() } else { id_of_name(word) }
}

/// An id made of a name. What a slug cannot hold (other scripts, the end of a long name) is kept apart by a digest.
fn id_of_name(name: &str) -> String {
    let slug = objects::slug(name);
    let folded = fold(name);
    let whole = folded.chars().count() <= 32 && folded.chars().all(|c| c.is_ascii() || !c.is_alphanumeric());
    if whole { slug } else { format!("{slug}-{}", &blake3::hash(folded.as_bytes()).to_hex()[..6]) }
}

fn several(name: &str, found: &BTreeMap<String, (String, u64)>, has_ids: bool) -> ImportError {
    let label = |(id, (name, _)): (&String, &(String, u64))| {
        if has_ids { format!("{id} {name}").trim().to_owned() } else { id.clone() }
    };
    let mut list: Vec<String> = found.iter().take(limits::MAX_ACCOUNTS_NAMED).map(label).collect();
    if found.len() > limits::MAX_ACCOUNTS_NAMED {
        list.push("…".to_owned());
    }
    ImportError::SeveralAccounts { name: name.to_owned(), accounts: list.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::{id_of_name, id_of_word};

    #[test]
    fn ids_of_names_stay_apart() {
        assert_eq!((id_of_word("act_12.3"), id_of_word("Shop Zürich")), ("act_12.3".into(), "shop-zurich".into()));
        assert_ne!(id_of_name("東京"), id_of_name("大阪"));
        let long = "Harbour Coffee International Northern Europe";
        assert_ne!(id_of_name(&format!("{long} Brand")), id_of_name(&format!("{long} Generic")));
    }
}
