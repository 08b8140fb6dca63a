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
  '/api/v1/patterns': { parameters: NoParameters; get: Asked<TenantQuery, ExpectedSchemas['List_OfAccount_PatternsShape']> };
  '/api/v1/pixels': { parameters: NoParameters; get: Asked<TenantQuery, ExpectedSchemas['List_OfAccount_PixelsShape']> };
  '/api/v1/metrics': {
    parameters: NoParameters;
    get: { parameters: NoParameters; requestBody?: never; responses: Answered<Listed<ExpectedSchemas['MetricShape']>> };
  };
}

/** What analysis made of an account. */
interface OfAccount<Result> {
  source: string;
  account: string;
  name: string;
  currency?: string | null;
  made_at: string;
  source_hash: string;
  result: Result;
}

type ForecastSum = components['schemas']['ForecastSum'];

export interface ExpectedSchemas {
  ForecastMetric: components['schemas']['ForecastMetric'] & {
    /** The first days together, each with bounds of its own: those of days do not add up to those of their sum. */
    totals?: { days: number; sum: ForecastSum }[];
  };
  List_OfAccount_PatternsShape: Listed<OfAccount<ExpectedSchemas['PatternsShape']>>;
  PatternsShape: {
    /** The day they were learnt for, in the account's zone: the Monday of a week. */
    learned_on: string;
    /** The day they are learnt anew. */
    due_on: string;
    /** Six kinds, each at least once. */
    patterns: ExpectedSchemas['PatternCard'][];
  };
  PatternCard: {
    kind: string;
    level: string;
    id: string;
    name: string;
    pattern?: ExpectedSchemas['PatternShape'] | null;
    /** Why there is none; `null`: there is one. */
    because?: string | null;
    /** Whether there were figures enough; if not, nobody can tell yet. */
    enough: boolean;
  };
  PatternShape: {
    learned_from: string;
    learned_to: string;
    /** The last day it may be used. */
    valid_until: string;
    currency?: string | null;
    confidence: ExpectedSchemas['PatternConfidence'];
    headline: string;
    detail: string;
    /** When it misleads. */
    doubt: string;
    actions: string[];
    picture: ExpectedSchemas['PatternPicture'];
  };
  /** Each 0 to 1. */
  PatternConfidence: {
    /** The product of the three. */
    value: number;
    /** One less the chance of seeing as much without a pattern. */
    sample: number;
    /** The part of the differences that is not noise. */
    spread: number;
    /** One less one over how often it could have repeated. */
    span: number;
  };
  PatternPicture:
    | {
        type: 'hours';
        /** `cvr`, `cpa`, `roas` or `ctr`. */
        rate: string;
        /** Over everything, in the rate's unit. */
        overall: number;
        /** 168 hours, Monday's first. */
        cells: ExpectedSchemas['PatternCell'][];
        /** 24 hours of any day. */
        hours: ExpectedSchemas['PatternCell'][];
        /** Seven weekdays. */
        weekdays: ExpectedSchemas['PatternCell'][];
        /** Saturday and Sunday against the other days; above 1 is better. */
        weekend?: number | null;
      }
    | {
        type: 'wear';
        /** A step for each age at which one was tired. */
        curve: { days: number; share: number; low: number; high: number; followed: number }[];
        typical_days?: number | null;
        first_quarter_days?: number | null;
        low_days?: number | null;
        high_days?: number | null;
        ads: number;
        tired: number;
      }
    | {
        type: 'budget';
        /** `conversions` or `revenue`. */
        goal: string;
        /** Weeks as they were, per day. */
        weeks: { spend: number; result: number }[];
        curve: { spend: number; result: number; marginal: number }[];
        /** The spend from which the next unit buys less than half of the average one. */
        diminishing_at?: number | null;
        low: number;
        high?: number | null;
        /** The spend at which the last unit earns itself back. */
        best?: number | null;
        seen_low: number;
        seen_high: number;
      }
    | {
        type: 'audience';
        /** How many were looked at. */
        of: number;
        /** Those that answer less and less, the fastest first. */
        decays: {
          id: string;
          name: string;
          /** Share of its click rate lost in a week, against the others. */
          per_week: number;
          low: number;
          high: number;
          half_weeks: number;
          frequency_before?: number | null;
          frequency_after?: number | null;
          /** Ads that joined it meanwhile; none: it may be its creatives that wear. */
          new_ads: number;
          chance: number;
        }[];
      }
    | {
        type: 'lag';
        /** The age in days by which half are in. */
        half_days: number;
        /** The age by which nine tenths are in. */
        most_days: number;
        learnt_from: number;
        /** The share of the final figure that is in, by age; 0 is the day itself. */
        shares: { age: number; share: number; low: number; high: number }[];
      }
    | {
        type: 'season';
        metric: string;
        weekdays?: ExpectedSchemas['SeasonPart'][] | null;
        weekdays_because?: string | null;
        months?: ExpectedSchemas['SeasonPart'][] | null;
        months_because?: string | null;
      };
  PatternCell: {
    /** 0 is Monday. */
    weekday: number;
    hour: number;
    /** The rate, drawn to the mean as far as it is noise; four times in five between `low` and `high`. */
    value: number;
    low: number;
    high: number;
    /** Against the overall rate: above 1 is better, whichever rate. */
    index: number;
    /** What it rests on: clicks, impressions or spend. */
    weight: number;
    /** Whether it truly differs, all comparisons taken together. */
    differs: boolean;
  };
  SeasonPart: {
    /** 0 is Monday, or January. */
    place: number;
    /** Against the mean: 1.2 is a fifth more. */
    index: number;
    low: number;
    high: number;
    /** Weeks, or years, it was seen in. */
    seen: number;
  };
  List_OfAccount_PixelsShape: Listed<OfAccount<ExpectedSchemas['PixelsShape']>>;
  PixelsShape: { pixels: ExpectedSchemas['PixelShape'][] };
  PixelShape: {
    id: string;
    name: string;
    /** `healthy`, `degraded`, `silent` or `unknown`. */
    verdict: string;
    /** 0 to 1; 0 where it is unknown. */
    confidence: number;
    /** The platform says that it cannot be used. */
    unavailable: boolean;
    /** When it fired last, by the platform. */
    last_fired_at?: string | null;
    counted_from: string;
    /** The end of the last hour that is counted: the newest may not be all in yet. */
    counted_until: string;
    /** Hours from the last event to then. */
    hours_since_event?: number | null;
    /** After how many silent hours an alarm would come, usually; `null`: never, or not known. */
    noticed_after_hours?: number | null;
    totals: { event: string; today?: number | null; days_7?: number | null; days_30?: number | null }[];
    /** Of the second per hundred of the first, over the last 30 days. */
    rates: { from: string; into: string; rate: number; low?: number | null; high?: number | null }[];
    silences: {
      from: string;
      to: string;
      hours: number;
      /** Events that should have come. */
      expected: number;
      /** 4 is one in 10,000. */
      rarity: number;
      ongoing: boolean;
      alarm: boolean;
    }[];
    /** Ratios that are not what they were. */
    shifts: {
      event: string;
      /** What is counted, */
      over: string;
      /** and per what. */
      under: string;
      from: string;
      to: string;
      /** How many times the old ratio: 0 is gone, 2 is twice. */
      factor: number;
      count: number;
      expected: number;
      rarity: number;
      /** Other events that moved the same way on the same days. */
      also: string[];
      whole: boolean;
    }[];
    /** The worst match quality of an event, 0 to 10; `null`: not read. */
    match_quality?: number | null;
    /** The last 14 days, all events together: 24 hours by the clock on the wall; `null`: not read, or not over. */
    hourly: { day: string; counts: (number | null)[] }[];
    /** Ids of the findings about it. */
    findings: string[];
    untold: string[];
  };
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
