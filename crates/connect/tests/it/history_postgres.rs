//! Tables of a former tool in a real PostgreSQL.

use super::{
    history::{days, everything, options},
    postgres::Server,
};
use secrecy::SecretString;
use trimtab_connect::history::{self, Grain, History, HistoryError, Key, Location, Options, Shape};
use trimtab_domain::{
    ErrorKind, Source,
    entity::{EntityKind, Status},
    id::AccountId,
};

const TABLES: &str = "
    create table ads_daily_performance (
        id uuid primary key default gen_random_uuid(), platform text not null, tenant_id text not null default 'own',
        account_id text not null, campaign_id text not null, campaign_name text not null, ad_id text not null default '',
        ad_name text not null default '', date date not null, impressions bigint not null default 0, reach bigint,
        clicks bigint not null default 0, spend numeric(18, 4) not null default 0, conversions numeric(18, 4), revenue numeric(18, 4),
        ctr numeric(10, 6), created_at timestamptz not null default now(), unique (platform, tenant_id, campaign_id, ad_id, date));
    create table ads_campaigns (
        platform text, tenant_id text, account_id text, campaign_id text, campaign_name text, objective text, status text,
        effective_status text, daily_budget numeric(18, 4), lifetime_budget numeric(18, 4), start_time timestamptz, stop_time timestamptz);
    create table ads_adsets (
        platform text, tenant_id text, account_id text, campaign_id text, adset_id text, adset_name text, status text,
        optimization_goal text, daily_budget numeric(18, 4), targeting jsonb);
    create table ads_creatives (
        platform text, tenant_id text, account_id text, ad_id text, ad_name text, adset_id text, campaign_id text, creative_id text,
        creative_name text, title text, status text);
    insert into ads_daily_performance
        (platform, tenant_id, account_id, campaign_id, campaign_name, ad_id, ad_name, date, impressions, reach, clicks, spend, conversions, revenue)
    values
        ('meta', 'acme', 'act_17', 'c1', 'Old name', '', '', '2026-01-31', 1000, 700, 10, 5.0001, null, null),
        ('meta', 'acme', 'act_17', 'c1', 'Name', 'a1', 'Ad one', '2026-02-01', 400, 300, 8, 12.3456, 1.5, 40.25),
        ('meta', 'acme', '17', 'c1', 'Name', 'a2', 'Ad two', '2026-02-01', 100, null, 2, 2.5, 0, 0),
        ('meta', 'acme', 'act_17', 'c1', 'Name', '', '', '2026-02-01', 555, null, 11, 15, 2, 41),
        ('google', 'acme', '123-456-7890', 'g1', 'Search', '', '', '2026-02-02', 10, null, 1, 0.99, null, null),
        ('google', 'other', '999', 'g9', 'Secret', '', '', '2026-02-02', 77, null, 7, 7.77, null, null),
        ('snapchat', 'acme', '5', 's1', 'Snap', '', '', '2026-02-02', 1, null, 1, 1, null, null),
        ('google', 'acme', '123-456-7890', 'g1', 'Search', '', '', 'infinity', 1, null, 1, 1, null, null),
        ('google', 'acme', '123-456-7890', 'g1', 'Search', '', '', '2026-02-03', 10, null, 1, 'NaN', null, 'NaN');
    insert into ads_campaigns values
        ('meta', 'acme', 'act_17', 'c1', 'Campaign one', 'OUTCOME_SALES', 'ACTIVE', 'PAUSED', 25.5, null, '2026-01-01 23:30:00+00', null);
    insert into ads_adsets values ('meta', 'acme', 'act_17', 'c1', 's1', 'Set one', 'ACTIVE', 'OFFSITE_CONVERSIONS', null, '{\"a\": 1}');
    insert into ads_creatives values
        ('meta', 'acme', 'act_17', 'a1', 'Ad one', 's1', 'c1', 'k1', 'Picture', 'Buy', 'ACTIVE');
    create role reader login;
    grant select on all tables in schema public to reader;
";

async fn open(server: &Server, options: Options) -> Result<Box<dyn History>, HistoryError> {
    history::open(&Location::Postgres(SecretString::from(server.address("reader"))), options).await
}

fn key(tenant: &str, source: Source, account: &str) -> Key {
    Key { tenant: tenant.into(), source, account: AccountId::new(account) }
}

