// What the form of a client's knowledge holds, what is wrong with it, and the body it stands for. Faults have the names the API gives
// them, so that both can be shown at the same field.
import type { Knowledge, KnowledgeText, Metric } from '@/api/types';

export const BOUNDS = [
  { value: 'at_least', label: 'At least' },
  { value: 'at_most', label: 'At most' },
  { value: 'about', label: 'About' },
];
export const PERIODS = [
  { value: 'day', label: 'Each day' },
  { value: 'week', label: 'Each week' },
  { value: 'month', label: 'Each month' },
  { value: 'quarter', label: 'Each quarter' },
  { value: 'year', label: 'Each year' },
];
export const TONES = [
  { value: 'conversational', label: 'As one colleague to another' },
  { value: 'formal', label: 'Formal, as in a letter' },
  { value: 'brief', label: 'Brief: figures and what follows' },
];

export interface TargetDraft {
  key: number;
  metric: string | null;
  bound: string;
  value: string;
  currency: string | null;
  period: string;
  platform: string | null;
}

export interface ChannelDraft {
  key: number;
  platform: string | null;
  objective: string;
  campaignTypes: string[];
  notes: string;
}

export interface Draft {
  industry: string;
  businessModel: string;
  products: string[];
  customer: string;
  orderValue: string;
  orderCurrency: string | null;
  margin: string;
  notes: string;
  targets: TargetDraft[];
  strategy: ChannelDraft[];
  tone: string;
  language: string;
  includeBenchmarks: boolean;
  highlightCreatives: boolean;
  reportNotes: string;
}

let keys = 0;
const nextKey = (): number => (keys += 1);
const shown = (value: number | null | undefined): string => (value == null ? '' : String(value));

export function emptyTarget(currency: string): TargetDraft {
  return { key: nextKey(), metric: null, bound: 'at_least', value: '', currency, period: 'month', platform: null };
}

export function emptyChannel(): ChannelDraft {
  return { key: nextKey(), platform: null, objective: '', campaignTypes: [], notes: '' };
}

export function draftOf({ knowledge }: Knowledge, currency: string): Draft {
  const { context, targets, strategy, preferences } = knowledge;
  return {
    industry: context.industry,
    businessModel: context.business_model,
    products: context.products,
    customer: context.customer,
    orderValue: shown(context.average_order_value?.value),
    orderCurrency: context.average_order_value?.currency ?? currency,
    margin: shown(context.gross_margin),
    notes: context.notes,
    targets: targets.map((target) => ({
      key: nextKey(),
      metric: target.metric,
      bound: target.bound,
      value: shown(target.value),
      currency: target.currency ?? currency,
      period: target.period,
      platform: target.platform ?? null,
    })),
    strategy: strategy.map((channel) => ({
      key: nextKey(),
      platform: channel.platform,
      objective: channel.objective ?? '',
      campaignTypes: channel.campaign_types ?? [],
      notes: channel.notes ?? '',
    })),
    tone: preferences.tone,
    language: preferences.language,
    includeBenchmarks: preferences.include_benchmarks,
    highlightCreatives: preferences.highlight_creatives,
    reportNotes: preferences.notes,
  };
}

/** A number from what people type: "3,5" and "3.5" are the same. `null` where it is none. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replaceAll(/[\s'’%]/g, '');
  const dotted = plain.includes('.') ? plain : plain.replace(',', '.');
  return /^-?\d+(\.\d+)?$/.test(dotted) ? Number(dotted) : null;
}

export type Metrics = ReadonlyMap<string, Metric>;

/** Whether a metric's values are amounts, which have a currency. */
export function isMoney(metrics: Metrics, id: string | null): boolean {
  return id !== null && metrics.get(id)?.unit === 'money';
}

export type Faults = Readonly<Record<string, string>>;

/** What can be told here. The server says the rest. */
export function faultsOf(draft: Draft): Faults {
  const faults: Record<string, string> = {};
  const { margin, orderValue, targets, strategy } = draft;
  const percent = numberOf(margin);
  if (margin.trim() !== '' && (percent === null || percent < 0.1 || percent > 100)) faults['context.gross_margin'] = 'Type a share between 0.1 and 100';
  const value = numberOf(orderValue);
  if (orderValue.trim() !== '' && (value === null || value <= 0)) faults['context.average_order_value'] = 'Type an amount above zero';
  targets.forEach((target, i) => {
    if (!target.metric) faults[`targets[${i}].metric`] = 'Choose a metric';
    if (numberOf(target.value) === null) faults[`targets[${i}].value`] = 'Type a number';
  });
  strategy.forEach((channel, i) => {
    if (!channel.platform) faults[`strategy[${i}].platform`] = 'Choose a platform';
  });
  if (draft.language.trim() === '') faults['preferences.language'] = 'Name a language, for example en or de-CH';
  return faults;
}

export function bodyOf(draft: Draft, metrics: Metrics): KnowledgeText {
  const order = numberOf(draft.orderValue);
  return {
    context: {
      industry: draft.industry.trim(),
      business_model: draft.businessModel.trim(),
      products: draft.products,
      customer: draft.customer.trim(),
      average_order_value: order === null ? null : { value: order, currency: draft.orderCurrency ?? '' },
      gross_margin: numberOf(draft.margin),
      notes: draft.notes.trim(),
    },
    targets: draft.targets.map(({ metric, bound, value, currency, period, platform }) => ({
      metric: metric ?? '',
      bound,
      value: numberOf(value) ?? 0,
      currency: isMoney(metrics, metric) ? currency : null,
      period,
      platform,
    })),
    strategy: draft.strategy.map(({ platform, objective, campaignTypes, notes }) => ({
      platform: platform ?? '',
      objective: objective.trim(),
      campaign_types: campaignTypes,
      notes: notes.trim(),
    })),
    preferences: {
      tone: draft.tone,
      language: draft.language.trim(),
      include_benchmarks: draft.includeBenchmarks,
      highlight_creatives: draft.highlightCreatives,
      notes: draft.reportNotes.trim(),
    },
  };
}

/** The same draft, whatever its rows are called. */
export function sameDraft(one: Draft, other: Draft): boolean {
  const plain = (draft: Draft): string => JSON.stringify(draft, (name, value: unknown) => (name === 'key' ? undefined : value));
  return plain(one) === plain(other);
}
