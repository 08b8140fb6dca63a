//! Metrics: what a row counts. Counts are whole numbers, amounts decimals, ratios floats without an end; all of them travel as text.

use crate::{
    ga4::{
        error::ApiError,
        figures::{CARTS, CHECKOUTS, COUNT, ENGAGED, Figures, NEW, PURCHASES, REVENUE, SECONDS, SESSIONS, VIEWS},
        property::Property,
    },
    world::chance::whole,
};
use serde_json::{Value, json};
use trimtab_domain::Currency;

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metric {
    Sessions,
    EngagedSessions,
    EngagementRate,
    BounceRate,
    SessionKeyEventRate,
    SessionsPerUser,
    AverageSessionDuration,
    UserEngagementDuration,
    ScreenPageViews,
    EventCount,
    KeyEvents,
    EcommercePurchases,
    Transactions,
    PurchaseRevenue,
    TotalRevenue,
    AveragePurchaseRevenue,
    AddToCarts,
    Checkouts,
    ActiveUsers,
    TotalUsers,
    NewUsers,
}

/// Every metric with its names for programs and people, its type, and a name it had before and still answers to.
const ALL: [(Metric, &str, &str, &str, Option<&str>); 21] = [
    (Metric::Sessions, "sessions", "Sessions", "TYPE_INTEGER", None),
    (Metric::EngagedSessions, "engagedSessions", "Engaged sessions", "TYPE_INTEGER", None),
    (Metric::EngagementRate, "engagementRate", "Engagement rate", "TYPE_FLOAT", None),
    (Metric::BounceRate, "bounceRate", "Bounce rate", "TYPE_FLOAT", None),
    (Metric::SessionKeyEventRate, "sessionKeyEventRate", "Session key event rate", "TYPE_FLOAT", Some("sessionConversionRate")),
    (Metric::SessionsPerUser, "sessionsPerUser", "Sessions per user", "TYPE_FLOAT", None),
    (Metric::AverageSessionDuration, "averageSessionDuration", "Average session duration", "TYPE_SECONDS", None),
    (Metric::UserEngagementDuration, "userEngagementDuration", "User engagement", "TYPE_SECONDS", None),
    (Metric::ScreenPageViews, "screenPageViews", "Views", "TYPE_INTEGER", None),
    (Metric::EventCount, "eventCount", "Event count", "TYPE_INTEGER", None),
    (Metric::KeyEvents, "keyEvents", "Key events", "TYPE_FLOAT", Some("conversions")),
    (Metric::EcommercePurchases, "ecommercePurchases", "Ecommerce purchases", "TYPE_INTEGER", None),
    (Metric::Transactions, "transactions", "Transactions", "TYPE_INTEGER", None),
    (Metric::PurchaseRevenue, "purchaseRevenue", "Purchase revenue", "TYPE_CURRENCY", None),
    (Metric::TotalRevenue, "totalRevenue", "Total revenue", "TYPE_CURRENCY", None),
    (Metric::AveragePurchaseRevenue, "averagePurchaseRevenue", "Average purchase revenue", "TYPE_CURRENCY", None),
    (Metric::AddToCarts, "addToCarts", "Add to carts", "TYPE_INTEGER", None),
    (Metric::Checkouts, "checkouts", "Checkouts", "TYPE_INTEGER", None),
    (Metric::ActiveUsers, "activeUsers", "Active users", "TYPE_INTEGER", None),
    (Metric::TotalUsers, "totalUsers", "Total users", "TYPE_INTEGER", None),
    (Metric::NewUsers, "newUsers", "New users", "TYPE_INTEGER", None),
];

