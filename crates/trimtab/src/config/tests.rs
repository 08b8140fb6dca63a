//! What is read, and what is said of faults.

use super::*;
use secrecy::ExposeSecret;
use trimtab_engine::Deadlines;
use trimtab_wire::WireSettings;

fn load(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let variable = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    Config::from("test.toml", text, variable).map_err(|e| e.to_string())
}

#[test]
fn the_default_file_is_complete_and_names_every_variable() {
    let config = load("", &[]).unwrap();
    assert!(config.listen.ip().is_loopback());
    for (variable, _, key) in VARIABLES {
        assert!(DEFAULTS.contains(variable) && DEFAULTS.contains(&format!("{key} = ")), "{variable}");
    }
}

#[test]
fn the_default_waits_are_those_of_the_crates() {
    let (wire, stack, deadlines) = (load("", &[]).unwrap().wire, WireSettings::default(), Deadlines::default());
    assert_eq!((wire.attempts, wire.patience(), wire.limit_wait()), (stack.attempts, stack.patience, stack.limit_wait));
    assert_eq!((wire.answer(), wire.report()), (deadlines.answer, deadlines.report));
}

#[test]
fn file_then_environment() {
    let file = "[server]\nlisten = \"127.0.0.1:1\"\n[lake]\nthreads = 3\n";
    let config = load(file, &[("TRIMTAB_LISTEN", "127.0.0.1:2"), ("TRIMTAB_SECURE_COOKIES", "true")]).unwrap();
    assert_eq!((config.listen.port(), config.lake.threads, config.secure_cookies), (2, 3, true));
}

#[test]
fn the_databases_password_is_never_repeated() {
    let given = [("TRIMTAB_DATABASE_URL", "postgres://ann:s3cret@db.example/agency")];
    let config = load("", &given).unwrap();
    let shown = format!("{config:?}");
    assert!(shown.contains("postgres://ann@db.example:5432/agency") && !shown.contains("s3cret"), "{shown}");
    assert_eq!(load("", &[]).unwrap().database, None);
    for bad in ["mysql://ann:s3cret@db/agency", "postgres://ann:s3cret@db", "s3cret"] {
        let error = load("", &[("TRIMTAB_DATABASE_URL", bad)]).unwrap_err();
        assert!(error.contains("database.url: it is not the URL of a PostgreSQL database") && !error.contains("s3cret"), "{error}");
    }
    let error = load("[database]\nurl = { secret = \"s3cret\" }\n", &[]).unwrap_err();
    assert!(!error.contains("s3cret"), "{error}");
}

const OIDC: &str = "[server]\npublic_url = \"https://trimtab.agency.example\"\n";

#[test]
fn issuers_are_read_with_their_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "hush from file\n").unwrap();
    let text = format!(
        "{OIDC}[oidc.google]\npreset = \"google\"\nclient_id = \"g\"\nclient_secret_env = \"G_SECRET\"\nallowed_domains = [\"Agency.example\"]\n\
         default_role = \"agency_analyst\"\n[oidc.entra]\npreset = \"microsoft\"\ntenant = \"agency.example\"\nclient_id = \"m\"\n\
         client_secret_file = '{}'\nemail_proof = \"directory\"\n[oidc.sso]\nlabel = \"Agency SSO\"\nissuer = \"https://sso.agency.example/realms/a\"\n\
         client_id = \"k\"\n",
        file.display()
    );
    let config = load(&text, &[("G_SECRET", "hush from variable")]).unwrap();
    let told: Vec<_> = config
        .oidc
        .iter()
        .map(|one| (one.settings.name.as_str(), one.settings.label.as_str(), one.settings.issuer.as_str()))
        .collect();
    let expected = [
        ("entra", "Microsoft", "https://login.microsoftonline.com/agency.example/v2.0"),
        ("google", "Google", "https://accounts.google.com/"),
        ("sso", "Agency SSO", "https://sso.agency.example/realms/a"),
    ];
    assert_eq!(told, expected);
    let secrets = config.oidc.iter().map(|one| one.settings.client_secret.as_ref().map(|secret| secret.expose_secret().to_owned()));
    assert_eq!(secrets.collect::<Vec<_>>(), [Some("hush from file".to_owned()), Some("hush from variable".to_owned()), None]);
    assert_eq!(config.oidc[1].settings.allowed_domains, ["agency.example"]);
    assert!(!format!("{config:?}").contains("hush"));
}

