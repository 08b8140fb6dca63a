//! The names columns go by: Meta, Google and LinkedIn exports in English, German, French, Spanish, Portuguese, Italian and Dutch, and
//! what people call them in tables of their own.
//!
//! Names are compared [`fold`]ed: lower case, no accents, no points, `_` and `-` as blanks. The order within an entry is its rank: where
//! a file has two columns for one field, the one named earlier here is taken, wherever it stands in the file.

use super::field::Field;
use std::{collections::HashMap, sync::LazyLock};

/// Whose export a name is typical for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    Meta,
    Google,
    Linkedin,
    None,
}

/// What a header turned out to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    pub(super) field: Field,
    pub(super) rank: usize,
    pub(super) english: bool,
    pub(super) hint: Hint,
}

/// Field, English names, other languages' names; `m:`, `g:`, `l:` mark names only that platform uses.
#[rustfmt::skip]
const NAMES: &[(Field, &[&str], &[&str])] = &[
    (Field::Date, &["day", "date", "stat time day", "stat time hour", "l:start date (in utc)", "reporting date", "segments date"],
        &["tag", "datum", "jour", "dia", "fecha", "data", "giorno", "dag"]),
    (Field::Week, &["week", "week (mon sun)"], &["woche", "semaine", "semana", "settimana"]),
    (Field::Month, &["month"], &["monat", "mois", "mes", "mese", "maand"]),
    (Field::PeriodStart, &["m:reporting starts", "date start"],
        &["m:berichtsstart", "m:auswertungsbeginn", "m:debut des rapports", "m:debut du rapport", "m:inicio del informe", "m:inicio dos relatorios",
          "m:inicio do relatorio", "m:inicio da apresentacao de relatorios", "m:inizio report", "m:inizio del report", "m:inizio dei report", "m:begin rapportage",
          "m:start rapportage", "m:rapportage start"]),
    (Field::PeriodEnd, &["m:reporting ends", "date stop", "l:end date (in utc)"],
        &["m:berichtsende", "m:auswertungsende", "m:fin des rapports", "m:fin du rapport", "m:fin del informe", "m:encerramento dos relatorios",
          "m:termino dos relatorios", "m:termino do relatorio", "m:fim da apresentacao de relatorios", "m:fine report", "m:fine del report", "m:fine dei report",
          "m:einde rapportage", "m:rapportage einde"]),
    (Field::AccountId, &["account id", "ad account id", "customer id", "advertiser id"],
        &["konto id", "werbekonto id", "kundennummer", "id du compte", "identifiant du compte", "id de la cuenta", "identificador de la cuenta", "id da conta",
          "identificacao da conta", "id account", "account id nummer"]),
    (Field::AccountName, &["account name", "ad account name", "account", "customer", "advertiser name"],
        &["kontoname", "name des werbekontos", "konto", "nom du compte", "compte", "nombre de la cuenta", "cuenta", "nome da conta", "conta", "nome account",
          "nome dell'account", "accountnaam"]),
    (Field::Currency, &["g:currency code", "currency", "account currency"],
        &["g:wahrungscode", "wahrung", "g:code de devise", "g:code devise", "devise", "g:codigo de moneda", "moneda", "g:codigo da moeda", "moeda",
          "g:codice valuta", "valuta", "g:valutacode"]),
    (Field::CampaignId, &["campaign id", "xyz campaign id", "l:campaign group id"],
        &["kampagnen id", "id de la campagne", "identifiant de la campagne", "id de la campana", "identificador de la campana", "id da campanha",
          "identificacao da campanha", "id campagna", "id della campagna", "campagne id", "id van campagne"]),
    (Field::Campaign, &["campaign name", "campaign", "l:campaign group name", "campaign number", "campaign group"],
        &["kampagnenname", "name der kampagne", "kampagne", "nom de la campagne", "campagne", "nombre de la campana", "campana", "nome da campanha", "campanha",
          "nome della campagna", "nome campagna", "campagna", "campagnenaam", "naam campagne", "naam van campagne"]),
    (Field::AdGroupId, &["m:ad set id", "m:adset id", "ad group id", "adgroup id", "m:fb campaign id"],
        &["anzeigengruppen id", "id de l'ensemble de publicites", "g:id du groupe d'annonces", "id del conjunto de anuncios", "identificador del conjunto de anuncios",
          "g:id del grupo de anuncios", "id do conjunto de anuncios", "identificacao do conjunto de anuncios", "g:id do grupo de anuncios",
          "g:id gruppo di annunci", "m:id del gruppo di inserzioni", "m:id gruppo di inserzioni", "m:advertentieset id", "g:advertentiegroep id"]),
    (Field::AdGroup, &["m:ad set name", "m:adset name", "m:ad set", "m:adset", "ad group", "ad group name", "adgroup", "adgroup name"],
        &["m:anzeigengruppenname", "m:name der anzeigengruppe", "anzeigengruppe", "m:nom de l'ensemble de publicites", "m:ensemble de publicites",
          "g:groupe d'annonces", "g:nom du groupe d'annonces", "m:nombre del conjunto de anuncios", "m:conjunto de anuncios", "g:grupo de anuncios",
          "g:nombre del grupo de anuncios", "m:nome do conjunto de anuncios", "g:nome do grupo de anuncios", "g:gruppo di annunci", "g:nome gruppo di annunci",
          "g:nome del gruppo di annunci", "m:nome del gruppo di inserzioni", "m:nome gruppo di inserzioni", "m:gruppo di inserzioni",
          "g:advertentiegroep", "m:naam advertentieset", "m:naam van advertentieset", "m:advertentiesetnaam", "m:advertentieset", "g:naam advertentiegroep"]),
    (Field::AdId, &["ad id", "creative id", "pin promotion id"],
        &["anzeigen id", "werbeanzeigen id", "id de la publicite", "id de l'annonce", "id del anuncio", "identificador del anuncio", "id do anuncio",
          "identificacao do anuncio", "id dell'inserzione", "id inserzione", "id annuncio", "advertentie id"]),
    (Field::Ad, &["ad name", "ad", "creative name"],
        &["anzeigenname", "name der anzeige", "name der werbeanzeige", "anzeige", "werbeanzeige", "nom de la publicite", "publicite", "annonce",
          "nombre del anuncio", "anuncio", "nome do anuncio", "nome dell'inserzione", "inserzione", "annuncio", "advertentienaam", "naam advertentie",
          "naam van advertentie", "advertentie"]),
    (Field::Impressions, &["impressions", "g:impr", "impression", "displays", "views shown"],
        &["impressionen", "einblendungen", "impr", "impresiones", "g:impresiones", "impressoes", "impressioni", "vertoningen", "weergaven"]),
    (Field::Clicks, &["m:clicks (all)", "clicks"],
        &["m:klicks (alle)", "klicks", "m:clics (tous)", "m:clics (todos)", "clics", "m:cliques (todos)", "cliques", "m:clic (tutti)", "clic", "m:klikken (alle)",
          "klikken"]),
    (Field::Interactions, &["g:interactions"], &["g:interaktionen", "g:interacciones", "g:interacoes", "g:interazioni", "g:interacties"]),
    (Field::LinkClicks, &["m:link clicks", "inline link clicks", "outbound clicks"],
        &["m:link klicks", "m:linkklicks", "m:clics sur un lien", "m:clics sur le lien", "m:clics sur lien", "m:clics en el enlace", "m:clics de enlace",
          "m:cliques no link", "m:cliques em links", "m:cliques na ligacao", "m:clic sul link", "m:klikken op link", "m:klikken op links", "m:linkklikken"]),
    (Field::Spend, &["m:amount spent", "l:total spent", "cost", "spend", "spent", "total cost", "ad spend", "media cost", "metrics cost"],
        &["m:ausgegebener betrag", "kosten", "ausgaben", "m:montant depense", "cout", "depenses", "m:importe gastado", "m:cantidad gastada", "coste", "costo",
          "gasto", "m:valor usado", "m:valor gasto", "m:montante gasto", "custo", "m:importo speso", "costi", "spesa", "m:besteed bedrag", "m:uitgegeven bedrag"]),
    (Field::SpendMicros, &["cost micros", "spend micros", "spend in micro dollar", "metrics cost micros"], &[]),
    (Field::Reach, &["reach"], &["reichweite", "couverture", "portee", "alcance", "copertura", "bereik"]),
    (Field::Conversions, &["conversions", "conversion", "conv", "external website conversions", "total conversion", "total conversions"],
        &["conversiones", "konversionen", "conversoes", "conversioni", "conversies"]),
    (Field::Purchases, &["purchases", "purchase", "website purchases", "approved conversion", "orders"],
        &["kaufe", "kaeufe", "website kaufe", "achats", "achats sur le site web", "compras", "compras en el sitio web", "compras no site", "acquisti",
          "acquisti sul sito web", "aankopen", "websiteaankopen"]),
    (Field::Results, &["m:results", "result"], &["m:ergebnisse", "m:resultats", "m:resultados", "m:risultati", "m:resultaten"]),
    (Field::ResultType, &["m:result indicator", "m:result type"],
        &["m:ergebnisindikator", "m:ergebnistyp", "m:indicateur de resultats", "m:indicateur de resultat", "m:type de resultat", "m:indicador de resultados",
          "m:indicador de resultado", "m:tipo de resultado", "m:indicatore dei risultati", "m:indicatore risultati", "m:tipo di risultato", "m:resultaatindicator",
          "m:resultaattype", "m:resultaatindicatie"]),
    (Field::Revenue, &["m:purchases conversion value", "m:purchase conversion value", "m:website purchases conversion value", "g:conv value",
          "conversion value", "conversions value", "total conversion value", "total conv value", "purchase value", "revenue", "conversion value in local currency",
          "post click sales amount"],
        &["m:conversion wert der kaufe", "m:conversion wert von kaufen", "g:conv wert", "conversion wert", "konversionswert", "umsatz",
          "m:valeur de conversion des achats", "g:valeur conv", "valeur de conversion", "valeur de conv", "m:valor de conversion de compras", "valor de conversion",
          "g:valor de conv", "valor conv", "ingresos", "m:valor de conversao da compra", "m:valor de conversao de compras", "valor de conversao", "valor da conversao",
          "receita", "m:valore di conversione degli acquisti", "g:valore conv", "valore di conversione", "m:aankoopconversiewaarde",
          "m:conversiewaarde van aankopen", "g:conv waarde", "conversiewaarde", "omzet"]),
    (Field::Leads, &["m:leads", "m:meta leads", "m:on facebook leads", "leads (form)", "lead"], &["m:prospects", "m:clientes potenciales", "m:cadastros", "m:contatti"]),
    (Field::AllConversions, &["g:all conv", "g:all conversions"],
        &["g:alle conv", "g:alle conversions", "g:toutes les conv", "g:todas las conv", "g:todas as conv", "g:tutte le conv"]),
    (Field::AddsToCart, &["m:adds to cart", "m:website adds to cart", "add to cart"], &[]),
    (Field::Checkouts, &["m:checkouts initiated", "m:website checkouts initiated"], &[]),
    (Field::Registrations, &["m:registrations completed", "m:website registrations completed"], &[]),
    (Field::LandingPageViews, &["m:landing page views", "m:website landing page views"], &[]),
    (Field::VideoViews, &["m:3 second video plays", "video views", "m:video plays at 3 seconds"], &[]),
    (Field::Thruplays, &["m:thruplays", "m:thruplay"], &[]),
    (Field::Age, &["age", "age range"],
        &["alter", "altersgruppe", "tranche d'age", "edad", "rango de edad", "idade", "faixa etaria", "eta", "fascia di eta", "leeftijd", "leeftijdsgroep"]),
    (Field::Gender, &["gender", "sex"], &["geschlecht", "sexe", "sexo", "genero", "genere", "sesso", "geslacht"]),
    (Field::Country, &["country", "country code", "country/territory", "country / territory", "country/territory (user location)"],
        &["land", "pays", "pais", "paese", "land/gebied", "land/region"]),
    (Field::Location, &["g:location", "location (user location)", "matched location"],
        &["g:standort", "g:lieu", "g:zone geographique", "g:localizacao", "g:localita", "g:localizzazione", "g:locatie"]),
    (Field::Device, &["device", "m:impression device", "device platform", "device type"],
        &["gerat", "geraet", "m:impressionsgerat", "appareil", "m:appareil d'impression", "dispositivo", "m:dispositivo de impresion", "apparaat"]),
    (Field::Platform, &["platform", "publisher platform"], &["plattform", "plateforme", "plataforma", "piattaforma"]),
    (Field::Placement, &["placement", "platform position"], &["platzierung", "emplacement", "posicionamento", "posizionamento", "plaatsing"]),
    (Field::CampaignStatus, &["g:campaign status", "m:campaign delivery", "campaign state", "campaign effective status"],
        &["g:kampagnenstatus", "m:auslieferung der kampagne", "m:kampagnenauslieferung", "g:etat de la campagne", "m:diffusion de la campagne",
          "g:estado de la campana", "m:entrega de la campana", "g:estado da campanha", "g:status da campanha", "m:veiculacao da campanha",
          "g:stato della campagna", "g:stato campagna", "m:pubblicazione della campagna", "g:campagnestatus", "m:weergave van campagne"]),
    (Field::AdGroupStatus, &["g:ad group status", "m:ad set delivery", "m:ad set status"],
        &["g:status der anzeigengruppe", "g:anzeigengruppenstatus", "m:auslieferung der anzeigengruppe", "g:etat du groupe d'annonces",
          "m:diffusion de l'ensemble de publicites", "g:estado del grupo de anuncios", "m:entrega del conjunto de anuncios", "g:estado do grupo de anuncios",
          "g:status do grupo de anuncios", "m:veiculacao do conjunto de anuncios", "g:stato del gruppo di annunci", "g:stato gruppo di annunci",
          "m:pubblicazione del gruppo di inserzioni", "g:status van advertentiegroep", "g:advertentiegroepstatus"]),
    (Field::AdStatus, &["ad status", "m:ad delivery"],
        &["anzeigenstatus", "m:auslieferung der anzeige", "g:etat de l'annonce", "m:diffusion de la publicite", "estado del anuncio", "m:entrega del anuncio",
          "estado do anuncio", "m:veiculacao do anuncio", "stato annuncio", "m:pubblicazione dell'inserzione", "advertentiestatus"]),
    (Field::Status, &["delivery", "delivery status", "status", "effective status"],
        &["auslieferung", "diffusion", "entrega", "veiculacao", "pubblicazione", "weergave", "etat", "statut", "estado", "stato"]),
    (Field::Budget, &["budget", "amount"], &["presupuesto", "orcamento"]),
    (Field::CampaignBudget, &["m:campaign budget"], &["m:kampagnenbudget", "m:budget de la campagne", "m:presupuesto de la campana", "m:orcamento da campanha"]),
    (Field::AdGroupBudget, &["m:ad set budget"],
        &["m:anzeigengruppenbudget", "m:budget de l'ensemble de publicites", "m:presupuesto del conjunto de anuncios", "m:orcamento do conjunto de anuncios",
          "m:budget del gruppo di inserzioni", "m:budget advertentieset"]),
    (Field::BudgetType, &["budget type", "m:ad set budget type", "m:campaign budget type"],
        &["budgettyp", "m:budgettyp der anzeigengruppe", "type de budget", "tipo de presupuesto", "tipo de orcamento", "tipo di budget", "budgettype"]),
    (Field::Objective, &["objective", "g:campaign type", "campaign objective"],
        &["ziel", "g:kampagnentyp", "objectif", "g:type de campagne", "objetivo", "g:tipo de campana", "g:tipo de campanha", "obiettivo", "g:tipo di campagna",
          "doelstelling", "g:campagnetype"]),
    (Field::Attribution, &["m:attribution setting"],
        &["m:attributionseinstellung", "m:parametre d'attribution", "m:parametres d'attribution", "m:configuracion de atribucion", "m:configuracao de atribuicao",
          "m:definicao da atribuicao", "m:impostazione di attribuzione", "m:attributie instelling", "m:toeschrijvingsinstelling"]),
    (Field::Starts, &["starts", "start date", "campaign start date"],
        &["beginn", "start", "startdatum", "debut", "date de debut", "inicio", "fecha de inicio", "data de inicio", "inizio", "data di inizio", "begin"]),
    (Field::Ends, &["ends", "end date", "campaign end date"],
        &["ende", "enddatum", "fin", "date de fin", "finalizacion", "fecha de finalizacion", "termino", "data de termino", "fine", "data di fine", "einde", "einddatum"]),
];

