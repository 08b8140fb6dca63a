// What analysis says of the mock's world, and the budgets it holds spend against. Figures come from the mock's own query, so that evidence
// shows what findings say. "alder-finch" has no finding, "kite-cargo" only one that is gone, "fjord-group" more than a page holds.
import type { Budget, BudgetPlan, Cause, Contribution, Entity, Evidence, Finding, PaceAdvice, PacedBudget } from '@/api/types';
import { addDays, daysOf, lengthOf, type Day } from '@/lib/period';
import { runQuery } from '@/test/mock/query';
import { ACCOUNTS, INCIDENTS, MANY_ACCOUNTS, hash } from '@/test/mock/world';

const NSC = 'north-sea-coffee';
const NL = '120208431';
const DE = '120208977';

const account = (id: string): Entity => {
  const { source, name } = [...ACCOUNTS, ...MANY_ACCOUNTS].find((one) => one.id === id)!;
  return { level: 'account', source, account: id, id, name };
};
const below = (level: string, id: string, name: string, of = NL): Entity => ({ level, source: account(of).source, account: of, id, name });
const hex = (text: string): string => hash(text).toString(16).padStart(8, '0').repeat(4);

type Told = Partial<Finding> & Pick<Finding, 'kind' | 'rule' | 'severity' | 'entity' | 'from' | 'to' | 'headline'>;

function found(today: Day, told: Told): Finding {
  const at = (day: Day): string => `${day}T04:12:00Z`;
  return {
    id: hex(`${told.kind}/${told.rule}/${told.entity.id}`),
    state: 'open',
    ongoing: true,
    confidence: 0.9,
    metric: null,
    metric_name: null,
    unit: null,
    direction: null,
    currency: null,
    value: null,
    expected: null,
    interval: null,
    detail: '',
    cause: null,
    contributions: [],
    doubt: '',
    actions: [],
    evidence: [],
    source_hash: hex(told.rule),
    found_at: at(addDays(told.from, 1)),
    seen_at: at(today),
    gone_at: null,
    snoozed_until: null,
    dismissed_by: null,
    ...told,
  };
}

const shows = (text: string, metrics: string[], by: string[], from: Day, to: Day, more: Partial<Evidence> = {}): Evidence => ({
  shows: text, metrics, by, from, to, where: null, compare: null, currency: null, ...more,
});

/** A metric of a campaign over some days, and over the four weeks before. */
function moved(metric: string, campaign: string, days: number, today: Day): { value: string; expected: string; change: number } {
  const to = addDays(today, -1);
  const from = addDays(today, -days);
  const of = (a: Day, b: Day): string => String(runQuery(NSC, { metrics: [metric], from: a, to: b, where: `campaign = "${campaign}"` }, today, '').totals[metric]);
  const [value, expected] = [of(from, to), of(addDays(from, -28), addDays(from, -1))];
  return { value, expected, change: Number(value) - Number(expected) };
}

function parts(change: number, shares: readonly (readonly [Partial<Entity> & { name: string }, number] | readonly [string, string, number])[]): Contribution[] {
  return shares.map((part) =>
    part.length === 3
      ? { name: part[1], metric: part[0], entity: null, change: (change * part[2]).toFixed(2), share: part[2] }
      : { name: part[0].name, metric: null, entity: below('ad_group', `${INCIDENTS.page.campaign}${part[0].name.length}`, part[0].name), change: (change * part[1]).toFixed(2), share: part[1] },
  );
}

