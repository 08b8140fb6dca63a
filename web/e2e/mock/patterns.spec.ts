import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

async function open(page: Page, address: string, email = 'ada@example.com'): Promise<void> {
  await page.goto(address);
  await signIn(page, { email, password: 'right' });
  await expect(page.getByRole('heading', { level: 1, name: 'Patterns' })).toBeVisible();
}

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('shows the week hour by hour, with its figures by keyboard and in a table', async ({ page }) => {
  const seen = watch(page);
  await open(page, '/patterns?tenant=north-sea-coffee');
  const hours = card(page, 'Hours and weekdays');
  await expect(hours.getByText('Time matters for CVR: 21:00 (+38 %).')).toBeVisible();
  const map = hours.getByRole('grid', { name: 'CVR by hour of the week' });
  await expect(map.getByRole('gridcell')).toHaveCount(8 * 25);
  await expectAccessible(page);
  await map.getByRole('gridcell', { name: /^Monday 00:00: / }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Control+End');
  await expect(map.getByRole('gridcell', { name: /^The whole week: CVR 2\.40%/ })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  await expect(map.getByRole('gridcell', { name: /^Sunday 23:00: CVR / })).toBeFocused();
  await hours.getByText('Table', { exact: true }).click();
  const table = hours.getByRole('region', { name: /^CVR by hour of the week/ });
  await expect(table.getByRole('row').nth(1)).toHaveAccessibleName(/ \d+% better than the whole week .* Yes$/);
  await expectAccessible(page);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('tells each kind with how sure it is and until when, as a picture and as a table', async ({ page }) => {
  await open(page, '/patterns?tenant=north-sea-coffee');
  const wear = card(page, 'Life of creatives');
  await expect(wear.getByText('Half of the creatives are tired after 24 days.')).toBeVisible();
  await expect(wear.getByRole('img', { name: /half are tired after 24 days/ })).toBeVisible();
  await expect(wear.getByText('not chance 98% × not noise 77% × seen often enough 92%')).toBeVisible();
  await expect(wear.getByText(/^learnt from /)).toBeVisible();
  for (const [name, row] of [
    ['Life of creatives', /^24 days /],
    ['Budget: Prospecting | Broad | Purchases', /^€210\.00 /],
    ['Delay of conversions', /^The day itself 58% /],
    ['Seasons', /^Sunday 115% 109% to 121% 31 weeks/],
  ] as const) {
    await card(page, name).getByText('Table', { exact: true }).click();
    await expect(card(page, name).getByRole('row', { name: row })).toBeVisible();
  }
  await expect(card(page, 'Audiences').getByRole('row', { name: /^Lookalike \| Buyers 6\.1%/ })).toBeVisible();
  await expect(card(page, 'Seasons').getByText('Cannot tell, because there are 400 days and it takes 730.', { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test('says of each kind why there is nothing to tell, whether for lack of figures or of a pattern', async ({ page }) => {
  await open(page, '/patterns?tenant=north-sea-coffee&account=120208977');
  await expect(card(page, 'Hours and weekdays').getByText('Chance shows as much in 34 of 100 cases.')).toBeVisible();
  await expect(card(page, 'Budget').getByText('because the highest spend was 1.12 times the lowest and it takes 1.50.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('combobox', { name: 'Account' }).click();
  await page.getByRole('option', { name: 'NSC Search · Google Ads' }).click();
  await expect(page).toHaveURL(/account=4417720931/);
  await expect(page.getByText(/^Cannot tell/)).toHaveCount(6);
});

test('leads to analysis where nothing was learnt', async ({ page }) => {
  await open(page, '/patterns?tenant=harbour-yoga');
  await expect(page.getByRole('heading', { name: 'No pattern was learnt yet' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Analyse now' })).toBeVisible();
  await expectAccessible(page);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('stands the week upright, and nothing is wider than the screen', async ({ page }) => {
    await open(page, '/patterns?tenant=north-sea-coffee');
    const map = page.getByRole('grid', { name: 'CVR by hour of the week' });
    await expect(map.getByRole('row')).toHaveCount(1 + 25);
    await expect(map.getByRole('columnheader', { name: 'Sunday' })).toBeInViewport();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
