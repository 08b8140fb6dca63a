import { Alert, Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useMemo, useState, type SubmitEvent } from 'react';
import { benchmarksOptions, knowledgeOptions, saveKnowledge } from '@/api/knowledge';
import { metricsOptions } from '@/api/metrics';
import { asProblem } from '@/api/problem';
import { REFUSED, useCan } from '@/api/session';
import type { Knowledge, Tenant } from '@/api/types';
import { BusinessFields } from './BusinessFields';
import { Leaving } from './Leaving';
import { PreferenceFields } from './PreferenceFields';
import { StrategyFields } from './StrategyFields';
import { TargetFields } from './TargetFields';
import { bodyOf, draftOf, faultsOf, sameDraft, type Draft, type Faults } from './draft';
import { formatInstant, localized, plural } from '@/lib/format';
import { Card } from '@/ui/Card';
import { useToast } from '@/ui/Toasts';
import classes from './Knowledge.module.css';

interface Props {
  tenant: Tenant;
  known: Knowledge;
}

const NO_METRICS = new Map<string, never>();
const CONFLICT = 409;

/** What is known of the client, to be changed by people. */
export function ClientPart({ tenant, known }: Props) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const allowed = useCan()('knowledge:manage', tenant.id);
  const metrics = useQuery(metricsOptions).data ?? NO_METRICS;
  const industries = useQuery(benchmarksOptions({})).data?.industries ?? [];
  /** The version the draft was made from: what comes in meanwhile does not change what somebody is writing. */
  const [base, setBase] = useState(known);
  const [draft, setDraft] = useState<Draft>(() => draftOf(known, tenant.currency));
  const [tried, setTried] = useState(false);
  const saved = useMemo(() => draftOf(base, tenant.currency), [base, tenant.currency]);
  const dirty = !sameDraft(draft, saved);
  if (!dirty && known.version > base.version) begin(known);

  const save = useMutation({
    mutationFn: () => saveKnowledge(tenant.id, base.version, bodyOf(draft, metrics)),
    onSuccess: (now) => {
      begin(now);
      queryClient.setQueryData(knowledgeOptions(tenant.id).queryKey, now);
      void Promise.all([['knowledge', tenant.id, 'search'], ['query', tenant.id], ['findings', tenant.id]].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
      toast({ tone: 'good', title: 'Saved', text: `Version ${now.version} of what is known of ${tenant.name}` });
    },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const conflict = problem?.status === CONFLICT;
  const own = faultsOf(draft);
  const faults: Faults = { ...problem?.fields, ...(tried ? own : {}) };
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && (current.pathname !== next.pathname || (next.search as { tenant?: string }).tenant !== tenant.id),
    enableBeforeUnload: dirty,
    withResolver: true,
  });

  function begin(from: Knowledge): void {
    setBase(from);
    setDraft(draftOf(from, tenant.currency));
    setTried(false);
  }
  const discard = (): void => {
    save.reset();
    begin(known.version > base.version ? known : base);
  };
  /** The newest version as the server has it now. */
  const newest = async (): Promise<Knowledge> => queryClient.query({ ...knowledgeOptions(tenant.id), staleTime: 0 });
  const takeTheirs = async (): Promise<void> => {
    const theirs = await newest();
    save.reset();
    begin(theirs);
  };
  const keepMine = async (): Promise<void> => {
    const theirs = await newest();
    save.reset();
    setBase(theirs);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(own).length === 0) save.mutate();
  };
  const change = (next: Partial<Draft>): void => setDraft((now) => ({ ...now, ...next }));
  const fields = { draft, faults, readOnly: !allowed, onChange: change };

  return (
    <form className={classes.part} onSubmit={submit} noValidate aria-label={`What is known of ${tenant.name}`}>
      <p className={classes.version}>
        {base.version === 0 ? 'Nobody has written anything yet.' : `Version ${base.version}${base.changed_at ? `, written ${formatInstant(base.changed_at)}` : ''}${base.changed_by ? ` by ${base.changed_by}` : ''}.`}{' '}
        {!allowed && REFUSED}
      </p>
      <Card title="Business" note="What it sells, to whom, and what it earns by it. Metrics of profit need the gross margin.">
        <BusinessFields {...fields} industries={industries} />
      </Card>
      <Card title="Targets" note="What metrics are to reach. Findings and pages hold figures against them.">
        <TargetFields {...fields} metrics={metrics} currency={tenant.currency} />
      </Card>
      <Card title="Strategy" note="What each platform is there for.">
        <StrategyFields {...fields} />
      </Card>
      <Card title="How it wants to be told" note="Reports are written by it.">
        <PreferenceFields {...fields} />
      </Card>
      {problem && !conflict && (
        <Alert color="red" title={problem.title} role="alert">
          {Object.keys(problem.fields).length > 0 ? `${plural(Object.keys(problem.fields).length, 'field')} cannot be kept as they are.` : problem.detail}
        </Alert>
      )}
      {conflict && (
        <Alert color="yellow" title="Somebody else has changed it meanwhile" role="alert">
          <p className={classes.conflict}>{localized(problem.detail)} Your own changes are still here.</p>
          <Group gap="sm">
            <Button variant="default" size="xs" onClick={() => void takeTheirs()}>
              Show the newest, drop mine
            </Button>
            <Button variant="default" size="xs" onClick={() => void keepMine()}>
              Keep mine, to be saved over it
            </Button>
          </Group>
        </Alert>
      )}
      {allowed && (
        <div className={classes.save} data-dirty={dirty}>
          <span role="status">{dirty ? (tried && Object.keys(own).length > 0 ? `${plural(Object.keys(own).length, 'field')} to correct` : 'Changes are not saved yet') : 'All is saved'}</span>
          <Button type="button" variant="default" disabled={!dirty} onClick={discard}>
            Discard
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!dirty || conflict}>
            Save
          </Button>
        </div>
      )}
      <Leaving asked={blocker.status === 'blocked'} onStay={() => blocker.reset?.()} onLeave={() => blocker.proceed?.()} />
    </form>
  );
}