function ofCoffee(today: Day): Finding[] {
  const ago = (days: number): Day => addDays(today, -days);
  const page = below('campaign', INCIDENTS.page.campaign, 'Prospecting | Broad | Purchases');
  const raised = below('campaign', INCIDENTS.budget.campaign, 'Retargeting | Viewed 14 days');
  const cpa = moved('cpa', page.id, INCIDENTS.page.days, today);
  const spend = moved('spend', raised.id, INCIDENTS.budget.days, today);
  const daily = (Number(spend.value) / INCIDENTS.budget.days).toFixed(2);
  const dailyBefore = (Number(spend.expected) / 28).toFixed(2);
  const around = (text: string, down: number, up: number): string[] => [(Number(text) * down).toFixed(2), (Number(text) * up).toFixed(2)];
  const only = (entity: Entity): Partial<Evidence> => ({ where: `campaign = "${entity.id}"` });
  const began = ago(INCIDENTS.page.days);
  const budgetDay = ago(INCIDENTS.budget.days);
  const edited: Cause = {
    kind: 'landing_page',
    text: `Of as many clicks far fewer buy since ${began}, in all ad sets alike, and the ads’ address was changed the day before: the new page does not sell`,
    confidence: 0.88,
    events: [
      { day: ago(INCIDENTS.page.days + 1), entity: page, kind: 'edited', before: 'northseacoffee.example/beans', after: 'northseacoffee.example/autumn-sale', by: 'Bram de Wit', factor: null },
      { day: ago(INCIDENTS.page.days + 8), entity: page, kind: 'budget', before: '180.00', after: '210.00', by: null, factor: 1.17 },
      { day: ago(INCIDENTS.page.days - 2), entity: page, kind: 'learning', before: 'active', after: 'learning', by: null, factor: null },
    ],
  };
  return [
    found(today, {
      kind: 'anomaly', rule: 'cpa_shock', severity: 'critical', entity: page, from: began, to: ago(1), metric: 'cpa', metric_name: 'CPA', unit: 'money', direction: 'lower', currency: 'EUR',
      value: cpa.value, expected: cpa.expected, interval: around(cpa.expected, 0.82, 1.21), confidence: 0.97,
      headline: 'A purchase costs more than three times what it did',
      detail: `CPA was ${cpa.value} EUR from ${began} to ${ago(1)}, where ${cpa.expected} EUR was to be expected. Clicks and their price are as before; of those who click, about a quarter as many buy. Other campaigns of the account sell as usual, so the counter itself works.`,
      cause: edited,
      contributions: parts(cpa.change, [
        [{ name: 'Broad 25–54' }, 0.58], [{ name: 'Interests | Speciality' }, 0.31], [{ name: 'Lookalike | Buyers' }, 0.16], [{ name: 'Lookalike | Newsletter' }, -0.05],
        ['cvr', 'CVR', 1.03], ['cpc', 'CPC', -0.03],
      ]),
      actions: ['open the new landing page on a phone and buy something', 'set the ads’ address back to the former page until it sells', 'halve the campaign’s budget meanwhile'],
      doubt: `If the shop’s own orders from this campaign did not fall after ${began}, the purchase is made but no longer counted: look at the pixel then.`,
      evidence: [
        shows('CPA and CVR by day', ['cpa', 'cvr'], ['date'], ago(34), ago(1), only(page)),
        shows('which ad sets it comes from', ['cpa', 'cvr', 'conversions', 'spend'], ['ad_group'], began, ago(1), { ...only(page), compare: 'previous' }),
        shows('other campaigns of the account sell as usual', ['cvr', 'conversions'], ['campaign'], began, ago(1), { where: `account = "${NL}"`, compare: 'previous' }),
        shows('all of it in a line', ['spend', 'clicks', 'conversions'], [], began, ago(1), only(page)),
      ],
    }),
    found(today, {
      kind: 'anomaly', rule: 'spend_level', severity: 'warning', entity: raised, from: budgetDay, to: ago(1), metric: 'spend', metric_name: 'Spend', unit: 'money', direction: 'neutral', currency: 'EUR',
      value: daily, expected: dailyBefore, interval: around(dailyBefore, 0.78, 1.24), confidence: 0.99,
      headline: 'Spend is at a new level, more than twice the old',
      detail: `Spend moved to ${daily} EUR a day on ${budgetDay} and stays there.`,
      cause: { kind: 'budget_raised', text: `The daily budget was raised on ${budgetDay}`, confidence: 0.98, events: [{ day: budgetDay, entity: raised, kind: 'budget', before: '60.00', after: '150.00', by: 'Ada Lindqvist', factor: 2.5 }] },
      contributions: [
        { name: 'Impressions', metric: 'impressions', entity: null, change: (spend.change / 9).toFixed(2), share: 0.97 },
        { name: 'CPM', metric: 'cpm', entity: null, change: '1.20', share: 0.03 },
      ],
      actions: ['ask whoever raised the budget whether it is meant to stay'],
      doubt: 'Nothing much: the change is on record. A planned sale would make it wanted.',
      evidence: [shows('spend by day', ['spend'], ['date'], ago(40), ago(1), only(raised))],
    }),
    found(today, {
      kind: 'pacing', rule: 'over_pace', severity: 'warning', entity: account(NL), from: ago(19), to: ago(1), metric: 'spend', metric_name: 'Spend', unit: 'money', direction: 'neutral', currency: 'EUR',
      value: '13480.00', expected: '12000.00', interval: ['12910.00', '14050.00'], confidence: 0.96,
      headline: 'North Sea Coffee NL will overspend its budget by EUR 1,480 (12 %)',
      detail: 'EUR 8,540 of EUR 12,000 was spent, where EUR 7,600 was planned (+12 %).',
      actions: ['lower daily budgets of North Sea Coffee NL from about EUR 450 to EUR 314'],
      doubt: 'A budget changed, or a campaign started or stopped, after yesterday.',
      evidence: [shows('spend by day of the period', ['spend'], ['date'], ago(19), ago(1), { where: `account = "${NL}"` }), shows('which parts spent it', ['spend'], ['campaign'], ago(19), ago(1), { where: `account = "${NL}"` })],
    }),
    found(today, {
      kind: 'fatigue', rule: 'tired', severity: 'warning', entity: below('creative', '9981', 'Video 15 s | Morning'), from: ago(21), to: ago(1), metric: 'ctr', metric_name: 'CTR', unit: 'percent', direction: 'higher', confidence: 0.74,
      value: 0.94, expected: 1.52, interval: [1.31, 1.7], headline: '“Video 15 s | Morning” is worn out',
      detail: 'Its CTR falls week by week while each person sees it 4.8 times, and siblings in the same ad set keep theirs.',
      cause: { kind: 'frequency', text: 'The same people have seen it about five times', confidence: 0.7, events: [] },
      contributions: [], actions: ['replace it with a new film within the week', 'widen the audience'],
      doubt: 'If CTR comes back after a pause of a week, it was the season and not the film.',
      evidence: [shows('CTR by day', ['ctr', 'impressions'], ['date'], ago(60), ago(1), { where: `account = "${NL}"` })],
    }),
    found(today, {
      kind: 'pattern', rule: 'weekday', severity: 'info', entity: account(NL), from: ago(84), to: ago(1), metric: 'cvr', metric_name: 'CVR', unit: 'percent', direction: 'higher', confidence: 0.62, value: 3.1, expected: 2.5,
      headline: 'Sunday evenings sell a quarter better', detail: 'In ten of twelve weeks CVR was highest on Sunday after 19:00.', doubt: 'Twelve weeks are few; two more without it and it is chance.',
      evidence: [shows('CVR by day', ['cvr'], ['date'], ago(84), ago(1), { where: `account = "${NL}"` })],
    }),
    found(today, {
      kind: 'insight', rule: 'claims_above_counts', severity: 'info', entity: { level: 'tenant', source: null, account: null, id: NSC, name: 'North Sea Coffee' }, from: ago(28), to: ago(1), confidence: 0.81,
      headline: 'Meta claims 1.7 times what the shop counts', detail: 'Claims count views, and orders another platform’s click brought as well.', doubt: 'A holdout test would tell how much of it is real.', actions: ['plan by MER, not by ROAS'],
      evidence: [shows('claims and counts by platform', ['revenue', 'store_revenue', 'claimed_to_counted'], ['platform'], ago(28), ago(1))],
    }),
    found(today, {
      kind: 'pixel', rule: 'silent', severity: 'critical', ongoing: false, entity: below('pixel', '77120', 'Shop DE', DE), from: ago(12), to: ago(11), metric: 'conversions', metric_name: 'Conversions', unit: 'number', direction: 'higher', value: 0, expected: 31.4, interval: [22.1, 40.9], confidence: 0.93,
      headline: 'The pixel counted nothing for two days', detail: 'Clicks came as usual. It counts again since.',
      cause: { kind: 'tracking_loss', text: 'The shop’s theme was replaced, without the tag', confidence: 0.6, events: [] },
      doubt: 'If the shop had no orders on these days either, it was the shop that was down.',
      evidence: [shows('conversions and clicks by day', ['conversions', 'clicks'], ['date'], ago(30), ago(1), { where: `account = "${DE}"` })],
    }),
    found(today, {
      kind: 'funnel', rule: 'click_to_purchase', severity: 'info', state: 'dismissed', dismissed_by: 'ada@example.com', entity: account(DE), from: ago(28), to: ago(1), metric: 'cvr', metric_name: 'CVR', unit: 'percent', direction: 'higher', value: 2.1, expected: 2.6, interval: [2.3, 2.9], confidence: 0.58,
      headline: 'From click to purchase North Sea Coffee DE loses: about 1200 EUR of revenue', doubt: 'Prices changed without being entered here.',
      evidence: [shows('CVR by day', ['cvr'], ['date'], ago(56), ago(1), { where: `account = "${DE}"` })],
    }),
    found(today, {
      kind: 'anomaly', rule: 'cpm_shock', severity: 'warning', state: 'gone', gone_at: `${ago(20)}T04:12:00Z`, ongoing: false, entity: account('4417720931'), from: ago(33), to: ago(31), metric: 'cpm', metric_name: 'CPM', unit: 'money', direction: 'lower', currency: 'EUR', value: '12.40', expected: '7.90', interval: ['6.90', '8.90'], confidence: 0.86,
      headline: 'The auction got dearer for three days', evidence: [shows('CPM by day', ['cpm'], ['date'], ago(50), ago(20), { where: 'platform = "google"' })],
    }),
  ];
}

