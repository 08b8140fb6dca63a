import { expect, test } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

const RISING = /^A conversion in North Sea Coffee NL costs 31 % more$/;

test.beforeEach(async ({ page }) => {
  await page.goto('/insights?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { name: 'Insights', level: 1 })).toBeVisible();
});

test('tells what holds, what moves along, what to do, and shows the evidence', async ({ page }) => {
  const seen = watch(page);
  await page.reload();
  await expect(page.getByRole('heading', { level: 2 })).toHaveText(['Performance 1 insight', 'Tracking 1 insight']);
  await expectAccessible(page);
  await page.getByRole('button', { name: RISING }).click();
  await expect(page).toHaveURL(/insight=/);
  await expect(page.getByRole('row', { name: /^CVR 2\.10% 2\.74%/ })).toBeVisible();
  for (const says of ['Pause campaigns that do not pay', 'Advertising loses efficiency', 'An order costs more, New customers get dearer']) {
    await expect(page.getByText(says).first()).toBeVisible();
  }
  await expect(page.getByRole('img', { name: 'Picture of what moves with CPA: 7 metrics. The same is behind “Table”.' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('radiogroup', { name: 'Show what moves with it as' }).getByText('Table').click();
  const table = page.getByRole('table', { name: 'What moves with it' });
  await expect(table.getByRole('row', { name: /^ROAS −23\.9% at once CPA → ROAS/ })).toBeVisible();
  await expect(table.getByRole('row', { name: /^Returning orders .* 30 days .*rests on a rule of thumb/ })).toBeVisible();
  await page.getByRole('button', { name: /^CPA by day/ }).click();
  await expect(page.getByRole('img', { name: /^Line chart: CPA by day/ })).toBeVisible();
  await expectAccessible(page);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('puts one away, and takes that back', async ({ page }) => {
  const rising = page.getByRole('button', { name: RISING });
  await page.getByRole('button', { name: /^Dismiss: A conversion in/ }).click();
  await expect(rising).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rising).toBeVisible();
});

test('says so where no insight holds', async ({ page }) => {
  await page.goto('/insights?tenant=alder-finch');
  await expect(page.getByRole('heading', { name: 'No insight holds' })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('an open one is no wider than the screen', async ({ page }) => {
    await page.getByRole('button', { name: RISING }).click();
    await expect(page.getByRole('heading', { name: 'What moves with it' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page);
  });
});
