import { Button, Popover, Radio, Skeleton, Stack, UnstyledButton } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconCalendar, IconChevronDown } from '@tabler/icons-react';
import { Suspense, lazy, useState } from 'react';
import { formatDays, plural } from '@/lib/format';
import { PRESETS, comparedPeriod, formatCompare, lengthOf, parseCompare, presetOf, type Compare, type Day, type Period } from '@/lib/period';
import classes from '@/ui/PeriodPicker.module.css';

// The calendars bring a date library along: they are fetched when somebody opens the picker.
const RangeCalendar = lazy(() => import('@/ui/RangeCalendar').then((module) => ({ default: module.RangeCalendar })));

export interface PeriodChoice {
  period: Period;
  compare: Compare;
}

interface Props extends PeriodChoice {
  /** Today in the tenant's zone. */
  today: Day;
  zone: string;
  /** Whether the page compares; where it does not, the comparison stays as it is and is not shown. */
  comparing?: boolean;
  onChange: (choice: PeriodChoice) => void;
}

type Kind = 'none' | 'previous' | 'year' | 'custom';

const kindOf = (compare: Compare): Kind => (compare === 'none' || compare === 'previous' || compare === 'year' ? compare : 'custom');

/** Chooses the days everything on the page covers, and what they are compared with. */
export function PeriodPicker({ period, compare, today, zone, comparing = true, onChange }: Props) {
  const [opened, { close, toggle }] = useDisclosure(false);
  const preset = presetOf(period, today);
  const compared = comparing ? comparedPeriod(period, compare) : null;
  return (
    <Popover opened={opened} onDismiss={close} position="bottom-end" width="auto" shadow="lg" radius="lg" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          className={classes.target}
          leftSection={<IconCalendar size={17} stroke={1.7} aria-hidden />}
          rightSection={<IconChevronDown size={15} aria-hidden />}
          onClick={toggle}
          aria-label={`Period: ${preset ? `${preset.label}, ` : ''}${formatDays(period.from, period.to)}${compared ? `, compared with ${formatDays(compared.from, compared.to)}` : ''}`}
        >
          <span className={classes.text}>
            <span className={classes.name}>{preset ? preset.label : formatDays(period.from, period.to)}</span>
            <span className={classes.days}>{compared ? `vs ${formatDays(compared.from, compared.to)}` : preset ? formatDays(period.from, period.to) : comparing ? 'no comparison' : plural(lengthOf(period), 'day')}</span>
          </span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        {opened && (
          <Panel
            period={period}
            compare={compare}
            today={today}
            zone={zone}
            comparing={comparing}
            onCancel={close}
            onApply={(choice) => {
              close();
              onChange(choice);
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

interface PanelProps extends PeriodChoice {
  today: Day;
  zone: string;
  comparing: boolean;
  onCancel: () => void;
  onApply: (choice: PeriodChoice) => void;
}

function Panel({ period, compare, today, zone, comparing, onCancel, onApply }: PanelProps) {
  const [draft, setDraft] = useState<{ from: Day | null; to: Day | null }>(period);
  const [kind, setKind] = useState<Kind>(kindOf(compare));
  const [custom, setCustom] = useState<{ from: Day | null; to: Day | null }>(parseCompare(compare) ?? { from: null, to: null });
  const [shows, setShows] = useState<'period' | 'compare'>('period');
  const wide = useMediaQuery('(min-width: 760px)', true);

  const chosen = draft.from && draft.to ? { from: draft.from, to: draft.to } : null;
  const chosenCompare: Compare | null = kind !== 'custom' ? kind : custom.from && custom.to ? formatCompare({ from: custom.from, to: custom.to }) : null;
  const active = chosen ? presetOf(chosen, today) : null;
  const hint = (of: Kind): string => {
    const days = chosen && of !== 'custom' ? comparedPeriod(chosen, of) : null;
    return days ? formatDays(days.from, days.to) : '';
  };

  return (
    <div className={classes.panel}>
      <div className={classes.presets} role="group" aria-label="Presets">
        {PRESETS.map((preset) => (
          <UnstyledButton
            key={preset.id}
            className={classes.preset}
            aria-pressed={active?.id === preset.id}
            onClick={() => {
              setDraft(preset.of(today));
              setShows('period');
            }}
          >
            {preset.label}
          </UnstyledButton>
        ))}
      </div>
      <div className={classes.main}>
        <div className={classes.calendar}>
          <p className={classes.caption}>{shows === 'period' ? 'Period' : 'Compared with'}</p>
          <Suspense fallback={<Skeleton height={280} width={wide ? 560 : 270} />}>
            {shows === 'period' ? (
              <RangeCalendar key="period" value={draft} onChange={setDraft} months={wide ? 2 : 1} latest={today} />
            ) : (
              <RangeCalendar key="compare" value={custom} onChange={setCustom} months={wide ? 2 : 1} latest={today} />
            )}
          </Suspense>
        </div>
        {comparing && (
          <Radio.Group
            label="Compare with"
            value={kind}
            onChange={(value) => {
              // Reason for `as`: the group holds exactly these values.
              const next = value;
              setKind(next);
              setShows(next === 'custom' ? 'compare' : 'period');
            }}
            className={classes.compare}
          >
            <Stack gap={12} mt={10}>
              <Radio size="xs" value="none" label="Nothing" />
              <Radio size="xs" value="previous" label="Period before" description={hint('previous')} />
              <Radio size="xs" value="year" label="Year before" description={hint('year')} />
              <Radio
                size="xs"
                value="custom"
                label="Other days"
                description={custom.from && custom.to ? formatDays(custom.from, custom.to) : 'choose in the calendar'}
                onClick={() => setShows('compare')}
              />
            </Stack>
          </Radio.Group>
        )}
      </div>
      <div className={classes.foot}>
        <span className={classes.zone}>
          {chosen ? `${plural(lengthOf(chosen), 'day')} · ` : ''}days in {zone}
        </span>
        <Button variant="subtle" size="xs" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          size="xs"
          disabled={!chosen || chosenCompare === null}
          onClick={() => {
            if (chosen && chosenCompare !== null) onApply({ period: chosen, compare: chosenCompare });
          }}
        >
          Apply
        </Button>
      </div>
    </div>
  );
}
