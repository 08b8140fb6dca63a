import { defineConfig, devices } from '@playwright/test';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const MOCK_PORT = 4173;

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // Generous: browsers share two cores with whatever else is being checked.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Amsterdam',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'mock', testDir: 'e2e/mock', use: { baseURL: `http://127.0.0.1:${MOCK_PORT}` } },
    { name: 'real', testDir: 'e2e/real', use: { baseURL: process.env.TRIMTAB_URL } },
  ],
  // The real journeys bring their own server, named by TRIMTAB_URL.
  webServer: process.env.TRIMTAB_URL
    ? undefined
    : {
        command: `vite build --mode mock && vite preview --mode mock --host 127.0.0.1 --port ${MOCK_PORT} --strictPort`,
        url: `http://127.0.0.1:${MOCK_PORT}`,
        reuseExistingServer: !process.env.CI,
        timeout: 120_000,
      },
});
