use crate::world::{World, account, account_key, days};
use trimtab_domain::ErrorKind;
use trimtab_store::{Figures, NewImport};

fn file(name: &str, hash: &str) -> NewImport {
    NewImport {
        account: account_key("11"),
        name: name.to_owned(),
        hash: hash.to_owned(),
        format: "meta ads manager".to_owned(),
        rows_read: 100,
        rows_imported: 98,
        rows_skipped: 2,
        figures: Figures::Dated,
        days: days("2026-01-01..2026-01-31"),
        totals: serde_json::json!({ "spend": "12.34", "clicks": 7 }),
    }
}

#[tokio::test]
async fn a_file_is_known_when_it_comes_again() {
    let world = World::new().await;
    let acme = world.acme();
    assert_eq!(acme.record_import(file("a.csv", "aa")).await.unwrap_err().kind(), ErrorKind::NotFound, "no such account yet");
    acme.put_account(&account("11")).await.unwrap();
    assert_eq!(acme.import_with_hash("aa").await.unwrap(), None);

    let first = acme.record_import(file("a.csv", "aa")).await.unwrap();
    assert_eq!((&first.file, first.imported_by.as_str()), (&file("a.csv", "aa"), "operator"));
    world.pass(std::time::Duration::from_secs(60));
    let renamed = acme.record_import(file("b.csv", "aa")).await.unwrap();
    let different = acme.record_import(file("c.csv", "cc")).await.unwrap();
    assert_eq!(acme.import_with_hash("aa").await.unwrap().as_ref(), Some(&renamed));

    let page = acme.imports(None, 2).await.unwrap();
    assert_eq!(page.items, [different, renamed]);
    assert_eq!(acme.imports(page.next.as_ref(), 2).await.unwrap().items, [first]);
    acme.put_account(&account("22")).await.unwrap();
    let undated = NewImport { account: account_key("22"), figures: Figures::Undated, ..file("d.csv", "aa") };
    let elsewhere = acme.record_import(undated).await.unwrap();
    assert_eq!(elsewhere.file.figures, Figures::Undated);
    let of = async |id: &str| -> Vec<String> {
        acme.imports_of(&account_key(id)).await.unwrap().into_iter().map(|import| import.file.name).collect()
    };
    assert_eq!((of("11").await, of("22").await), (vec!["c.csv".into(), "b.csv".into(), "a.csv".into()], vec!["d.csv".into()]));
}
