import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { checksOptions } from '@/api/checks';
import { reconciliationOptions } from '@/api/reconciliation';
import type { Connection } from '@/api/types';
import { needsOf, type Leads, type Need } from './attention';
import { plural } from '@/lib/format';
import type { Period } from '@/lib/period';
import { useNow } from '@/ui/Ago';
import classes from './HomePage.module.css';

interface Props {
  tenant: string;
  period: Period;
  connections: readonly Connection[];
}

const SHOWN_MAX = 3;

/** What needs a person, in a line each; nothing where all is well, or where it is not known. */
export function Attention({ tenant, period, connections }: Props) {
  const { data: checks } = useQuery(checksOptions(tenant));
  const { data: compared, isPlaceholderData } = useInfiniteQuery(reconciliationOptions(tenant, period, 'mismatched'));
  const now = useNow();
  const differing = isPlaceholderData ? [] : (compared?.pages[0]?.items ?? []);
  const needs = needsOf({ connections, checks, differing, now });
  if (needs.length === 0) return null;
  // A line that hides one need takes as much room as the need.
  const shown = needs.length <= SHOWN_MAX + 1 ? needs : needs.slice(0, SHOWN_MAX);
  const hidden = needs.length - shown.length;
  return (
    <section className={classes.attention} data-tone={needs.some(({ tone }) => tone === 'bad') ? 'bad' : 'warn'} aria-label="Needs attention">
      <ul>
        {shown.map((need) => (
          <Line key={need.id} need={need} />
        ))}
        {hidden > 0 && (
          <li>
            <span aria-hidden />
            <span>{plural(hidden, 'more finding')}</span>
            <Link to="/data" hash="checks">
              See all checks
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}

function Line({ need: { tone, who, says, link, leads } }: { need: Need }) {
  const Icon = tone === 'bad' ? IconCircleX : IconAlertTriangle;
  const [short = link] = link.split(':');
  return (
    <li data-tone={tone}>
      <Icon size={18} stroke={1.8} role="img" aria-label={tone === 'bad' ? 'Error' : 'Warning'} />
      <span>
        <strong>{who}</strong> {says}
      </span>
      <LeadingLink leads={leads} label={link}>
        {short}
      </LeadingLink>
    </li>
  );
}

function LeadingLink({ leads, label, children }: { leads: Leads; label: string; children: string }) {
  if (leads.to === 'connections') return <Link to="/connections">{children}</Link>;
  if ('day' in leads) {
    return (
      <Link to="/data" search={{ day: leads.day }}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/data" hash={leads.hash} aria-label={label}>
      {children}
    </Link>
  );
}
