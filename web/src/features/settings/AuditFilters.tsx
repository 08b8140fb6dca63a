import { Autocomplete, Button, Select, TextInput } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import type { AuditRow } from '@/api/audit';
import type { Problem } from '@/api/problem';
import { NO_AUDIT_FILTER, OUTCOMES, type SettingsView } from './view';
import classes from './Settings.module.css';

interface Props {
  view: SettingsView;
  /** What is listed now: its actors and actions are offered. */
  rows: readonly AuditRow[];
  problem: Problem | null;
  narrowed: boolean;
  onView: (change: Partial<SettingsView>) => void;
}

const ALL = 'any';

/** Which rows of the audit log. Texts are asked for when they are entered whole. */
export function AuditFilters({ view, rows, problem, narrowed, onView }: Props) {
  const [by, setBy] = useState(view.by ?? '');
  const [action, setAction] = useState(view.action ?? '');
  // The address may change by itself: back, a link, or "Clear filters".
  const [asked, setAsked] = useState({ by: view.by, action: view.action });
  if (asked.by !== view.by || asked.action !== view.action) {
    setAsked({ by: view.by, action: view.action });
    setBy(view.by ?? '');
    setAction(view.action ?? '');
  }
  const apply = (change: { by?: string; action?: string } = {}): void => {
    const next = { by: (change.by ?? by).trim() || undefined, action: (change.action ?? action).trim() || undefined };
    if (next.by !== view.by || next.action !== view.action) onView(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') apply();
  };
  const actors = distinct(rows.map((row) => row.actor_name ?? row.actor));
  const nouns = distinct(rows.map((row) => row.action.split(':')[0] ?? ''));
  const actions = distinct(rows.map((row) => row.action));

  return (
    <div className={classes.filters} role="group" aria-label="Which rows">
      <Autocomplete
        size="sm"
        label="By"
        placeholder="Address or id"
        data={actors}
        value={by}
        error={problem?.fields.actor}
        onChange={setBy}
        onOptionSubmit={(chosen) => apply({ by: chosen })}
        onKeyDown={onKeyDown}
        onBlur={() => apply()}
      />
      <Autocomplete
        size="sm"
        label="What"
        placeholder="user, or user:invite"
        data={[...nouns, ...actions]}
        limit={60}
        value={action}
        error={problem?.fields.action ?? (view.action !== undefined && problem?.status === 400 ? problem.detail : undefined)}
        onChange={setAction}
        onOptionSubmit={(chosen) => apply({ action: chosen })}
        onKeyDown={onKeyDown}
        onBlur={() => apply()}
      />
      <Select
        size="sm"
        label="Outcome"
        allowDeselect={false}
        data={[{ value: ALL, label: 'All' }, ...OUTCOMES.map(({ id, label }) => ({ value: id, label }))]}
        value={view.outcome ?? ALL}
        onChange={(outcome) => onView({ outcome: OUTCOMES.find(({ id }) => id === outcome)?.id })}
      />
      <TextInput size="sm" type="date" label="First day" max={view.until} value={view.since ?? ''} error={problem?.fields.from} onChange={(event) => onView({ since: event.currentTarget.value || undefined })} />
      <TextInput size="sm" type="date" label="Last day" min={view.since} value={view.until ?? ''} error={problem?.fields.to} onChange={(event) => onView({ until: event.currentTarget.value || undefined })} />
      {narrowed && (
        <Button variant="subtle" size="sm" leftSection={<IconFilterOff size={15} aria-hidden />} onClick={() => onView(NO_AUDIT_FILTER)}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '').sort((a, b) => a.localeCompare(b));
}
