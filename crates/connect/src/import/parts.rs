//! The parts of breakdowns in one vocabulary: gender, device, placement, country, and the status of an object.

use super::names::fold;
use compact_str::CompactString;
use trimtab_domain::entity::Status;

/// `male`, `female` or `unknown`.
pub(super) fn gender(text: &str) -> CompactString {
    match fold(text).as_str() {
        "m" | "male" | "man" | "men" | "mannlich" | "manner" | "homme" | "hommes" | "hombre" | "hombres" | "masculino"
        | "homem" | "homens" | "uomo" | "uomini" | "maschio" | "mannelijk" | "mannen" => "male",
        "f" | "female" | "woman" | "women" | "w" | "weiblich" | "frauen" | "femme" | "femmes" | "mujer" | "mujeres"
        | "femenino" | "feminino" | "mulher" | "mulheres" | "donna" | "donne" | "femmina" | "vrouwelijk" | "vrouwen" => "female",
        _ => "unknown",
    }
    .into()
}

/// An age band as printed, or `unknown`.
pub(super) fn age(text: &str) -> CompactString {
    if text.starts_with(|c: char| c.is_ascii_digit()) { text.replace('–', "-").into() } else { "unknown".into() }
}

/// `mobile`, `desktop`, `tablet`, `tv`, or the platform's own word in lower case.
pub(super) fn device(text: &str) -> CompactString {
    let folded = fold(text);
    let starts = |list: &[&str]| list.iter().any(|s| folded.starts_with(s));
    if starts(&[
        "mobile phone",
        "mobile device",
        "mobiltelefon",
        "mobilgerat",
        "smartphone",
        "telephone",
        "moviles",
        "celular",
        "telefon",
        "dispositivos moviles",
        "cellular",
        "mobiele",
    ]) {
        "mobile".into()
    } else if starts(&["computer", "ordinateur", "ordenador", "computador", "desktop"]) {
        "desktop".into()
    } else if starts(&["tablet", "tablette"]) {
        "tablet".into()
    } else if starts(&[
        "tv screen",
        "connected tv",
        "fernseh",
        "ecrans de tele",
        "pantallas de tel",
        "telas de tv",
        "schermi tv",
        "tv scherm",
    ]) {
        "tv".into()
    } else {
        word(text)
    }
}

/// Publisher and position in lower case (`facebook feed`).
pub(super) fn placement(platform: &str, position: &str) -> CompactString {
    let (platform, position) = (fold(platform), fold(position));
    let text = if position.starts_with(&platform) { position } else { format!("{platform} {position}") };
    word(&text)
}

fn word(text: &str) -> CompactString {
    let folded = fold(text);
    if folded.is_empty() { "unknown".into() } else { folded.into() }
}

/// ISO 3166-1 alpha-2 in upper case, `unknown`, or the name as printed where it is not in [`COUNTRIES`].
pub(super) fn country(text: &str) -> CompactString {
    let text = text.trim();
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return text.to_ascii_uppercase().into();
    }
    let folded = fold(text);
    match COUNTRIES.iter().find(|(names, _)| names.split('|').any(|n| n == folded)) {
        Some((_, code)) => (*code).into(),
        None if folded.is_empty() || folded == "unknown" => "unknown".into(),
        None => text.into(),
    }
}

/// The country at the end of a place such as `Fulton County, Georgia, United States`.
pub(super) fn country_of_place(text: &str) -> CompactString {
    country(text.rsplit(',').next().unwrap_or(text))
}

