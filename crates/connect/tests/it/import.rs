//! Import of files with the traits real exports have, on small tables made up here.

use trimtab_connect::import::{self, Covers, Import, ImportOptions, Mapping};
use trimtab_domain::{
    Source,
    entity::{EntityKind, EntityState, Status},
    fact::Breakdown,
};

pub(crate) fn options() -> ImportOptions {
    ImportOptions::new(jiff::civil::date(2026, 3, 31), "Europe/Amsterdam".parse().unwrap(), "EUR".parse().unwrap())
}

pub(crate) fn read(text: &str) -> Import {
    import::read("file.csv", text.as_bytes(), &options()).unwrap()
}

fn mapped(text: &str, yaml: &str) -> Import {
    let options = ImportOptions { mapping: Some(Mapping::parse(yaml).unwrap()), ..options() };
    import::read("file.csv", text.as_bytes(), &options).unwrap()
}

fn says(import: &Import, words: &str) -> bool {
    import.notes.iter().any(|n| n.contains(words))
}

fn state<'a>(import: &'a Import, kind: EntityKind, name: &str) -> &'a EntityState {
    import.entities.states.iter().find(|s| s.kind == kind && s.name == name).unwrap_or_else(|| panic!("no {kind} {name}"))
}

fn skipped(import: &Import) -> Vec<(u64, &str)> {
    import.skipped.iter().map(|s| (s.line, s.reason.as_str())).collect()
}

/// Meta: mark, CRLF, a nameless totals row first, line feeds in cells, a split by age and gender, a text split on top.
const META: &str = "\u{feff}Campaign name,Ad Set Name,Age,Gender,Text,Reach,Impressions,Frequency,Result type,Results,Cost per result,Amount spent (USD),\
Link clicks,Clicks (all),Unique link clicks,Attribution setting,Reporting starts,Reporting ends\r\n\
,,,,,900,1000,1.1,Meta Leads,6,,30.01,40,60,38,7-day click or 1-day view,2026-03-01,2026-03-10\r\n\
Spring,Tulips,18-24,female,\"Line one\n\nline two, \"\"quoted\"\"\",300,400,1.3,Meta Leads,3,,10.123456789012,20,30,19,7-day click or 1-day view,2026-03-01,2026-03-10\r\n\
Spring,Tulips,18-24,female,Other text,250,300,1.2,Meta Leads,2,,9.876543210988,10,15,9,7-day click or 1-day view,2026-03-01,2026-03-10\r\n\
Spring,Tulips,25-34,male,Other text,250,299,1.2,Meta Leads,1,,10.00,10,15,9,7-day click or 1-day view,2026-03-01,2026-03-10\r\n\
Spring,Roses,25-34,male,Other text,1,1,1,,,,0.01,,,,7-day click or 1-day view,2026-03-01,2026-03-10\r\n";

#[test]
fn meta_with_a_nameless_totals_row_and_splits() {
    let import = read(META);
    assert_eq!((import.format, import.account.source, import.currency().as_str()), ("meta_ads_manager", Source::Meta, "USD"));
    assert_eq!((import.rows_read, import.rows_imported), (5, 4));
    assert_eq!(skipped(&import), [(2, "totals row: it names no campaign, ad group or ad")]);
    let totals = import.totals;
    assert_eq!((totals.spend_micros, totals.impressions, totals.clicks), (30_010_000, 1000, 60));
    assert_eq!((totals.link_clicks, totals.conversions), (Some(40), Some(6.0)));
    let [file] = &import.file_totals[..] else { panic!("one totals row") };
    assert_eq!((file.line, file.covers, file.agrees, file.reach), (2, Covers::Rows, Some(true), Some(900)));

    let days: Vec<_> = import.facts.ad_daily.iter().map(|r| (r.date.to_string(), r.span_days, r.measures.reach)).collect();
    assert_eq!(days, [("2026-03-10".to_owned(), 10, Some(1)), ("2026-03-10".to_owned(), 10, None)], "reach is never added up");
    assert_eq!(import.facts.ad_daily.iter().map(|r| r.measures.spend_micros).sum::<i64>(), totals.spend_micros);
    assert_eq!(import.facts.breakdowns_read, [Breakdown::AgeGender]);
    let parts: Vec<_> =
        import.facts.breakdowns.iter().map(|b| (b.part.as_str(), b.part2.as_str(), b.measures.impressions)).collect();
    assert_eq!(parts, [("25-34", "male", 1), ("18-24", "female", 700), ("25-34", "male", 299)]);
    let conversion = &import.facts.conversions[0];
    assert_eq!(
        (conversion.action_type.as_str(), conversion.window.as_str(), conversion.count),
        ("meta_leads", "7d_click_1d_view", 6.0)
    );

    let ad_set = state(&import, EntityKind::AdGroup, "Tulips");
    assert_eq!(ad_set.parent, state(&import, EntityKind::Campaign, "Spring").id);
    assert!(ad_set.id.starts_with("tulips-"), "{}", ad_set.id);
    assert_eq!((import.from.unwrap().to_string(), import.to.unwrap().to_string()), ("2026-03-01".into(), "2026-03-10".into()));
    assert!(
        says(&import, "byte order mark") && says(&import, "last day of its period") && says(&import, "breakdown by age and gender")
    );
    let unique = import.columns.iter().find(|c| c.header == "Unique link clicks").unwrap();
    assert!(unique.field.is_none() && unique.note.as_deref().unwrap().contains("people"));
}

