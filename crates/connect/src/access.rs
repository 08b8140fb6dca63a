//! What a credential must be allowed to do, and how long one lasts where the platform does not say.

use crate::limits;
use jiff::ToSpan;
use trimtab_domain::{Day, Source};

/// How a credential ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// It works until somebody takes it back.
    Lasting,
    /// Its use renews it; unused for this many days it ends.
    Renewing {
        /// Days without use.
        days: u16,
    },
    /// It ends this many days after it was made, used or not.
    Fixed {
        /// Days from its making.
        days: u16,
    },
    /// When it ends differs from one to the next; only the platform can say.
    Told,
}

impl Lifetime {
    /// The lifetime of a source's usual credential.
    #[must_use]
    pub const fn of(source: Source) -> Self {
        match source {
            // A person's token lasts some sixty days, a system user's for ever; `debug_token` tells them apart.
            Source::Meta => Self::Told,
            // A refresh token of an app in Testing status lives a week, which nothing tells.
            Source::Google | Source::Tiktok | Source::Ga4 | Source::Klaviyo | Source::Magento | Source::Ecb | Source::Csv => {
                Self::Lasting
            }
            // A refresh token lives a year from the consent, however often it is used.
            Source::Linkedin => Self::Fixed { days: 365 },
            // Each renewal brings a refresh token that is good for sixty days.
            Source::Pinterest => Self::Renewing { days: 60 },
            // A custom app's token lasts, others renew themselves; the secret's parts tell which.
            Source::Shopify => Self::Lasting,
        }
    }
}

/// The scopes that reading takes. Any one of a group is enough; the first is what to ask for.
const fn needed(source: Source) -> &'static [&'static [&'static str]] {
    match source {
        Source::Meta => &[&["ads_read", "ads_management"]],
        Source::Google => &[&["https://www.googleapis.com/auth/adwords"]],
        Source::Linkedin => &[&["r_ads", "rw_ads"], &["r_ads_reporting"]],
        Source::Pinterest => &[&["ads:read", "ads:write"]],
        // Scopes are told only to the app that issued the token.
        Source::Tiktok | Source::Ecb | Source::Csv => &[],
        Source::Ga4 => &[&["https://www.googleapis.com/auth/analytics.readonly", "https://www.googleapis.com/auth/analytics"]],
        // What a private key or an integration may do is not told.
        Source::Klaviyo | Source::Magento => &[],
        Source::Shopify => &[&["read_orders", "write_orders"]],
    }
}

/// What a credential lacks to read ads, of what it was told to have; nothing where the source tells no scopes.
#[must_use]
pub fn missing_scopes(source: Source, held: &[String]) -> Vec<&'static str> {
    if held.is_empty() {
        return Vec::new();
    }
    let lacking = |group: &&&[&'static str]| !group.iter().any(|scope| held.iter().any(|own| own == scope));
    needed(source).iter().filter(lacking).filter_map(|group| group.first().copied()).collect()
}

/// The scope with which Shopify shows orders of any age.
pub(crate) const ALL_ORDERS: &str = "read_all_orders";

/// From which day on a credential with these scopes is shown what becomes of facts, when it is `today` where the account lives: what changes
/// on days before stays unknown. `None` where it is shown everything, or no scopes are told.
#[must_use]
pub fn shown_from(source: Source, held: &[String], today: Day) -> Option<Day> {
    let limited = source == Source::Shopify && !held.is_empty() && !held.iter().any(|scope| scope == ALL_ORDERS);
    // The day that so many days ago was is shown in part.
    limited.then(|| today.saturating_sub((limits::SHOPIFY_SHOWN_DAYS - 1).days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(source: Source, held: &[&str]) -> Vec<&'static str> {
        missing_scopes(source, &held.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn one_scope_of_a_group_is_enough_and_the_one_to_ask_for_is_named() {
        assert_eq!(missing(Source::Meta, &["public_profile", "ads_management"]), [""; 0]);
        assert_eq!(missing(Source::Meta, &["public_profile"]), ["ads_read"]);
        assert_eq!(missing(Source::Linkedin, &["rw_ads"]), ["r_ads_reporting"]);
        assert_eq!(missing(Source::Linkedin, &["profile"]), ["r_ads", "r_ads_reporting"]);
    }

    #[test]
    fn an_app_without_all_orders_is_shown_sixty_days() {
        let today = trimtab_domain::day::parse_day("2026-11-30").unwrap();
        let shown = |source, held: &[&str]| {
            shown_from(source, &held.iter().map(ToString::to_string).collect::<Vec<_>>(), today).map(|day| day.to_string())
        };
        assert_eq!(shown(Source::Shopify, &["read_orders"]).as_deref(), Some("2026-10-02"));
        assert_eq!(shown(Source::Shopify, &["read_orders", "read_all_orders"]), None);
        assert_eq!((shown(Source::Shopify, &[]), shown(Source::Meta, &["ads_read"])), (None, None));
    }

    #[test]
    fn what_is_not_told_is_not_missing() {
        for source in Source::ALL {
            assert_eq!(missing(source, &[]), [""; 0], "{source}");
        }
    }
}
