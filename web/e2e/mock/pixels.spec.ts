import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { level: 1, name: 'Pixel health' })).toBeVisible();
}

test('opens on the pixel that needs somebody most, and leads to what was found', async ({ page }) => {
  const seen = watch(page);
  await open(page, '/pixels?tenant=north-sea-coffee');
  const rows = page.getByRole('region', { name: 'All pixels' }).getByRole('row');
  await expect(rows.nth(1)).toHaveAccessibleName(/^North Sea Coffee DE shop North Sea Coffee DE · Meta Silent Almost certain/);
  await expect(page.getByRole('heading', { level: 2, name: 'North Sea Coffee DE shop' })).toBeVisible();
  await expect(page.getByText('Silent for 9 h')).toBeVisible();
  await expect(page.getByText(/where 215 events were due\./)).toBeVisible();
  await expect(page.getByText('By its own rhythm that is one in 2,000,000.')).toBeVisible();
  const map = page.getByRole('grid', { name: 'Events of North Sea Coffee DE shop by hour' });
  await expect(map.getByRole('gridcell')).toHaveCount(14 * 24);
  await expect(map.getByRole('gridcell', { name: /: no event$/ })).toHaveCount(9);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'See what was found' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'The pixel counted nothing for two days' })).toBeVisible();
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('tells which event is lost and which doubled, what was received, and the steps', async ({ page }) => {
  await open(page, '/pixels?tenant=north-sea-coffee');
  await page.getByRole('button', { name: 'North Sea Coffee shop' }).click();
  await expect(page).toHaveURL(/pixel=120208431%2F431200431/);
  const noticed = page.getByRole('list', { name: 'What was noticed' });
  await expect(noticed.getByRole('listitem')).toHaveText([/^StoppedPurchase per InitiateCheckout: 0 came since .* where 84 were due\./, /^2\.04 times as many.*InitiateCheckout went the same way\./]);
  await expect(page.getByRole('row', { name: 'Purchase 0 0 338' })).toBeVisible();
  await expect(page.getByText('counted more often than what leads to it')).toBeVisible();
  await expect(page.getByText('6.4 of 10')).toBeVisible();
  await page.getByText('Table', { exact: true }).click();
  await expect(page.getByRole('region', { name: 'Events of North Sea Coffee shop by hour' }).getByRole('row')).toHaveCount(15);
  await expectAccessible(page);
});

test('says of a young pixel what cannot be told', async ({ page }) => {
  await open(page, '/pixels?tenant=north-sea-coffee&pixel=120208431/431200439');
  await expect(page.getByText('There is too little to know what is usual of it.')).toBeVisible();
  await expect(page.getByText('Silence: there are 4 whole days and it takes 14.')).toBeVisible();
  await expect(page.getByText('None was received.')).toBeVisible();
  await expectAccessible(page);
});

test('says where no pixel is known', async ({ page }) => {
  await open(page, '/pixels?tenant=harbour-yoga');
  await expect(page.getByRole('heading', { name: 'No pixel is known yet' })).toBeVisible();
  await expectAccessible(page);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('nothing is wider than the screen, and the map is all in it', async ({ page }) => {
    await open(page, '/pixels?tenant=north-sea-coffee');
    const map = page.getByRole('grid', { name: /^Events of / });
    await expect(map.getByRole('row')).toHaveCount(1 + 24);
    await map.getByRole('columnheader').last().scrollIntoViewIfNeeded();
    expect(await map.evaluate((grid) => grid.parentElement!.scrollWidth - grid.parentElement!.clientWidth)).toBe(0);
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
