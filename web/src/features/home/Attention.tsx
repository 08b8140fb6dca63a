import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { checksOptions } from '@/api/checks';
import { urgentFindingsOptions } from '@/api/findings';
import { reconciliationOptions } from '@/api/reconciliation';
import type { Connection } from '@/api/types';
import { countsOf, findingNeeds, needsOf, type Counts, type Leads, type Need } from './attention';
import { plural } from '@/lib/format';
import type { Period } from '@/lib/period';
import { useNow } from '@/ui/Ago';
import classes from './HomePage.module.css';

interface Props {
  tenant: string;
  period: Period;
  connections: readonly Connection[];
}

const FINDINGS_MAX = 4;
const SOURCES_MAX = 3;

/** What needs a person, in a line each; nothing where all is well, or where it is not known. */
export function Attention({ tenant, period, connections }: Props) {
  const { data: checks } = useQuery(checksOptions(tenant));
  const { data: compared, isPlaceholderData } = useInfiniteQuery(reconciliationOptions(tenant, period, 'mismatched'));
  const { data: urgent } = useQuery(urgentFindingsOptions(tenant));
  const now = useNow();
  const differing = isPlaceholderData ? [] : (compared?.pages[0]?.items ?? []);
  const sources = needsOf({ connections, checks, differing, now });
  const findings = urgent?.items ?? [];
  const found = findingNeeds(findings);
  if (sources.length + found.length === 0) return null;
  const worst = [...sources, ...found].some(({ tone }) => tone === 'bad') ? 'bad' : 'warn';
  return (
    <section className={classes.attention} data-tone={worst} aria-label="What needs you">
      <header>
        <h2>What needs you</h2>
        <CountLinks counts={countsOf(findings)} />
      </header>
      <div className={classes.needs} data-both={sources.length > 0 && found.length > 0}>
        {found.length > 0 && (
          <NeedList label="Findings" needs={found} max={FINDINGS_MAX}>
            {(hidden) => (
              <Link to="/findings" search={{ severity: 'warning' }}>
                and {plural(hidden, 'more finding')}
              </Link>
            )}
          </NeedList>
        )}
        {sources.length > 0 && (
          <NeedList label="Sources and checks" needs={sources} max={SOURCES_MAX}>
            {(hidden) => (
              <Link to="/data" hash="checks">
                and {hidden} more of sources and checks
              </Link>
            )}
          </NeedList>
        )}
      </div>
    </section>
  );
}

function CountLinks({ counts: { critical, warning, offPace } }: { counts: Counts }) {
  return (
    <p>
      {critical > 0 && (
        <Link to="/findings" search={{ severity: 'critical' }}>
          {critical} critical
        </Link>
      )}
      {warning > 0 && (
        <Link to="/findings" search={{ severity: 'warning' }}>
          {plural(warning, 'warning')}
        </Link>
      )}
      {offPace > 0 && <Link to="/pacing">{plural(offPace, 'budget')} off pace</Link>}
    </p>
  );
}

interface ListProps {
  label: string;
  needs: readonly Need[];
  max: number;
  /** Leads to all of them, where so many are not shown. */
  children: (hidden: number) => ReactNode;
}

function NeedList({ label, needs, max, children }: ListProps) {
  // A line that hides one need takes as much room as the need.
  const shown = needs.length <= max + 1 ? needs : needs.slice(0, max);
  const hidden = needs.slice(shown.length).reduce((sum, { count = 1 }) => sum + count, 0);
  return (
    <ul aria-label={label}>
      {shown.map((need) => (
        <Line key={need.id} need={need} />
      ))}
      {hidden > 0 && (
        <li>
          <span aria-hidden />
          {children(hidden)}
        </li>
      )}
    </ul>
  );
}

function Line({ need: { tone, who, says, link, leads } }: { need: Need }) {
  const Icon = tone === 'bad' ? IconCircleX : IconAlertTriangle;
  const [short = link] = link.split(':');
  // What was found is the link itself: it needs the room.
  const found = leads.to === 'finding' || leads.to === 'findings';
  return (
    <li data-tone={tone} data-found={found}>
      <Icon size={18} stroke={1.8} role="img" aria-label={tone === 'warn' ? 'Warning' : found ? 'Critical' : 'Error'} />
      <p title={`${who}: ${says}`}>
        <strong>
          {found ? (
            <LeadingLink leads={leads} label={link}>
              {who}
            </LeadingLink>
          ) : (
            who
          )}
        </strong>{' '}
        <span>{says}</span>
      </p>
      {!found && (
        <LeadingLink leads={leads} label={link}>
          {short}
        </LeadingLink>
      )}
    </li>
  );
}

function LeadingLink({ leads, label, children }: { leads: Leads; label: string; children: string }) {
  if (leads.to === 'connections') return <Link to="/connections">{children}</Link>;
  if (leads.to === 'finding') {
    return (
      <Link to="/findings/$finding" params={{ finding: leads.id }} aria-label={label}>
        {children}
      </Link>
    );
  }
  if (leads.to === 'findings') {
    return (
      <Link to="/findings" search={{ kind: leads.kind, severity: 'warning' }} aria-label={label}>
        {children}
      </Link>
    );
  }
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
