//! Sign-in at the simulated issuer: each kind of application, and every way an answer can be wrong.

use crate::world::World;
use jiff::SignedDuration;
use std::{collections::BTreeSet, sync::Arc};
use trimtab_connect::oidc::{
    Callback, ClientAuth, EmailProof, Error, Identity, Issuer, IssuerSettings, Pending, Provider, ReturnTo, TokenFlaw,
};
use trimtab_domain::{
    Clock, ErrorKind, Source, Timestamp,
    clock::testing::{CountingIds, ManualClock},
};
use trimtab_sandbox::{Client, Fault, FaultKind, Person};
use url::Url;

const ADA: &str = "ada@agency.example";

/// A world, a clock that starts where the world's stands, and somebody's browser.
struct Scene {
    world: World,
    clock: Arc<ManualClock>,
    browser: reqwest::Client,
    /// Where the issuer is.
    issuer: Url,
}

impl Scene {
    async fn start() -> Self {
        let world = World::start(Source::Meta).await;
        let mut issuer: Url = world.accounts[0].base_url.parse().unwrap();
        issuer.set_path("/oidc");
        let clock = Arc::new(ManualClock::at(&world.clock.now().to_string()));
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { world, clock, browser, issuer }
    }

    fn client(&self, id: &str) -> &'static Client {
        self.world.sandbox.clients().iter().find(|client| client.id == id).unwrap()
    }

    fn settings(&self, id: &str) -> IssuerSettings {
        IssuerSettings {
            name: "sandbox".to_owned(),
            label: "Sandbox".to_owned(),
            provider: Provider::Standard,
            issuer: self.issuer.clone(),
            client_id: id.to_owned(),
            client_secret: self.client(id).secret.map(Into::into),
            client_auth: (id == "trimtab-post").then_some(ClientAuth::Post),
            scopes: vec!["openid".to_owned(), "email".to_owned(), "profile".to_owned()],
            email_proof: EmailProof::Claim,
            allowed_domains: Vec::new(),
        }
    }

    fn open(&self, settings: IssuerSettings) -> Issuer {
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as _;
        Issuer::new(settings, self.world.wire.clone(), clock, Arc::new(CountingIds::default()))
    }

    fn usual(&self) -> Issuer {
        self.open(self.settings("trimtab-public"))
    }

    /// Sends the browser to the issuer and takes what it comes back with.
    async fn visit(&self, url: &Url) -> Callback {
        let reply = self.browser.get(url.clone()).send().await.unwrap();
        assert_eq!(reply.status(), 302, "{url}");
        let location: Url = reply.headers()["location"].to_str().unwrap().parse().unwrap();
        assert_eq!(location.path(), "/api/v1/auth/oidc/sandbox/callback");
        let params: serde_json::Map<_, _> =
            location.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
        serde_json::from_value(params.into()).unwrap()
    }

    async fn left_and_back(&self, issuer: &Issuer, who: &str) -> (Pending, Callback) {
        let begun = issuer.begin(&callback(), ReturnTo::default(), Some(who)).await.unwrap();
        let back = self.visit(&begun.url).await;
        (begun.pending, back)
    }

    async fn sign_in(&self, issuer: &Issuer, who: &str) -> Result<Identity, Error> {
        let begun = issuer.begin(&callback(), ReturnTo::default(), Some(who)).await?;
        let back = self.visit(&begun.url).await;
        issuer.finish(&begun.pending, &back).await
    }

    fn fault(&self, route: &str, kind: FaultKind) {
        self.world.sandbox.add_fault(Fault::new(route, kind).times(1)).unwrap();
    }
}

fn callback() -> Url {
    "http://127.0.0.1:8080/api/v1/auth/oidc/sandbox/callback".parse().unwrap()
}