/// Columns only Google Ads Editor writes.
const EDITOR: [&str; 12] = [
    "campaign status",
    "ad group status",
    "max cpc",
    "bid strategy type",
    "desktop bid modifier",
    "mobile bid modifier",
    "networks",
    "ad rotation",
    "flexible reach",
    "audience targeting",
    "labels",
    "ad group type",
];

/// Beginnings and words of columns that are computed from others.
const DERIVED_STARTS: [&str; 30] = [
    "cost per",
    "cost /",
    "costs per",
    "avg ",
    "average ",
    "cpc",
    "cpm",
    "cpa",
    "ctr",
    "frequency",
    "roas",
    "purchase roas",
    "conv rate",
    "interaction rate",
    "kosten pro",
    "kosten/",
    "kosten /",
    "cout par",
    "cout/",
    "costo/",
    "coste/",
    "costo por",
    "coste por",
    "custo por",
    "custo/",
    "custo medio",
    "costo per",
    "taxa de",
    "taux de",
    "tasa de",
];

static DICTIONARY: LazyLock<HashMap<&'static str, Name>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (field, english, others) in NAMES {
        for (rank, name) in english.iter().chain(*others).enumerate() {
            let (hint, name) = match name.split_at_checked(2) {
                Some(("m:", name)) => (Hint::Meta, name),
                Some(("g:", name)) => (Hint::Google, name),
                Some(("l:", name)) => (Hint::Linkedin, name),
                _ => (Hint::None, *name),
            };
            names.entry(name).or_insert(Name { field: *field, rank, english: rank < english.len(), hint });
        }
    }
    names
});

