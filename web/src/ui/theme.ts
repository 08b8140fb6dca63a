// Mantine dressed in our tokens.
import { Alert, Button, Modal, createTheme, type CSSVariablesResolver, type MantineColorSchemeManager, type MantineColorsTuple, type MantineColorScheme } from '@mantine/core';
import { recall, remember } from '@/lib/storage';

const petrol: MantineColorsTuple = [
  '#e8f5f8', '#d0e8ee', '#a1d1de', '#6db7cb', '#46a1ba', '#2b91ac', '#157f9a', '#0b6a82', '#0b5c70', '#084a5b',
];
const dark: MantineColorsTuple = [
  '#e8eff2', '#c4d0d6', '#95a7af', '#7d9099', '#2c3b44', '#223038', '#17232a', '#111b20', '#0b1216', '#070c0f',
];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, dark },
  black: '#13232b',
  fontFamily: "'Geist Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '10px', xl: '16px' },
  headings: { fontWeight: '600' },
  focusRing: 'auto',
  cursorType: 'pointer',
  components: {
    Alert: Alert.extend({ styles: { title: { color: 'var(--tt-ink)' } } }),
    Button: Button.extend({ styles: { label: { fontWeight: 550 } } }),
    Modal: Modal.extend({ styles: { title: { fontSize: 17, fontWeight: 600, letterSpacing: '-0.01em' } } }),
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-dimmed': 'var(--tt-muted)',
    '--mantine-color-placeholder': 'var(--tt-muted)',
    '--mantine-color-error': 'var(--tt-bad)',
    '--mantine-color-default-border': 'var(--tt-line-strong)',
    '--mantine-color-anchor': 'var(--tt-accent)',
  },
  light: { '--mantine-color-dimmed': 'var(--tt-muted)', '--mantine-color-placeholder': 'var(--tt-muted)', '--mantine-color-error': 'var(--tt-bad)' },
  dark: { '--mantine-color-dimmed': 'var(--tt-muted)', '--mantine-color-placeholder': 'var(--tt-muted)', '--mantine-color-error': 'var(--tt-bad)' },
});

const KEY = 'theme';
const isScheme = (value: string | null): value is MantineColorScheme => value === 'light' || value === 'dark' || value === 'auto';

/** Where the choice of theme is kept; `public/theme.js` reads the same key before the first paint. */
export const schemeManager: MantineColorSchemeManager = {
  get: (fallback) => {
    const chosen = recall(KEY);
    return isScheme(chosen) ? chosen : fallback;
  },
  set: (value) => remember(KEY, value),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => remember(KEY, 'auto'),
};
