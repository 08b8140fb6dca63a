//! Signing in and out, and what somebody may change about their own way in.

use super::Visitor;
use crate::{Engine, Error};
use secrecy::SecretString;
use serde_json::Value;
use trimtab_connect::mail::Notice;
use trimtab_domain::{
    Caller, Origin,
    id::{PasskeyId, SessionId, UserId},
};
use trimtab_store::{Device, Enrolment, Offer, Passkey, Proof, ProviderIdentity, RelyingParty, SignIn, Tokens};

impl Engine {
    /// Signs a person in, or asks for their second factor.
    ///
    /// # Errors
    /// When address or password are wrong or locked out.
    pub async fn sign_in(&self, email: &str, password: SecretString, origin: &Origin) -> Result<SignIn, Error> {
        Ok(self.welcomed(self.store().system().sign_in(email, password, self.relying_party(), origin).await?, origin))
    }

    /// Finishes a sign-in with a second factor.
    ///
    /// # Errors
    /// When it is wrong, or the sign-in took too long.
    pub async fn prove(&self, challenge: &SecretString, proof: Proof, origin: &Origin) -> Result<Tokens, Error> {
        Ok(self.welcome(self.store().system().prove(challenge, proof, self.relying_party(), origin).await?, origin))
    }

    /// What to ask a browser for to sign somebody in by passkey alone.
    ///
    /// # Errors
    /// When passkeys do not work on this site.
    pub async fn ask_for_passkey(&self, email: &str) -> Result<(SecretString, Value), Error> {
        Ok(self.store().system().ask_for_passkey(email, self.party()?).await?)
    }

    /// Signs in with a passkey alone.
    ///
    /// # Errors
    /// When it is not right, or took too long.
    pub async fn sign_in_with_passkey(&self, challenge: &SecretString, answer: &Value, origin: &Origin) -> Result<Tokens, Error> {
        Ok(self.welcome(self.store().system().sign_in_with_passkey(self.party()?, challenge, answer, origin).await?, origin))
    }

    /// Exchanges a refresh token.
    ///
    /// # Errors
    /// When it is unknown, too old, or came back after it was exchanged.
    pub async fn refresh(&self, token: &SecretString, origin: &Origin) -> Result<Tokens, Error> {
        Ok(self.store().system().refresh(token, origin).await?)
    }