/// Looks a header up, its currency or unit in brackets put aside.
pub(super) fn look_up(header: &str) -> Option<Name> {
    let folded = fold(header);
    DICTIONARY.get(folded.as_str()).or_else(|| DICTIONARY.get(fold(without_currency(header)).as_str())).copied()
}

/// Whether a header belongs to Google Ads Editor.
pub(super) fn is_editor(header: &str) -> bool {
    EDITOR.contains(&fold(header).as_str())
}

/// Whether a header names a setting worth keeping beside an object's state.
pub(super) fn is_attribute(header: &str) -> bool {
    let folded = fold(header);
    [
        "bid strategy type",
        "tipo de estrategia de lances",
        "networks",
        "labels",
        "ad group type",
        "bid type",
        "last significant edit",
    ]
    .contains(&folded.as_str())
}

/// Whether a header names a ratio, which is computed again from the sums.
pub(super) fn is_derived(header: &str) -> bool {
    let folded = fold(header);
    DERIVED_STARTS.iter().any(|start| folded.starts_with(start)) || folded.ends_with("rate") || header.contains('%')
}

/// Whose export a ratio's name is typical for.
pub(super) fn derived_hint(header: &str) -> Hint {
    let folded = fold(header);
    if folded.starts_with("cost per result") || folded.contains("(cost per") || folded.contains("(link click") {
        Hint::Meta
    } else if ["avg ", "cost / conv", "conv rate", "interaction rate", "search lost is", "search impr share"]
        .iter()
        .any(|s| folded.starts_with(s))
    {
        Hint::Google
    } else {
        Hint::None
    }
}