function ofFjord(today: Day): Finding[] {
  return MANY_ACCOUNTS.flatMap((one, i) =>
    [0, 1, 2].map((n) =>
      found(today, {
        kind: n === 2 ? 'pattern' : 'anomaly', rule: `rule_${n}`, severity: (['warning', 'info', 'info'] as const)[n]!, entity: account(one.id), from: addDays(today, -3 - (i % 20)), to: addDays(today, -1),
        metric: 'cpm', metric_name: 'CPM', unit: 'money', direction: 'lower', currency: 'EUR', value: (8 + n + i / 10).toFixed(2), expected: '7.10', interval: ['6.20', '8.00'], confidence: 0.6 + (i % 4) / 10,
        headline: `The auction got dearer in ${one.name}`,
      }),
    ),
  );
}

const RANK = ['info', 'warning', 'critical'];

function initial(tenant: string, today: Day): Finding[] {
  switch (tenant) {
    case NSC:
      return ofCoffee(today);
    case 'fjord-group':
      return ofFjord(today);
    case 'kite-cargo':
      return [found(today, { kind: 'anomaly', rule: 'stopped', severity: 'critical', state: 'gone', ongoing: false, gone_at: `${addDays(today, -90)}T04:12:00Z`, entity: account('120511008'), from: addDays(today, -99), to: addDays(today, -96), confidence: 0.99, headline: 'Everything stopped' })];
    default:
      return [];
  }
}

