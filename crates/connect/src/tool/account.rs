//! Whether the credential is good, which accounts it sees, and what the account is.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, Items},
    input::{OfAccount, SomeOfAccount},
};
use crate::{Credential, Error};
use schemars::JsonSchema;
use serde::Serialize;
use trimtab_domain::{Source, SourceKind};

/// What is said of the list of accounts, and of one of them, by what the platform knows about.
const fn words(platform: Source) -> (&'static str, &'static str) {
    match platform.kind() {
        SourceKind::Ads | SourceKind::Rates => (
            "Lists the ad accounts the connection's credential sees, connected or not",
            "Describes the ad account as the platform has it now: name, currency, zone, whether it may spend",
        ),
        SourceKind::Site => (
            "Lists the properties the connection's credential sees, connected or not",
            "Describes the property as it is now: name, currency, zone",
        ),
        SourceKind::Mail | SourceKind::Shop => (
            "Lists the accounts the connection's credential sees, connected or not",
            "Describes the account as it is now: name, currency, zone",
        ),
    }
}

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    let (listed, described) = words(platform);
    let mut tools = vec![Tool::new::<OfAccount, CredentialShape>(
        platform,
        "check_credential",
        "Checks the connection's credential by real calls: whom it speaks for, what it may do, when it ends",
        |desk, _| Box::pin(check(desk)),
    )];
    // TikTok tells which accounts a token reaches to the app that issued it alone.
    if platform != Source::Tiktok {
        tools.push(Tool::new::<SomeOfAccount, Items<AccountShape>>(platform, "list_accounts", listed, |desk, input| {
            Box::pin(list(desk, input))
        }));
    }
    tools.push(Tool::new::<OfAccount, AccountShape>(platform, "get_account", described, |desk, _| Box::pin(get(desk))));
    tools
}

/// A credential that is good.
#[derive(Debug, Serialize, JsonSchema)]
struct CredentialShape {
    /// When it stops working (RFC 3339); null when it does not, renews itself, or the platform does not say.
    expires_at: Option<String>,
    /// When data access ends unless the user consents anew (RFC 3339); null as above.
    data_access_expires_at: Option<String>,
    /// What it may do, in the platform's words; empty where the platform does not say.
    scopes: Vec<String>,
    /// The user it speaks for, as the platform names it; null where it does not say.
    user_id: Option<String>,
    /// That user's name.
    user_name: Option<String>,
}

async fn check(desk: Desk<'_>) -> Result<Answer<CredentialShape>, Error> {
    let Credential { expires_at, data_access_expires_at, scopes, user_id, user_name } = desk.connector.check().await?;
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(Answer::whole(CredentialShape {
        expires_at: expires_at.map(|at| at.to_string()),
        data_access_expires_at: data_access_expires_at.map(|at| at.to_string()),
        scopes,
        user_id: said(&user_id),
        user_name: said(&user_name),
    }))
}

async fn list(desk: Desk<'_>, input: SomeOfAccount) -> Result<Answer<Items<AccountShape>>, Error> {
    let mut accounts = desk.connector.accounts().await?;
    accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let shapes = accounts.iter().map(AccountShape::from).collect();
    Ok(Items::cut(AccountShape::from(desk.account), shapes, input.limit, "use a credential that sees fewer accounts"))
}

async fn get(desk: Desk<'_>) -> Result<Answer<AccountShape>, Error> {
    let account = desk.connector.account(&desk.account.id).await?;
    Ok(Answer::whole(AccountShape::from(&account)))
}
