import { expect, test } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

test.beforeEach(async ({ page }) => {
  await page.goto('/funnel?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { name: 'Stages' })).toBeVisible();
});

test('tells each stage’s yield, and which one loses most', async ({ page }) => {
  const seen = watch(page);
  await page.reload();
  const table = page.getByRole('table', { name: 'Stages from impression to sale' });
  await expect(table.getByRole('row', { name: /^CVR Bottleneck clicks to conversions .* 2\.10% 1\.95% to 2\.26% .* lost €3,204\.10 \(19%\)/ })).toBeVisible();
  await expect(table.getByText('40% below what is typical')).toBeVisible();
  await expect(table.getByText(/^worth €13\.6k \(16%\) at its own best, 2\.50%/i)).toBeVisible();
  await expect(table.getByText(/^WordStream by LocaliQ/)).toBeVisible();
  await expect(table.getByText('Bottleneck')).toHaveCount(1);
  await expect(page.getByText('Carts and checkouts are not read for this account.')).toBeVisible();
  await expectAccessible(page);
  await page.goto('/funnel?tenant=north-sea-coffee&account=4417720931');
  await expect(page.getByText(/because it takes 300 clicks and there are 212\./)).toBeVisible();
  await expectAccessible(page);
  await page.goto('/funnel?tenant=alder-finch');
  await expect(page.getByRole('heading', { name: 'No funnel was looked at yet' })).toBeVisible();
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the table scrolls by itself', async ({ page }) => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page);
  });
});
