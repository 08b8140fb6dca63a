//! What a source says of an account as a whole: the witness our own sums are held against.

use crate::SourceKind;

/// One day of an account as the source itself adds it up. `None`: the source has no such total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// Spend in micros of the account's currency.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// Visits.
    pub sessions: Option<i64>,
    /// Orders that stand, cancelled ones left out.
    pub orders: Option<i64>,
    /// Revenue in micros: of the orders of a shop, of what a mailing system attributes to its mailings.
    pub revenue_micros: Option<i64>,
    /// Messages received.
    pub recipients: Option<i64>,
}

impl Total {
    /// The total of an advertising account.
    #[must_use]
    pub const fn ads(spend_micros: i64, impressions: i64) -> Self {
        Self {
            spend_micros: Some(spend_micros),
            impressions: Some(impressions),
            sessions: None,
            orders: None,
            revenue_micros: None,
            recipients: None,
        }
    }

    /// Whether it says that nothing happened.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.figures().into_iter().flatten().all(|figure| figure == 0)
    }

    /// What a source of this kind says of a day on which nothing happened.
    #[must_use]
    pub fn nothing(kind: SourceKind) -> Self {
        let zero = Some(0);
        match kind {
            SourceKind::Ads => Self::ads(0, 0),
            SourceKind::Site => Self { sessions: zero, ..Self::default() },
            SourceKind::Mail => Self { recipients: zero, ..Self::default() },
            SourceKind::Shop => Self { orders: zero, ..Self::default() },
            SourceKind::Rates => Self::default(),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let sum = |a: Option<i64>, b: Option<i64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (one, None) | (None, one) => one,
        };
        Self {
            spend_micros: sum(self.spend_micros, other.spend_micros),
            impressions: sum(self.impressions, other.impressions),
            sessions: sum(self.sessions, other.sessions),
            orders: sum(self.orders, other.orders),
            revenue_micros: sum(self.revenue_micros, other.revenue_micros),
            recipients: sum(self.recipients, other.recipients),
        }
    }

    /// The figures, whatever they are.
    #[must_use]
    pub const fn figures(&self) -> [Option<i64>; 6] {
        [self.spend_micros, self.impressions, self.sessions, self.orders, self.revenue_micros, self.recipients]
    }
}
