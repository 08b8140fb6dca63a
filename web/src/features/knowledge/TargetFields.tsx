import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';
import { BOUNDS, PERIODS, emptyTarget, isMoney, type Metrics, type TargetDraft } from './draft';
import type { FieldsProps } from './fields';
import { AD_PLATFORMS, CATEGORIES } from './view';
import { platformName } from '@/lib/platforms';
import classes from './Knowledge.module.css';

const CURRENCIES = Intl.supportedValuesOf('currency');
const ALL = 'any';

interface Props extends FieldsProps {
  metrics: Metrics;
  /** What a new amount is in. */
  currency: string;
}

/** What metrics are to reach. */
export function TargetFields({ draft, faults, readOnly, metrics, currency, onChange }: Props) {
  const options = useMemo(() => optionsOf(metrics), [metrics]);
  const { targets } = draft;
  const set = (key: number, change: Partial<TargetDraft>): void => onChange({ targets: targets.map((target) => (target.key === key ? { ...target, ...change } : target)) });
  return (
    <>
      {targets.length === 0 && <p className={classes.none}>No target is set.</p>}
      <ul className={classes.rows} aria-label="Targets">
        {targets.map((target, i) => {
          const at = (field: string): string | undefined => faults[`targets[${i}].${field}`];
          const whole = faults[`targets[${i}]`];
          return (
            <li key={target.key} className={classes.target} aria-label={`Target ${i + 1}`}>
              <Select label="Metric" searchable limit={200} readOnly={readOnly} data={options} value={target.metric} error={at('metric') ?? whole} onChange={(metric) => set(target.key, { metric })} />
              <Select label="Side" allowDeselect={false} readOnly={readOnly} data={BOUNDS} value={target.bound} error={at('bound')} onChange={(bound) => set(target.key, { bound: bound ?? target.bound })} />
              <TextInput label={unitLabel(metrics, target.metric)} inputMode="decimal" readOnly={readOnly} value={target.value} error={at('value')} onChange={(event) => set(target.key, { value: event.currentTarget.value })} />
              {isMoney(metrics, target.metric) && (
                <Select label="Currency" searchable allowDeselect={false} readOnly={readOnly} data={CURRENCIES} value={target.currency} error={at('currency')} onChange={(chosen) => set(target.key, { currency: chosen })} />
              )}
              <Select label="Over" allowDeselect={false} readOnly={readOnly} data={PERIODS} value={target.period} error={at('period')} onChange={(period) => set(target.key, { period: period ?? target.period })} />
              <Select
                label="On"
                allowDeselect={false}
                readOnly={readOnly}
                data={[{ value: ALL, label: 'All platforms' }, ...AD_PLATFORMS.map((id) => ({ value: id, label: platformName(id) }))]}
                value={target.platform ?? ALL}
                error={at('platform')}
                onChange={(platform) => set(target.key, { platform: platform === ALL ? null : platform })}
              />
              {!readOnly && (
                <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove target ${i + 1}`} onClick={() => onChange({ targets: targets.filter(({ key }) => key !== target.key) })}>
                  <IconTrash size={17} stroke={1.6} />
                </ActionIcon>
              )}
            </li>
          );
        })}
      </ul>
      {!readOnly && (
        <Button variant="default" size="xs" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => onChange({ targets: [...targets, emptyTarget(currency)] })}>
          Add a target
        </Button>
      )}
    </>
  );
}

/** Metrics by category, as the field offers them. */
function optionsOf(metrics: Metrics): { group: string; items: { value: string; label: string }[] }[] {
  const all = [...metrics.values()];
  return CATEGORIES.map(([id, label]) => ({ group: label, items: all.filter(({ category }) => category === id).map(({ id: value, name }) => ({ value, label: name })) })).filter(({ items }) => items.length > 0);
}

function unitLabel(metrics: Metrics, id: string | null): string {
  const unit = id === null ? undefined : metrics.get(id)?.unit;
  return unit === 'percent' ? 'Value in percent' : unit === 'money' ? 'Amount' : 'Value';
}
