//! `trimtab user`: people and what they hold.

use super::{Context, InScope};
use crate::{exit, node::Node, output};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::{routes::invitations::InvitedShape, shape::ManagedUser};
use trimtab_domain::{access::RoleName, id::UserId};
use trimtab_engine::{User as Person, Visitor};

/// List, invite and shut out people, and give and take their roles
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// List people and what they hold
    List(InScope),
    /// Invite somebody to a role; prints the link where no mail is set up
    Invite(Held),
    /// Let somebody sign in no more; what they hold stays
    Disable(One),
    /// Let somebody sign in again
    Enable(One),
    /// Give somebody a role
    Grant(Held),
    /// Take a role from somebody
    Revoke(Held),
    /// Make a link to a new password, to hand over; good once, for an hour
    ResetLink(One),
}

#[derive(Debug, Args)]
pub(super) struct One {
    /// Their e-mail address
    email: String,
}

#[derive(Debug, Args)]
pub(super) struct Held {
    /// Their e-mail address
    email: String,
    /// The role's name (`trimtab role list` shows them)
    #[arg(long)]
    role: String,
    #[command(flatten)]
    place: InScope,
}

impl User {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        let operator = Visitor::operator("user");
        match self {
            Self::List(place) => {
                let users = node.engine.users(&operator, &place.scope()?).await?;
                let roles = node.engine.roles().await?;
                if context.json {
                    let users: Vec<_> = users.into_iter().map(|user| ManagedUser::new(user, &roles)).collect();
                    output::document(&json!({ "users": users }));
                } else {
                    let head = ["email", "name", "holds", "second factor", "last seen", "state"].map(str::to_owned).to_vec();
                    output::table(head, users.into_iter().map(row).collect());
                }
            }
            Self::Invite(held) => {
                let (scope, role) = held.place.and(&held.role)?;
                let invited = node.engine.invite(&operator, &held.email, scope, role).await?;
                if context.json {
                    output::document(&InvitedShape::from(&invited));
                } else if let Some(link) = &invited.link {
                    output::say(&format!("Hand this link to {}; it is good once, until {}:", invited.email, invited.expires_at));
                    output::plain(&format!("{}\n", link.expose_secret()));
                } else {
                    output::say(&format!("Sent an invitation to {}, good until {}.", invited.email, invited.expires_at));
                }
            }
            Self::Disable(one) => {
                node.engine.set_disabled(&operator, &one.find(&node).await?, true).await?;
                done(context, &one.email, "can sign in no more; open sessions have ended");
            }
            Self::Enable(one) => {
                node.engine.set_disabled(&operator, &one.find(&node).await?, false).await?;
                done(context, &one.email, "can sign in again");
            }
            Self::Grant(held) => {
                let (scope, role) = held.place.and(&held.role)?;
                let text = format!("holds {role} for {scope}");
                node.engine.grant(&operator, &find(&node, &held.email).await?, scope, role).await?;
                done(context, &held.email, &text);
            }
            Self::Revoke(held) => {
                let (scope, role) = held.place.and(&held.role)?;
                let text = format!("no longer holds {role} for {scope}");
                node.engine.revoke(&operator, &find(&node, &held.email).await?, scope, role).await?;
                done(context, &held.email, &text);
            }
            Self::ResetLink(one) => {
                let (link, until) = node.engine.reset_link(&operator, &one.find(&node).await?).await?;
                if context.json {
                    output::document(&json!({ "email": one.email, "link": link.expose_secret(), "expires_at": until.to_string() }));
                } else {
                    output::say(&format!("Hand this link to {}; it is good once, until {until}:", one.email));
                    output::plain(&format!("{}\n", link.expose_secret()));
                }
            }
        }
        // Mails are sent behind the answers.
        node.engine.finish().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl One {
    async fn find(&self, node: &Node) -> anyhow::Result<UserId> {
        find(node, &self.email).await
    }
}

async fn find(node: &Node, email: &str) -> anyhow::Result<UserId> {
    let found = node.store.system().user_with_email(email).await?;
    found.ok_or_else(|| exit::missing(format!("nobody has the address '{email}': `trimtab user list` shows who there is")))
}

fn done(context: &Context, email: &str, what: &str) {
    if context.json {
        output::document(&json!({ "email": email, "done": true }));
    } else {
        output::say(&format!("{email} {what}."));
    }
}

fn row(user: Person) -> Vec<String> {
    let holds = |grant: &trimtab_domain::access::Grant| match grant.scope.tenant() {
        Some(tenant) => format!("{} ({tenant})", grant.role),
        None => grant.role.to_string(),
    };
    vec![
        user.email,
        user.name,
        user.grants.iter().map(holds).collect::<Vec<_>>().join(", "),
        if user.second_factor { "yes" } else { "no" }.to_owned(),
        user.seen_at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M").to_string()),
        if user.disabled_at.is_some() { "shut out" } else { "active" }.to_owned(),
    ]
}

impl InScope {
    fn and(&self, role: &str) -> anyhow::Result<(trimtab_domain::access::Scope, RoleName)> {
        Ok((self.scope()?, super::role::name(role)?))
    }
}
