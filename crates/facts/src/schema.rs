//! The tables: their columns, partitions and order. One description serves the Delta schema, the files and the queries.
//!
//! Partition values live in the Delta log, not in the files. Text is dictionary-encoded. What identifies a row comes first and is
//! what a file is sorted by; the date is the last part of that key.
//!
//! Invariant: within one table the rows of one (slice, day) lie in exactly one file.

use datafusion::arrow::datatypes::{DataType as ArrowType, Field, Schema, SchemaRef, TimeUnit};
use deltalake::{DataType, PrimitiveType, StructField};
use std::sync::{Arc, LazyLock};
use trimtab_domain::SourceKind;

/// The tables of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// One row per ad (or the finest grain the source has) and day.
    AdDaily,
    /// Conversions per action type and attribution window.
    ConversionDaily,
    /// The measures split by country, person, device or placement.
    BreakdownDaily,
    /// Keywords and search terms, two views that are never added.
    KeywordDaily,
    /// One row per campaign, ad group or ad and hour of recent days.
    AdHourly,
    /// What was known of each object, and from when to when.
    EntityHistory,
    /// One row per order of a shop.
    Orders,
    /// Visits of a site per day and the way they came.
    SessionDaily,
    /// Mailings per day, by campaign or flow.
    EmailDaily,
    /// What a source itself says of each account's days as a whole.
    AccountDaily,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, never null; empty where the source has none.
    Text,
    Int,
    Small,
    Float,
    Day,
    Instant,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: false }
}

const fn optional(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: true }
}

const MEASURES: [Column; 9] = [
    column("impressions", Kind::Int),
    column("clicks", Kind::Int),
    optional("link_clicks", Kind::Int),
    column("spend_micros", Kind::Int),
    optional("reach", Kind::Int),
    optional("conversions", Kind::Float),
    optional("revenue_micros", Kind::Int),
    optional("video_views", Kind::Int),
    optional("thruplays", Kind::Int),
];

const PLACING: [Column; 3] = [column("campaign", Kind::Text), column("ad_group", Kind::Text), column("ad", Kind::Text)];

const DATE: Column = column("date", Kind::Day);
const SPAN: Column = column("span_days", Kind::Small);

/// The parts a breakdown or a conversion adds to the key.
const PARTS: [Column; 2] = [column("part", Kind::Text), column("part2", Kind::Text)];
const KEYWORD: [Column; 3] = [column("keyword", Kind::Text), column("text", Kind::Text), column("match_type", Kind::Text)];
const HOUR: Column = column("hour", Kind::Small);
const ACTION: [Column; 2] = [column("action_type", Kind::Text), column("window", Kind::Text)];

const UTM: [Column; 4] = [
    column("utm_source", Kind::Text),
    column("utm_medium", Kind::Text),
    column("utm_campaign", Kind::Text),
    column(CLICK_PLATFORM, Kind::Text),
];

/// The ad platform whose paid click brought an order or a visit.
pub(crate) const CLICK_PLATFORM: &str = "click_platform";

static ORDERS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let identity = ["order_id", "order_number", "customer_key", "customer"].map(|name| column(name, Kind::Text));
    let counts = [
        column("orders", Kind::Int),
        column("cancelled", Kind::Int),
        optional("new_customers", Kind::Int),
        optional("returning_orders", Kind::Int),
        column("revenue_micros", Kind::Int),
        optional("new_revenue_micros", Kind::Int),
    ];
    let parts = ["refunded_micros", "tax_micros", "shipping_micros", "discount_micros"].map(|name| column(name, Kind::Int));
    [&identity[..], &UTM, &[DATE], &counts, &parts].concat()
});

static SESSIONS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let figures = [
        column("sessions", Kind::Int),
        optional("engaged_sessions", Kind::Int),
        optional("key_events", Kind::Float),
        optional("purchases", Kind::Float),
        optional("revenue_micros", Kind::Int),
    ];
    [&[column("channel", Kind::Text)][..], &UTM, &[column("quality", Kind::Text), DATE], &figures].concat()
});