#[test]
fn lines_stay_physical_behind_cells_with_line_feeds() {
    let text = "Campaign,Text,Impressions,Cost\r\nA,\"one\r\ntwo\r\nthree\",10,1.00\r\n\r\nB,x,many,1.00\r\nC,x,10,1.00\r\n";
    let import = read(text);
    assert_eq!(skipped(&import), [(6, "'many' in column 'Impressions' is not a number (read with a decimal point)")]);
    assert_eq!((import.rows_read, import.rows_imported, import.totals.impressions), (3, 2, 20));
}

#[test]
fn google_in_english_with_preamble_bounds_and_totals() {
    let text = "Campaign report\n\"April 9, 2025 - April 21, 2025\"\n\
        Campaign status,Campaign,Budget,Budget type,Impr.,Currency code,Cost,Search lost IS (rank),Clicks,Conv. rate,Conversions,Currency code\n\
        Paused,\"Decks, big\",4.00,Daily,\"1,795,836\",USD,2691.41, --,\"9,265\",0.24%,22.00,USD\n\
        Enabled,Windows, --,Daily,50,USD,1.30,< 10%,2,0.00%,0.50,USD\n\
        Total: Campaigns, --, --, --,\"1,795,886\",USD,2692.71,< 10%,\"9,267\",0.24%,22.50,USD\n\
        Total: Account,,,,\"1,800,000\",USD,2700.00,,\"9,300\",,23.00,USD\n\
        Total: Search,,,,50,USD,1.30,,2,,0.50,USD\n";
    let import = read(text);
    assert_eq!((import.format, import.rows_read, import.rows_imported), ("google_ads", 5, 2));
    assert_eq!(
        skipped(&import),
        [(6, "totals row 'Total: Campaigns'"), (7, "totals row 'Total: Account'"), (8, "totals row 'Total: Search'")]
    );
    let totals = import.totals;
    assert_eq!(
        (totals.spend_micros, totals.impressions, totals.clicks, totals.conversions),
        (2_692_710_000, 1_795_886, 9_267, Some(22.5))
    );
    let agrees: Vec<_> = import.file_totals.iter().map(|t| (t.covers, t.agrees)).collect();
    assert_eq!(agrees, [(Covers::Rows, Some(true)), (Covers::Account, None), (Covers::Part, None)]);
    assert!(says(&import, "'Total: Account' on line 7 is 2700.00 while the rows of the file add up to 2692.71"));
    assert!(import.facts.ad_daily.iter().all(|r| r.date.to_string() == "2025-04-21" && r.span_days == 13));
    let decks = state(&import, EntityKind::Campaign, "Decks, big");
    assert_eq!(
        (decks.status, decks.platform_status.as_str(), decks.daily_budget_micros),
        (Status::Paused, "Paused", Some(4_000_000))
    );
    assert_eq!(state(&import, EntityKind::Campaign, "Windows").daily_budget_micros, None);
}

