import { CloseButton, Tabs, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { knowledgeOptions } from '@/api/knowledge';
import { asProblem } from '@/api/problem';
import type { Tenant } from '@/api/types';
import { BenchmarksPart } from './BenchmarksPart';
import { ClientPart } from './ClientPart';
import { MetricsPart } from './MetricsPart';
import { Results } from './Results';
import { PARTS, type KnowledgeView } from './view';
import { PageFrame } from '@/ui/PageFrame';
import { ErrorState, Loading } from '@/ui/States';
import classes from './Knowledge.module.css';

interface Props {
  tenant: Tenant;
  view: KnowledgeView;
  onView: (change: Partial<KnowledgeView>) => void;
}

const SEARCH_MS = 250;

/** What figures mean, what is usual elsewhere, and what is known of the client. */
export function KnowledgePage({ tenant, view, onView }: Props) {
  const known = useQuery(knowledgeOptions(tenant.id));
  const [typed, setTyped] = useState(view.q ?? '');
  const search = useDebouncedCallback((q: string) => onView({ q: q.trim() || undefined }), SEARCH_MS);
  // The address may change by itself: back, or a link.
  const [asked, setAsked] = useState(view.q);
  if (asked !== view.q) {
    setAsked(view.q);
    if ((view.q ?? '') !== typed.trim()) setTyped(view.q ?? '');
  }
  const clear = (): void => {
    setTyped('');
    search.cancel();
    onView({ q: undefined });
  };
  const problem = known.error && !known.data ? asProblem(known.error) : null;
  const part = view.part ?? 'metrics';
  const searching = view.q !== undefined;

  return (
    <PageFrame
      title="Knowledge"
      says={`What figures mean, what is usual elsewhere, and what is known of ${tenant.name}.`}
      actions={
        <TextInput
          className={classes.search}
          type="search"
          aria-label="Search all knowledge"
          placeholder="Search all of it: metrics, benchmarks, the client"
          data-filter
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={typed === '' ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={clear} />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            search(event.currentTarget.value);
          }}
          onKeyDown={(event) => event.key === 'Escape' && typed !== '' && clear()}
        />
      }
    >
      {searching && <Results tenant={tenant.id} q={view.q ?? ''} onOpen={(change) => onView({ q: undefined, ...change })} />}
      <div hidden={searching}>
        <Tabs value={part} onChange={(next) => onView({ part: PARTS.find((one) => one === next) })}>
          <Tabs.List aria-label="Kinds of knowledge">
            <Tabs.Tab value="metrics">Metrics</Tabs.Tab>
            <Tabs.Tab value="benchmarks">Benchmarks</Tabs.Tab>
            <Tabs.Tab value="client">{tenant.name}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="metrics" pt="md">
            <MetricsPart view={view} onView={onView} />
          </Tabs.Panel>
          <Tabs.Panel value="benchmarks" pt="md">
            <BenchmarksPart view={view} own={known.data?.industry ?? null} onView={onView} />
          </Tabs.Panel>
          <Tabs.Panel value="client" pt="md">
            {problem ? (
              <ErrorState problem={problem} onRetry={() => void known.refetch()} />
            ) : !known.data ? (
              <Loading rows={8} height={34} label="Loading what is known" />
            ) : (
              <ClientPart tenant={tenant} known={known.data} />
            )}
          </Tabs.Panel>
        </Tabs>
      </div>
    </PageFrame>
  );
}