const kept = new Map<string, Finding[]>();

export function findingsOf(tenant: string, today: Day): Finding[] {
  const known = kept.get(tenant) ?? initial(tenant, today);
  kept.set(tenant, known);
  return known;
}

export function listFindings(tenant: string, params: URLSearchParams, today: Day): { items: Finding[]; next_cursor: string | null } {
  const [kind, severity, of, state] = ['kind', 'severity', 'account', 'state'].map((name) => params.get(name));
  const now = new Date().toISOString();
  const shown = (finding: Finding): boolean => {
    if (finding.state === 'snoozed' && (finding.snoozed_until ?? '') <= now) return true;
    return finding.state === 'open' || state === 'all' || (state === 'put_away' && finding.state !== 'gone');
  };
  const rank = (finding: Finding): number => (finding.state === 'gone' ? 0 : 100) + (finding.ongoing ? 10 : 0) + RANK.indexOf(finding.severity);
  const all = findingsOf(tenant, today)
    .filter((finding) => shown(finding) && (!kind || kind.split(',').includes(finding.kind)) && (!of || finding.entity.account === of) && RANK.indexOf(finding.severity) >= RANK.indexOf(severity ?? 'info'))
    .sort((a, b) => rank(b) - rank(a));
  const skip = Number(params.get('cursor') ?? 0);
  const limit = Number(params.get('limit') ?? 200);
  return { items: all.slice(skip, skip + limit), next_cursor: all.length > skip + limit ? String(skip + limit) : null };
}

