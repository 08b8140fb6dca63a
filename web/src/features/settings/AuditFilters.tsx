import { Autocomplete, Button, Select, TextInput, type ComboboxParsedItem, type OptionsFilter } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import type { AuditRow } from '@/api/audit';
import type { Problem } from '@/api/problem';
import { actionOf, actionText } from './audit';
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
  const actors = distinct(rows.map((row) => row.actor_name ?? row.actor));
  const nouns = distinct(rows.map((row) => row.action.split(':')[0] ?? ''));
  const actions = distinct(rows.map((row) => row.action));
  const apply = (change: { by?: string; action?: string } = {}): void => {
    const what = actionOf((change.action ?? action).trim(), actions);
    const next = { by: (change.by ?? by).trim() || undefined, action: what || undefined };
    if (next.by !== view.by || next.action !== view.action) onView(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // With an option chosen, the option is what is asked for.
    if (event.key === 'Enter' && !event.currentTarget.hasAttribute('aria-activedescendant')) apply();
  };

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
        placeholder="Any action"
        data={[...nouns, ...actions]}
        filter={byWords}
        limit={60}
        comboboxProps={{ width: 260, position: 'bottom-start' }}
        renderOption={({ option }) => (
          <span>
            {option.value}
            <span className={classes.sub}>{wordsOf(option.value)}</span>
          </span>
        )}
        value={action}
        error={noSuchAction(view, problem) ? 'No action is called so. Choose one of the list.' : problem?.fields.action}
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

const wordsOf = (action: string): string => (action.includes(':') ? actionText(action) : 'All of it');

const byWords: OptionsFilter = ({ options, search }) => {
  const wanted = search.trim().toLowerCase();
  const fits = (option: ComboboxParsedItem): boolean => 'value' in option && (option.value.includes(wanted) || wordsOf(option.value).toLowerCase().includes(wanted));
  return options.filter(fits);
};

/** Whether the server took what is asked for as no action: it names no field then. */
export function noSuchAction(view: SettingsView, problem: Problem | null): boolean {
  return view.action !== undefined && problem?.code === 'invalid' && Object.keys(problem.fields).length === 0;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '').sort((a, b) => a.localeCompare(b));
}
