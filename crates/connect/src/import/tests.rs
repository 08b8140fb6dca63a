//! Tests of the readers for numbers, days, names and encodings.

use super::{
    Field, currency,
    date::{self, Order},
    decode::decode,
    names,
    number::{self, Decimal, Evidence, PICO, Reading},
    parts, results, totals,
};
use proptest::prelude::*;
use trimtab_domain::entity::Status;

fn micros(text: &str, decimal: Decimal) -> Option<i64> {
    match number::read(text, decimal) {
        Reading::Value(pico) => number::micros(pico),
        _ => None,
    }
}

#[test]
fn numbers_in_every_dress() {
    use Decimal::{Comma, Point};
    for (text, decimal, want) in [
        ("1,234.50", Point, 1_234_500_000),
        ("1.234,50", Comma, 1_234_500_000),
        ("1 234,5", Comma, 1_234_500_000),
        ("18\u{a0}158", Comma, 18_158_000_000),
        ("1\u{202f}537,85", Comma, 1_537_850_000),
        ("1'234.50", Point, 1_234_500_000),
        ("12,34,567.8", Point, 1_234_567_800_000),
        ("R$ 12,00", Comma, 12_000_000),
        ("$1,000", Point, 1_000_000_000),
        ("12.50 EUR", Point, 12_500_000),
        ("-3.5", Point, -3_500_000),
        ("−3.5", Point, -3_500_000),
        ("(3.50)", Point, -3_500_000),
        ("1.16%", Point, 1_160_000),
        (".5", Point, 500_000),
        (",5", Comma, 500_000),
        ("1.2E+3", Point, 1_200_000_000),
        ("1e-6", Point, 1),
        ("1529.9933875526", Point, 1_529_993_388),
    ] {
        assert_eq!(micros(text, decimal), Some(want), "{text}");
    }
    for bad in ["abc", "1.2.3", "1,23,4", "12-34", "30-34", "2026-03-01", "1e99", "campaign 7 of 9", "9".repeat(60).as_str()] {
        assert_eq!(number::read(bad, Point), Reading::Bad, "{bad}");
    }
    assert_eq!(number::read("1,5", Point), Reading::Bad, "a comma before one digit groups nothing");
    for nothing in ["", " --", "-", "—", "N/A", "null", "[]"] {
        assert_eq!(number::read(nothing, Point), Reading::Nothing, "{nothing:?}");
    }
    for bound in ["< 10%", "> 90%", "<1"] {
        assert_eq!(number::read(bound, Point), Reading::Bound, "{bound}");
    }
}

#[test]
fn the_decimal_sign_is_decided_by_whole_columns() {
    let decide = |cells: &[&str], counts| {
        let mut evidence = Evidence::default();
        cells.iter().for_each(|c| evidence.see(c, counts));
        evidence.decide()
    };
    assert_eq!(decide(&["1,234", "12.5"], false), Some(Decimal::Point));
    assert_eq!(decide(&["1.234", "12,5"], false), Some(Decimal::Comma));
    assert_eq!(decide(&["1.234", "5.678"], false), None);
    assert_eq!(decide(&["1.234"], true), Some(Decimal::Comma), "counts have no fraction");
    assert_eq!(decide(&["1,234,567"], false), Some(Decimal::Point));
    assert_eq!(decide(&["0.123"], false), Some(Decimal::Point));
    assert_eq!(decide(&["R$ 2.473,94"], false), Some(Decimal::Comma));
}

