//! What a file as a whole is: platform, currency, account, period, and which column counts as the conversion.

use super::{
    ImportError, ImportOptions, Mapping,
    currency::{self, Named},
    date::{self, Order},
    field::Field,
    header::{self, Header},
    mapping,
    survey::Survey,
};
use trimtab_domain::{Currency, Day, DayRange, Source, account::Account, fact::Breakdown};

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

/// The currency of all amounts: what mapping, columns, headers and cells say, else the known account's, else the tenant's.
pub(super) fn currency(
    header: &Header,
    survey: &Survey,
    mapping: &Mapping,
    (options, known): (&ImportOptions, Option<&Account>),
    entities_only: bool,
    notes: &mut Vec<String>,
) -> Currency {
    if let Some(currency) = mapping.account.currency {
        return currency;
    }
    // An account has one currency, so a file for a known account most likely is in that.
    let usual = known.map_or(options.currency, |account| account.currency);
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
        Some(Named::Dollar) if currency::is_dollar(usual) => usual,
        Some(Named::Dollar) => {
            notes.push("amounts carry a dollar sign: taken as USD".to_owned());
            "USD".parse().unwrap_or(usual)
        }
        None => {
            if !entities_only {
                notes.push(format!("the file names no currency: {} assumed", usual));
            }
            usual
        }
    }
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
