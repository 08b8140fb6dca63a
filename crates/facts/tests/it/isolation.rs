//! A tenant's door opens on that tenant's facts only.

use crate::world::*;
use trimtab_domain::{
    id::TenantId,
    query::{Cell, Dimension},
};
use trimtab_facts::{Lake, LakeSettings};

#[tokio::test]
async fn tenants_never_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(LakeSettings::new(folder.path())).unwrap();
    let (acme, rival) = (lake.tenant(&ctx("acme")), lake.tenant(&ctx("rival")));
    let days = range("2026-01-01..2026-01-03");
    acme.replace(&meta(), days, ads(days, 2, 0)).await.unwrap();
    let query = ask("2026-01-01..2026-01-31", &["spend"], &[Dimension::Ad], "");
    assert!(rival.query(&query, &coverage(&[&meta()])).await.unwrap().rows.is_empty());
    rival.replace(&meta(), days, ads(days, 2, 5)).await.unwrap();
    // The same account, ids, versions and query: results must still differ, cached or not.
    for _ in 0..2 {
        let ours = acme.query(&query, &coverage(&[&meta()])).await.unwrap();
        let theirs = rival.query(&query, &coverage(&[&meta()])).await.unwrap();
        assert_ne!(ours.totals, theirs.totals);
        assert_eq!(ours.totals, [Cell::Money(ads(days, 2, 0).ad_daily.iter().map(|r| r.measures.spend_micros).sum())]);
    }
    rival.forget(meta().source, &meta().id).await.unwrap();
    assert_eq!(acme.query(&query, &coverage(&[&meta()])).await.unwrap().rows.len(), 2);
}

#[test]
fn a_tenant_id_cannot_leave_the_root() {
    for escape in ["..", "../acme", "a/b", "/etc", "acme/../rival", "", "."] {
        assert!(TenantId::parse(escape).is_err(), "{escape}");
    }
}

#[tokio::test]
async fn account_ids_with_any_text_are_safe() {
    let (folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-01");
    for id in ["../../escape", "a/b=c", "Konto Ümläut 50%", "x' OR 1=1 --"] {
        let account = account(trimtab_domain::Source::Csv, id, "EUR");
        lake.replace(&account, days, ads(days, 1, 0)).await.unwrap();
        let query = ask("2026-01-01..2026-01-31", &["clicks"], &[Dimension::Account], &format!("account = \"{id}\""));
        let found = lake.query(&query, &coverage(&[&account])).await.unwrap();
        assert_eq!(found.rows.len(), 1, "{id}");
        assert_eq!(found.rows[0].keys[0].id, id);
        assert_eq!(open(folder.path()).query(&query, &[]).await.unwrap().rows.len(), 1, "{id}");
    }
    let top: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(top, ["acme"]);
}
