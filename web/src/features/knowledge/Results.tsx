import { Badge, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconSearchOff } from '@tabler/icons-react';
import { searchOptions } from '@/api/knowledge';
import { asProblem } from '@/api/problem';
import type { KnowledgeHit } from '@/api/types';
import type { KnowledgeView } from './view';
import { plural } from '@/lib/format';
import { Card } from '@/ui/Card';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import classes from './Knowledge.module.css';

interface Props {
  tenant: string;
  q: string;
  onOpen: (change: Partial<KnowledgeView>) => void;
}

const KINDS: Record<string, string> = {
  metric: 'Metric',
  benchmark: 'Benchmark',
  insight: 'Insight',
  action: 'What to do',
  dashboard: 'Group of metrics',
  unmeasured: 'Not measured',
  client: 'Client',
};

/** What a search found, best first. */
export function Results({ tenant, q, onOpen }: Props) {
  const found = useQuery(searchOptions(tenant, q));
  const problem = found.error && !found.data ? asProblem(found.error) : null;
  if (problem) return <ErrorState problem={problem} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading rows={6} height={44} label="Searching" />;
  if (found.data.length === 0) {
    return (
      <EmptyState icon={<IconSearchOff size={22} stroke={1.6} />} title={`Nothing is known of “${q}”`}>
        Slips of the keyboard are forgiven; try other words for the same thing.
      </EmptyState>
    );
  }
  return (
    <Card title="Found" note={plural(found.data.length, 'hit')} flush>
      <ul className={classes.hits} aria-label="Search results" data-stale={found.isPlaceholderData}>
        {found.data.map((hit) => (
          <Hit key={`${hit.kind}:${hit.id}`} hit={hit} open={placeOf(hit)} onOpen={onOpen} />
        ))}
      </ul>
    </Card>
  );
}

/** Where the page shows it; `null` where what was found is all there is. */
function placeOf({ kind, id }: KnowledgeHit): Partial<KnowledgeView> | null {
  switch (kind) {
    case 'metric':
      return { part: 'metrics', metric: id, category: undefined };
    case 'benchmark': {
      const [, industry, platform] = id.split('/');
      const named = (text: string | undefined): string | undefined => (text === 'all' ? undefined : text);
      return { part: 'benchmarks', industry: named(industry), platform: named(platform) };
    }
    case 'client':
      return { part: 'client' };
    default:
      return null;
  }
}

function Hit({ hit, open, onOpen }: { hit: KnowledgeHit; open: Partial<KnowledgeView> | null; onOpen: Props['onOpen'] }) {
  return (
    <li className={classes.hit}>
      <Badge variant="default" size="sm" className={classes.kind}>
        {KINDS[hit.kind] ?? hit.kind}
      </Badge>
      <div>
        {open ? (
          <UnstyledButton className={classes.hitTitle} onClick={() => onOpen(open)}>
            {hit.title}
          </UnstyledButton>
        ) : (
          <strong className={classes.hitTitle}>{hit.title}</strong>
        )}
        <p>{hit.snippet.map((piece, i) => (piece.hit ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>))}</p>
      </div>
    </li>
  );
}
