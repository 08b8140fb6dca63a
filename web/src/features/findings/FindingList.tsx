import type { KeyboardEvent } from 'react';
import type { Finding } from '@/api/types';
import { FindingRow } from './FindingRow';
import type { Away } from './usePutAway';
import type { AccountNames } from './words';
import { plural } from '@/lib/format';
import classes from './Findings.module.css';

interface Props {
  tenant: string;
  findings: readonly Finding[];
  names: AccountNames;
  /** The last answer, while the next is on its way. */
  stale: boolean;
  busy: (finding: Finding) => boolean;
  onPut: (finding: Finding, away: Away) => void;
}

const GROUPS = [
  { label: 'Going on', of: (finding: Finding) => finding.ongoing && finding.state !== 'gone' },
  { label: 'Over', of: (finding: Finding) => !finding.ongoing || finding.state === 'gone' },
] as const;

const STEPS: Partial<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/** Findings, those that go on first. Arrows, j and k move between them, Enter opens. */
export function FindingList({ tenant, findings, names, stale, busy, onPut }: Props) {
  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
    // From a control of a row, the row counts.
    const own = (event.target as HTMLElement).closest('li')?.querySelector<HTMLElement>('[data-row]');
    const next = own && rows[rows.indexOf(own) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <div onKeyDown={onKey} aria-busy={stale} data-stale={stale} className={classes.list}>
      {GROUPS.map(({ label, of }) => {
        const inside = findings.filter(of);
        if (inside.length === 0) return null;
        return (
          <section key={label} className={classes.group} aria-label={label}>
            <h2>
              {label} <span>{plural(inside.length, 'finding')}</span>
            </h2>
            <ul>
              {inside.map((finding) => (
                <FindingRow key={finding.id} tenant={tenant} finding={finding} names={names} busy={busy(finding)} onPut={(away) => onPut(finding, away)} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