/// Whether a header names people, who must not be added up over rows.
pub(super) fn is_unique(header: &str) -> bool {
    let folded = fold(header);
    folded.starts_with("unique ") || folded.ends_with(" unique")
}

/// The header without a closing `(USD)` or `(€)`.
fn without_currency(header: &str) -> &str {
    match header.trim().strip_suffix([')', ']']).and_then(|rest| rest.rsplit_once(['(', '['])) {
        Some((name, inside)) if super::currency::of_text(inside).is_some() => name,
        _ => header,
    }
}

/// Lower case, no accents, no points; blanks for `_` and `-`; single blanks.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = match c {
            '\u{feff}' | '.' | '"' | '*' => continue,
            '_' | '-' | '‑' | '–' | '—' => ' ',
            '’' | '‘' | '`' => '\'',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if c == ' ' {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        for c in c.to_lowercase() {
            match c {
                'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => out.push('a'),
                'é' | 'è' | 'ê' | 'ë' => out.push('e'),
                'í' | 'ì' | 'î' | 'ï' => out.push('i'),
                'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => out.push('o'),
                'ú' | 'ù' | 'û' | 'ü' => out.push('u'),
                'ç' => out.push('c'),
                'ñ' => out.push('n'),
                'ß' => out.push_str("ss"),
                '\u{300}'..='\u{36f}' => {}
                c => out.push(c),
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}