static EMAILS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let keys = ["campaign", "mail_kind", "send_channel"].map(|name| column(name, Kind::Text));
    let figures = ["recipients", "opens", "clicks", "orders", "revenue_micros"].map(|name| optional(name, Kind::Int));
    [&keys[..], &[DATE], &figures].concat()
});

static ACCOUNTS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let figures = ["spend_micros", "impressions", "sessions", "orders", "revenue_micros", "recipients"];
    [&[DATE][..], &figures.map(|name| optional(name, Kind::Int))].concat()
});

/// The partition column that says which days a file holds: `2026-11-20`, or `2026-10` for a whole month.
pub(crate) const PERIOD: &str = "period";
pub(crate) const PLATFORM: &str = "platform";
pub(crate) const ACCOUNT: &str = "account";
pub(crate) const CURRENCY: &str = "currency";
pub(crate) const BREAKDOWN: &str = "breakdown";
/// Keyword or search term.
pub(crate) const KEYWORD_KIND: &str = "kind";

impl Table {
    /// Every table.
    pub const ALL: [Self; 10] = [
        Self::AdDaily,
        Self::ConversionDaily,
        Self::BreakdownDaily,
        Self::KeywordDaily,
        Self::AdHourly,
        Self::EntityHistory,
        Self::Orders,
        Self::SessionDaily,
        Self::EmailDaily,
        Self::AccountDaily,
    ];

    /// The table a source is read for.
    #[must_use]
    pub const fn main(kind: SourceKind) -> Self {
        match kind {
            SourceKind::Ads | SourceKind::Rates => Self::AdDaily,
            SourceKind::Shop => Self::Orders,
            SourceKind::Site => Self::SessionDaily,
            SourceKind::Mail => Self::EmailDaily,
        }
    }

    /// Whether its rows are what happened, rather than what is known of objects or told of accounts as a whole.
    #[must_use]
    pub const fn holds_facts(self) -> bool {
        !matches!(self, Self::EntityHistory | Self::AccountDaily)
    }

