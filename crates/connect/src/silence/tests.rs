use super::*;
use trimtab_domain::{
    day::parse_day,
    fact::{Measures, Placing},
    id::{AdGroupId, AdId, CampaignId},
};

const RANGE: &str = "2026-11-01..2026-11-04";

fn day(text: &str) -> Day {
    parse_day(&format!("2026-11-{text}")).unwrap()
}

fn days(texts: &[&str]) -> BTreeSet<Day> {
    texts.iter().map(|text| day(text)).collect()
}

fn placing() -> Placing {
    Placing { campaign: CampaignId::new("1"), ad_group: AdGroupId::new("2"), ad: AdId::new("3") }
}

fn ad(date: &str, impressions: i64, conversions: f64) -> AdDaily {
    let measures = Measures { impressions, conversions: Some(conversions), ..Measures::default() };
    AdDaily { date: day(date), span_days: 1, placing: placing(), measures }
}

fn of(facts: &Facts) -> Option<Suspicion> {
    Suspicion::of(RANGE.parse().unwrap(), facts)
}

#[test]
fn an_answer_that_names_every_day_leaves_out_nothing() {
    let whole = Facts { ad_daily: ["01", "02", "03", "04"].map(|date| ad(date, 5, 0.0)).into(), ..Facts::default() };
    assert_eq!(of(&whole), None);
}

#[test]
fn what_is_left_out_is_told_by_kind() {
    let part = BreakdownDaily {
        date: day("01"),
        span_days: 1,
        placing: placing(),
        breakdown: Breakdown::Country,
        part: "NL".into(),
        part2: "".into(),
        measures: Measures::default(),
    };
    let facts = Facts {
        // Nothing on the 2nd, nothing shown on the 3rd, a conversion without a name on the 4th.
        ad_daily: vec![ad("01", 5, 0.0), ad("03", 0, 0.0), ad("04", 7, 1.0)],
        breakdowns: vec![part],
        breakdowns_read: vec![Breakdown::Country, Breakdown::Device],
        keywords_read: vec![KeywordKind::Keyword],
        ..Facts::default()
    };
    let suspicion = of(&facts).unwrap();
    assert_eq!((suspicion.silent, suspicion.unnamed), (days(&["02"]), days(&["04"])));
    assert_eq!(suspicion.parts[&Breakdown::Country], days(&["04"]));
    assert_eq!(suspicion.parts[&Breakdown::Device], days(&["01", "04"]));
    assert_eq!(suspicion.words, BTreeSet::from([KeywordKind::Keyword]));
}

#[test]
fn a_total_that_denies_the_silence_decides_and_its_own_silence_too() {
    let totals = Totals {
        told: "2026-11-02..2026-11-04".parse().unwrap(),
        days: BTreeMap::from([(day("03"), Total::ads(1_234_500_000, 9))]),
        api_calls: 1,
    };
    let silent: Vec<Day> = days(&["01", "02", "03", "04"]).into_iter().collect();
    let judged = |known: &Known, totals| {
        let mut doubts =
            Doubts { currency: "EUR".parse().unwrap(), texts: Vec::new(), days: BTreeSet::new(), told_of: BTreeSet::new() };
        doubts.silent(&silent, known, totals);
        (doubts.told(known), doubts.days)
    };
    let read = [("2026-10-01..2026-11-04", "2026-11-05T03:00:00Z"), ("2026-11-03..2026-11-04", "2026-11-05T09:00:00Z")];
    let read = read.map(|(days, at)| (days.parse().unwrap(), at.parse().unwrap())).to_vec();
    let known = Known { main: days(&["01", "02", "03"]), read, ..Known::default() };
    let (told, kept) = judged(&known, Some(&totals));
    assert_eq!(kept, days(&["01", "03"]), "the 1st is out of the total's reach, the 2nd had nothing");
    let expected = "answered nothing for 2026-11-03, although its own total says that 1234.50 EUR were spent; it answered nothing for \
        2026-11-01, of which figures are known, and has no total to ask; the figures known of this are kept as of 2026-11-05T03:00:00Z";
    assert_eq!(told.as_deref(), Some(expected));
    let (told, open) = judged(&Known::default(), Some(&totals));
    assert_eq!(open, days(&["03"]));
    assert!(told.unwrap().ends_with("1234.50 EUR were spent; the days stay open"));
    assert_eq!(judged(&known, None).1, known.main, "without a total, what is known is kept");
    assert_eq!(judged(&Known::default(), None), (None, BTreeSet::new()));
}

#[test]
fn days_are_told_as_runs() {
    assert_eq!(
        runs(&days(&["12", "13", "14", "16", "18", "19"])),
        "2026-11-12 to 2026-11-14, 2026-11-16 and 2026-11-18 to 2026-11-19"
    );
    assert_eq!(runs(&days(&["12"])), "2026-11-12");
}
