import { Button, Group, Menu, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp, IconCalendar, IconClockPause, IconX } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import { REFUSED, useCan } from '@/api/session';
import type { Finding } from '@/api/types';
import { SNOOZES, snoozedFor, snoozedUntil } from './snooze';
import type { Away } from './usePutAway';
import { addDays, todayIn } from '@/lib/period';
import { useNow } from '@/ui/Ago';
import { Dialog } from '@/ui/Dialog';

interface Props {
  tenant: string;
  finding: Finding;
  busy: boolean;
  onPut: (away: Away) => void;
  /** Signs alone would do where many stand below each other. */
  size: 'compact-sm' | 'sm';
}

/** Dismiss, snooze, bring back. */
export function PutAway({ tenant, finding, busy, onPut, size }: Props) {
  const allowed = useCan()('finding:manage', tenant);
  const [asking, { open, close }] = useDisclosure(false);
  const title = allowed ? undefined : REFUSED;
  const variant = size === 'sm' ? 'default' : 'subtle';
  if (finding.state === 'gone') return null;
  const away = finding.state !== 'open';
  return (
    <Group gap={size === 'sm' ? 8 : 2} wrap="nowrap">
      {away ? (
        <Button
          variant={variant}
          size={size}
          leftSection={<IconArrowBackUp size={15} aria-hidden />}
          loading={busy}
          disabled={!allowed}
          title={title}
          aria-label={`Bring back: ${finding.headline}`}
          onClick={() => onPut({ do: 'restore' })}
        >
          Bring back
        </Button>
      ) : (
        <>
          <Menu position="bottom-end" shadow="md" withinPortal>
            <Menu.Target>
              <Button
                variant={variant}
                size={size}
                leftSection={<IconClockPause size={15} aria-hidden />}
                disabled={!allowed || busy}
                title={title}
                aria-label={`Snooze: ${finding.headline}`}
              >
                Snooze
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {SNOOZES.map(({ label, days }) => (
                <Menu.Item key={days} onClick={() => onPut({ do: 'snooze', until: snoozedFor(days, Date.now()) })}>
                  {label}
                </Menu.Item>
              ))}
              <Menu.Item leftSection={<IconCalendar size={15} aria-hidden />} onClick={open}>
                Until a day…
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Button
            variant={variant}
            size={size}
            leftSection={<IconX size={15} aria-hidden />}
            loading={busy}
            disabled={!allowed}
            title={title}
            aria-label={`Dismiss: ${finding.headline}`}
            onClick={() => onPut({ do: 'dismiss' })}
          >
            Dismiss
          </Button>
        </>
      )}
      <Dialog title="Snooze until a day" size="sm" opened={asking} onClose={close}>
        <UntilForm
          onUntil={(until) => {
            close();
            onPut({ do: 'snooze', until });
          }}
        />
      </Dialog>
    </Group>
  );
}

const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

function UntilForm({ onUntil }: { onUntil: (until: string) => void }) {
  const now = useNow();
  const tomorrow = addDays(todayIn(ZONE, new Date(now)), 1);
  const [day, setDay] = useState(addDays(tomorrow, 13));
  const [tried, setTried] = useState(false);
  const until = snoozedUntil(day, now);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (until) onUntil(until);
  };
  return (
    <form onSubmit={submit} noValidate>
      <TextInput
        type="date"
        label="Show it again on"
        description="From the start of that day, where you are."
        data-autofocus
        min={tomorrow}
        value={day}
        error={tried && !until ? 'Choose a day to come' : undefined}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="md">
        <Button type="submit">Snooze</Button>
      </Group>
    </form>
  );
}
