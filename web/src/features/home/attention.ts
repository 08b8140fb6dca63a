// What of a tenant needs a person, the most urgent first. Of its sources: connections, failed checks, days that differ, news that is old,
// warnings. Of its figures: open findings.
import type { Check, CheckResult, Checks, Connection, Finding, ReconciliationItem } from '@/api/types';
import { proseOf, showsWhen } from '@/lib/findings';
import { formatAgo, formatCount, formatDay, formatFigure, localized, plural, sentence } from '@/lib/format';
import { checkAnchor, placeText } from '@/lib/places';
import { accountLabel, platformName } from '@/lib/platforms';

/** Where one finds out more: the connections, a part of Data, an opened day there, a finding, or all of a kind. */
export type Leads = { to: 'connections' } | { to: 'data'; hash: string } | { to: 'data'; day: string } | { to: 'finding'; id: string } | { to: 'findings'; kind: string };

export interface Need {
  id: string;
  tone: 'bad' | 'warn';
  who: string;
  says: string;
  link: string;
  leads: Leads;
  /** How many findings the line stands for. */
  count?: number;
}

export interface Known {
  connections: readonly Connection[];
  checks: Checks | undefined;
  /** Compared figures of settled days that differ. */
  differing: readonly ReconciliationItem[];
  /** In milliseconds since the epoch. */
  now: number;
}

export function needsOf({ connections, checks, differing, now }: Known): Need[] {
  return [
    ...connectionNeeds(connections),
    ...checkNeeds(checks, 'error'),
    ...differenceNeeds(differing, checks),
    ...staleNeeds(connections, checks, now),
    ...checkNeeds(checks, 'warning'),
  ];
}

/** Open findings as lines: critical ones first, else in the server's order; those one rule says of several objects in one line. */
export function findingNeeds(findings: readonly Finding[]): Need[] {
  const isCritical = ({ severity }: Finding): boolean => severity === 'critical';
  const groups = new Map<string, Finding[]>();
  for (const finding of [...findings.filter(isCritical), ...findings.filter((finding) => !isCritical(finding))]) {
    const id = `${finding.kind}/${finding.rule}`;
    groups.set(id, [...(groups.get(id) ?? []), finding]);
  }
  return [...groups.values()].flatMap(([worst, ...others]): Need[] => {
    if (!worst) return [];
    const { level, source, name, id } = worst.entity;
    const who = level === 'platform' ? platformName(source ?? id) : source ? accountLabel(name || id, source) : name || id;
    const headline = proseOf(worst.headline, worst.entity);
    const more = others.length > 0 ? ` and ${formatCount(others.length)} more like it` : '';
    return [
      {
        id: worst.id,
        tone: isCritical(worst) ? 'bad' : 'warn',
        who: headline,
        says: `${who}, ${showsWhen(worst)}${more}`,
        link: more ? `See all like it: ${headline}` : `See the finding: ${headline}`,
        leads: more ? { to: 'findings', kind: worst.kind } : { to: 'finding', id: worst.id },
        count: others.length + 1,
      },
    ];
  });
}

export interface Counts {
  critical: number;
  warning: number;
  /** Budgets that will not come out; they are among the others as well. */
  offPace: number;
}

export function countsOf(findings: readonly Finding[]): Counts {
  const count = (of: (finding: Finding) => boolean): number => findings.filter(of).length;
  return {
    critical: count(({ severity }) => severity === 'critical'),
    warning: count(({ severity }) => severity === 'warning'),
    offPace: count(({ kind }) => kind === 'pacing'),
  };
}

/** Health that mends itself or is fine; a connection that waits for its platform's limit needs nobody. */
const QUIET = new Set(['ok', 'limited']);
/** Health under which the account is still read. */
const READABLE = new Set(['expiring', 'doubtful']);