#[test]
fn what_is_wrong_with_sign_in_and_mail_is_named_together() {
    let text = "[oidc.A_B]\n[oidc.g]\npreset = \"google\"\nclient_id = \"g\"\ndefault_role = \"x\"\nclient_secret_env = \"NOT_SET\"\nemail_proof = \"directory\"\n\
        [oidc.m]\npreset = \"microsoft\"\nclient_id = \"m\"\n[oidc.s]\nissuer = \"http://sso.agency.example\"\nclient_id = \"s\"\nallowed_domains = [\"*\"]\n\
        [mail]\nhost = \"mail.agency.example\"\nsecurity = \"none\"\nuser = \"u\"\nfrom = \"agency\"\ntimeout_seconds = 0\n";
    let error = load(text, &[]).unwrap_err();
    for said in [
        "server.public_url is missing",
        "oidc.A_B is no name",
        "oidc.A_B.issuer is missing",
        "oidc.A_B.client_id is missing",
        "oidc.g.default_role would let in anybody",
        "oidc.g.client_secret_env = 'NOT_SET' is not in the environment",
        "oidc.g.email_proof = 'directory' is for a directory of your own",
        "oidc.m.tenant: the directory is missing",
        "oidc.s.issuer = 'http://sso.agency.example' is not an address that can be trusted",
        "oidc.s.allowed_domains holds '*'",
        "mail.timeout_seconds = 0",
        "mail.password_env = 'TRIMTAB_MAIL_PASSWORD' is not in the environment",
        "mail.security: none is for a server on this machine alone",
    ] {
        assert!(error.contains(said), "{said}: {error}");
    }
    assert!(load("[oidc.s]\nisuer = \"x\"\n", &[]).unwrap_err().contains("isuer"));
    assert!(load("[mail]\nfrom = \"a@x.example\"\n", &[]).unwrap_err().contains("mail.from is given without mail.host"));
    for bad in ["http://trimtab.agency.example", "https://a.example/x", "https://a.example/?x", "a.example"] {
        assert!(load(&format!("[server]\npublic_url = \"{bad}\"\n"), &[]).unwrap_err().contains("server.public_url"), "{bad}");
    }
}

#[test]
fn mail_is_set_by_file_and_environment() {
    let text = format!("{OIDC}[mail]\nhost = \"mail.agency.example\"\nuser = \"u\"\nfrom = \"Agency <a@agency.example>\"\n");
    let mail = load(&text, &[("TRIMTAB_MAIL_PASSWORD", "hush"), ("TRIMTAB_MAIL_PORT", "2525")]).unwrap().mail.unwrap();
    assert_eq!((mail.host.as_str(), mail.port, mail.timeout), ("mail.agency.example", Some(2525), Duration::from_secs(20)));
    assert_eq!(mail.login.unwrap().1.expose_secret(), "hush");
    assert!(load("", &[]).unwrap().mail.is_none());
}

#[test]
fn problems_are_named_together() {
    let error = load("[server]\nlisten = \"here\"\n[wire]\nattempts = 0\n[lake]\nthreads = 0\n", &[]).unwrap_err();
    for key in ["server.listen", "wire.attempts = 0 must be 1 to 20", "lake.threads"] {
        assert!(error.contains(key), "{key}: {error}");
    }
    assert!(load("[server]\nlistne = \"x\"\n", &[]).unwrap_err().contains("listne"));
    assert!(load("[sever]\n", &[]).unwrap_err().contains("[sever]"));
    assert!(load("[lake]\nthreads = \"many\"\n", &[]).unwrap_err().contains("settings"));
}
