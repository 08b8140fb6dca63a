//! `[oidc.NAME]`: issuers people may sign in with.

use super::secret::Secrets;
use serde::Deserialize;
use std::collections::BTreeMap;
use trimtab_connect::oidc::{ClientAuth, EmailProof, IssuerSettings, Provider};
use trimtab_domain::access::{Grant, RoleName, Scope};
use url::Url;

/// An issuer, and who may come in by it.
#[derive(Debug, Clone)]
pub(crate) struct SignInIssuer {
    pub(crate) settings: IssuerSettings,
    /// What people hold whom nobody has invited; `None`: they are refused.
    pub(crate) newcomers: Option<Grant>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawIssuer {
    preset: String,
    label: String,
    issuer: String,
    tenant: String,
    client_id: String,
    client_secret_file: String,
    client_secret_env: String,
    client_auth: String,
    scopes: Option<Vec<String>>,
    email_proof: String,
    allowed_domains: Vec<String>,
    default_role: String,
}

/// All of them, by name.
pub(super) fn check(raw: BTreeMap<String, RawIssuer>, secrets: &Secrets<'_>, problems: &mut Vec<String>) -> Vec<SignInIssuer> {
    raw.into_iter().filter_map(|(name, raw)| raw.check(&name, secrets, problems)).collect()
}

impl RawIssuer {
    fn check(self, name: &str, secrets: &Secrets<'_>, problems: &mut Vec<String>) -> Option<SignInIssuer> {
        let before = problems.len();
        let mut problem = |key: &str, what: String| {
            let dot = if key.is_empty() { "" } else { "." };
            problems.push(format!("oidc.{name}{dot}{key}{what}"));
        };
        if name.len() > 32 || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            problem("", " is no name for an issuer: use at most 32 small letters, digits and hyphens".to_owned());
        }
        let (provider, label) = match self.preset.as_str() {
            "" => (Provider::Standard, name),
            "google" => (Provider::Google, "Google"),
            "microsoft" => (Provider::Microsoft, "Microsoft"),
            other => {
                problem("preset", format!(" = '{other}' is none: use google, microsoft, or leave it out and give issuer"));
                (Provider::Standard, name)
            }
        };
        let tenant = self.tenant.trim();
        let issuer = match (provider.issuer(Some(tenant)), self.issuer.trim()) {
            (Ok(Some(preset)), "") => Some(preset),
            (Ok(Some(_)), _) => {
                problem("issuer", " is known by the preset: remove one of them".to_owned());
                None
            }
            (Ok(None), "") => {
                problem("issuer", " is missing: give the address below which /.well-known/openid-configuration lies".to_owned());
                None
            }
            (Ok(None), text) => match Url::parse(text)
                .ok()
                .filter(|url| IssuerSettings::safe(url) && url.query().is_none() && url.fragment().is_none())
            {
                Some(url) => Some(url),
                None => {
                    problem(
                        "issuer",
                        format!(" = '{text}' is not an address that can be trusted: use https, or http on this machine"),
                    );
                    None
                }
            },
            (Err(what), _) => {
                problem("tenant", format!(": {what}"));
                None
            }
        };
        if self.client_id.trim().is_empty() {
            problem("client_id", " is missing: it is shown where the application is registered".to_owned());
        }
        let client_auth = match self.client_auth.as_str() {
            "" => None,
            "basic" => Some(ClientAuth::Basic),
            "post" => Some(ClientAuth::Post),
            other => {
                problem("client_auth", format!(" = '{other}' is no way to show who asks: use basic, post, or leave it out"));
                None
            }
        };
        let email_proof = match self.email_proof.as_str() {
            "" | "claim" => EmailProof::Claim,
            "directory" => EmailProof::Directory,
            other => {
                problem(
                    "email_proof",
                    format!(" = '{other}' is none: use claim, or directory where administrators alone set addresses"),
                );
                EmailProof::Claim
            }
        };
        // At Google or in any directory of Microsoft anybody may have an account and, but for proof, any address.
        let open = provider == Provider::Google || provider.shared(tenant);
        if email_proof == EmailProof::Directory && open {
            problem(
                "email_proof",
                " = 'directory' is for a directory of your own, and anybody may have an account here: use claim".to_owned(),
            );
        }
        let default_role = Some(self.default_role.trim()).filter(|role| !role.is_empty());
        let newcomers = default_role.and_then(|role| {
            let named = role.parse::<RoleName>().map_err(|error| error.to_string());
            let held = named.and_then(|role| Grant::new(Scope::Agency, role).map_err(|error| error.to_string()));
            held.map_err(|error| problem("default_role", format!(" = '{role}' will not do: {error}"))).ok()
        });
        let allowed_domains: Vec<String> = self.allowed_domains.iter().map(|domain| domain.trim().to_lowercase()).collect();
        if let Some(bad) = allowed_domains.iter().find(|domain| !domain.contains('.') || domain.contains(['@', '/', ' ', '*'])) {
            problem("allowed_domains", format!(" holds '{bad}', which is no domain: write for example agency.example"));
        }
        if default_role.is_some() && open && allowed_domains.is_empty() {
            problem("default_role", " would let in anybody who has an account there: name allowed_domains".to_owned());
        }
        let scopes = self.scopes.unwrap_or_else(|| ["openid", "email", "profile"].map(str::to_owned).to_vec());
        if !scopes.iter().any(|scope| scope == "openid") {
            problem("scopes", " must hold openid".to_owned());
        }
        let setting = format!("oidc.{name}.client_secret");
        let client_secret = secrets.read(&setting, &self.client_secret_file, &self.client_secret_env, problems);
        let label = if self.label.trim().is_empty() { label } else { self.label.trim() };
        let settings = IssuerSettings {
            name: name.to_owned(),
            label: label.to_owned(),
            provider,
            issuer: issuer?,
            client_id: self.client_id.trim().to_owned(),
            client_secret,
            client_auth,
            scopes,
            email_proof,
            allowed_domains,
        };
        (problems.len() == before).then_some(SignInIssuer { settings, newcomers })
    }
}