impl Metric {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|m| m.0)
    }

    /// A metric by its name, which is read with its case.
    pub(crate) fn parse(name: &str) -> Result<Self, ApiError> {
        let named = ALL.iter().find(|m| m.1 == name || m.4 == Some(name));
        named.map(|m| m.0).ok_or_else(|| ApiError::unknown_field(name, "metric"))
    }

    fn entry(self) -> &'static (Self, &'static str, &'static str, &'static str, Option<&'static str>) {
        // Every metric is in the table; the first one stands in for none.
        ALL.iter().find(|m| m.0 == self).unwrap_or(&ALL[0])
    }

    pub(crate) fn name(self) -> &'static str {
        self.entry().1
    }

    /// What a column of it is headed by.
    pub(crate) fn header(self, asked: &str) -> Value {
        json!({"name": asked, "type": self.entry().3})
    }

    /// How the metadata describe it.
    pub(crate) fn metadata(self) -> Value {
        let (_, name, title, kind, before) = self.entry();
        let category = match self {
            _ if *kind == "TYPE_CURRENCY" => "Revenue",
            Self::ActiveUsers | Self::TotalUsers | Self::NewUsers => "User",
            _ if self.is_about_visits() => "Session",
            _ => "Event",
        };
        let mut told =
            json!({"apiName": name, "uiName": title, "description": format!("{title}."), "type": kind, "category": category});
        if let Some(before) = before {
            told["deprecatedApiNames"] = json!([before]);
        }
        told
    }

    /// Whether it counts visits, which no single event's attribution tells apart.
    pub(crate) const fn is_about_visits(self) -> bool {
        self.is_ratio_of_visits() || matches!(self, Self::Sessions | Self::EngagedSessions | Self::NewUsers)
    }

    pub(crate) const fn is_ratio_of_visits(self) -> bool {
        matches!(
            self,
            Self::EngagementRate
                | Self::BounceRate
                | Self::SessionKeyEventRate
                | Self::SessionsPerUser
                | Self::AverageSessionDuration
        )
    }

    /// Whether it counts people.
    pub(crate) const fn counts_people(self) -> bool {
        matches!(self, Self::ActiveUsers | Self::TotalUsers | Self::SessionsPerUser)
    }

    /// Its value, for order and filters.
    pub(crate) fn number(self, figures: &Figures, of: &Property, currency: Currency) -> f64 {
        let count = |figure: usize| figures.get(figure) as f64;
        let per = |above: f64, below: usize| if figures.get(below) == 0 { 0.0 } else { above / count(below) };
        let money = |minor: i64| of.store.micros(minor, currency) as f64 / 1_000_000.0;
        match self {
            Self::Sessions => count(SESSIONS),
            Self::EngagedSessions => count(ENGAGED),
            Self::EngagementRate => per(count(ENGAGED), SESSIONS),
            Self::BounceRate => per(count(SESSIONS) - count(ENGAGED), SESSIONS),
            Self::SessionKeyEventRate => per((figures.key_events() as f64).min(count(SESSIONS)), SESSIONS),
            Self::SessionsPerUser => count(SESSIONS) / (people(figures, of) as f64).max(1.0),
            Self::AverageSessionDuration => per(count(SECONDS) * 1.31, SESSIONS),
            Self::UserEngagementDuration => count(SECONDS),
            Self::ScreenPageViews => count(VIEWS),
            Self::EventCount => count(COUNT),
            Self::KeyEvents => figures.key_events() as f64,
            Self::EcommercePurchases | Self::Transactions => count(PURCHASES),
            Self::PurchaseRevenue | Self::TotalRevenue => money(figures.get(REVENUE)),
            Self::AveragePurchaseRevenue => per(money(figures.get(REVENUE)), PURCHASES),
            Self::AddToCarts => count(CARTS),
            Self::Checkouts => count(CHECKOUTS),
            Self::ActiveUsers => people(figures, of) as f64,
            Self::TotalUsers => whole(people(figures, of) as f64 * 1.04) as f64,
            Self::NewUsers => count(NEW),
        }
    }

    /// Its value as it travels.
    pub(crate) fn text(self, figures: &Figures, of: &Property, currency: Currency) -> String {
        self.number(figures, of, currency).to_string()
    }
}

/// People behind visits: the more visits, the more of them are of the same people, so that days cannot be added up.
pub(crate) fn people(figures: &Figures, of: &Property) -> i64 {
    let sessions = figures.get(SESSIONS);
    if sessions == 0 {
        return 0;
    }
    let all = (of.store.size * 45.0).max(50.0);
    whole(all * (1.0 - (-0.93 * sessions as f64 / all).exp()) + 0.5).clamp(1, sessions)
}