#[test]
fn google_in_portuguese_with_unquoted_blanks_between_thousands() {
    let text = "Relatório da campanha\n9 de abril de 2025 - 21 de abril de 2025\n\
        Estado da campanha,Campanha,Código da moeda,Impressões,Interações,Custo,Conversões,Custo/conv.\n\
        Ativada,[G] Um,BRL,18\u{a0}158,2\u{a0}096,\"2473,94\",\"83,00\",\"29,81\"\n\
        Ativada,Dois,BRL,27\u{a0}190,1\u{a0}786,\"620,17\",\"1\u{a0}537,85\",\"0,40\"\n\
        Total: Campanhas,,BRL,45\u{a0}348,3\u{a0}882,\"3094,11\",\"1\u{a0}620,85\",\"0,91\"\n\
        Total: Conta,,BRL,45\u{a0}348,3\u{a0}882,\"3094,11\",\"1\u{a0}620,85\",\"0,91\"\n";
    let import = read(text);
    assert_eq!((import.format, import.currency().as_str()), ("google_ads", "BRL"));
    assert_eq!((import.totals.spend_micros, import.totals.impressions, import.totals.clicks), (3_094_110_000, 45_348, 3_882));
    assert_eq!((import.totals.conversions, import.file_totals[0].agrees), (Some(1620.85), Some(true)));
    assert!(says(&import, "interactions stand in"));
    assert_eq!(import.file_totals[1].covers, Covers::Account);
}

#[test]
fn german_meta_with_semicolons_in_windows_1252() {
    let text = "Tag;Kampagnenname;Name der Anzeige;Impressionen;Klicks (alle);Ausgegebener Betrag (EUR);Ergebnisse;Ergebnistyp\n\
        01.03.2026;Frühling;Größe A;1.234;56;1.234,56;3;Link-Klicks\n02.03.2026;Frühling;Größe A;987;5;0,44;2;Website-Käufe\n";
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let import = import::read("export.csv", &bytes, &options()).unwrap();
    assert_eq!((import.format, import.totals.spend_micros, import.totals.impressions), ("meta_ads_manager", 1_235_000_000, 2_221));
    assert!(says(&import, "Windows-1252") && says(&import, "semicolons"));
    assert_eq!(import.totals.conversions, Some(2.0), "clicks on links are no conversions");
    assert!(says(&import, "not counted as conversions: link_klicks (1 rows)"));
    assert_eq!(import.facts.conversions.len(), 2, "but both are kept by action");
    assert_eq!(state(&import, EntityKind::Ad, "Größe A").kind, EntityKind::Ad);
    assert_eq!(import.facts.ad_daily.iter().map(|r| r.span_days).max(), Some(1));
}

#[test]
fn google_editor_gives_objects_only() {
    let head = "Campaign\tAd Group\tLabels\tMax CPC\tDesktop Bid Modifier\tFlexible Reach\tCampaign Status\tAd Group Status\r\n";
    let text =
        format!("{head}Shoes\tRed\tx;y\t0.22\t\tAges;Gender\tEnabled\tPaused\r\nShoes\tBlue\t[]\t0.22\t\t\tEnabled\tEnabled\r\n");
    let bytes: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let import = import::read("editor.csv", &bytes, &options()).unwrap();
    assert_eq!((import.format, import.rows_imported, import.facts.rows()), ("google_ads_editor", 2, 0));
    assert_eq!((import.from, import.totals.spend_micros), (None, 0));
    let red = state(&import, EntityKind::AdGroup, "Red");
    assert_eq!((red.status, red.attributes["labels"].as_str()), (Status::Paused, "x;y"));
    assert!(says(&import, "no figures"));
}