    /// The name, also of its folder.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AdDaily => "ad_daily",
            Self::ConversionDaily => "conversion_daily",
            Self::BreakdownDaily => "breakdown_daily",
            Self::KeywordDaily => "keyword_daily",
            Self::AdHourly => "ad_hourly",
            Self::EntityHistory => "entity_history",
            Self::Orders => "orders",
            Self::SessionDaily => "session_daily",
            Self::EmailDaily => "email_daily",
            Self::AccountDaily => "account_daily",
        }
    }

    /// The columns in the files, keys first.
    pub(crate) fn columns(self) -> &'static [Column] {
        static ADS: LazyLock<Vec<Column>> = LazyLock::new(|| [&PLACING[..], &[DATE, SPAN], &MEASURES].concat());
        static CONVERSIONS: LazyLock<Vec<Column>> = LazyLock::new(|| {
            [&PLACING[..], &ACTION, &[DATE, column("count", Kind::Float), optional("value_micros", Kind::Int)]].concat()
        });
        static BREAKDOWNS: LazyLock<Vec<Column>> = LazyLock::new(|| [&PLACING[..], &PARTS, &[DATE, SPAN], &MEASURES].concat());
        static KEYWORDS: LazyLock<Vec<Column>> = LazyLock::new(|| [&PLACING[..], &KEYWORD, &[DATE], &MEASURES].concat());
        static HOURS: LazyLock<Vec<Column>> = LazyLock::new(|| [&PLACING[..], &[DATE, HOUR], &MEASURES].concat());
        static ENTITIES: [Column; 15] = [
            column("kind", Kind::Text),
            column("id", Kind::Text),
            column("parent", Kind::Text),
            column("campaign", Kind::Text),
            column("name", Kind::Text),
            column("status", Kind::Text),
            column("platform_status", Kind::Text),
            column("objective", Kind::Text),
            optional("daily_budget_micros", Kind::Int),
            optional("lifetime_budget_micros", Kind::Int),
            optional("starts", Kind::Day),
            optional("ends", Kind::Day),
            column("attributes", Kind::Text),
            column("valid_from", Kind::Instant),
            optional("valid_to", Kind::Instant),
        ];
        match self {
            Self::AdDaily => &ADS,
            Self::ConversionDaily => &CONVERSIONS,
            Self::BreakdownDaily => &BREAKDOWNS,
            Self::KeywordDaily => &KEYWORDS,
            Self::AdHourly => &HOURS,
            Self::EntityHistory => &ENTITIES,
            Self::Orders => &ORDERS,
            Self::SessionDaily => &SESSIONS,
            Self::EmailDaily => &EMAILS,
            Self::AccountDaily => &ACCOUNTS,
        }
    }

    /// Whether a source may leave this column unreported.
    pub(crate) fn is_optional(self, name: &str) -> bool {
        self.columns().iter().any(|c| c.name == name && c.nullable)
    }

    /// Where a column stands in the files.
    pub(crate) fn position(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|c| c.name == name)
    }

    pub(crate) const fn partitions(self) -> &'static [&'static str] {
        match self {
            Self::AdDaily
            | Self::ConversionDaily
            | Self::AdHourly
            | Self::Orders
            | Self::SessionDaily
            | Self::EmailDaily
            | Self::AccountDaily => &[PLATFORM, ACCOUNT, CURRENCY, PERIOD],
            Self::BreakdownDaily => &[PLATFORM, ACCOUNT, CURRENCY, BREAKDOWN, PERIOD],
            Self::KeywordDaily => &[PLATFORM, ACCOUNT, CURRENCY, KEYWORD_KIND, PERIOD],
            Self::EntityHistory => &[PLATFORM, ACCOUNT, PERIOD],
        }
    }

    /// The Arrow schema of the files, text as dictionaries.
    pub(crate) fn arrow(self) -> SchemaRef {
        static SCHEMAS: LazyLock<[SchemaRef; Table::ALL.len()]> = LazyLock::new(|| {
            Table::ALL.map(|table| {
                let fields: Vec<_> = table.columns().iter().map(|c| Field::new(c.name, c.kind.arrow(), c.nullable)).collect();
                Arc::new(Schema::new(fields))
            })
        });
        Arc::clone(&SCHEMAS[self as usize])
    }

    /// The fields of the Delta schema, partitions first.
    pub(crate) fn delta(self) -> Vec<StructField> {
        let partitions =
            self.partitions().iter().map(|name| StructField::new(*name, DataType::Primitive(PrimitiveType::String), false));
        let columns = self.columns().iter().map(|c| StructField::new(c.name, DataType::Primitive(c.kind.delta()), c.nullable));
        partitions.chain(columns).collect()
    }

    /// The columns whose bounds the log keeps per file.
    pub(crate) const fn bounded(self) -> &'static str {
        match self {
            Self::AdDaily | Self::BreakdownDaily => "date,span_days",
            Self::ConversionDaily
            | Self::KeywordDaily
            | Self::AdHourly
            | Self::Orders
            | Self::SessionDaily
            | Self::EmailDaily
            | Self::AccountDaily => "date",
            Self::EntityHistory => "valid_from",
        }
    }
}

impl Kind {
    pub(crate) fn arrow(self) -> ArrowType {
        match self {
            Self::Text => ArrowType::Dictionary(Box::new(ArrowType::Int32), Box::new(ArrowType::Utf8)),
            Self::Int => ArrowType::Int64,
            Self::Small => ArrowType::Int32,
            Self::Float => ArrowType::Float64,
            Self::Day => ArrowType::Date32,
            Self::Instant => ArrowType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }

    const fn delta(self) -> PrimitiveType {
        match self {
            Self::Text => PrimitiveType::String,
            Self::Int => PrimitiveType::Long,
            Self::Small => PrimitiveType::Integer,
            Self::Float => PrimitiveType::Double,
            Self::Day => PrimitiveType::Date,
            Self::Instant => PrimitiveType::Timestamp,
        }
    }
}
