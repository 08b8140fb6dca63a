// The client against the real binary. TRIMTAB_URL, TRIMTAB_EMAIL and TRIMTAB_PASSWORD say where and as whom; the data is the demo's.
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { call, dropFile, expectAccessible, signIn, watch } from '../journey';

const account = { email: process.env.TRIMTAB_EMAIL ?? '', password: process.env.TRIMTAB_PASSWORD ?? '' };

test.describe.configure({ mode: 'serial' });
test.beforeAll(() => {
  if (!process.env.TRIMTAB_URL) throw new Error('TRIMTAB_URL is not set: these journeys need a running demo');
});

interface Answer {
  rows: Record<string, unknown>[];
  totals: Record<string, string | number | null>;
}

/** Asks the API itself, as the signed-in page's user. */
async function ask(page: Page, tenant: string, question: object): Promise<Answer> {
  const response = await call(page, 'POST', `/query?tenant=${tenant}`, question);
  expect(response.ok(), await response.text()).toBe(true);
  return (await response.json()) as Answer;
}

async function tenants(page: Page): Promise<{ id: string; name: string; accounts: number }[]> {
  const response = await page.request.get('/api/v1/tenants?limit=200');
  return ((await response.json()) as { items: { id: string; name: string; accounts: number }[] }).items;
}

interface Compared {
  items: { source: string; account: string; name: string; date: string; figure: string; currency: string | null; ours: string; theirs: string; difference: string }[];
}

/** The tenant with the one day of the demo that differs from its source's own total, and that day. */
async function seededDifference(page: Page): Promise<{ tenant: { id: string; name: string }; day: Compared['items'][number] }> {
  const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const found = [];
  for (const tenant of await tenants(page)) {
    const response = await page.request.get(`/api/v1/reconciliation?tenant=${tenant.id}&verdict=mismatched&limit=200&from=${day(90)}&to=${day(1)}`);
    expect(response.ok(), await response.text()).toBe(true);
    found.push(...((await response.json()) as Compared).items.map((item) => ({ tenant, day: item })));
  }
  expect(found, 'one day of the whole demo differs').toHaveLength(1);
  return found[0]!;
}

async function openFirst(page: Page, path = '/'): Promise<{ id: string; name: string }> {
  await page.goto('/');
  await signIn(page, account);
  await expect(page.getByRole('button', { name: /^Tenant/ })).toBeVisible();
  const tenant = (await tenants(page)).find((t) => t.accounts > 0)!;
  await page.goto(`${path}?tenant=${tenant.id}`);
  return tenant;
}

const home = (page: Page) => page.getByRole('region', { name: 'Key figures' });

test('a wrong password is refused, the right one let in, and out again', async ({ page }) => {
  await page.goto('/connections');
  await signIn(page, { ...account, password: 'certainly wrong' });
  await expect(page.getByRole('alert')).toContainText('E-mail or password is wrong');
  await expectAccessible(page);
  await signIn(page, account);
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Trimtab' })).toBeVisible();
  await page.goto('/');
  await expect(page).toHaveURL(/sign-in/);
});

