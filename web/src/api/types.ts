// The API's nouns under the names the client uses. The only file that looks into the generated schema's components.
import type * as Expected from '@/api/expected';
import type { components } from '@/api/generated/schema';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Tenant = Schemas['TenantShape'];
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
export type QueryResult = Schemas['QueryShape'] & { rates?: Expected.RatesUsed | null };
export type Column = Schemas['QueryColumn'];
export type Import = Schemas['ImportShape'];
export type ProblemBody = Schemas['Problem'];

export type AccountKind = Expected.AccountKind;
export type DayState = Expected.DayState;
export type Coverage = Expected.Coverage;
export type CoveredAccount = Expected.CoveredAccount;
export type Verdict = Expected.Verdict;
export type Reconciliation = Expected.Reconciliation;
export type ReconciliationSummary = Expected.ReconciliationSummary;
export type ReconciliationItem = Expected.ReconciliationItem;
export type Checks = Expected.Checks;
export type Check = Expected.Check;
export type CheckResult = Expected.CheckResult;
export type CheckState = Expected.CheckState;
export type CheckHistoryItem = Expected.CheckHistoryItem;
export type Rates = Expected.Rates;