/// Names of the countries ads mostly run in, with their codes.
#[rustfmt::skip]
const COUNTRIES: &[(&str, &str)] = &[
    ("united states|usa|united states of america|vereinigte staaten|etats unis|estados unidos|stati uniti|verenigde staten", "US"),
    ("united kingdom|great britain|vereinigtes konigreich|royaume uni|reino unido|regno unito|verenigd koninkrijk", "GB"),
    ("germany|deutschland|allemagne|alemania|alemanha|germania|duitsland", "DE"), ("france|frankreich|francia|franca|frankrijk", "FR"),
    ("spain|spanien|espagne|espana|espanha|spagna|spanje", "ES"), ("portugal|portogallo", "PT"), ("italy|italien|italie|italia", "IT"),
    ("netherlands|niederlande|pays bas|paises bajos|paises baixos|paesi bassi|nederland|the netherlands", "NL"),
    ("belgium|belgien|belgique|belgica|belgio|belgie", "BE"), ("luxembourg|luxemburg|luxemburgo", "LU"), ("switzerland|schweiz|suisse|suiza|suica|svizzera|zwitserland", "CH"),
    ("austria|osterreich|autriche|oostenrijk", "AT"), ("ireland|irland|irlande|irlanda|ierland", "IE"), ("denmark|danemark|dinamarca|danimarca|denemarken", "DK"),
    ("sweden|schweden|suede|suecia|svezia|zweden", "SE"), ("norway|norwegen|norvege|noruega|norvegia|noorwegen", "NO"), ("finland|finnland|finlande|finlandia", "FI"),
    ("iceland|island", "IS"), ("poland|polen|pologne|polonia", "PL"), ("czechia|czech republic|tschechien", "CZ"), ("slovakia|slowakei", "SK"), ("hungary|ungarn", "HU"),
    ("romania|rumanien", "RO"), ("bulgaria|bulgarien", "BG"), ("greece|griechenland|grece|grecia|griekenland", "GR"), ("croatia|kroatien", "HR"), ("slovenia|slowenien", "SI"),
    ("serbia", "RS"), ("estonia", "EE"), ("latvia", "LV"), ("lithuania", "LT"), ("ukraine", "UA"), ("russia|russland", "RU"), ("turkey|turkei|turkiye", "TR"), ("cyprus", "CY"), ("malta", "MT"),
    ("canada|kanada", "CA"), ("mexico|mexiko|mexique|messico", "MX"), ("brazil|brasilien|bresil|brasil|brasile|brazilie", "BR"), ("argentina|argentinien", "AR"), ("chile", "CL"),
    ("colombia", "CO"), ("peru", "PE"), ("ecuador", "EC"), ("venezuela", "VE"), ("uruguay", "UY"), ("paraguay", "PY"), ("bolivia", "BO"), ("costa rica", "CR"), ("panama", "PA"),
    ("guatemala", "GT"), ("honduras", "HN"), ("el salvador", "SV"), ("nicaragua", "NI"), ("dominican republic", "DO"), ("puerto rico", "PR"), ("jamaica", "JM"), ("cuba", "CU"),
    ("australia|australien|australie", "AU"), ("new zealand|neuseeland", "NZ"), ("japan|japon", "JP"), ("china", "CN"), ("hong kong", "HK"), ("taiwan", "TW"), ("south korea|korea", "KR"),
    ("singapore", "SG"), ("malaysia", "MY"), ("indonesia", "ID"), ("philippines", "PH"), ("thailand", "TH"), ("vietnam", "VN"), ("india|indien", "IN"), ("pakistan", "PK"),
    ("bangladesh", "BD"), ("sri lanka", "LK"), ("nepal", "NP"), ("kazakhstan", "KZ"), ("israel", "IL"), ("united arab emirates", "AE"), ("saudi arabia", "SA"), ("qatar", "QA"),
    ("kuwait", "KW"), ("bahrain", "BH"), ("oman", "OM"), ("jordan", "JO"), ("lebanon", "LB"), ("egypt", "EG"), ("morocco", "MA"), ("algeria", "DZ"), ("tunisia", "TN"),
    ("south africa|sudafrika", "ZA"), ("nigeria", "NG"), ("kenya", "KE"), ("ghana", "GH"), ("ethiopia", "ET"), ("tanzania", "TZ"),
];

/// The status behind a platform's word for it.
pub(crate) fn status(text: &str) -> Status {
    let folded = fold(text);
    let starts = |list: &[&str]| list.iter().any(|s| folded.starts_with(s));
    if folded.is_empty() || folded == "0" {
        Status::Unknown
    } else if starts(&["not eligible", "nao qualificad", "nicht ausgelief"]) {
        Status::WithIssues
    } else if starts(&[
        "active",
        "enabled",
        "eligible",
        "learning",
        "aktiv",
        "elegivel",
        "qualificad",
        "ativ",
        "activ",
        "habilitad",
        "apto",
        "attiv",
        "idone",
        "ingeschakeld",
        "actief",
        "geeignet",
    ]) {
        Status::Active
    } else if starts(&[
        "paused",
        "inactive",
        "off",
        "not delivering",
        "pausiert",
        "en veille",
        "en pause",
        "pausad",
        "em pausa",
        "en pausa",
        "in pausa",
        "onderbroken",
        "inaktiv",
        "inativ",
        "inactiv",
    ]) {
        Status::Paused
    } else if starts(&[
        "pending",
        "in review",
        "scheduled",
        "processing",
        "under review",
        "in prufung",
        "pendente",
        "pendiente",
        "in attesa",
    ]) {
        Status::Pending
    } else if starts(&[
        "disapproved",
        "rejected",
        "abgelehnt",
        "refus",
        "rechazad",
        "reprovad",
        "rejeitad",
        "rifiutat",
        "afgekeurd",
    ]) {
        Status::Disapproved
    } else if starts(&["with issues", "error", "fehler"]) {
        Status::WithIssues
    } else if starts(&[
        "completed",
        "recently completed",
        "ended",
        "finished",
        "abgeschlossen",
        "beendet",
        "termine",
        "completad",
        "concluid",
        "finalizad",
        "terminad",
        "voltooid",
        "beeindigd",
    ]) {
        Status::Ended
    } else if starts(&["archived", "archiviert", "archive", "arquivad", "archivad", "archiviat", "gearchiveerd"]) {
        Status::Archived
    } else if starts(&[
        "removed",
        "deleted",
        "entfernt",
        "geloscht",
        "supprim",
        "removid",
        "eliminad",
        "quitad",
        "rimoss",
        "verwijderd",
        "excluid",
    ]) {
        Status::Deleted
    } else {
        Status::Unknown
    }
}
