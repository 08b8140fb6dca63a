//! What a file as a whole is: platform, currency, account, period, and which column counts as the conversion.

use super::{
    ImportError, ImportOptions, Mapping,
    currency::{self, Named},
    date::{self, Order},
    field::Field,
    header::{self, Header},
    limits, mapping, objects,
    survey::Survey,
};
use compact_str::{CompactString, format_compact};
use std::collections::BTreeMap;
use trimtab_domain::{
    Currency, Day, DayRange, Source,
    account::{Account, Standing},
    fact::Breakdown,
    id::AccountId,
};

/// The name of the file's format.
pub(super) fn format(header: &Header) -> &'static str {
    let votes = header.votes;
    let measured = Field::ALL.iter().any(|f| f.measures() && header.has(*f));
    if !measured && votes.editor >= 3 {
        "google_ads_editor"
    } else if votes.linkedin >= 2 {
        "linkedin_campaign_manager"
    } else if votes.meta >= 2 && votes.meta >= votes.google {
        "meta_ads_manager"
    } else if votes.google >= 2 {
        "google_ads"
    } else {
        "table"
    }
}

pub(super) fn source(format: &str, header: &Header) -> Source {
    let speaks_of = |words: &[&str]| header.names.iter().any(|n| words.iter().any(|w| n.to_lowercase().starts_with(w)));
    match format {
        "google_ads" | "google_ads_editor" => Source::Google,
        "linkedin_campaign_manager" => Source::Linkedin,
        "meta_ads_manager" => Source::Meta,
        _ if speaks_of(&["fb_", "fb ", "facebook"]) => Source::Meta,
        _ => Source::Csv,
    }
}

/// A file without a name or without figures says nothing about ads.
pub(super) fn require(name: &str, header: &Header, mapping: &Mapping) -> Result<(), ImportError> {
    let named = Field::HIERARCHY.iter().any(|f| header.has(*f) || mapping.constants.contains_key(f));
    let missing = if !named {
        "the name or id of a campaign, ad group or ad"
    } else if !header.has(Field::Spend) && !header.has(Field::SpendMicros) {
        "the spend (Cost, Amount spent)"
    } else if ![Field::Impressions, Field::Clicks, Field::Interactions, Field::LinkClicks].iter().any(|f| header.has(*f)) {
        "impressions or clicks"
    } else {
        return Ok(());
    };
    Err(ImportError::MissingColumn {
        name: name.to_owned(),
        missing,
        line: header.line,
        headers: header::quote(&header.names),
        suggestion: mapping::suggestion(&header.names),
    })
}

/// The field whose counts are the conversions: what the mapping names, else purchases before conversions before results before leads,
/// the first that holds anything.
pub(super) fn primary(header: &Header, survey: &Survey, mapping: &Mapping) -> Option<Field> {
    const ORDER: [Field; 4] = [Field::Purchases, Field::Conversions, Field::Results, Field::Leads];
    let set = ORDER.into_iter().find(|f| mapping.columns.contains_key(f));
    let filled = || ORDER.into_iter().find(|f| survey.filled.contains(f));
    set.or_else(filled).or_else(|| ORDER.into_iter().find(|f| header.has(*f)))
}

pub(super) fn breakdowns(header: &Header) -> Vec<Breakdown> {
    let has = |fields: &[Field]| fields.iter().any(|f| header.has(*f));
    Breakdown::ALL
        .into_iter()
        .filter(|breakdown| match breakdown {
            Breakdown::Country => has(&[Field::Country, Field::Location]),
            Breakdown::AgeGender => has(&[Field::Age, Field::Gender]),
            Breakdown::Device => has(&[Field::Device]),
            Breakdown::Placement => has(&[Field::Platform, Field::Placement]),
            // No export we know splits by these.
            _ => false,
        })
        .collect()
}