    /// Whom an access token or key belongs to, if it is still good.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn visitor(&self, token: &SecretString, origin: Origin) -> Result<Option<Visitor>, Error> {
        let principal = self.store().system().principal(token).await?;
        Ok(principal.map(|principal| Visitor { principal, origin }))
    }

    /// Ends the session a request came with; a key has none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, visitor: &Visitor) -> Result<(), Error> {
        let (Some(user), Some(session)) = (visitor.person(), &visitor.principal.session) else { return Ok(()) };
        match self.store().system().by(&visitor.caller()).end_session(user, &session.id).await {
            Err(trimtab_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Where a person is signed in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn devices(&self, user: &UserId) -> Result<Vec<Device>, Error> {
        Ok(self.store().system().devices(user).await?)
    }

    /// Ends one of a person's own sessions.
    ///
    /// # Errors
    /// Not found where it is not theirs.
    pub async fn end_session(&self, by: &Caller, user: &UserId, session: &SessionId) -> Result<(), Error> {
        Ok(self.store().system().by(by).end_session(user, session).await?)
    }

    /// Ends a person's sessions but the one at hand; answers how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_other_sessions(&self, by: &Caller, user: &UserId, but: Option<&SessionId>) -> Result<u64, Error> {
        Ok(self.store().system().by(by).end_other_sessions(user, but).await?)
    }

    /// Changes the password of somebody who knows the old one.
    ///
    /// # Errors
    /// When the old one is wrong or the new one weak.
    pub async fn change_password(&self, by: &Caller, user: &UserId, old: SecretString, new: SecretString) -> Result<(), Error> {
        self.store().system().by(by).change_password(user, old, new).await?;
        if let Some(email) = self.store().system().email_of(user).await? {
            self.tell_of_password(email);
        }
        Ok(())
    }

    /// Renames a person.
    ///
    /// # Errors
    /// When the name is too long.
    pub async fn rename_user(&self, by: &Caller, user: &UserId, name: &str) -> Result<(), Error> {
        Ok(self.store().system().by(by).rename_user(user, name).await?)
    }

    /// Makes a secret for an authenticator app, for whoever knows the password.
    ///
    /// # Errors
    /// When the password is wrong, or there is an app already.
    pub async fn enrol_authenticator(&self, by: &Caller, user: &UserId, password: SecretString) -> Result<Enrolment, Error> {
        self.confirm_password(user, password).await?;
        Ok(self.store().system().by(by).enrol_authenticator(user).await?)
    }

    /// Confirms an authenticator app; answers recovery codes, shown once.
    ///
    /// # Errors
    /// When the code is wrong.
    pub async fn confirm_authenticator(&self, by: &Caller, user: &UserId, code: &SecretString) -> Result<Vec<SecretString>, Error> {
        Ok(self.store().system().by(by).confirm_authenticator(user, code).await?)
    }

    /// Removes an authenticator app, for whoever knows the password.
    ///
    /// # Errors
    /// When the password is wrong.
    pub async fn remove_authenticator(&self, by: &Caller, user: &UserId, password: SecretString) -> Result<(), Error> {
        self.confirm_password(user, password).await?;
        Ok(self.store().system().by(by).remove_authenticator(user).await?)
    }

    /// How many recovery codes are left; `None` without an authenticator app.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn recovery_codes_left(&self, user: &UserId) -> Result<Option<u64>, Error> {
        Ok(self.store().system().recovery_codes_left(user).await?)
    }

    /// What to ask a browser for to make a passkey, for whoever knows the password.
    ///
    /// # Errors
    /// When the password is wrong, or passkeys do not work on this site.
    pub async fn enrol_passkey(&self, user: &UserId, password: SecretString) -> Result<(SecretString, Value), Error> {
        self.confirm_password(user, password).await?;
        Ok(self.store().system().enrol_passkey(user, self.party()?).await?)
    }

    /// Keeps a passkey a browser made.
    ///
    /// # Errors
    /// When it does not fit what was asked.
    pub async fn add_passkey(
        &self,
        by: &Caller,
        user: &UserId,
        challenge: &SecretString,
        name: &str,
        answer: &Value,
    ) -> Result<Passkey, Error> {
        Ok(self.store().system().by(by).add_passkey(user, self.party()?, challenge, name, answer).await?)
    }

    /// A person's passkeys.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn passkeys(&self, user: &UserId) -> Result<Vec<Passkey>, Error> {
        Ok(self.store().system().passkeys(user).await?)
    }

    /// Removes one of a person's own passkeys.
    ///
    /// # Errors
    /// Not found where it is not theirs.
    pub async fn remove_passkey(&self, by: &Caller, user: &UserId, id: &PasskeyId) -> Result<(), Error> {
        Ok(self.store().system().by(by).remove_passkey(user, id).await?)
    }

    /// The identity providers a person signs in with.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn providers_of(&self, user: &UserId) -> Result<Vec<ProviderIdentity>, Error> {
        Ok(self.store().system().providers_of(user).await?)
    }

    /// What a link from a mail is good for.
    ///
    /// # Errors
    /// Not found where it is unknown, used or too old.
    pub async fn offer(&self, token: &SecretString) -> Result<Offer, Error> {
        Ok(self.store().system().offer(token).await?)
    }

    /// Takes an invitation up; whoever has an account already signs in as ever (`None`).
    ///
    /// # Errors
    /// When the link is over or the password weak.
    pub async fn accept(
        &self,
        token: &SecretString,
        name: &str,
        password: SecretString,
        origin: &Origin,
    ) -> Result<Option<Tokens>, Error> {
        let by = Caller { origin: origin.clone(), ..Caller::SYSTEM };
        Ok(self.store().system().by(&by).accept(token, name, password, origin).await?)
    }

    /// Gives whoever holds a link a new password.
    ///
    /// # Errors
    /// When the link is over or the password weak.
    pub async fn reset_password(&self, origin: &Origin, token: &SecretString, new: SecretString) -> Result<(), Error> {
        let email = self.store().system().offer(token).await?.email;
        let by = Caller { origin: origin.clone(), ..Caller::SYSTEM };
        self.store().system().by(&by).reset_password(token, new).await?;
        self.tell_of_password(email);
        Ok(())
    }

    /// Sends a link to a new password to an address, if somebody has it; the answer is the same either way, and as fast: the mail is
    /// sent behind it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forgot_password(&self, origin: &Origin, email: &str) -> Result<(), Error> {
        let by = Caller { origin: origin.clone(), ..Caller::SYSTEM };
        let Some(sent) = self.store().system().by(&by).offer_reset(email).await? else { return Ok(()) };
        let engine = self.clone();
        self.tasks().spawn(async move {
            let link = engine.link("reset", &sent.token);
            let notice = Notice::PasswordReset { link: &link, until: sent.expires_at };
            if !engine.tell(&sent.email, &notice).await {
                tracing::warn!(link = %sent.id, "a link to a new password was asked for, and no mail could be sent: set [mail]");
            }
        });
        Ok(())
    }

    /// Tells somebody of a sign-in on a device they had not used before.
    fn welcome(&self, tokens: Tokens, origin: &Origin) -> Tokens {
        if tokens.new_device {
            let (engine, user, origin, at) = (self.clone(), tokens.user.clone(), origin.clone(), self.now());
            self.tasks().spawn(async move {
                let Ok(Some(email)) = engine.store().system().email_of(&user).await else { return };
                let link = engine.page("settings");
                let device = origin.agent.as_deref().unwrap_or("a program that does not say what it is");
                let from = origin.ip.map_or_else(|| "an unknown address".to_owned(), |ip| ip.to_string());
                engine.tell(&email, &Notice::NewDevice { device, from: &from, at, link: &link }).await;
            });
        }
        tokens
    }

    pub(super) fn welcomed(&self, sign_in: SignIn, origin: &Origin) -> SignIn {
        match sign_in {
            SignIn::Done(tokens) => SignIn::Done(Box::new(self.welcome(*tokens, origin))),
            half @ SignIn::SecondFactor { .. } => half,
        }
    }

    /// Tells somebody that their password was changed, behind the answer.
    fn tell_of_password(&self, email: String) {
        let (engine, at) = (self.clone(), self.now());
        self.tasks().spawn(async move {
            engine.tell(&email, &Notice::PasswordChanged { at, link: &engine.page("sign-in") }).await;
        });
    }

    async fn confirm_password(&self, user: &UserId, password: SecretString) -> Result<(), Error> {
        Ok(self.store().system().confirm_password(user, password).await?)
    }

    fn party(&self) -> Result<&RelyingParty, Error> {
        self.relying_party()
            .ok_or_else(|| Error::Invalid("passkeys need https and a name, or localhost: set server.public_url".to_owned()))
    }
}
