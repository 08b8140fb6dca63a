use super::*;
use trimtab_domain::{
    Source,
    account::{Account, Standing},
    clock::testing::CountingIds,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A connection seen in some state since the first of October, whose credential ends as told.
fn connection(state: HealthState, until: Option<&str>, expires_at: Option<&str>) -> Connection {
    Connection {
        id: ConnectionId::fresh(&CountingIds::default()),
        account: Account {
            source: Source::Meta,
            id: "1".into(),
            name: "Shop".into(),
            currency: "EUR".parse().unwrap(),
            zone: "UTC".parse().unwrap(),
            standing: Standing::Good,
        },
        base_url: None,
        terms: Terms { expires_at: expires_at.map(at), access_ends_at: None, expiry: Expiry::Told, scopes: Vec::new() },
        health: Health {
            state,
            detail: Some("seen".to_owned()),
            fix: None,
            until: until.map(at),
            since: at("2026-10-01T00:00:00Z"),
        },
        secret_set_at: at("2026-09-01T00:00:00Z"),
        created_at: at("2026-09-01T00:00:00Z"),
    }
}

#[test]
fn an_end_is_told_a_week_ahead_and_when_it_has_come() {
    let connection = connection(HealthState::Ok, None, Some("2026-11-20T12:00:00Z"));
    let told = |now: &str| {
        let Health { state, detail, since, .. } = standing(&connection, at(now));
        (state, detail.unwrap_or_default(), since.to_string())
    };
    assert_eq!(told("2026-11-13T11:59:59Z"), (HealthState::Ok, String::new(), "2026-10-01T00:00:00Z".to_owned()));
    let soon = ("the credential ends on 2026-11-20".to_owned(), "2026-11-13T12:00:00Z".to_owned());
    assert_eq!(told("2026-11-13T12:00:00Z"), (HealthState::Expiring, soon.0, soon.1));
    let over = ("the credential ended on 2026-11-20".to_owned(), "2026-11-20T12:00:00Z".to_owned());
    assert_eq!(told("2026-11-20T12:00:00Z"), (HealthState::NeedsReauth, over.0, over.1));
}

#[test]
fn what_comes_first_counts_and_is_named() {
    let mut connection = connection(HealthState::Ok, None, Some("2026-12-31T00:00:00Z"));
    connection.terms.access_ends_at = Some(at("2026-11-20T00:00:00Z"));
    let health = standing(&connection, at("2026-11-18T00:00:00Z"));
    assert_eq!(health.detail.as_deref(), Some("the credential's access to data ends on 2026-11-20"));
    assert!(health.fix.unwrap().contains("renews the consent"));
}

#[test]
fn trouble_that_was_seen_outweighs_the_calendar() {
    for state in [HealthState::Failing, HealthState::Doubtful, HealthState::Unsupported, HealthState::NeedsReauth] {
        let connection = connection(state, None, Some("2026-11-20T00:00:00Z"));
        assert_eq!(standing(&connection, at("2026-11-19T00:00:00Z")), connection.health);
    }
}

#[test]
fn a_limit_is_over_when_its_time_has_come() {
    let connection = connection(HealthState::Limited, Some("2026-11-20T10:00:00Z"), None);
    assert_eq!(standing(&connection, at("2026-11-20T09:59:59Z")), connection.health);
    let over = standing(&connection, at("2026-11-20T10:00:00Z"));
    assert_eq!((over.state, over.detail, over.since), (HealthState::Ok, None, at("2026-11-20T10:00:00Z")));
}

#[test]
fn an_end_nobody_tells_follows_from_the_kind_of_credential() {
    let set_at = at("2026-11-01T00:00:00Z");
    let of = |lifetime, scopes: &[&str]| {
        let scopes = scopes.iter().map(ToString::to_string).collect();
        let Terms { expires_at, expiry, .. } =
            terms(&Credential { scopes, ..Credential::default() }, lifetime, set_at, SignedDuration::ZERO);
        (expires_at.map(|end| days_until(end, set_at)), expiry)
    };
    assert_eq!(of(Lifetime::Lasting, &[]), (None, Expiry::Never));
    assert_eq!(of(Lifetime::Renewing { days: 60 }, &[]), (Some(60), Expiry::Renewed));
    assert_eq!(of(Lifetime::Fixed { days: 30 }, &[]), (Some(30), Expiry::AtLatest));
    assert_eq!(of(Lifetime::Told, &["ads_read"]), (None, Expiry::Never), "a system user's token");
    assert_eq!(of(Lifetime::Told, &[]), (None, Expiry::Unknown));
    let told = Credential { expires_at: Some(at("2026-11-03T12:00:00Z")), ..Credential::default() };
    assert_eq!(terms(&told, Lifetime::Renewing { days: 60 }, set_at, SignedDuration::ZERO).expiry, Expiry::Told);
    let ahead = terms(&told, Lifetime::Told, set_at, SignedDuration::from_hours(24));
    assert_eq!(ahead.expires_at, Some(at("2026-11-02T12:00:00Z")), "a platform that is a day ahead of us ends it a day earlier");
    assert_eq!(days_until(at("2026-11-03T12:00:00Z"), set_at), 2);
    assert_eq!(days_until(set_at, at("2026-11-01T00:00:01Z")), -1);
}