test('Home shows the totals the API gives, to the cent', async ({ page }) => {
  const seen = watch(page);
  const tenant = await openFirst(page);
  await expect(home(page)).toBeVisible();
  const shown = page.waitForResponse((r) => r.url().includes('/api/v1/query') && r.request().postData()?.includes('"date"') === true);
  await page.reload();
  const question = JSON.parse((await shown).request().postData() ?? '{}') as { from: string; to: string };
  const { totals } = await ask(page, tenant.id, { metrics: ['spend'], from: question.from, to: question.to });
  const cents = Number(totals.spend).toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  await expect(home(page).getByRole('button', { name: /^Spend/ })).toContainText(cents);
  await expect(page.getByRole('row', { name: /^Total/ })).toContainText(cents);
  await expect(page.getByText(/^Data as of/).first()).toBeVisible();
  await expect(page.locator('canvas')).toBeVisible();
  await expectAccessible(page);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('drills down to ads and back', async ({ page }) => {
  await openFirst(page);
  const rows = (name: string | RegExp) => page.getByRole('region', { name }).getByRole('rowheader');
  const campaign = rows('Campaigns with their figures').getByRole('button').first();
  const name = (await campaign.locator('[title]').first().getAttribute('title')) ?? '';
  await campaign.click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await rows(/^(Ad sets|Ad groups|Campaigns) with their figures$/).getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  await expect(rows('Ads with their figures').first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('button', { name: 'All campaigns' }).click();
  await expect(rows('Campaigns with their figures').first()).toBeVisible();
});

test('changes period and comparison, and the theme', async ({ page }) => {
  await openFirst(page);
  await expect(home(page)).toBeVisible();
  await page.getByRole('button', { name: /^Period/ }).click();
  const picker = page.getByRole('dialog', { name: /^Period/ });
  await picker.getByRole('button', { name: 'Last 14 days' }).click();
  await picker.getByRole('radio', { name: 'Nothing' }).click();
  await picker.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/compare=none/);
  await expect(home(page).getByText(/^(up|down) /)).toHaveCount(0);
  // While the picker is closing, keys still belong to it.
  await expect(picker).toBeHidden();
  await page.keyboard.press('t');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('Connections are healthy, and sync now runs to its end', async ({ page }) => {
  const seen = watch(page);
  await openFirst(page, '/connections');
  const row = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Sync now' }) }).first();
  await expect(row.getByText(/Working|Expires/)).toBeVisible();
  await expectAccessible(page);
  const done = page.getByRole('button', { name: /^Sync Done.*by you/ });
  await expect(page.getByRole('button', { name: /^Sync / }).first()).toBeVisible();
  const before = await done.count();
  await row.getByRole('button', { name: 'Sync now' }).click();
  await expect(done).toHaveCount(before + 1, { timeout: 60_000 });
  await expect(row.getByRole('button', { name: 'Sync now' })).toBeEnabled();
  await expect(row.getByText(/^Last sync: [\d,]+ rows/)).toBeVisible();
  await done.first().click();
  await expect(page.getByRole('cell', { name: 'Done' }).first()).toBeVisible();
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('Home says which day differs, and leads to its check, its history and the day itself', async ({ page }) => {
  const seen = watch(page);
  await openFirst(page);
  const { tenant, day } = await seededDifference(page);
  await page.goto(`/?tenant=${tenant.id}`);
  await expect(home(page)).toBeVisible();

  const store = page.getByRole('region', { name: 'Store vs platforms' });
  await expect(store.getByRole('row', { name: /^Overall/ })).toBeVisible();
  await expect(store.getByText('MER', { exact: true })).toBeVisible();
  const needs = page.getByRole('region', { name: 'What needs you' });
  const need = needs.getByRole('listitem').filter({ hasText: `we have ${day.ours} ${day.currency ?? ''}, the source says ${day.theirs} ${day.currency ?? ''}` });
  await expect(need.getByRole('img', { name: 'Error' })).toBeVisible();
  await expect(need).toContainText(day.name);
  await need.getByRole('link', { name: /^See the check/ }).click();

  const check = page.getByRole('listitem', { name: "Matches the source's own total" });
  const answer = check.getByRole('listitem').filter({ hasText: `we have ${day.ours}` });
  await expect(answer).toBeInViewport();
  await answer.getByRole('button', { name: /^History of/ }).click();
  const history = page.getByRole('dialog').getByRole('list', { name: 'Answers, newest first' });
  await expect(history.getByRole('listitem').first()).toContainText(`the source says ${day.theirs}`);
  await expect(history.getByRole('listitem').first().getByText('Failed')).toBeVisible();
  await page.keyboard.press('Escape');
  await answer.getByRole('button', { name: /open this day/ }).click();
  await expect(page.getByRole('dialog').getByRole('row', { name: /^Spend .* Differs$/ })).toBeVisible();
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('Data maps every account’s days, and names the one that differs', async ({ page }) => {
  const seen = watch(page);
  await openFirst(page);
  const { tenant, day } = await seededDifference(page);
  await page.goto(`/data?tenant=${tenant.id}`);
  const map = page.getByRole('grid', { name: 'Days of each account' });
  const accounts = (await (await page.request.get(`/api/v1/accounts?tenant=${tenant.id}&limit=200`)).json()) as { items: unknown[] };
  await expect(map.getByRole('rowheader')).toHaveCount(accounts.items.length);
  await expect(map.locator('[role=gridcell]')).toHaveCount(accounts.items.length * 90);
  await expect(map.getByRole('gridcell', { name: /: Differs$/ })).toHaveCount(1);
  await expect(map.getByRole('gridcell', { name: /: Still settling$/ }).first()).toBeAttached();

  const table = page.getByRole('region', { name: 'Compared figures' });
  await expect(table.getByRole('rowheader')).toHaveCount(1);
  const listed = table.getByRole('row').filter({ hasText: day.name });
  await expect(listed).toContainText(day.difference.replace(/^-/, ''));
  await expect(listed.getByText('Differs', { exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Checks' }).getByText(/^Last run/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Exchange rates' }).getByText('Last day')).toBeVisible();
  await expectAccessible(page);

  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV of the compared figures' }).click();
  const text = Buffer.concat((await (await (await waiting).createReadStream()).toArray()) as Buffer[]).toString();
  expect(text.trim().split('\r\n')).toHaveLength(2);
  expect(text).toContain(`${day.source},${day.account},${day.name},${day.date},spend,${day.currency ?? ''},${day.ours},${day.theirs},${day.difference},mismatched,`);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('a ready view is downloaded for the days shown, with the same sum', async ({ page }) => {
  const tenant = await openFirst(page, '/data');
  await page.getByRole('button', { name: 'Ready views' }).click();
  const link = page.getByRole('list', { name: 'Views' }).getByRole('link', { name: /^platform_comparison/ });
  const asked = new URL((await link.getAttribute('href'))!, page.url()).searchParams;
  const waiting = page.waitForEvent('download');
  await link.click();
  const file = await waiting;
  const [from, to] = [asked.get('from')!, asked.get('to')!];
  expect(file.suggestedFilename()).toBe(`${tenant.id}-platform_comparison-${from}-${to}.csv`);
  const text = Buffer.concat((await (await file.createReadStream()).toArray()) as Buffer[]).toString();
  const [header, ...lines] = text.trim().split('\n').map((line) => line.split(','));
  const spend = lines.reduce((sum, line) => sum + Math.round(Number(line[header!.indexOf('spend')]) * 1e6), 0);
  const { rows } = await ask(page, tenant.id, { metrics: ['spend'], by: ['platform'], from, to });
  expect(spend).toBe(rows.reduce((sum, row) => sum + Math.round(Number(row.spend ?? 0) * 1e6), 0));
});

test('a refused token is said at its field', async ({ page }) => {
  await openFirst(page, '/connections');
  await page.getByRole('button', { name: 'Connect an account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect an account' });
  await dialog.getByLabel('Account id').fill('not an id');
  await dialog.getByRole('textbox', { name: 'Token' }).fill('no-such-token');
  await dialog.getByRole('button', { name: 'Check and connect' }).click();
  await expect(dialog.getByRole('alert')).toContainText(/account id|not an id/i);
  await expectAccessible(page);
});

test('imports a dropped file after a preview, twice without doubling', async ({ page }) => {
  const tenant = await openFirst(page, '/connections');
  const text = readFileSync(new URL('./campaigns.csv', import.meta.url), 'utf8');
  for (const round of ['first', 'second']) {
    await page.getByRole('button', { name: 'Import a file' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a file' });
    await dropFile(page, '[data-testid=file-drop]', { name: 'campaigns.csv', text });
    await expect(dialog.getByRole('rowheader', { name: 'As read' })).toBeVisible();
    if (round === 'first') await expectAccessible(page);
    else await expect(dialog.getByText(/very same file was imported/)).toBeVisible();
    await dialog.getByRole('button', { name: /^Import \d+ rows?$/ }).click();
    await expect(dialog.getByText(/rows? imported/)).toBeVisible();
    await dialog.getByRole('button', { name: 'Show these days on Home' }).click();
    await expect(page.getByRole('region', { name: 'Key figures' })).toBeVisible();
    await page.goto(`/connections?tenant=${tenant.id}`);
  }
  const { totals } = await ask(page, tenant.id, { metrics: ['spend', 'clicks'], where: 'campaign = "Journey import"', from: '2024-03-01', to: '2024-03-03' });
  expect(totals).toEqual({ spend: '60.60', clicks: 30 });
});

test('a file nobody can read is refused with a reason', async ({ page }) => {
  await openFirst(page, '/connections');
  await page.getByRole('button', { name: 'Import a file' }).click();
  await dropFile(page, '[data-testid=file-drop]', { name: 'noise.csv', text: '\u0000\u0001 nothing of use' });
  await expect(page.getByRole('dialog', { name: 'Import a file' }).getByRole('alert')).toBeVisible();
});

test('a tenant nobody may see is not there', async ({ page }) => {
  await openFirst(page);
  await page.goto('/?tenant=no-such-tenant');
  await expect(page.getByRole('heading', { name: /no tenant “no-such-tenant”/ })).toBeVisible();
});