fn flaw(outcome: Result<Identity, Error>) -> TokenFlaw {
    match outcome {
        Err(Error::Token { flaw, .. }) => flaw,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_application_signs_people_in() {
    let scene = Scene::start().await;
    for algorithm in ["RS256", "ES256"] {
        scene.world.sandbox.sign_with(algorithm).unwrap();
        for id in ["trimtab-basic", "trimtab-post", "trimtab-public"] {
            let identity =
                scene.sign_in(&scene.open(scene.settings(id)), ADA).await.unwrap_or_else(|error| panic!("{id}: {error}"));
            let expected = Identity {
                issuer: scene.issuer.to_string(),
                subject: "p-1001".to_owned(),
                email: ADA.to_owned(),
                name: Some("Ada Lindqvist".to_owned()),
            };
            assert_eq!(identity, expected, "{id} {algorithm}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_leaves_with_a_challenge_and_without_secrets() {
    let scene = Scene::start().await;
    let issuer = scene.open(scene.settings("trimtab-basic"));
    let return_to: ReturnTo = "/clients/acme?from=2026-11-01".parse().unwrap();
    let begun = issuer.begin(&callback(), return_to.clone(), None).await.unwrap();
    let params: std::collections::HashMap<String, String> = begun.url.query_pairs().into_owned().collect();
    assert_eq!((params["code_challenge_method"].as_str(), params["response_type"].as_str()), ("S256", "code"));
    assert_eq!((params["scope"].as_str(), params["redirect_uri"].as_str()), ("openid email profile", callback().as_str()));
    let kept: serde_json::Value = serde_json::to_value(&begun.pending).unwrap();
    assert_eq!((kept["state"].as_str(), kept["nonce"].as_str()), (Some(params["state"].as_str()), Some(params["nonce"].as_str())));
    let secret = scene.client("trimtab-basic").secret.unwrap();
    for hidden in [kept["verifier"].as_str().unwrap(), secret] {
        assert!(!begun.url.as_str().contains(hidden) && !format!("{issuer:?} {begun:?}").contains(hidden));
    }
    let texts: BTreeSet<&str> = ["state", "nonce", "verifier"].into_iter().filter_map(|name| kept[name].as_str()).collect();
    assert!(texts.len() == 3 && texts.iter().all(|text| text.len() == 43), "{texts:?}");
    assert_eq!((begun.pending.return_to, begun.pending.begun_at), (return_to, scene.clock.now()));
    assert!(!format!("{:?}", scene.world.wire.recent_calls()).contains(secret));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_outside_works_as_well() {
    let scene = Scene::start().await;
    let issuer = scene.usual();
    let (pending, back) = scene.left_and_back(&issuer, ADA).await;
    let kept: Pending = serde_json::from_str(&serde_json::to_string(&pending).unwrap()).unwrap();
    assert_eq!(Pending::key(back.state.as_deref().unwrap()), kept.own_key());
    issuer.finish(&kept, &back).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flaw_of_a_token_is_refused_by_its_name() {
    let scene = Scene::start().await;
    let mut said = BTreeSet::new();
    for id in ["trimtab-public", "trimtab-basic"] {
        let issuer = scene.open(scene.settings(id));
        for (kind, expected) in [
            (FaultKind::OtherIssuer, TokenFlaw::Issuer),
            (FaultKind::WrongNonce, TokenFlaw::Nonce),
            (FaultKind::WrongAudience, TokenFlaw::Audience),
            (FaultKind::MoreAudiences, TokenFlaw::Audience),
            (FaultKind::WrongParty, TokenFlaw::Party),
            (FaultKind::ExpiredIdToken, TokenFlaw::Expired),
            (FaultKind::EarlyIdToken, TokenFlaw::Early),
            (FaultKind::AlgNone, TokenFlaw::Algorithm),
            (FaultKind::AlgHmac, TokenFlaw::Algorithm),
            (FaultKind::ForeignKey, TokenFlaw::Signature),
            (FaultKind::UnknownKey, TokenFlaw::UnknownKey),
            (FaultKind::NoIdToken, TokenFlaw::Missing),
        ] {
            scene.fault("/oidc/token", kind);
            let outcome = scene.sign_in(&issuer, ADA).await;
            assert!(scene.world.sandbox.faults().is_empty(), "{kind:?} has struck");
            assert_eq!(outcome.as_ref().map_err(Error::kind), Err(ErrorKind::Unauthenticated), "{id} {kind:?}");
            said.insert(outcome.as_ref().unwrap_err().to_string());
            assert_eq!(flaw(outcome), expected, "{id} {kind:?}");
        }
        scene.sign_in(&issuer, ADA).await.unwrap();
    }
    assert_eq!(said.len(), 10, "each flaw has its own words: {said:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_not_to_our_question_is_refused_before_anything_is_asked() {
    let scene = Scene::start().await;
    let issuer = scene.usual();
    let (pending, back) = scene.left_and_back(&issuer, ADA).await;
    let (others, _) = scene.left_and_back(&issuer, ADA).await;
    scene.world.sandbox.forget_calls();
    for (name, pending, back) in [
        ("another's state", &others, back.clone()),
        ("no state", &pending, Callback { state: None, ..back.clone() }),
        ("an empty state", &pending, Callback { state: Some(String::new()), ..back.clone() }),
    ] {
        let outcome = issuer.finish(pending, &back).await;
        assert!(matches!(outcome, Err(Error::State { .. })), "{name}: {outcome:?}");
    }
    for (name, iss) in [("another issuer", Some("https://evil.example".to_owned())), ("no issuer", None)] {
        let outcome = issuer.finish(&pending, &Callback { iss, ..back.clone() }).await;
        assert!(matches!(outcome, Err(Error::MixedUp { .. })), "{name}: {outcome:?}");
    }
    let elsewhere = scene.open(IssuerSettings { name: "other".to_owned(), ..scene.settings("trimtab-public") });
    assert!(matches!(elsewhere.finish(&pending, &back).await, Err(Error::MixedUp { .. })));
    for (kind, route) in [(FaultKind::WrongState, "authorize"), (FaultKind::OtherIssuer, "authorize")] {
        scene.fault(route, kind);
        let outcome = scene.sign_in(&issuer, ADA).await;
        assert!(matches!(outcome, Err(Error::State { .. } | Error::MixedUp { .. })), "{kind:?}: {outcome:?}");
    }
    assert!(scene.world.sandbox.calls().iter().all(|call| call.route != "/oidc/token"), "no code left this machine");
    issuer.finish(&pending, &back).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_serves_once_and_not_for_ever() {
    let scene = Scene::start().await;
    let issuer = scene.usual();
    let (pending, back) = scene.left_and_back(&issuer, ADA).await;
    issuer.finish(&pending, &back).await.unwrap();
    let again = issuer.finish(&pending, &back).await.unwrap_err();
    assert!(matches!(&again, Error::Code { reason, .. } if reason.contains("used before")), "{again}");
    let (pending, back) = scene.left_and_back(&issuer, ADA).await;
    scene.clock.advance(SignedDuration::from_secs(601));
    let late = issuer.finish(&pending, &back).await.unwrap_err();
    assert!(matches!(late, Error::Late { .. }) && late.to_string().contains("sign in again"), "{late}");
    let mut pending = pending;
    pending.begun_at = scene.clock.now() + SignedDuration::from_secs(5);
    assert!(matches!(issuer.finish(&pending, &back).await, Err(Error::Late { .. })), "begun in the future");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_may_differ_by_a_minute() {
    for (behind, expected) in
        [(-30, None), (30, None), (-600, Some(TokenFlaw::Early)), (3_630, None), (3_700, Some(TokenFlaw::Expired))]
    {
        let mut scene = Scene::start().await;
        let ours: Timestamp = scene.world.clock.now() + SignedDuration::from_secs(behind);
        scene.clock = Arc::new(ManualClock::at(&ours.to_string()));
        let outcome = scene.sign_in(&scene.usual(), ADA).await;
        match expected {
            None => assert!(outcome.is_ok(), "{behind}: {outcome:?}"),
            Some(expected) => assert_eq!(flaw(outcome), expected, "{behind}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_keys_are_looked_for_once_and_documents_are_remembered() {
    let scene = Scene::start().await;
    let issuer = scene.usual();
    let asked = |route: &str| scene.world.sandbox.calls().iter().filter(|call| call.route.ends_with(route)).count();
    scene.sign_in(&issuer, ADA).await.unwrap();
    scene.sign_in(&issuer, ADA).await.unwrap();
    assert_eq!((asked("openid-configuration"), asked("/keys")), (1, 1));
    scene.world.sandbox.rotate_keys();
    scene.sign_in(&issuer, ADA).await.unwrap();
    scene.sign_in(&issuer, ADA).await.unwrap();
    assert_eq!((asked("openid-configuration"), asked("/keys")), (1, 2));
    scene.fault("/oidc/token", FaultKind::UnknownKey);
    assert_eq!(flaw(scene.sign_in(&issuer, ADA).await), TokenFlaw::UnknownKey);
    assert_eq!(asked("/keys"), 3, "looked for once, not for ever");
    scene.clock.advance(SignedDuration::from_secs(3_601));
    scene.world.sandbox.advance("PT1H1S").unwrap();
    scene.sign_in(&issuer, ADA).await.unwrap();
    assert_eq!((asked("openid-configuration"), asked("/keys")), (2, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_need_proof_and_the_right_domain() {
    let scene = Scene::start().await;
    let issuer = scene.usual();
    for (who, code) in [("uma@agency.example", "oidc_email_unverified"), ("p-1006", "oidc_no_email")] {
        let error = scene.sign_in(&issuer, who).await.unwrap_err();
        assert_eq!((error.code(), error.kind()), (code, ErrorKind::Forbidden), "{error}");
    }
    scene.fault("/oidc/token", FaultKind::EmailUnverified);
    assert_eq!(scene.sign_in(&issuer, ADA).await.unwrap_err().code(), "oidc_email_unverified");
    let ours =
        scene.open(IssuerSettings { allowed_domains: vec!["agency.example".to_owned()], ..scene.settings("trimtab-public") });
    scene.sign_in(&ours, ADA).await.unwrap();
    let error = scene.sign_in(&ours, "clara@north-sea-coffee.example").await.unwrap_err();
    assert!(error.code() == "oidc_domain" && error.to_string().contains("north-sea-coffee.example"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_google_members_are_told_by_the_organisation() {
    let scene = Scene::start().await;
    let of = |subject: &str, email: &str, hd: Option<&str>| Person {
        subject: subject.to_owned(),
        email: Some(email.to_owned()),
        email_verified: true,
        name: "G".to_owned(),
        hd: hd.map(str::to_owned),
    };
    scene.world.sandbox.admit(of("g-1", "member@agency.example", Some("agency.example")));
    scene.world.sandbox.admit(of("g-2", "left@agency.example", None));
    let issuer = scene.open(IssuerSettings {
        provider: Provider::Google,
        allowed_domains: vec!["agency.example".to_owned()],
        ..scene.settings("trimtab-public")
    });
    assert_eq!(scene.sign_in(&issuer, "member@agency.example").await.unwrap().subject, "g-1");
    assert_eq!(scene.sign_in(&issuer, "left@agency.example").await.unwrap_err().code(), "oidc_domain");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_for_many_is_one_issuer_for_each() {
    let scene = Scene::start().await;
    let mut common = scene.issuer.clone();
    common.set_path("/oidc/common/v2.0");
    let settings = || IssuerSettings { provider: Provider::Microsoft, issuer: common.clone(), ..scene.settings("trimtab-basic") };
    let issuer = scene.open(settings());
    let identity = scene.sign_in(&issuer, ADA).await.unwrap();
    let expected = format!("{}/0a1b2c3d-1111-4222-8333-444455556666/v2.0", scene.issuer);
    assert_eq!((identity.issuer, identity.email.as_str()), (expected, ADA));
    assert_eq!(scene.sign_in(&issuer, "uma@agency.example").await.unwrap_err().code(), "oidc_email_unverified");
    for (kind, expected) in [(FaultKind::OtherIssuer, TokenFlaw::Issuer), (FaultKind::ForeignKey, TokenFlaw::Signature)] {
        scene.fault("/token", kind);
        assert_eq!(flaw(scene.sign_in(&issuer, ADA).await), expected);
    }
    let plain = scene.open(IssuerSettings { provider: Provider::Standard, ..settings() });
    assert_eq!(plain.check().await.unwrap_err().code(), "oidc_document", "a template is no issuer to anybody else");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_told_elsewhere_must_be_the_same_persons() {
    let scene = Scene::start().await;
    let issuer = scene.usual();
    scene.fault("/oidc/token", FaultKind::EmailElsewhere);
    assert_eq!(scene.sign_in(&issuer, ADA).await.unwrap().email, ADA);
    scene.fault("/oidc/token", FaultKind::EmailElsewhere);
    scene.fault("/oidc/userinfo", FaultKind::OtherSubject);
    assert_eq!(flaw(scene.sign_in(&issuer, ADA).await), TokenFlaw::Subject);
    scene.fault("/oidc/token", FaultKind::EmailElsewhere);
    scene.fault("/oidc/userinfo", FaultKind::EmailUnverified);
    assert_eq!(scene.sign_in(&issuer, ADA).await.unwrap_err().code(), "oidc_email_unverified");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_must_act_is_told() {
    let scene = Scene::start().await;
    let issuer = scene.open(IssuerSettings { client_secret: Some("guess".into()), ..scene.settings("trimtab-basic") });
    let error = scene.sign_in(&issuer, ADA).await.unwrap_err();
    assert!(matches!(error, Error::Application { .. }) && error.to_string().contains("client_secret"), "{error}");
    assert!(!error.to_string().contains("guess"));

    let usual = scene.usual();
    let begun = usual.begin(&callback(), ReturnTo::default(), None).await.unwrap();
    let mut refusing = begun.url.clone();
    refusing.query_pairs_mut().append_pair("refuse", "1");
    let back = scene.visit(&refusing).await;
    assert!(matches!(usual.finish(&begun.pending, &back).await, Err(Error::Denied { .. })));
    let forged = Callback { error: Some("server\r\nerror".to_owned()), ..back.clone() };
    let error = usual.finish(&begun.pending, &forged).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }) && !error.to_string().contains('\n'), "{error}");

    let fresh = || scene.usual();
    scene.fault("openid-configuration", FaultKind::OtherIssuer);
    let error = fresh().check().await.unwrap_err();
    assert!(matches!(error, Error::Document { .. }) && error.to_string().contains("issuer.attacker.example"), "{error}");
    for (kind, code) in [
        (FaultKind::ServerError, "oidc_trouble"),
        (FaultKind::Http429, "oidc_trouble"),
        (FaultKind::Revoked, "oidc_document"),
        (FaultKind::Malformed, "oidc_document"),
        (FaultKind::Drift, "oidc_document"),
    ] {
        scene.fault("openid-configuration", kind);
        assert_eq!(fresh().check().await.unwrap_err().code(), code, "{kind:?}");
        scene.fault("/oidc/keys", kind);
        assert_eq!(fresh().check().await.unwrap_err().code(), code, "keys {kind:?}");
    }
    for (kind, code) in [
        (FaultKind::ServerError, "oidc_trouble"),
        (FaultKind::Malformed, "oidc_token"),
        (FaultKind::Drop, "oidc_unreachable"),
        (FaultKind::Truncated, "oidc_unreachable"),
    ] {
        scene.fault("/oidc/token", kind);
        let error = scene.sign_in(&usual, ADA).await.unwrap_err();
        assert_eq!(error.code(), code, "{kind:?}: {error}");
    }
    fresh().check().await.unwrap();
}
