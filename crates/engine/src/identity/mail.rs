//! Telling people by mail.

use crate::Engine;
use trimtab_connect::mail::{Delivery, Notice, Recipient};

impl Engine {
    /// Sends a notice to an address; whether it went out. A failure is logged with what to do, and is nobody's error: whoever asked is
    /// shown the link instead, or nothing where they must not learn who has an account.
    pub(super) async fn tell(&self, email: &str, notice: &Notice<'_>) -> bool {
        let agency = self.agency().await.ok().flatten().unwrap_or_else(|| "Trimtab".to_owned());
        let sent = match Recipient::new(email, None) {
            Ok(to) => self.mailer().send(&to, &notice.letter(&agency)).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(Delivery::Sent) => true,
            Ok(Delivery::NotSetUp) => false,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a mail could not be sent");
                false
            }
        }
    }
}