#[test]
fn days_in_seven_languages() {
    let want = jiff::civil::date(2026, 4, 9);
    for text in [
        "2026-04-09",
        "2026/4/9",
        "20260409",
        "2026-04-09 05:00:00",
        "2026-04-09T16:43:02+1100",
        "09.04.2026",
        "9/4/26",
        "Apr 9, 2026",
        "9 Apr 2026",
        "09-Apr-26",
        "9. April 2026",
        "9 de abril de 2026",
        "9 avr. 2026",
        "jeudi 9 avril 2026",
        "9 aprile 2026",
        "9 apr. 2026",
        "46121",
        "46121.5",
    ] {
        assert_eq!(date::day(text, Order::DayFirst), Some(want), "{text}");
    }
    assert_eq!(date::day("04/09/2026", Order::MonthFirst), Some(want));
    for bad in ["", "19", "2026-02-30", "31/31/2026", "hello", "1/1/1", "99999999", "0"] {
        assert_eq!(date::day(bad, Order::DayFirst), None, "{bad}");
    }
    for (text, from, to) in [
        ("9 de abril de 2025 - 21 de abril de 2025", "2025-04-09", "2025-04-21"),
        ("April 9, 2025 - April 21, 2025", "2025-04-09", "2025-04-21"),
        ("April 1 – 30, 2025", "2025-04-01", "2025-04-30"),
        ("1–30 avril 2025", "2025-04-01", "2025-04-30"),
        ("Mar 28 - Apr 3, 2025", "2025-03-28", "2025-04-03"),
        ("Custom: 2025-04-01 - 2025-04-30", "2025-04-01", "2025-04-30"),
        ("2025-04-05", "2025-04-05", "2025-04-05"),
    ] {
        let found = date::period(text, Order::DayFirst).map(|p| p.to_string());
        assert_eq!(found, Some(format!("{from}..{to}")), "{text}");
    }
    for none in ["All time", "Campaign report", "Report generated on 2025-05-01"] {
        assert_eq!(date::period(none, Order::DayFirst), None, "{none}");
    }
    let month = |text| date::month(text, Order::DayFirst).map(|m| m.to_string());
    for text in ["2024-02", "Februar 2024", "fév. 2024", "2024-02-01", "2/2024"] {
        assert_eq!(month(text).as_deref(), Some("2024-02-01..2024-02-29"), "{text}");
    }
    assert_eq!(date::week("2026-04-06", Order::DayFirst).map(|w| w.to_string()).as_deref(), Some("2026-04-06..2026-04-12"));
}

#[test]
fn day_and_month_are_told_apart_over_the_whole_column() {
    let decide = |cells: &[&str], english| {
        let mut evidence = date::Evidence::default();
        cells.iter().for_each(|c| evidence.see(c));
        evidence.decide(english)
    };
    assert_eq!(decide(&["01/02/2026", "13/02/2026"], true), (Order::DayFirst, None));
    assert_eq!(decide(&["01/02/2026", "01/13/2026"], false), (Order::MonthFirst, None));
    let (order, note) = decide(&["01/02/2026", "02/02/2026", "03/02/2026"], true);
    assert_eq!(order, Order::DayFirst, "three days in a row, not three months apart");
    assert!(note.is_some_and(|n| n.contains("closer together")));
    assert_eq!(decide(&["01/02/2026"], true).0, Order::MonthFirst);
    assert_eq!(decide(&["01/02/2026"], false).0, Order::DayFirst);
    assert_eq!(decide(&["01.02.2026"], true).0, Order::DayFirst);
}

