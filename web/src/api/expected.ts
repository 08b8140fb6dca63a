// Shapes of routes that docs/openapi.json does not describe yet. They stand before the generated ones of the same name; once the document has
// a route, its lines here go. With the last of them goes the file, and its two uses in `types.ts` and `client.ts`.
import type { components } from '@/api/generated/schema';

interface Answered<Answer> {
  200: { headers: Record<string, unknown>; content: { 'application/json': Answer } };
}

interface NoParameters {
  query?: never;
  header?: never;
  path?: never;
  cookie?: never;
}

interface Asked<Query, Answer> {
  parameters: Omit<NoParameters, 'query'> & { query: Query };
  requestBody?: never;
  responses: Answered<Answer>;
}

interface Sent<Query, Body, Answer> extends Omit<Asked<Query, Answer>, 'requestBody'> {
  requestBody: { content: { 'application/json': Body } };
}

interface Listed<Item> {
  items: Item[];
  /** Pass it as `cursor` for the next page; `null` at the end. */
  next_cursor?: string | null;
}

interface TenantQuery {
  tenant: string;
}

export interface ExpectedPaths {
  '/api/v1/knowledge': {
    parameters: NoParameters;
    get: Asked<TenantQuery, ExpectedSchemas['KnowledgeShape']>;
    put: Sent<TenantQuery, { version: number; knowledge: ExpectedSchemas['KnowledgeBody'] }, ExpectedSchemas['KnowledgeShape']>;
  };
  '/api/v1/knowledge/search': {
    parameters: NoParameters;
    get: Asked<TenantQuery & { q: string; limit?: number }, Listed<ExpectedSchemas['KnowledgeHitShape']>>;
  };
  '/api/v1/benchmarks': {
    parameters: NoParameters;
    get: Asked<{ industry?: string; platform?: string }, Listed<ExpectedSchemas['BenchmarkShape']> & { industries: ExpectedSchemas['IndustryShape'][] }>;
  };
  '/api/v1/metrics': {
    parameters: NoParameters;
    get: { parameters: NoParameters; requestBody?: never; responses: Answered<Listed<ExpectedSchemas['MetricShape']>> };
  };
}

export interface ExpectedSchemas {
  IndustryShape: { id: string; name: string };
  /** A metric with all that is known of it. */
  MetricShape: components['schemas']['MetricShape'] & {
    category: string;
    /** What else people call it. */
    aliases: string[];
    thresholds: {
      severity: string;
      /** `value`, or `change` in percent. */
      of: string;
      comparison: string;
      than: number;
      currency?: string | null;
      platform?: string | null;
      /** "falls by 20 % or more", "< 1". */
      text: string;
    }[];
    /** What to mind when reading it. */
    see?: string | null;
    /** Figures of the client it cannot be computed without. */
    needs: { id: string; name: string; description: string }[];
  };
  BenchmarkShape: {
    metric: string;
    metric_name: string;
    unit: string;
    direction: string;
    industry?: ExpectedSchemas['IndustryShape'] | null;
    platform?: string | null;
    network?: string | null;
    low?: number | null;
    typical?: number | null;
    high?: number | null;
    currency?: string | null;
    source: string;
    as_of: string;
    note?: string | null;
    /** Whether it is of what was asked for, or stands in for it. */
    exact: boolean;
    about: string;
  };
  KnowledgeBody: {
    context?: {
      industry?: string;
      business_model?: string;
      products?: string[];
      customer?: string;
      average_order_value?: { value: number; currency: string } | null;
      /** In percent of revenue. */
      gross_margin?: number | null;
      notes?: string;
    };
    targets?: { metric: string; bound: string; value: number; currency?: string | null; period: string; platform?: string | null }[];
    strategy?: { platform: string; objective?: string; campaign_types?: string[]; notes?: string }[];
    preferences?: { tone?: string; language?: string; include_benchmarks?: boolean; highlight_creatives?: boolean; notes?: string };
  };
  KnowledgeShape: {
    /** 0 where nobody has written anything. */
    version: number;
    changed_at?: string | null;
    changed_by?: string | null;
    /** The industry benchmarks are known of, where what was written names one. */
    industry?: ExpectedSchemas['IndustryShape'] | null;
    knowledge: ExpectedSchemas['KnowledgeBody'];
  };
  KnowledgeHitShape: {
    kind: string;
    id: string;
    title: string;
    /** Pieces of the text in their order; those that were looked for are marked. */
    snippet: { text: string; hit: boolean }[];
    score: number;
  };
}
