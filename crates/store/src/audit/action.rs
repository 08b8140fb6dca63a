//! What can be done that the audit log tells of: the closed list.

use crate::row::named;

named! {
    /// What was done, as `noun:verb`.
    Action {
        /// An account was connected, or its credential replaced.
        ConnectionConnect = "connection:connect",
        /// A connection was removed.
        ConnectionRemove = "connection:remove",
        /// What is known of a credential's end and scopes changed.
        ConnectionTerms = "connection:terms",
        /// A secret was decrypted.
        SecretRead = "secret:read",
        /// A platform gave a new secret in exchange for the old one.
        SecretRenew = "secret:renew",
        /// A secret of the installation was written.
        SecretPut = "secret:put",
        /// A secret of the installation was removed.
        SecretRemove = "secret:remove",
        /// A tenant was made.
        TenantCreate = "tenant:create",
        /// A tenant was changed.
        TenantChange = "tenant:change",
        /// Somebody asked for a tenant they may not enter, or may not do this to.
        TenantEnter = "tenant:enter",
        /// A budget was planned or changed.
        BudgetPut = "budget:put",
        /// A budget was removed.
        BudgetRemove = "budget:remove",
        /// A version of a client's knowledge was written.
        KnowledgePut = "knowledge:put",
        /// A finding was put away for good.
        FindingDismiss = "finding:dismiss",
        /// A finding was put away for a while.
        FindingSnooze = "finding:snooze",
        /// A finding was brought back.
        FindingRestore = "finding:restore",
        /// A file was imported.
        ImportRecord = "import:record",
        /// A sync or import was started.
        ExecutionStart = "execution:start",
        /// A sync or import was asked to stop.
        ExecutionCancel = "execution:cancel",
        /// A setting of the installation was changed.
        SettingSet = "setting:set",
        /// Rows of a view left the installation as a file.
        ViewExport = "view:export",
        /// Somebody signed in, or was refused.
        SessionOpen = "session:open",
        /// Somebody signed out.
        SessionClose = "session:close",
        /// A person was given access.
        UserCreate = "user:create",
        /// A person was given a new password.
        UserPassword = "user:password",
        /// A person was shut out.
        UserDisable = "user:disable",
        /// A person was let in again.
        UserEnable = "user:enable",
        /// A person's name was changed.
        UserRename = "user:rename",
        /// A person signs in by another identity provider from now on.
        UserLink = "user:link",
        /// A role was given to a person.
        RoleGrant = "role:grant",
        /// A role was taken from a person.
        RoleRevoke = "role:revoke",
        /// A role of the agency's own was made or changed.
        RolePut = "role:put",
        /// A role of the agency's own was removed.
        RoleRemove = "role:remove",
        /// A key for programs was made.
        KeyCreate = "key:create",
        /// A key for programs was ended.
        KeyRevoke = "key:revoke",
        /// A second factor was begun: its secret was made and shown.
        FactorBegin = "factor:begin",
        /// A second factor was added.
        FactorAdd = "factor:add",
        /// A second factor was removed, or a recovery code used up.
        FactorRemove = "factor:remove",
        /// Somebody was invited.
        InvitationSend = "invitation:send",
        /// An invitation was taken back.
        InvitationWithdraw = "invitation:withdraw",
        /// An invitation was taken up.
        InvitationAccept = "invitation:accept",
        /// The master key was changed.
        VaultRotate = "vault:rotate",
        /// A data key was changed.
        DataKeyRotate = "data_key:rotate",
        /// The log begins.
        AuditBegin = "audit:begin",
        /// The oldest rows were cut off.
        AuditCut = "audit:cut",
        /// The log was written out.
        AuditExport = "audit:export",
    }
}

impl Action {
    /// All of an action's noun: `connection:` for what is done to connections.
    pub(super) fn is_noun(text: &str) -> bool {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    }
}