pub(super) fn currency(
    header: &Header,
    survey: &Survey,
    mapping: &Mapping,
    options: &ImportOptions,
    entities_only: bool,
    notes: &mut Vec<String>,
) -> Currency {
    if let Some(currency) = mapping.account.currency {
        return currency;
    }
    let money = [Field::Spend, Field::SpendMicros, Field::Revenue].into_iter().filter_map(|f| header.column(f));
    let constant = mapping.constants.get(&Field::Currency).map(String::as_str);
    let named = survey
        .currency_column()
        .or(constant)
        .and_then(|code| code.parse().ok())
        .map(Named::Exactly)
        .or_else(|| money.into_iter().find_map(|column| currency::of_header(&header.names[column])))
        .or_else(|| survey.currency_sign());
    match named {
        Some(Named::Exactly(currency)) => currency,
        Some(Named::Dollar) if currency::is_dollar(options.currency) => options.currency,
        Some(Named::Dollar) => {
            notes.push("amounts carry a dollar sign: taken as USD".to_owned());
            "USD".parse().unwrap_or(options.currency)
        }
        None => {
            if !entities_only {
                notes.push(format!("the file names no currency: {} assumed", options.currency));
            }
            options.currency
        }
    }
}

/// The account, and what rows must carry where the file names accounts.
pub(super) fn account(
    name: &str,
    header: &Header,
    survey: &Survey,
    mapping: &Mapping,
    options: &ImportOptions,
    (source, currency): (Source, Currency),
    notes: &mut Vec<String>,
) -> Result<(Account, Option<(Field, String)>), ImportError> {
    let has_ids = header.has(Field::AccountId);
    let key = if has_ids { Field::AccountId } else { Field::AccountName };
    let plain = |id: &str| {
        if has_ids { id.trim_start_matches("act_").replace('-', "") } else { objects::slug(id) }
    };
    let wanted = options.account.as_ref().map(|id| id.as_str().to_owned()).or_else(|| mapping.account.id.clone());
    let found = &survey.accounts;
    let same = wanted.as_ref().and_then(|wanted| found.iter().find(|(id, _)| plain(id) == plain(wanted)));
    let (id, named, only) = match (&wanted, same.or_else(|| found.first_key_value())) {
        (Some(_), Some((id, (named, _)))) if same.is_some() => (plain(id), Some(named.clone()), Some((key, id.clone()))),
        _ if found.len() > 1 => return Err(several(name, found, has_ids)),
        (Some(wanted), Some((id, _))) => {
            notes.push(format!("the file's account is {id}; imported into {wanted} as asked"));
            (wanted.clone(), None, None)
        }
        (Some(wanted), None) => (wanted.clone(), None, None),
        (None, Some((id, (named, _)))) => (plain(id), Some(named.clone()), None),
        // One account has one currency, so files in different currencies are different accounts.
        (None, None) => (format!("file-{source}-{}", currency.as_str().to_ascii_lowercase()), None, None),
    };
    let told = options.account_name.clone().or_else(|| mapping.account.name.clone());
    let label: CompactString = match told.or(named.filter(|n| !n.is_empty())) {
        Some(label) => label.into(),
        None if id.starts_with("file-") => format_compact!("{} file ({currency})", source.label()),
        None => id.as_str().into(),
    };
    let id = AccountId::new(id);
    Ok((Account { source, id, name: label, currency, zone: options.zone.clone(), standing: Standing::Good }, only))
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

/// The period the lines above the header name.
pub(super) fn preamble_period(lines: &[String], order: Order) -> Option<DayRange> {
    if let Some(period) = lines.iter().find_map(|line| date::period(line, order)) {
        return Some(period);
    }
    let edge = |word: &str| -> Option<Day> {
        lines.iter().filter(|line| super::names::fold(line).contains(word)).find_map(|line| match date::scan(line, order)[..] {
            [day] => Some(day),
            _ => None,
        })
    };
    DayRange::new(edge("start")?, edge("end")?).ok()
}