#[test]
fn headers_in_seven_languages() {
    for (header, field) in [
        ("Amount spent (USD)", Field::Spend),
        ("Ausgegebener Betrag (EUR)", Field::Spend),
        ("Montant dépensé (EUR)", Field::Spend),
        ("Importe gastado (EUR)", Field::Spend),
        ("Valor usado (BRL)", Field::Spend),
        ("Importo speso (EUR)", Field::Spend),
        ("Besteed bedrag (EUR)", Field::Spend),
        ("Cost", Field::Spend),
        ("Kosten", Field::Spend),
        ("Coût", Field::Spend),
        ("Custo", Field::Spend),
        ("Impressões", Field::Impressions),
        ("Impr.", Field::Impressions),
        ("Klicks (alle)", Field::Clicks),
        ("Clicks (all)", Field::Clicks),
        ("Link-Klicks", Field::LinkClicks),
        ("Kampagnenname", Field::Campaign),
        ("Nom de l’ensemble de publicités", Field::AdGroup),
        ("Name der Anzeige", Field::Ad),
        ("Ad set ID", Field::AdGroupId),
        ("Código da moeda", Field::Currency),
        ("Berichtsstart", Field::PeriodStart),
        ("\u{feff}Campaign name", Field::Campaign),
        ("cost_micros", Field::SpendMicros),
        ("Conv. value", Field::Revenue),
        ("Alter", Field::Age),
        ("Geschlecht", Field::Gender),
        ("Reach", Field::Reach),
        ("Day", Field::Date),
        ("Dag", Field::Date),
        ("Fecha", Field::Date),
    ] {
        assert_eq!(names::look_up(header).map(|n| n.field), Some(field), "{header}");
    }
    for (header, derived, unique) in
        [("Cost per result", true, false), ("CTR (all)", true, false), ("Unique link clicks", false, true)]
    {
        assert_eq!(
            (names::look_up(header).is_some(), names::is_derived(header), names::is_unique(header)),
            (false, derived, unique),
            "{header}"
        );
    }
    let code = |text| match currency::of_header(text) {
        Some(currency::Named::Exactly(currency)) => currency.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!((code("Amount spent (USD)"), code("Custo (R$)"), code("Clicks (all)")), ("USD".into(), "BRL".into(), "None".into()));
}

#[test]
fn parts_and_states_in_one_vocabulary() {
    assert_eq!(
        ("male", "female", "unknown"),
        (parts::gender("M").as_str(), parts::gender("Weiblich").as_str(), parts::gender("").as_str())
    );
    assert_eq!((parts::country("nl"), parts::country("Vereinigte Staaten")), ("NL".into(), "US".into()));
    assert_eq!(parts::country_of_place("Fulton County, Georgia, United States"), "US");
    assert_eq!((parts::device("Mobile phones"), parts::device("Computers")), ("mobile".into(), "desktop".into()));
    assert_eq!(parts::placement("facebook", "facebook_stories"), "facebook stories");
    assert_eq!(parts::placement("instagram", "Feed"), "instagram feed");
    for (word, status) in [
        ("inactive", Status::Paused),
        ("Ativada", Status::Active),
        ("completed", Status::Ended),
        ("Removed", Status::Deleted),
        ("??", Status::Unknown),
    ] {
        assert_eq!(parts::status(word), status, "{word}");
    }
    assert_eq!(results::window("7-day click or 1-day view"), "7d_click_1d_view");
    assert_eq!(totals::label("Total: Campanhas"), Some("Total: Campanhas"));
    assert_eq!(totals::label("Total War DE"), None, "a name that begins with the word");
    assert!(totals::is_account("Total: Conta") && !totals::is_account("Total: Search"));
}

#[test]
fn encodings() {
    let utf16 = |text: &str, little: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|u: u16| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    };
    let text = "Campaign;Größe\nA;1\n";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (bytes, label) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8 with"),
        (utf16(text, true, true), "UTF-16, little"),
        (utf16(text, false, true), "UTF-16, big"),
        (utf16(text, true, false), "UTF-16, little"),
        (utf16(text, false, false), "UTF-16, big"),
        (latin, "Windows-1252"),
    ] {
        let (decoded, found) = decode("f", &bytes, None).unwrap();
        assert_eq!(decoded, text, "{label}");
        assert!(found.starts_with(label), "{found}");
    }
}

/// Prints a value with group and decimal signs.
fn dress(units: u64, cents: u64, group: &str, point: &str) -> String {
    let digits = units.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push_str(group);
        }
        out.push(c);
    }
    format!("{out}{point}{cents:02}")
}

proptest! {
    #[test]
    fn every_notation_reads_back(units in 0_u64..10_000_000_000, cents in 0_u64..100, which in 0_usize..7) {
        let (group, point, decimal) = [
            (",", ".", Decimal::Point), ("", ".", Decimal::Point), ("'", ".", Decimal::Point), (".", ",", Decimal::Comma),
            (" ", ",", Decimal::Comma), ("\u{a0}", ",", Decimal::Comma), ("\u{202f}", ",", Decimal::Comma),
        ][which];
        let text = dress(units, cents, group, point);
        prop_assert_eq!(number::read(&text, decimal), Reading::Value(i128::from(units * 100 + cents) * (PICO / 100)));
        let mut evidence = Evidence::default();
        evidence.see(&text, false);
        prop_assert_eq!(evidence.decide(), Some(decimal));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        let _reading = number::read(&text, Decimal::Point);
        let _day = date::day(&text, Order::DayFirst);
        let _month = date::month(&text, Order::MonthFirst);
        let _name = names::look_up(&text);
        let _label = totals::label(&text);
        let mut evidence = (Evidence::default(), date::Evidence::default());
        evidence.0.see(&text, true);
        evidence.1.see(&text);
    }
}
