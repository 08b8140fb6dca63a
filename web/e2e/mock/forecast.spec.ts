import { expect, test } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

test.beforeEach(async ({ page }) => {
  await page.goto('/forecast?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { name: 'Spend by day' })).toBeVisible();
});

test('tells what an account will do, with intervals, as lines, a table and a file', async ({ page }) => {
  const seen = watch(page);
  await page.reload();
  await expect(page.getByRole('img', { name: /^Line chart of spend by day with 30 days of forecast/ })).toBeVisible();
  for (const says of ['Next 30 days', 'All 90 days', /^80 %: €.* to €/, /^95 %: €.* to €/, 'Theta, season 7', '27% less']) {
    await expect(page.getByText(says).first()).toBeVisible();
  }
  await expectAccessible(page);
  const next = page.getByRole('definition').filter({ has: page.getByText(/^80 %/) });
  await expect(next).toHaveCount(2);
  await page.getByText('7 days', { exact: true }).click();
  await page.getByRole('radiogroup', { name: 'Metric' }).getByText('Revenue').click();
  await expect(page).toHaveURL(/metric=revenue/);
  await expect(page).toHaveURL(/days=7/);
  await expect(page.getByText(/is still growing; what is yet to come was added\.$/)).toBeVisible();
  await page.getByText('Table', { exact: true }).click();
  await expect(page.getByRole('region', { name: 'Forecast by day' }).getByRole('columnheader', { name: '95 % to' })).toBeVisible();
  await expectAccessible(page);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV of the forecast' }).click();
  expect((await saved).suggestedFilename()).toMatch(/^120208431-revenue-forecast-.*\.csv$/);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('says where it cannot tell, and why', async ({ page }) => {
  await page.goto('/forecast?tenant=north-sea-coffee&account=4417720931&metric=conversions');
  await expect(page.getByText(/because 11 days have conversions and a forecast takes 28\./)).toBeVisible();
  await expectAccessible(page);
  await page.goto('/forecast?tenant=alder-finch');
  await expect(page.getByRole('heading', { name: 'Nothing is forecast yet' })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('nothing is wider than the screen, and "More" leads to the pages the bar has no room for', async ({ page }) => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'More' }).click();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Data' }).click();
    await expect(page).toHaveURL(/\/data\?/);
  });
});
