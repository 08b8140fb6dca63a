// The API's nouns under the names the client uses. The only file that looks into the generated schema's components.
import type { components } from '@/api/generated/schema';
import type { Branding } from '@/api/identity';

type Schemas = components['schemas'];

export type Tenant = Schemas['TenantShape'] & { branding: Branding };
export type NewTenant = Schemas['CreateTenant'];
export type Source = Schemas['SourceShape'];
export type Interface = Schemas['InterfaceShape'];
export type Connection = Schemas['ConnectionShape'];
export type NewConnection = Schemas['CreateConnection'];
export type Account = Schemas['AccountShape'];
export type Execution = Schemas['ExecutionShape'];
export type Run = Schemas['RunShape'];
export type Metric = Schemas['MetricShape'];
export type QueryRequest = Schemas['Question'];
export type QueryResult = Schemas['QueryShape'];
export type Column = Schemas['QueryColumn'];
export type Import = Schemas['ImportShape'];
export type ProblemBody = Schemas['Problem'];

export type AccountKind = Schemas['AccountKind'];
export type DayState = Schemas['DayStateShape'];
export type Coverage = Schemas['CoverageShape'];
export type CoveredAccount = Schemas['CoverageAccount'];
export type Verdict = Schemas['VerdictShape'];
export type Reconciliation = Schemas['ReconciliationShape'];
export type ReconciliationSummary = Schemas['ReconciliationSummary'];
export type ReconciliationItem = Schemas['ReconciliationLine'];
export type Checks = Schemas['ChecksShape'];
export type Check = Schemas['CheckShape'];
export type CheckResult = Schemas['CheckResultShape'];
export type CheckState = Schemas['CheckState'];
export type CheckHistoryItem = Schemas['CheckResultShape'];
export type Rates = Schemas['RatesShape'];
export type ReadyView = Schemas['ViewShape'];
export type ViewFormat = Schemas['ViewFormat'];

export type Finding = Schemas['FindingShape'];
export type Entity = Schemas['EntityShape'];
export type Cause = Schemas['CauseShape'];
export type Contribution = Schemas['ContributionShape'];
export type Evidence = Schemas['EvidenceShape'];
export type KnownEvent = Schemas['KnownEventShape'];
export type Analysed = Schemas['AnalysedShape'];
export type Budget = Schemas['BudgetShape'];
export type BudgetPlan = Schemas['Plan'];
export type Pace = Schemas['PaceShape'];
export type PaceDay = Schemas['PaceDay'];
export type PacedBudget = Schemas['PacedBudget'];
export type PaceAdvice = Schemas['PaceAdvice'];

export type Knowledge = Schemas['KnowledgeShape'];
export type KnowledgeText = Schemas['KnowledgeBody'];
export type KnowledgeHit = Schemas['KnowledgeHitShape'];
export type Benchmark = Schemas['BenchmarkShape'];
export type Industry = Schemas['IndustryShape'];

export type ForecastOfAccount = Schemas['List_OfAccount_ForecastShape']['items'][number];
export type ForecastMetric = Schemas['ForecastMetric'];
export type ForecastSum = Schemas['ForecastSum'];
export type ForecastDay = Schemas['ForecastDay'];
export type ForecastModel = Schemas['ForecastModel'];

export type Insight = Schemas['List_InsightShape']['items'][number];
export type ContextFigure = Schemas['ContextFigureShape'];
export type BlastRadius = Schemas['BlastRadiusShape'];
export type Reached = Schemas['ReachedShape'];

export type ScoreOfAccount = Schemas['List_OfAccount_ScoreShape']['items'][number];
export type ScorePart = Schemas['ScorePart'];
export type SubScore = Schemas['SubScoreShape'];

export type FatigueOfAccount = Schemas['List_OfAccount_FatigueShape']['items'][number];
export type FatigueAd = Schemas['FatigueAd'];

export type FunnelOfAccount = Schemas['List_OfAccount_FunnelShape']['items'][number];
export type FunnelStage = Schemas['FunnelStage'];
export type FunnelGap = Schemas['FunnelGap'];

export type PatternsOfAccount = Schemas['List_OfAccount_PatternsShape']['items'][number];
export type PatternCard = Schemas['PatternCard'];
export type Pattern = Schemas['PatternShape'];
export type PatternCell = Schemas['PatternCell'];
export type PatternPicture = Schemas['PatternPicture'];
export type SeasonPart = Schemas['SeasonPart'];

export type PixelsOfAccount = Schemas['List_OfAccount_PixelsShape']['items'][number];
export type Pixel = Schemas['PixelShape'];