#[test]
fn an_undated_table_with_ids_and_two_kinds_of_conversion() {
    let text = "ad_id,xyz_campaign_id,fb_campaign_id,age,gender,interest,Impressions,Clicks,Spent,Total_Conversion,Approved_Conversion\n\
        11,9,90,30-34,M,15,7350,1,1.429999948,2,1\n12,9,90,30-34,F,16,17861,2,1.820000023,2,0\n13,9,91,35-39,F,16,0,0,0,1,0\n";
    let import = read(text);
    assert_eq!((import.format, import.account.source, import.account.id.as_str()), ("table", Source::Meta, "file-meta-eur"));
    assert_eq!((import.totals.spend_micros, import.totals.conversions), (3_250_000, Some(1.0)), "the exact sum, rounded once");
    assert_eq!(import.facts.ad_daily.iter().map(|r| r.measures.spend_micros).sum::<i64>(), import.totals.spend_micros);
    let actions: Vec<_> =
        import.facts.conversions.iter().map(|c| (c.placing.ad.as_str(), c.action_type.as_str(), c.count)).collect();
    assert_eq!(
        actions,
        [("11", "conversions", 2.0), ("11", "purchase", 1.0), ("12", "conversions", 2.0), ("13", "conversions", 1.0)]
    );
    assert!(import.facts.ad_daily.iter().all(|r| r.date == options().today && r.span_days == 1));
    assert_eq!(import.facts.ad_daily[0].placing.ad_group.as_str(), "90");
    assert!(says(&import, "names no currency: EUR assumed") && says(&import, "set 'period'") && import.undated);
}

#[test]
fn linkedin_levels_are_one_lower() {
    let text = "Campaign Performance Report (in UTC)\nReport Start: April 1, 2026, 12:00 AM\nReport End: April 2, 2026, 11:59 PM\nDate Generated: 4/30/2026, 10:00 PM\n\n\
        Start Date (in UTC)\tAccount Name\tCurrency\tCampaign Group Name\tCampaign Name\tCampaign ID\tTotal Spent\tImpressions\tClicks\tLeads\n\
        4/1/2026\tAcme\tUSD\tBrand\tLeads EU\t77\t12.50\t1,000\t10\t2\n4/13/2026\tAcme\tUSD\tBrand\tLeads EU\t77\t7.50\t500\t5\t0\n";
    let import = read(text);
    assert_eq!((import.format, import.account.source), ("linkedin_campaign_manager", Source::Linkedin));
    let row = &import.facts.ad_daily[1];
    assert_eq!((row.date.to_string().as_str(), row.placing.ad_group.as_str()), ("2026-04-13", "77"));
    assert_eq!(state(&import, EntityKind::Campaign, "Brand").id, row.placing.campaign.as_str());
    assert_eq!(
        (import.totals.spend_micros, import.totals.conversions, import.account.zone.as_str()),
        (20_000_000, Some(2.0), "UTC")
    );
}

#[test]
fn weeks_months_devices_and_places() {
    let import = read(
        "Month,Campaign,Device,Country,Clicks,Impr.,Cost,Conv. value\n2024-02,A,Mobile phones,Germany,1,2,3.00,9\n2024-02,A,Computers,NL,1,2,4.00,\n",
    );
    let [row] = &import.facts.ad_daily[..] else { panic!("one row") };
    assert_eq!((row.date.to_string().as_str(), row.span_days, row.measures.spend_micros), ("2024-02-29", 29, 7_000_000));
    assert_eq!(row.measures.revenue_micros, Some(9_000_000));
    let parts: Vec<_> = import.facts.breakdowns.iter().map(|b| (b.breakdown, b.part.as_str())).collect();
    assert_eq!(
        parts,
        [(Breakdown::Country, "DE"), (Breakdown::Country, "NL"), (Breakdown::Device, "desktop"), (Breakdown::Device, "mobile")]
    );
    let weeks = read("Week,Campaign,Clicks,Impr.,Cost\n2026-03-02,A,1,2,$3.00\n");
    assert_eq!((weeks.facts.ad_daily[0].date.to_string().as_str(), weeks.facts.ad_daily[0].span_days), ("2026-03-08", 7));
    assert_eq!(weeks.currency().as_str(), "USD");
    assert!(says(&weeks, "dollar sign"));
}

#[test]
fn several_accounts_need_a_choice() {
    let text = "Day,Account ID,Account name,Campaign,Impressions,Clicks,Cost\n2026-03-01,111-222,One,A,10,1,1\n2026-03-01,333-444,Two,B,20,2,2\n";
    let error = import::read("all.csv", text.as_bytes(), &options()).unwrap_err().to_string();
    assert!(error.contains("111-222 One, 333-444 Two") && error.contains("once per account"), "{error}");
    let chosen = ImportOptions { account: Some("333444".into()), ..options() };
    let import = import::read("all.csv", text.as_bytes(), &chosen).unwrap();
    assert_eq!((import.account.id.as_str(), import.account.name.as_str(), import.totals.impressions), ("333444", "Two", 20));
    assert_eq!(skipped(&import), [(2, "it belongs to account 111-222, the import is for 333-444")]);
}

