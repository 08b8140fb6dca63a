//! What people know of a client: reading it, writing it, and what follows from it.

use crate::{Engine, Error, live::Change};
use std::collections::BTreeMap;
use trimtab_domain::{TenantCtx, Timestamp, benchmark::Industry, id::UserId, knowledge::ClientKnowledge};
use trimtab_store::KeptKnowledge;

/// One version of what is known of a client.
#[derive(Debug, Clone, PartialEq)]
pub struct KnowledgeView {
    /// Which version: the first that is written is 1; 0 is what is known before.
    pub version: u64,
    /// What is known.
    pub knowledge: ClientKnowledge,
    /// When it was written (UTC); `None`: nobody has written anything yet.
    pub changed_at: Option<Timestamp>,
    /// By whom: a person's address, or who else acts.
    pub changed_by: Option<String>,
    /// The industry benchmarks are taken of: the one named in it, else the tenant's own; `None`: neither is one that is known.
    pub industry: Option<&'static Industry>,
}

impl Engine {
    /// What is known of the client now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn knowledge(&self, ctx: &TenantCtx) -> Result<KnowledgeView, Error> {
        let kept = self.store().tenant(ctx).knowledge().await?;
        let own = self.own_industry(ctx).await?;
        let Some(kept) = kept else {
            let knowledge = ClientKnowledge::default();
            return Ok(KnowledgeView { version: 0, knowledge, changed_at: None, changed_by: None, industry: own });
        };
        let by = self.name_of(&kept.changed_by).await?;
        Ok(view(kept, by, own))
    }

    /// The newest versions, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn knowledge_history(&self, ctx: &TenantCtx) -> Result<Vec<KnowledgeView>, Error> {
        let own = self.own_industry(ctx).await?;
        let (mut names, mut views) = (BTreeMap::<String, String>::new(), Vec::new());
        for kept in self.store().tenant(ctx).knowledge_history().await? {
            let by = match names.get(&kept.changed_by) {
                Some(name) => name.clone(),
                None => self.name_of(&kept.changed_by).await?,
            };
            names.insert(kept.changed_by.clone(), by.clone());
            views.push(view(kept, by, own));
        }
        Ok(views)
    }

    /// Writes what is known on top of the version that was read (0: there was none). Where analyses look at what is new in it, they are made
    /// anew behind; `live` tells when they are.
    ///
    /// # Errors
    /// [`Error::Knowledge`] with everything in it that cannot be; a conflict when somebody else has written since.
    pub async fn put_knowledge(&self, ctx: &TenantCtx, knowledge: &ClientKnowledge, read: u64) -> Result<KnowledgeView, Error> {
        let faults = knowledge.faults();
        if !faults.is_empty() {
            return Err(Error::Knowledge(faults));
        }
        let before = self.client_knowledge(ctx).await?;
        match self.store().tenant(ctx).put_knowledge(knowledge, read).await {
            Ok(kept) => {
                if !alike(&before, &kept.knowledge) {
                    self.analyse_behind(ctx);
                }
                self.knowledge(ctx).await
            }
            Err(trimtab_store::Error::Conflict(_)) => Err(self.conflict(ctx, read).await?),
            Err(error) => Err(error.into()),
        }
    }

    /// What is known of the client; nothing, where nobody has written anything yet.
    pub(crate) async fn client_knowledge(&self, ctx: &TenantCtx) -> Result<ClientKnowledge, Error> {
        Ok(self.store().tenant(ctx).knowledge().await?.map(|kept| kept.knowledge).unwrap_or_default())
    }

    /// The conflict, with the name people know whoever was faster by.
    async fn conflict(&self, ctx: &TenantCtx, read: u64) -> Result<Error, Error> {
        let KnowledgeView { version, changed_at, changed_by, .. } = self.knowledge(ctx).await?;
        let text = match changed_at.zip(changed_by) {
            Some((at, by)) => {
                format!("version {read} was read, but {by} wrote version {version} at {at}: read that and change it again")
            }
            None => format!("version {read} was read, but nothing is known of this client yet: begin from version 0"),
        };
        Ok(trimtab_store::Error::Conflict(text).into())
    }

    async fn own_industry(&self, ctx: &TenantCtx) -> Result<Option<&'static Industry>, Error> {
        Ok(self.tenant(ctx.tenant()).await?.industry.as_deref().and_then(Industry::recognise))
    }

    /// A person's address instead of an id; whoever else acts is called what they are.
    async fn name_of(&self, actor: &str) -> Result<String, Error> {
        let Ok(user) = UserId::parse(actor) else { return Ok(actor.to_owned()) };
        let email = self.store().system().email_of(&user).await?;
        Ok(email.unwrap_or_else(|| actor.to_owned()))
    }

    fn analyse_behind(&self, ctx: &TenantCtx) {
        let (engine, ctx) = (self.clone(), ctx.clone());
        self.tasks().spawn(async move {
            match Box::pin(engine.analyse(&ctx)).await {
                Ok(done) if done.made > 0 => engine.live().tell(ctx.tenant(), Change::Facts { at: engine.now() }),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(tenant = %ctx.tenant(), error = &error as &dyn std::error::Error, "analyses could not be made of new knowledge; the next sync tries again");
                }
            }
        });
    }
}

fn view(kept: KeptKnowledge, by: String, own: Option<&'static Industry>) -> KnowledgeView {
    let industry = kept.knowledge.industry().or(own);
    KnowledgeView {
        version: kept.version,
        knowledge: kept.knowledge,
        changed_at: Some(kept.changed_at),
        changed_by: Some(by),
        industry,
    }
}

/// Whether analyses look at the same in both.
fn alike(one: &ClientKnowledge, other: &ClientKnowledge) -> bool {
    one.targets == other.targets && one.context.gross_margin == other.context.gross_margin && one.industry() == other.industry()
}