#[tokio::test]
async fn tables_are_read_account_by_account() {
    let Some(server) = Server::start() else { return };
    server.tell(TABLES);
    let zone = Options { zone: "Europe/Amsterdam".parse().unwrap(), ..options() };
    let history = open(&server, zone).await.unwrap();
    assert_eq!(history.shape(), Shape::Postgres);
    let (found, pieces) = everything(history.as_ref()).await;
    let keys: Vec<_> = found.accounts.iter().map(|account| format!("{} {}", account.key, account.days)).collect();
    assert_eq!(
        keys,
        [
            "acme/meta/17 2026-01-31..2026-02-01",
            "acme/google/1234567890 2026-02-02..2026-02-03",
            "other/google/999 2026-02-02..2026-02-02"
        ]
    );
    let left: Vec<_> = found.left_out.listed.iter().map(|left| left.reason.as_str()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].contains("'snapchat'") && left[1].contains("'infinity'"), "{left:?}");
    assert!(found.left_out.listed[0].place.starts_with("ads_daily_performance "), "{:?}", found.left_out);

    let meta = &pieces[&key("acme", Source::Meta, "17")];
    let rows: Vec<_> = meta
        .facts
        .ad_daily
        .iter()
        .map(|row| {
            let place = (row.placing.campaign.as_str(), row.placing.ad_group.as_str(), row.placing.ad.as_str());
            (row.date.to_string(), place, row.measures.spend_micros, row.measures.conversions, row.measures.reach)
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("2026-01-31".to_owned(), ("c1", "", ""), 5_000_100, None, Some(700)),
            ("2026-02-01".to_owned(), ("c1", "", "a2"), 2_500_000, Some(0.0), None),
            ("2026-02-01".to_owned(), ("c1", "s1", "a1"), 12_345_600, Some(1.5), Some(300))
        ]
    );
    let counted: Vec<_> = meta.counted.iter().map(|c| (c.grain, c.found.spend_micros, c.taken.spend_micros)).collect();
    assert_eq!(counted, [(Grain::Ad, 14_845_600, 14_845_600), (Grain::Campaign, 20_000_100, 5_000_100)]);

    let february = history.read(&key("acme", Source::Meta, "17"), days("2026-02-01..2026-02-28")).await.unwrap();
    assert_eq!(february.facts.ad_daily.len(), 2);
    let error = history.read(&key("acme", Source::Google, "999"), days("2026-02-01..2026-02-28")).await.unwrap_err();
    assert!(matches!(error, HistoryError::NoAccount(_)), "another client's account is not this one's: {error}");

    let snapshot = history.entities(&key("acme", Source::Meta, "17")).await.unwrap();
    let told: Vec<_> =
        snapshot.states.iter().map(|s| (s.kind, s.id.as_str(), s.name.as_str(), s.parent.as_str(), s.status)).collect();
    assert_eq!(
        told,
        [
            (EntityKind::Campaign, "c1", "Campaign one", "17", Status::Paused),
            (EntityKind::AdGroup, "s1", "Set one", "c1", Status::Active),
            (EntityKind::Ad, "a1", "Ad one", "s1", Status::Active),
            (EntityKind::Ad, "a2", "Ad two", "", Status::Unknown),
            (EntityKind::Creative, "k1", "Picture", "17", Status::Unknown)
        ]
    );
    let campaign = &snapshot.states[0];
    assert_eq!((campaign.daily_budget_micros, campaign.starts.unwrap().to_string().as_str()), (Some(25_500_000), "2026-01-02"));
    assert_eq!(snapshot.states[2].attributes["creative_id"], "k1");

    let forced = open(&server, Options { grain: Some(Grain::Campaign), ..options() }).await.unwrap();
    let whole = forced.read(&key("acme", Source::Meta, "17"), days("2026-01-01..2026-02-28")).await.unwrap();
    assert_eq!(whole.facts.ad_daily.iter().map(|row| row.measures.spend_micros).sum::<i64>(), 20_000_100);
}

#[tokio::test]
async fn a_leaner_schema_is_read_as_far_as_it_goes() {
    let Some(server) = Server::start() else { return };
    let lean = "
        create schema reports;
        create table reports.ads_daily_performance (platform varchar(20), campaign_id bigint, \"date\" timestamp, clicks int, spend real);
        insert into reports.ads_daily_performance values
            ('facebook', 7, '2026-02-01 00:00:00', 3, 1.25), ('facebook', 7, '2026-02-01 12:00:00', 1, 0.5), ('facebook', null, '2026-02-01', 1, 1);
        create role reader login; grant usage on schema reports to reader; grant select on all tables in schema reports to reader;";
    server.tell(lean);
    let history = open(&server, options()).await.unwrap();
    let (found, pieces) = everything(history.as_ref()).await;
    assert!(
        found.notes[0].contains("no column tenant_id, account_id, ad_id, impressions, conversions, revenue, reach"),
        "{:?}",
        found.notes
    );
    assert_eq!(found.accounts[0].assumed, ["account", "currency", "zone"]);
    assert_eq!(found.left_out.listed.len(), 1, "{:?}", found.left_out);
    assert!(found.left_out.listed[0].reason.contains("no campaign_id"));
    let piece = &pieces[&key("", Source::Meta, "history-meta")];
    let row = &piece.facts.ad_daily[0];
    assert_eq!((piece.facts.ad_daily.len(), row.placing.campaign.as_str(), row.measures.spend_micros), (1, "7", 1_750_000));
    let snapshot = history.entities(&key("", Source::Meta, "history-meta")).await.unwrap();
    assert_eq!(snapshot.states.iter().map(|state| state.id.as_str()).collect::<Vec<_>>(), ["7"]);
}

#[tokio::test]
async fn a_database_that_cannot_be_read_says_why_and_keeps_its_password() {
    let Some(server) = Server::start() else { return };
    server.tell("create role reader login");
    let error = open(&server, options()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("no table ads_daily_performance that this user may read"), "{error}");
    for (address, kind) in [
        (format!("{} password=hunter2", server.address("nobody")), ErrorKind::Unavailable),
        ("postgres://reader:hunter2@localhost:no-port/x".to_owned(), ErrorKind::Invalid),
        ("host=/nowhere/at/all user=reader password=hunter2".to_owned(), ErrorKind::Unavailable),
    ] {
        let error = history::open(&Location::Postgres(SecretString::from(address)), options()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}