export function changeFinding(tenant: string, id: string, change: Partial<Finding>, today: Day): Finding | null {
  const findings = findingsOf(tenant, today);
  const place = findings.findIndex((finding) => finding.id === id);
  const before = findings[place];
  if (!before) return null;
  const after = { ...before, ...change };
  findings[place] = after;
  return after;
}

// Budgets ----------------------------------------------------------------------------------------------------------------------------

interface Spec {
  budget: Budget;
  /** What is spent per planned euro, and what is to come; absent: not looked at yet. */
  pace?: { spent: number; ahead: number; verdict: 'on_track' | 'under' | 'over' | 'cannot_tell'; because?: string; confidence: number; notes?: string[] };
}

function initialBudgets(tenant: string, today: Day): Spec[] {
  if (tenant !== NSC) return [];
  const base = (id: string, told: Partial<Budget> & Pick<Budget, 'name' | 'level' | 'amount'>): Budget => ({
    id, currency: 'EUR', roll_over: false, changed_at: `${addDays(today, -40)}T09:00:00Z`, changed_by: 'ada@example.com', source: null, account: null, campaign: null, from: null, to: null, ...told,
  });
  const days = { from: addDays(today, -19), to: addDays(today, 10) };
  return [
    { budget: base('bud_all', { name: 'All advertising', level: 'tenant', amount: '30000.00', roll_over: true }), pace: { spent: 1.02, ahead: 1, verdict: 'on_track', confidence: 0.91 } },
    { budget: base('bud_nl', { name: 'Netherlands, autumn', level: 'account', source: 'meta', account: NL, amount: '12000.00', ...days }), pace: { spent: 1.124, ahead: 1.12, verdict: 'over', confidence: 0.96, notes: ['the last 28 days are provisional'] } },
    { budget: base('bud_google', { name: 'Search', level: 'platform', source: 'google', amount: '4500.00', ...days }), pace: { spent: 0.62, ahead: 0.6, verdict: 'under', confidence: 0.89 } },
    { budget: base('bud_gift', { name: 'Gift boxes', level: 'campaign', source: 'meta', account: NL, campaign: `${NL}106`, amount: '1800.00', from: addDays(today, -3), to: addDays(today, 26) }), pace: { spent: 1.3, ahead: 1.2, verdict: 'cannot_tell', because: '3 days have figures and a projection takes 7', confidence: 0 } },
  ];
}

const budgets = new Map<string, Spec[]>();

function specsOf(tenant: string, today: Day): Spec[] {
  const known = budgets.get(tenant) ?? initialBudgets(tenant, today);
  budgets.set(tenant, known);
  return known;
}

export function listBudgets(tenant: string, today: Day): Budget[] {
  return specsOf(tenant, today).map(({ budget }) => budget);
}

export function putBudget(tenant: string, id: string | null, plan: BudgetPlan, today: Day): Budget | null {
  const specs = specsOf(tenant, today);
  const budget: Budget = {
    id: id ?? `bud_${specs.length + 1}`, source: null, account: null, campaign: null, from: null, to: null, changed_at: new Date().toISOString(), changed_by: 'ada@example.com', ...plan, roll_over: plan.roll_over ?? false,
  };
  if (id === null) specs.push({ budget });
  else {
    const spec = specs.find((one) => one.budget.id === id);
    if (!spec) return null;
    spec.budget = budget;
  }
  return budget;
}

