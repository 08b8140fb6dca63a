use crate::world::{World, new_tenant};
use trimtab_domain::{ErrorKind, id::TenantId};
use trimtab_store::Cursor;

#[tokio::test]
async fn a_tenant_reads_back_as_it_was_made() {
    let world = World::empty().await;
    let system = world.store.system();
    let made = system.add_tenant(new_tenant("acme")).await.unwrap();
    assert_eq!(system.tenant(&made.id).await.unwrap(), made);
    assert_eq!((made.currency.as_str(), made.zone.as_str(), made.industry.as_deref()), ("EUR", "Europe/Amsterdam", Some("coffee")));
    assert_eq!(made.created_at.to_string(), crate::world::START);

    let again = system.add_tenant(new_tenant("acme")).await.unwrap_err();
    assert_eq!((again.kind(), again.to_string().as_str()), (ErrorKind::Conflict, "tenant 'acme' already exists"));
    let nobody = system.tenant(&TenantId::parse("nobody").unwrap()).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::NotFound);
    let nameless = system.add_tenant(trimtab_store::NewTenant { name: "  ".to_owned(), ..new_tenant("x") }).await.unwrap_err();
    assert_eq!(nameless.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn pages_hold_every_tenant_once_in_order() {
    let world = World::empty().await;
    let system = world.store.system();
    let mut made = Vec::new();
    for n in 0..7 {
        // Two of the same instant each, so that the cursor must tell them apart by id.
        if n % 2 == 0 {
            world.pass(std::time::Duration::from_secs(1));
        }
        made.push(system.add_tenant(new_tenant(&format!("t{n}"))).await.unwrap());
    }
    for limit in [1, 2, 3, 7, 100] {
        let mut seen = Vec::new();
        let mut cursor: Option<Cursor> = None;
        loop {
            let page = system.tenants(None, cursor.as_ref(), limit).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            seen.extend(page.items);
            let Some(next) = page.next else { break };
            // As it travels through a URL.
            cursor = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(seen, made, "limit {limit}");
    }
    assert_eq!(system.tenants(None, None, 0).await.unwrap().items.len(), 1, "a limit of nothing is one");
    for forged in ["", "x", "!!", "MTIz"] {
        assert!(forged.parse::<Cursor>().is_err(), "{forged}");
    }
}

#[tokio::test]
async fn settings_and_the_agency_stay() {
    let world = World::empty().await;
    let system = world.store.system();
    assert_eq!(system.agency().await.unwrap(), None);
    system.set_agency("North & Sea").await.unwrap();
    system.set_agency("North Sea").await.unwrap();
    system.set_setting("theme", "dark").await.unwrap();
    let second = world.second_handle().await;
    assert_eq!(second.system().agency().await.unwrap().as_deref(), Some("North Sea"));
    assert_eq!(second.system().setting("theme").await.unwrap().as_deref(), Some("dark"));
    assert_eq!(system.check().await.unwrap(), None);
}
