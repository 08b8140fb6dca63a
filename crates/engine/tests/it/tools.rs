//! Tools over a tenant's connections: which one is read, what is kept of it, and who is refused.

use crate::world::{START, World};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use trimtab_domain::{Actor, ErrorKind, Role, TenantCtx, id::TenantId};
use trimtab_engine::{
    HealthState, NewTenant,
    connection::Connect,
    tool::{Cost, Told, ToolCall},
};
use trimtab_sandbox::{AccountInfo, Fault, FaultKind, Sandbox, SandboxSettings};

/// A sandbox being served, and an engine with a tenant.
struct Scene {
    sandbox: Sandbox,
    accounts: Vec<AccountInfo>,
    world: World,
    _stop: DropGuard,
}

impl Scene {
    async fn new() -> Self {
        let today = trimtab_domain::day::parse_day("2026-11-01").unwrap();
        let settings = SandboxSettings { seed: 4, tenants: 2, ads: 6, days: 40, today, ..SandboxSettings::default() };
        println!("world seed {}", settings.seed);
        let sandbox = Sandbox::new(settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let (served, token) = (sandbox.clone(), stop.clone());
        tokio::spawn(async move { served.serve(listener, token).await });
        let world = World::new().await;
        // The sandbox begins at noon, ours at ten.
        assert_eq!(START, "2026-11-01T10:00:00Z");
        world.pass_hours(2);
        let accounts = sandbox.accounts_at(&origin);
        Self { sandbox, accounts, world, _stop: stop.drop_guard() }
    }

    fn of(&self, source: &str, index: usize) -> &AccountInfo {
        self.accounts.iter().filter(|account| account.source == source).nth(index).unwrap()
    }

    async fn connect(&self, account: &AccountInfo) {
        let connect = Connect {
            source: account.source.parse().unwrap(),
            account: account.account.clone(),
            secret: SecretString::from(account.secret.as_str()),
            base_url: Some(account.base_url.clone()),
        };
        self.world.engine.connect(&self.world.ctx, connect).await.unwrap();
    }

    async fn call(&self, name: &str, input: Value) -> ToolCall {
        self.world.engine.run_tool(&self.world.ctx, name, input).await
    }

    async fn told(&self, name: &str, input: Value) -> (Told, Cost) {
        let call = self.call(name, input).await;
        (call.outcome.unwrap_or_else(|error| panic!("{name}: {error}")), call.cost)
    }

    async fn refused(&self, name: &str, input: Value) -> (ErrorKind, String) {
        let error = self.call(name, input).await.outcome.expect_err("it is refused");
        (error.kind(), error.to_string())
    }

    async fn health(&self) -> Vec<HealthState> {
        let connections = self.world.engine.connections(&self.world.ctx).await.unwrap();
        connections.into_iter().map(|view| view.connection.health.state).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_named_is_read_or_the_only_one() {
    let scene = Scene::new().await;
    let (first, second) = (scene.of("meta", 0), scene.of("meta", 1));
    let (kind, text) = scene.refused("meta.get_account", json!({})).await;
    assert_eq!(kind, ErrorKind::Invalid);
    assert!(
        text.contains("acme has no connected Meta Ads account: connect one first (trimtab connect meta --tenant acme"),
        "{text}"
    );
    scene.connect(first).await;
    let (told, cost) = scene.told("meta.get_account", Value::Null).await;
    assert_eq!((&told.data["id"], told.complete), (&json!(first.account), true));
    assert_eq!(cost.api_calls, 1, "the account itself was asked for");
    assert!(cost.limit_left_percent.is_some_and(|left| left > 0.0), "{cost:?}");
    scene.connect(second).await;
    let (kind, text) = scene.refused("meta.get_account", json!({})).await;
    assert!(kind == ErrorKind::Invalid && text.contains("name one in the input as \"account\""), "{text}");
    assert!(text.contains(&first.account) && text.contains(&second.account), "{text}");
    let decorated = json!({ "account": format!("act_{}", second.account) });
    assert_eq!(scene.told("meta.get_account", decorated).await.0.data["id"], json!(second.account));
    let (kind, text) = scene.refused("meta.get_account", json!({ "account": "4711" })).await;
    assert!(kind == ErrorKind::Invalid && text.contains("acme has not connected the Meta Ads account '4711'"), "{text}");
    let (_, text) = scene.refused("google.get_account", json!({})).await;
    assert!(text.contains("no connected Google Ads account"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_tenants_account_is_not_there() {
    let scene = Scene::new().await;
    let account = scene.of("meta", 0);
    scene.connect(account).await;
    let id = TenantId::parse("rival").unwrap();
    let (currency, zone) = ("EUR".parse().unwrap(), "Europe/Amsterdam".parse().unwrap());
    let new = NewTenant { id: id.clone(), name: "Rival".to_owned(), currency, zone, industry: None };
    scene.world.engine.add_tenant(&trimtab_domain::Caller::SYSTEM, new).await.unwrap();
    let rival = TenantCtx::proven(id, Actor::Operator, Role::AgencyAdmin);
    scene.sandbox.forget_calls();
    let call = scene.world.engine.run_tool(&rival, "meta.get_account", json!({ "account": account.account })).await;
    let text = call.outcome.unwrap_err().to_string();
    assert!(text.contains("rival has no connected Meta Ads account"), "{text}");
    assert!(scene.sandbox.calls().is_empty() && call.cost.api_calls == 0, "nothing was asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_a_tool_or_its_input_is_named() {
    let scene = Scene::new().await;
    scene.connect(scene.of("meta", 0)).await;
    let (kind, text) = scene.refused("meta.list_campain", json!({})).await;
    assert!(kind == ErrorKind::NotFound && text.contains("did you mean meta.list_campaigns?"), "{text}");
    let (kind, text) = scene.refused("meta.list_campaigns", json!({ "colour": "red" })).await;
    assert!(kind == ErrorKind::Invalid && text.contains("unknown field `colour`"), "{text}");
    assert_eq!(scene.health().await, [HealthState::Ok], "a wrong call says nothing of the connection");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_credential_is_recorded_and_other_failures_are_not() {
    let scene = Scene::new().await;
    scene.connect(scene.of("meta", 0)).await;
    scene.sandbox.add_fault(Fault::new("*/campaigns", FaultKind::Revoked)).unwrap();
    let (kind, text) = scene.refused("meta.list_campaigns", json!({})).await;
    assert!(kind == ErrorKind::Forbidden && text.contains("lacks access"), "{text}");
    assert_eq!(scene.health().await, [HealthState::Ok]);
    scene.sandbox.remove_faults(None, None);
    scene.sandbox.add_fault(Fault::new("", FaultKind::ExpiredToken)).unwrap();
    let (kind, text) = scene.refused("meta.list_campaigns", json!({})).await;
    assert!(kind == ErrorKind::Unauthenticated && text.contains("connect again with a new one"), "{text}");
    assert_eq!(scene.health().await, [HealthState::NeedsReauth]);
}

/// Pinterest spends a refresh token by its use: whoever does not keep the new one is locked out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_the_platform_exchanged_is_kept() {
    let scene = Scene::new().await;
    scene.connect(scene.of("pinterest", 0)).await;
    for _ in 0..2 {
        // The access token has ended, so each call exchanges the refresh token the one before left.
        scene.sandbox.advance("P31D").unwrap();
        scene.world.pass_days(31);
        let (told, _) = scene.told("pinterest.list_campaigns", json!({})).await;
        assert!(!told.data["items"].as_array().unwrap().is_empty());
    }
    assert_eq!(scene.health().await, [HealthState::Ok]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_goes_away_loses_no_secret() {
    let scene = Scene::new().await;
    scene.connect(scene.of("pinterest", 0)).await;
    scene.sandbox.advance("P31D").unwrap();
    scene.world.pass_days(31);
    let mut call = Box::pin(scene.call("pinterest.list_boards", json!({})));
    // Begun, then dropped.
    assert!(futures::poll!(&mut call).is_pending());
    drop(call);
    let goes_on = async {
        while scene.world.engine.stuck() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), goes_on).await.expect("the call ends by itself");
    assert!(scene.sandbox.calls().iter().any(|call| call.route.ends_with("/boards")), "and has read what was asked for");
    scene.sandbox.advance("P31D").unwrap();
    scene.world.pass_days(31);
    scene.told("pinterest.list_boards", json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_stops_says_so() {
    let scene = Scene::new().await;
    scene.connect(scene.of("meta", 0)).await;
    scene.world.engine.ask_to_stop();
    let (kind, text) = scene.refused("meta.fetch_insights", json!({ "from": "2026-10-01", "to": "2026-10-31" })).await;
    assert!(kind == ErrorKind::Conflict && text.contains("the server is stopping"), "{text}");
}
