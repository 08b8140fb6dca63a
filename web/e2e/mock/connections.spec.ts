import { expect, test } from '@playwright/test';
import { dropFile, expectAccessible, signIn, watch } from '../journey';

test.beforeEach(async ({ page }) => {
  await page.goto('/connections?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('listitem', { name: 'North Sea Coffee NL' })).toBeVisible();
});

test('says how each connection is and what to do', async ({ page }) => {
  const seen = watch(page);
  const dead = page.getByRole('listitem', { name: 'North Sea Coffee DE' });
  await expect(dead.getByText('Reconnect needed')).toBeVisible();
  await expect(dead.getByText('Create a new system user token and reconnect.')).toBeVisible();
  await expect(page.getByRole('listitem', { name: 'NSC Search' })).toBeVisible();
  await page.getByRole('button', { name: /Sync Partly done/ }).click();
  await expect(page.getByRole('cell', { name: /Failed.*token expired/ })).toBeVisible();
  await expectAccessible(page);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('sorts connections by what they need, and says how each ends and how long its platform’s version is served', async ({ page }) => {
  const seen = watch(page);
  await page.goto('/connections?tenant=juniper-sleep');
  const accounts = page.getByRole('region', { name: 'Accounts' });
  await expect(accounts.getByText('4 need your attention')).toBeVisible();
  const rows = accounts.getByRole('list').first().getByRole('listitem');
  const names = ['Juniper CA', 'Juniper Outlet', 'Juniper TikTok', 'Juniper Pins', 'Juniper Search', 'Juniper Sleep US'];
  await expect(rows.locator('strong').filter({ hasText: 'Juniper' })).toHaveText(names);
  const row = (name: string) => page.getByRole('listitem', { name, exact: true });
  await expect(row('Juniper CA').getByText('Lacks ads_read', { exact: true })).toBeVisible();
  await expect(row('Juniper Outlet').getByText('Upgrade needed')).toBeVisible();
  await expect(row('Juniper TikTok').getByText(/answered nothing for .* although its own total says that 1234.00 USD were spent/)).toBeVisible();
  await expect(row('Juniper Pins').getByText('Expires in 4 days')).toBeVisible();
  await expect(row('Juniper Pins').getByText('Token good for 4 days at most')).toHaveAttribute('title', /Ends at the latest .* · Set /);
  await expect(row('Juniper Search').getByText(/^Waits until /)).toBeVisible();
  await expect(row('Juniper Search').getByText('Failing')).toHaveCount(0);
  const interfaces = page.getByRole('list', { name: 'Interfaces of the platforms' });
  await expect(interfaces.getByText(/Marketing API v26.0 · supported until about/)).toBeVisible();
  await expect(interfaces.getByText('Ends in 41 days: upgrade Trimtab')).toBeVisible();
  await expect(interfaces.getByText('No longer supported: upgrade Trimtab')).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing sticks out on a phone').toBe(true);
  await expectAccessible(page);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('syncs with progress, live', async ({ page }) => {
  const row = page.getByRole('listitem', { name: 'North Sea Coffee NL' });
  await row.getByRole('button', { name: 'Sync now' }).click();
  await expect(row.getByText(/of 28 days · [\d,]+ rows · [\d,]+ rows\/s · .* left/)).toBeVisible();
  await expectAccessible(page);
  await expect(row.getByRole('button', { name: 'Sync now' })).toBeVisible({ timeout: 15_000 });
  await expect(row.getByText('Data as of just now')).toBeVisible();
});

test('cancels a sync', async ({ page }) => {
  const row = page.getByRole('listitem', { name: 'North Sea Coffee NL' });
  await row.getByRole('button', { name: 'Sync now' }).click();
  await row.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: /Sync Cancelled/ })).toBeVisible();
});

test('connects an account, with the server’s objections at their fields', async ({ page }) => {
  await page.getByRole('button', { name: 'Connect an account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect an account' });
  await dialog.getByRole('button', { name: 'Check and connect' }).click();
  await expect(dialog.getByText('Paste the token')).toBeVisible();
  await dialog.getByLabel('Account id').fill('act_99887766');
  await dialog.getByRole('textbox', { name: 'Token' }).fill('bad');
  await dialog.getByRole('button', { name: 'Check and connect' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Meta refused the token');
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: 'Token' }).fill('EAAG-good');
  await dialog.getByRole('button', { name: 'Check and connect' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('listitem', { name: 'Account act_99887766' })).toBeVisible();
  await expect(page).not.toHaveURL(/EAAG|panel/);
});

test('removes a connection after asking', async ({ page }) => {
  await page.getByRole('button', { name: 'More for North Sea Coffee DE' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove North Sea Coffee DE?' });
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('button', { name: 'More for North Sea Coffee DE' })).toHaveCount(0);
});

test('imports a dropped file after showing how it was read', async ({ page }) => {
  await page.getByRole('button', { name: 'Import a file' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import a file' });
  await expectAccessible(page);
  await dropFile(page, '[data-testid=file-drop]', { name: 'garbage.bin', text: 'x' });
  await expect(dialog.getByRole('alert')).toContainText('Not a known export');
  await dialog.getByRole('button', { name: 'Another file' }).click();
  await dropFile(page, '[data-testid=file-drop]', { name: 'campaigns.csv', text: 'Day,Cost\n' });
  await expect(dialog.getByText('Google Ads campaign report (English)')).toBeVisible();
  await expect(dialog.getByText('Equal')).toBeVisible();
  await dialog.getByRole('button', { name: '4 lines skipped' }).click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Import 90 rows' }).click();
  await expect(dialog.getByText('90 rows imported')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Show these days on Home' }).click();
  await expect(page.getByRole('region', { name: 'Key figures' })).toBeVisible();
  await expect(page).toHaveURL(/from=/);
});

test('shows on a phone what a file for a named account replaces, and its first rows', async ({ page }) => {
  await page.getByRole('button', { name: 'Import a file' }).click();
  await page.setViewportSize({ width: 390, height: 844 });
  const dialog = page.getByRole('dialog', { name: 'Import a file' });
  await dropFile(page, '[data-testid=file-drop]', { name: 'campaigns.csv', text: 'Day,Cost\n' });
  const account = dialog.getByRole('combobox', { name: 'Account, if the file names none' });
  await account.fill('Shop B');
  await account.press('Enter');
  await expect(dialog.getByText('Replaces days of Shop B')).toBeVisible();
  const rows = dialog.getByRole('group', { name: 'First rows as read, scrolls sideways' });
  await rows.focus();
  const before = await rows.evaluate((element) => element.scrollLeft);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => rows.evaluate((element) => element.scrollLeft)).toBeGreaterThan(before);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'the page itself stays put').toBe(true);
  await expectAccessible(page);
});