export function dropBudget(tenant: string, id: string, today: Day): void {
  budgets.set(tenant, specsOf(tenant, today).filter(({ budget }) => budget.id !== id));
}

const ADVICE: PaceAdvice[] = [
  { source: 'meta', account: NL, name: account(NL).name, daily: '448.00', needed_daily: '314.00', change_percent: -29.9, step: 'decrease', reason: 'it will overspend its own budget' },
  { source: 'meta', account: DE, name: account(DE).name, daily: '360.00', needed_daily: '352.00', change_percent: -2.2, step: 'keep', reason: 'the change is smaller than what days differ by' },
  { source: 'google', account: '4417720931', name: account('4417720931').name, daily: '90.00', needed_daily: '234.00', change_percent: 160, step: 'increase', reason: 'it spends less than planned' },
];

function pacedOf({ budget, pace }: Spec, today: Day): PacedBudget {
  if (!pace) return { budget, result: null, days: [] };
  // Of yesterday, so that at least a day of it is over.
  const name = addDays(today, -1).slice(0, 7);
  const month = { from: `${name}-01`, to: addDays(`${addDays(`${name}-28`, 5).slice(0, 7)}-01`, -1) };
  const period = budget.from && budget.to ? { from: budget.from, to: budget.to } : month;
  const total = lengthOf(period);
  const gone = Math.max(0, Math.min(total, lengthOf({ from: period.from, to: addDays(today, -1) })));
  const amount = Number(budget.amount);
  const planned = (amount * gone) / total;
  const actual = planned * pace.spent;
  const left = total - gone;
  const projected = actual + ((amount * left) / total) * pace.ahead;
  const told = pace.verdict !== 'cannot_tell';
  const money = (value: number): string => value.toFixed(2);
  let sum = 0;
  return {
    budget,
    result: {
      ...period, as_of: gone > 0 ? addDays(period.from, gone - 1) : null, days_left: left, amount: money(amount), rolled_over: '0.00', planned_to_date: money(planned), actual: money(actual), provisional: money(actual),
      variance: money(actual - planned), variance_percent: planned > 0 ? (actual / planned - 1) * 100 : null, required_daily: left > 0 ? money(Math.max(0, (amount - actual) / left)) : null, recent_daily: money((amount / total) * pace.ahead),
      projected: told ? money(projected) : null, projected_low: told ? money(projected - amount * 0.05) : null, projected_high: told ? money(projected + amount * 0.05) : null, projected_off_percent: told ? (projected / amount - 1) * 100 : null,
      used_up_on: pace.verdict === 'over' ? addDays(period.to, -3) : null, tolerance_percent: 11, verdict: pace.verdict, because: pace.because ?? null, confidence: pace.confidence, notes: pace.notes ?? [], severity: pace.verdict === 'over' ? 'warning' : null, allocation: budget.level === 'tenant' ? ADVICE : [],
    },
    days: daysOf({ from: period.from, to: addDays(period.from, gone - 1) }).map((day, i) => {
      const spent = (amount / total) * pace.spent * (0.8 + ((hash(`${budget.id}${day}`) % 100) / 100) * 0.4);
      sum += spent;
      return { day, actual: money(spent), actual_to_date: money(sum), planned_to_date: money((amount * (i + 1)) / total) };
    }),
  };
}

export function pacing(tenant: string, today: Day): PacedBudget[] {
  return specsOf(tenant, today).map((spec) => pacedOf(spec, today));
}

/** What was planned since is looked at as well. */
export function analysed(tenant: string, today: Day): { made: number; unchanged: number; failed: number } {
  const fresh = specsOf(tenant, today).filter((spec) => !spec.pace);
  for (const spec of fresh) spec.pace = { spent: 0, ahead: 1, verdict: 'cannot_tell', because: 'no day has figures', confidence: 0 };
  return { made: fresh.length + (tenant === NSC ? 3 : 0), unchanged: tenant === 'harbour-yoga' ? 0 : 9, failed: 0 };
}

export function resetFindings(): void {
  kept.clear();
  budgets.clear();
}
