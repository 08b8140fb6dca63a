// Routes the server has that docs/openapi.json does not describe yet, in the shape the generator would give them. Once `npm run api`
// brings them, this file goes, `client.ts` knows `paths` alone, and `types.ts` names the generated schemas instead.

/** What an account is read for. */
export type AccountKind = 'ads' | 'site' | 'mail' | 'shop';

/** How a day of an account stands. `empty`: it was read, and nothing happened. */
export type DayState = 'present' | 'provisional' | 'empty' | 'missing' | 'mismatched' | 'doubtful';

export interface CoverageRun {
  from: string;
  to: string;
  state: DayState;
}

export interface CoveredAccount {
  source: string;
  account: string;
  name: string;
  kind: AccountKind;
  zone: string;
  currency: string;
  data_as_of: string | null;
  settled_through: string | null;
  /** Each day of the period lies in exactly one. */
  runs: CoverageRun[];
}

export interface Coverage {
  from: string;
  to: string;
  accounts: CoveredAccount[];
}

export type Verdict = 'equal' | 'mismatched' | 'provisional';
export type ReconciledFigure = 'spend' | 'impressions' | 'sessions' | 'orders' | 'revenue' | 'recipients';

export interface ReconciliationSummary {
  source: string;
  account: string;
  name: string;
  currency: string;
  days: number;
  equal: number;
  mismatched: number;
  provisional: number;
  /** Days the source has no total of its own for. */
  untold: number;
}

export interface ReconciliationItem {
  source: string;
  account: string;
  name: string;
  date: string;
  figure: ReconciledFigure;
  unit: 'money' | 'count';
  currency: string | null;
  ours: string | number | null;
  theirs: string | number | null;
  difference: string | number;
  verdict: Verdict;
  read_at: string;
}

export interface Reconciliation {
  summary: ReconciliationSummary[];
  items: ReconciliationItem[];
  next: string | null;
}

export type CheckState = 'passed' | 'failed' | 'skipped';

export interface CheckResult {
  source: string;
  account: string;
  name: string;
  state: CheckState;
  message: string;
  days: string[];
  checked_at: string;
  since: string | null;
}

export interface Check {
  id: string;
  name: string;
  description: string;
  severity: 'error' | 'warning';
  results: CheckResult[];
}

export interface Checks {
  checked_at: string | null;
  items: Check[];
}

export interface CheckHistoryItem {
  checked_at: string;
  state: CheckState;
  message: string;
}

export interface Rates {
  base: string;
  last_day: string | null;
  read_at: string | null;
  currencies: string[];
  stale: boolean;
  message: string | null;
}

/** The dated rates a query's answer was converted by. */
export interface RatesUsed {
  to: string;
  from: string[];
  first: string;
  last: string;
  /** Days without a rate of their own, converted by the day's before. */
  carried_days: number;
}

interface Get<Query, Answer> {
  parameters: { query: Query };
  responses: { 200: { content: { 'application/json': Answer } } };
}

export interface ExpectedPaths {
  '/api/v1/coverage': { get: Get<{ tenant: string; from: string; to: string }, Coverage> };
  '/api/v1/reconciliation': {
    get: Get<{ tenant: string; from: string; to: string; verdict?: Verdict; limit?: number; cursor?: string }, Reconciliation>;
  };
  '/api/v1/checks': { get: Get<{ tenant: string }, Checks> };
  '/api/v1/checks/{id}/history': {
    get: {
      parameters: { path: { id: string }; query: { tenant: string; source: string; account: string } };
      responses: { 200: { content: { 'application/json': { items: CheckHistoryItem[] } } } };
    };
  };
  '/api/v1/checks/run': { post: Get<{ tenant: string }, Checks> };
  '/api/v1/rates': { get: Get<{ tenant: string }, Rates> };
}
