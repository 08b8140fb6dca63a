//! The shapes of answers, shared by the resources and the command line's `--json`.

mod account;
mod analysis;
mod audit;
mod benchmark;
mod document;
mod execution;
mod finding;
mod identity;
mod import;
mod insight;
mod knowledge;
mod pacing;
mod pattern;
mod pixel;
mod quality;
mod query;
mod tool;
mod view;
mod vocabulary;

pub use account::{AccountName, AccountShape, ConnectionRun, ConnectionShape, CredentialShape};
pub use analysis::{
    Ahead, FatigueAd, FatigueRuling, FatigueShape, ForecastBacktest, ForecastDay, ForecastFirst, ForecastHolidays, ForecastMetric,
    ForecastModel, ForecastRatio, ForecastShape, ForecastSum, FunnelGap, FunnelLimit, FunnelShape, FunnelStage, OfAccount,
    ScoreAdvice, ScorePart, ScoreShape, SubScoreShape,
};
pub use audit::{AuditFaultShape, AuditRowShape, CallShape, HeadShape, VerificationShape};
pub use benchmark::{BenchmarkShape, IndustryShape};
pub(crate) use document::complete;
pub use execution::{ExecutionShape, FailureShape, ProgressShape, RunShape};
pub use finding::{
    BudgetShape, CauseShape, ContributionShape, EntityShape, EvidenceShape, FindingFigure, FindingShape, FindingState,
    KnownEventShape,
};
pub(crate) use identity::names;
pub use identity::{ApiKeyShape, DeviceShape, GrantShape, InvitationShape, ManagedUser, PasskeyShape, RoleShape};
pub use import::{
    ColumnShape, FileTotalsShape, ImportRecordShape, ImportShape, ReplacedShape, SampleRowShape, SkippedShape, TotalsShape,
};
pub use insight::{
    BlastEdgeShape, BlastPathShape, BlastRadiusShape, ContextFigureShape, InsightAction, InsightShape, ReachedShape,
};
pub use knowledge::{
    AmountBody, ChannelBody, ContextBody, KnowledgeBody, KnowledgeHitShape, KnowledgeShape, PreferencesBody, SnippetPiece,
    TargetBody,
};
pub use pacing::{PaceAdvice, PaceDay, PaceShape, PacedBudget, PacingShape};
pub use pattern::{
    AudienceLoss, LagShare, PatternCard, PatternCell, PatternConfidence, PatternPicture, PatternShape, PatternsShape, SeasonPart,
    SpendPoint, SpendResult, WearStep,
};
pub use pixel::{PixelDay, PixelRate, PixelShape, PixelShift, PixelSilence, PixelTotals, PixelsShape};
pub use quality::{
    AccountKind, CheckResultShape, CheckSeverity, CheckShape, CheckState, ChecksShape, CoverageAccount, CoverageRun, CoverageShape,
    DayStateShape, FigureShape, FigureUnit, FigureValue, RatesShape, ReconciliationLine, ReconciliationShape,
    ReconciliationSummary, VerdictShape,
};
pub use query::{ColumnKind, ComparedShape, QueryColumn, QueryShape, RatesUsedShape, table};
pub use tool::{ToolCallShape, ToolMetadata, ToolShape, ToolSummary};
pub use view::{ViewColumn, ViewColumnKind, ViewShape};

use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, OpenApi, ToSchema,
    openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};

/// The tenant an operation is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TenantParam {
    /// The tenant's id.
    #[param(example = "north-sea-coffee")]
    #[expect(dead_code, reason = "read by the access extractor; here for the OpenAPI document")]
    tenant: String,
}

/// The tenant an operation is about, or the whole agency.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScopeParam {
    /// The tenant's id; without one, the whole agency.
    #[param(example = "north-sea-coffee")]
    #[expect(dead_code, reason = "read by the access extractor; here for the OpenAPI document")]
    tenant: Option<String>,
}

/// Where in a list to begin and how much of it to answer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the extractor of pages; here for the OpenAPI document")]
pub struct PageParams {
    /// The `next_cursor` of the page before. It is good for the same list with the same tenant and filter alone.
    cursor: Option<String>,
    /// How many items, at most 200; default 50.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// As [`PageParams`], for lists of short lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the extractor of pages; here for the OpenAPI document")]
pub struct LineParams {
    /// The `next_cursor` of the page before. It is good for the same list with the same tenant and filter alone.
    cursor: Option<String>,
    /// How many, at most 1000; default 200.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The items.
    pub items: Vec<T>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// The whole of a short list.
    #[must_use]
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Trimtab",
        description = "Advertising performance across platforms. Money is a decimal string in the currency named beside it; days are civil \
                       dates in the account's zone; a figure that does not exist is null, never 0. Errors are problem details (RFC 9457).",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(crate::error::Problem, crate::routes::views::ViewFormat)),
    security(("session" = []), ("bearer" = [])),
)]
struct Document;

pub(crate) fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::access::COOKIE));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    document
}
