import { ActionIcon, Kbd, Switch, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { IconKeyboard } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { recall, remember } from '@/lib/storage';
import { Dialog } from '@/ui/Dialog';
import classes from '@/app/shell/Shell.module.css';

/** After a `g`. */
const PAGES = [
  ['h', '/', 'Home'],
  ['f', '/findings', 'Findings'],
  ['i', '/insights', 'Insights'],
  ['p', '/pacing', 'Pacing'],
  ['o', '/forecast', 'Forecast'],
  ['s', '/scores', 'Account score'],
  ['w', '/creatives', 'Creatives'],
  ['u', '/funnel', 'Funnel'],
  ['t', '/patterns', 'Patterns'],
  ['k', '/knowledge', 'Knowledge'],
  ['c', '/connections', 'Connections'],
  ['d', '/data', 'Data'],
  ['x', '/pixels', 'Pixel health'],
  ['e', '/settings', 'Settings'],
] as const;

const PAGE_OF: Readonly<Record<string, (typeof PAGES)[number][1] | undefined>> = Object.fromEntries(PAGES.map(([key, to]) => [key, to]));

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'Filter the table'],
  ...PAGES.map(([key, , name]) => [['g', key], `Go to ${name}`] as const),
  [['t'], 'Switch between light and dark'],
  [['↑', '↓'], 'Move between rows of a table or list'],
  [['j', 'k'], 'The same, in a list of findings'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close what is open'],
  [['?'], 'Show this help'],
];

const SEQUENCE_MS = 900;

export interface Shortcuts {
  helpOpen: boolean;
  setHelpOpen: (open: boolean) => void;
  /** Single keys can be switched off: they get in the way of speech input. */
  enabled: boolean;
  setEnabled: (enabled: boolean) => void;
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function useShortcuts(): Shortcuts {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const [helpOpen, setHelpOpen] = useState(false);
  const [enabled, setEnabledState] = useState(() => recall('shortcuts') !== 'off');
  const started = useRef(0);

  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector('[role="dialog"]')) return;
      const inSequence = performance.now() - started.current < SEQUENCE_MS;
      started.current = 0;
      const page = inSequence ? PAGE_OF[event.key] : undefined;
      if (page) return void navigate({ to: page });
      switch (event.key) {
        case 'g':
          started.current = performance.now();
          return;
        case 't':
          setColorScheme(dark ? 'light' : 'dark');
          return;
        case '?':
          setHelpOpen(true);
          return;
        case '/': {
          const field = document.querySelector<HTMLElement>('[data-filter]');
          if (!field) return;
          event.preventDefault();
          field.focus();
        }
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [enabled, dark, navigate, setColorScheme]);

  return {
    helpOpen,
    setHelpOpen,
    enabled,
    setEnabled: (on) => {
      remember('shortcuts', on ? 'on' : 'off');
      setEnabledState(on);
    },
  };
}

export function HelpMenu({ shortcuts }: { shortcuts: Shortcuts }) {
  const { helpOpen, setHelpOpen, enabled, setEnabled } = shortcuts;
  return (
    <>
      <ActionIcon variant="subtle" color="gray" size={36} className={classes.tool} aria-label="Keyboard shortcuts" onClick={() => setHelpOpen(true)}>
        <IconKeyboard size={19} stroke={1.5} />
      </ActionIcon>
      <Dialog title="Keyboard shortcuts" opened={helpOpen} onClose={() => setHelpOpen(false)}>
        <dl className={classes.keys}>
          {KEYS.map(([keys, does]) => (
            <div key={does}>
              <dt>{does}</dt>
              <dd>
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
        <Switch mt="md" label="Single-key shortcuts" checked={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      </Dialog>
    </>
  );
}