#[test]
fn accounts_known_by_name_only_are_told_apart_too() {
    let text = "Account,Day,Campaign,Impr.,Cost\nNorth Shop,2026-03-01,A,10,1\nSouth Shop,2026-03-01,B,20,2\n";
    let error = import::read("all.csv", text.as_bytes(), &options()).unwrap_err().to_string();
    assert!(error.contains("(North Shop, South Shop)"), "{error}");
    let chosen = ImportOptions { account: Some("South Shop".into()), ..options() };
    let import = import::read("all.csv", text.as_bytes(), &chosen).unwrap();
    assert_eq!(
        (import.account.id.as_str(), import.account.name.as_str(), import.totals.impressions),
        ("south-shop", "South Shop", 20)
    );
}

#[test]
fn ids_a_spreadsheet_rounded_are_not_believed() {
    let import = read("Campaign ID,Campaign,Impressions,Cost\n2.38471E+16,A,10,1\n2.38471E+16,B,10,1\ncg:123,C,10,1\n");
    let ids: Vec<_> = import.facts.ad_daily.iter().map(|r| r.placing.campaign.as_str()).collect();
    assert_eq!(ids.len(), 3, "A and B stay apart");
    assert!(ids.contains(&"123") && says(&import, "2 ids were rounded"));
}

#[test]
fn a_mapping_reads_any_table() {
    let text = "made by hand\nx\n\nMonat|Nr|Kampagne|Kanal|Anzeigen|Kosten netto|Ertrag|Land\nApril|19|K1|web|1.000|12,50|100,00|NL\n\
        Mai|2|K1|web|2.000|7,50|0|NL\nMai|2|K1|tv|5|5|5|NL\n";
    let yaml = "source: csv\naccount: {id: shop, name: Shop, currency: CHF, timezone: Europe/Zurich}\n\
        date: {columns: [Nr, Monat], year: 2020}\ncolumns: {campaign: Kampagne, impressions: Anzeigen, spend: Kosten netto, revenue: Ertrag}\n\
        ignore: [Land]\nskip_rows: 2\ndelimiter: \"|\"\ndecimal: \",\"\nfilters: [{column: Kanal, equals: [web]}]\n";
    let import = mapped(text, yaml);
    assert_eq!(
        (import.account.id.as_str(), import.currency().as_str(), import.account.zone.as_str()),
        ("shop", "CHF", "Europe/Zurich")
    );
    let days: Vec<_> = import.facts.ad_daily.iter().map(|r| r.date.to_string()).collect();
    assert_eq!(days, ["2020-04-19", "2020-05-02"]);
    assert_eq!(
        (import.totals.spend_micros, import.totals.impressions, import.totals.revenue_micros),
        (20_000_000, 3_000, Some(100_000_000))
    );
    assert!(says(&import, "1 rows were left out by the mapping's filters") && import.facts.breakdowns.is_empty());
}

#[test]
fn the_example_mapping_in_the_documents_works() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
    let yaml = std::fs::read_to_string(format!("{folder}/examples/mapping.yaml")).unwrap();
    let documents = std::fs::read_to_string(format!("{folder}/import.md")).unwrap();
    assert!(documents.contains(&yaml), "docs/import.md shows docs/examples/mapping.yaml as it is");
    let table = documents.split("```csv\n").nth(1).and_then(|rest| rest.split("```").next()).expect("docs/import.md shows a table");
    let import = mapped(table, &yaml);
    assert_eq!(
        (import.totals.spend_micros, import.totals.impressions, import.totals.conversions),
        (2_131_250_000, 30_500, Some(7.0))
    );
    assert_eq!(
        (import.rows_imported, import.account.id.as_str(), import.from.unwrap().to_string().as_str()),
        (2, "shop-nl", "2026-03-01")
    );
}
