import { expect, test } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

test.beforeEach(async ({ page }) => {
  await page.goto('/scores?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { name: 'What to do' })).toBeVisible();
});

test('tells a score, what it is made of, what to do, and what is not known', async ({ page }) => {
  const seen = watch(page);
  await page.reload();
  for (const says of ['63', 'Could be better', '86%', '+11.3', '22% of spend went to ads that never converted', '30% scores 0', 'No target is set.']) {
    await expect(page.getByText(says, { exact: true }).first()).toBeVisible();
  }
  await expectAccessible(page);
  await page.getByRole('combobox', { name: 'Account' }).click();
  await page.getByRole('option', { name: 'NSC Search · Google Ads' }).click();
  await expect(page).toHaveURL(/account=4417720931/);
  await expect(page.getByText(/because too little of what a score is made of is known\./)).toBeVisible();
  await expectAccessible(page);
  await page.goto('/scores?tenant=alder-finch');
  await expect(page.getByRole('heading', { name: 'No account is scored yet' })).toBeVisible();
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('nothing is wider than the screen', async ({ page }) => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page);
  });
});
