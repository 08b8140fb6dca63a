import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

async function open(page: Page, search = '', email = 'ada@example.com'): Promise<void> {
  await page.goto(`/settings?tenant=north-sea-coffee&part=audit${search}`);
  await signIn(page, { email, password: 'right' });
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
}

const log = (page: Page) => page.getByRole('table', { name: 'Audit log' });

test('an admin looks up what somebody tried, and what a change changed', async ({ page }) => {
  const seen = watch(page);
  await open(page, '&of=agency');
  await expect(page.getByRole('region', { name: 'Chain' }).getByText('Whole')).toBeVisible();
  await expect(log(page).getByRole('row')).toHaveCount(51);
  await expectAccessible(page);

  // A row opens by keyboard and closes by it.
  await log(page).getByRole('button', { name: /^Change tenant/ }).focus();
  await page.keyboard.press('Enter');
  const detail = page.getByRole('dialog', { name: 'Change tenant' });
  const changes = detail.getByRole('table', { name: 'Changes' });
  await expect(changes.getByRole('row', { name: /^branding\.colour/ })).toContainText('#0b7285');
  await expect(changes.getByRole('row', { name: /^currency/ })).toHaveCount(0);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(detail).toHaveCount(0);

  const filters = page.getByRole('group', { name: 'Which rows' });
  await filters.getByRole('combobox', { name: 'By' }).fill('viewer@client.example');
  await page.keyboard.press('Enter');
  await expect(log(page).getByRole('row')).toHaveCount(4);
  await filters.getByRole('combobox', { name: 'Outcome' }).click();
  await page.getByRole('option', { name: 'Refused' }).click();
  await expect(log(page).getByRole('row')).toHaveCount(2);
  await expect(log(page).getByRole('row', { name: /^Connect account/ })).toContainText('Refused');
  await expect(page).toHaveURL(/by=viewer%40client\.example.*outcome=refused/);

  // The filters are in the address: reloaded, the same is shown; gone back, what was before.
  await page.reload();
  await expect(log(page).getByRole('row')).toHaveCount(2);
  await expect(filters.getByRole('combobox', { name: 'By' })).toHaveValue('viewer@client.example');
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV' }).click();
  const text = Buffer.concat((await (await (await waiting).createReadStream()).toArray()) as Buffer[]).toString();
  expect(text.trim().split('\r\n')).toHaveLength(2);
  expect(text).toContain('viewer@client.example,north-sea-coffee,connection:connect');
  await page.goBack();
  await expect(log(page).getByRole('row')).toHaveCount(4);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(log(page).getByRole('row')).toHaveCount(51);

  await page.getByRole('button', { name: 'Show older' }).click();
  await expect(log(page).getByRole('row')).toHaveCount(101);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('an unknown action is said at its field, and days that hold nothing are', async ({ page }) => {
  await open(page, '&of=agency');
  const filters = page.getByRole('group', { name: 'Which rows' });
  await filters.getByRole('combobox', { name: 'What' }).fill('nonsense:do');
  await page.keyboard.press('Enter');
  await expect(filters.getByText('No action is called so. Choose one of the list.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  // By the words of the table as well as by the action's own name.
  await filters.getByRole('combobox', { name: 'What' }).fill('dismiss fin');
  await page.getByRole('option', { name: /^finding:dismiss/ }).click();
  await expect(page).toHaveURL(/action=finding%3Adismiss/);
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await filters.getByLabel('Last day').fill('2020-01-31');
  await expect(page.getByRole('heading', { name: 'Nothing fits these filters' })).toBeVisible();
  await expectAccessible(page);
});

test('a broken chain is said at once', async ({ page }) => {
  await open(page, '', 'broken@example.com');
  await expect(page.getByRole('alert')).toContainText('Broken at row 87');
  await expectAccessible(page);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('nothing is wider than the screen', async ({ page }) => {
    await open(page);
    await expect(log(page)).toBeVisible();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await log(page).getByRole('button', { name: /^Change tenant/ }).click();
    await expect(page.getByRole('dialog').getByRole('table', { name: 'Changes' })).toBeVisible();
    await expectAccessible(page);
  });
});
