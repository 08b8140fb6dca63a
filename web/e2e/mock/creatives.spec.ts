import { expect, test } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

test.beforeEach(async ({ page }) => {
  await page.goto('/creatives?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { name: 'Wear by ad' })).toBeVisible();
});

test('tells which ads are worn, and what else could be why', async ({ page }) => {
  const seen = watch(page);
  await page.reload();
  const table = page.getByRole('region', { name: 'Ads and their wear' }).getByRole('table');
  await expect(table.getByRole('row').nth(1)).toContainText('Video 15 s | Morning');
  await expect(table.getByRole('row', { name: /Video 15 s \| Morning Worn out 1\.52% → 0\.94% 36% 29% to 43%/ })).toBeVisible();
  await expect(page.getByText('Nothing can be said of 38 other ads: too young, too few clicks, or not running.')).toBeVisible();
  await expectAccessible(page);
  await table.getByRole('button', { name: 'Static | Offer' }).click();
  await expect(page).toHaveURL(/ad=9983/);
  const detail = page.getByRole('dialog', { name: 'Static | Offer' });
  for (const says of ['A changed budget explains it as well.', 'Explains it', 'A changed budget']) await expect(detail.getByText(says, { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(detail).toBeHidden();
  await page.goto('/creatives?tenant=north-sea-coffee&account=4417720931');
  await expect(page.getByText('No ad ran long enough, with enough clicks, for its wear to be told.')).toBeVisible();
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('nothing is wider than the screen', async ({ page }) => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page);
  });
});