function connectionNeeds(connections: readonly Connection[]): Need[] {
  const troubled = connections.filter(({ health }) => !QUIET.has(health));
  const [first] = troubled;
  if (!first) return [];
  const one = troubled.length === 1;
  return [
    {
      id: 'connections',
      tone: troubled.every(({ health }) => READABLE.has(health)) ? 'warn' : 'bad',
      who: one ? accountLabel(first.account.name, first.source) : plural(troubled.length, 'connection'),
      says: one ? (first.detail ? sentence(localized(first.detail)) : 'It needs your attention.') : 'need your attention.',
      link: 'Look at Connections',
      leads: { to: 'connections' },
    },
  ];
}

const failedOf = (check: Check): CheckResult[] => check.results.filter((result) => result.state === 'failed');

function checkNeeds(checks: Checks | undefined, severity: Check['severity']): Need[] {
  return (checks?.items ?? []).flatMap((check): Need[] => {
    const failed = failedOf(check);
    const [first] = failed;
    if (check.severity !== severity || !first) return [];
    const one = failed.length === 1;
    return [
      {
        id: check.id,
        tone: severity === 'error' ? 'bad' : 'warn',
        who: one ? accountLabel(first.name, first.source) : check.name,
        says: one ? sentence(localized(first.message)) : `fails for ${plural(failed.length, 'account')}: ${listed(failed.map((result) => accountLabel(result.name, result.source)))}.`,
        link: `See the check: ${check.name}`,
        leads: { to: 'data', hash: checkAnchor(one ? { check: check.id, source: first.source, account: first.account } : { check: check.id }) },
      },
    ];
  });
}

/** Days that differ, but for those a failed check names already. */
function differenceNeeds(differing: readonly ReconciliationItem[], checks: Checks | undefined): Need[] {
  const told = new Set((checks?.items ?? []).flatMap((check) => failedOf(check).flatMap(({ source, account, days }) => days.map((day) => placeText({ source, account, day })))));
  const byAccount = new Map<string, ReconciliationItem[]>();
  for (const item of differing) {
    const { source, account, date } = item;
    if (told.has(placeText({ source, account, day: date }))) continue;
    const id = `${source}/${account}`;
    byAccount.set(id, [...(byAccount.get(id) ?? []), item]);
  }
  return [...byAccount].flatMap(([id, items]): Need[] => {
    const [newest] = items.sort((a, b) => b.date.localeCompare(a.date));
    if (!newest) return [];
    const days = new Set(items.map((item) => item.date)).size;
    const apart = formatFigure(newest.difference, { ...newest, signed: true });
    return [
      {
        id,
        tone: 'bad',
        who: accountLabel(newest.name, newest.source),
        says: days === 1 ? `${formatDay(newest.date)} differs from the source’s own total by ${apart}.` : `${formatCount(days)} days differ from the source’s own totals, the newest is ${formatDay(newest.date)}.`,
        link: 'Compare the day',
        leads: { to: 'data', day: placeText({ source: newest.source, account: newest.account, day: newest.date }) },
      },
    ];
  });
}

/** As long as the server itself lets pass before it calls an account unread. */
const STALE_MS = 36 * 3_600_000;

/** Checks and comparisons are made with each sync: where none ran lately, what they say is old. Files alone are read once. */
function staleNeeds(connections: readonly Connection[], checks: Checks | undefined, now: number): Need[] {
  const at = checks?.checked_at;
  if (!at || connections.length === 0 || now - Date.parse(at) <= STALE_MS) return [];
  return [
    {
      id: 'stale',
      tone: 'warn',
      who: 'The stored days',
      says: `were last compared and checked ${formatAgo(at, now)}. Later faults would not show.`,
      link: 'See the checks',
      leads: { to: 'data', hash: 'checks' },
    },
  ];
}

const LISTED_MAX = 2;

function listed(names: readonly string[]): string {
  const more = names.length - LISTED_MAX;
  return more > 0 ? `${names.slice(0, LISTED_MAX).join(', ')} and ${formatCount(more)} more` : names.join(', ');
}
