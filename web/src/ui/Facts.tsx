import type { ReactNode } from 'react';
import classes from '@/ui/Facts.module.css';

export interface Fact {
  label: string;
  value: ReactNode;
  /** What else belongs to it, a line each. */
  notes?: readonly ReactNode[];
}

/** More than these stand closer together. */
const MANY = 5;

/** A few figures side by side, each with what it is. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts} data-many={facts.length > MANY}>
      {facts.map(({ label, value, notes }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <b>{value}</b>
            {notes?.map((note, i) => <small key={i}>{note}</small>)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
