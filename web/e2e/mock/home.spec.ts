import { expect, test } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

test.beforeEach(async ({ page }) => {
  await page.goto('/?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('region', { name: 'Key figures' })).toBeVisible();
  await expect(page.getByRole('row', { name: /^Total/ })).toBeVisible();
});

test('is accessible, and asks nothing of other hosts', async ({ page }) => {
  const seen = watch(page);
  await page.reload();
  await expect(page.locator('canvas')).toBeVisible();
  await expectAccessible(page);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('offers the chart’s figures as a table', async ({ page }) => {
  await page.getByText('Table', { exact: true }).click();
  await expect(page.getByRole('region', { name: 'Figures by day' })).toBeVisible();
  await expectAccessible(page);
});

test('drills down to ads and back, in the address', async ({ page }) => {
  const table = page.getByRole('region', { name: 'Campaigns with their figures' });
  await table.getByRole('button', { name: /Autumn roast/ }).first().click();
  await expect(page).toHaveURL(/campaign=\d+/);
  await expect(page.getByRole('heading', { level: 1, name: 'Autumn roast | Launch' })).toBeVisible();
  const sets = page.getByRole('region', { name: 'Ad sets with their figures' });
  await sets.getByRole('button', { name: 'Broad 25–54' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Broad 25–54' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Ads with their figures' }).getByRole('rowheader', { name: /Carousel/ })).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Broad 25–54' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Autumn roast | Launch' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('button', { name: 'All campaigns' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'North Sea Coffee' })).toBeVisible();
});

test('sorts and filters on the server, totals with it', async ({ page }) => {
  const table = page.getByRole('region', { name: 'Campaigns with their figures' });
  await table.getByRole('button', { name: 'ROAS', exact: true }).click();
  await expect(page).toHaveURL(/sort=-roas/);
  await expect(table.getByRole('columnheader', { name: 'ROAS' })).toHaveAttribute('aria-sort', 'descending');
  const all = await page.getByRole('row', { name: /^Total/ }).textContent();
  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: 'Filter campaigns by name' })).toBeFocused();
  await page.keyboard.type('winback');
  await expect(table.getByRole('rowheader', { name: /Retargeting/ })).toHaveCount(0);
  await expect(table.getByRole('rowheader', { name: /Winback/ }).first()).toBeVisible();
  await expect.poll(async () => page.getByRole('row', { name: /^Total/ }).textContent()).not.toBe(all);
  await page.keyboard.press('Escape');
  await expect(table.getByRole('rowheader', { name: /Retargeting/ }).first()).toBeVisible();
});

test('changes period and comparison', async ({ page }) => {
  await page.getByRole('button', { name: /^Period/ }).click();
  const picker = page.getByRole('dialog', { name: /^Period/ });
  await picker.getByRole('button', { name: 'Last 7 days' }).click();
  await picker.getByRole('radio', { name: /Year before/ }).click();
  await expectAccessible(page);
  await picker.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/compare=year/);
  await expect(page.getByRole('button', { name: /^Period: Last 7 days/ })).toBeVisible();
  await page.getByRole('link', { name: 'Connections' }).first().click();
  await expect(page).toHaveURL(/connections.*compare=year/);
});

test('narrows to a platform, puts other metrics on the chart, hides columns', async ({ page }) => {
  await page.getByRole('region', { name: 'Platforms' }).getByRole('button', { name: /^Google/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Google Ads' })).toBeVisible();
  await page.getByRole('region', { name: 'Key figures' }).getByRole('button', { name: /^CPA/ }).click();
  await expect(page.getByRole('heading', { name: 'Spend and CPA by day' })).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Clicks' }).uncheck();
  await expect(page.getByRole('columnheader', { name: 'Clicks' })).toHaveCount(0);
  await expectAccessible(page);
});

test('exports what the server said', async ({ page }) => {
  await page.getByRole('button', { name: 'Export' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download CSV' }).click();
  const file = await waiting;
  expect(file.suggestedFilename()).toMatch(/^north-sea-coffee-campaigns-.*\.csv$/);
  const text = await (await file.createReadStream()).toArray();
  const csv = Buffer.concat(text as Buffer[]).toString();
  expect(csv).toContain('campaign_id,campaign,status,platform,account,from,to,currency,spend');
  expect(csv).toMatch(/\r\n,Total,/);
});

test('says what the numbers are', async ({ page }) => {
  await page.getByRole('button', { name: 'About these numbers' }).click();
  const about = page.getByRole('dialog', { name: 'About these numbers' });
  await expect(about.getByText('Europe/Amsterdam, Europe/Berlin')).toBeVisible();
  await expect(about.getByText('Equal hashes mean equal numbers.')).toBeVisible();
  await expectAccessible(page);
});

test('holds the store’s count against the platforms’ claims', async ({ page }) => {
  const card = page.getByRole('region', { name: 'Store vs platforms' });
  await expect(card.getByRole('row', { name: /^Meta Ads Meta €.* 1\.72/ })).toBeVisible();
  await expect(card.getByRole('row', { name: /^No ad platform – – €/ })).toBeVisible();
  await page.getByRole('region', { name: 'Key figures' }).getByRole('button', { name: /^MER/ }).click();
  await expect(page.getByRole('heading', { name: 'Spend and MER by day' })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/?tenant=alder-finch');
  await expect(page.getByRole('row', { name: /^Total/ })).toBeVisible();
  await expect(page.getByText('Store vs platforms')).toHaveCount(0);
});

test('switches tenants, and remembers the last one', async ({ page }) => {
  await page.getByRole('button', { name: /^Tenant/ }).click();
  await page.getByRole('textbox', { name: 'Find a tenant' }).fill('alder');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Alder & Finch' })).toBeVisible();
  await expect(page.getByText('£').first()).toBeVisible();
  await page.goto('/');
  await expect(page).toHaveURL(/tenant=alder-finch/);
});

test('leads out of empty periods and unknown tenants', async ({ page }) => {
  await page.goto('/?tenant=kite-cargo');
  await expect(page.getByRole('heading', { name: 'No data in this period' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Show/ }).click();
  await expect(page.getByRole('region', { name: 'Key figures' })).toBeVisible();
  await page.goto('/?tenant=nobody');
  await expect(page.getByRole('heading', { name: /no tenant “nobody”/ })).toBeVisible();
});

test('keeps the theme, shows shortcuts, skips to the content', async ({ page }) => {
  await page.keyboard.press('t');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect(page.getByRole('region', { name: 'Key figures' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('nothing is wider than the screen but the table’s own scroller', async ({ page }) => {
    await expect(page.locator('canvas')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page);
    const table = page.getByRole('region', { name: 'Campaigns with their figures' });
    const name = table.getByRole('rowheader').first();
    const before = await name.boundingBox();
    await table.evaluate((element) => element.scrollBy({ left: 300 }));
    expect((await name.boundingBox())?.x).toBe(before?.x);
    await page.getByRole('link', { name: 'Connections' }).last().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page);
  });
});

test('says what needs somebody, and leads to it', async ({ page }) => {
  const needs = page.getByRole('region', { name: 'What needs you' }).getByRole('list', { name: 'Sources and checks' });
  await expect(needs.getByRole('listitem')).toHaveCount(4);
  await expect(needs.getByText(/^North Sea Coffee NL · Meta Spend of .* differs/)).toBeVisible();
  await needs.getByRole('link', { name: "See the check: Matches the source's own total" }).click();
  await expect(page).toHaveURL(/\/data\?tenant=north-sea-coffee#check\/reconciled\/meta\/120208431$/);
  const answer = page.getByRole('listitem', { name: "Matches the source's own total" }).getByRole('listitem').filter({ hasText: 'Spend of' });
  await expect(answer).toBeInViewport();
  await answer.getByRole('button', { name: /open this day/ }).first().click();
  await expect(page.getByRole('dialog', { name: /^North Sea Coffee NL · Meta, / }).getByRole('row', { name: /^Spend .*\+€3\.12 Differs/ })).toBeVisible();
});

for (const width of [820, 390]) {
  test(`is as wide as the window at ${width} px, with the store and all that needs somebody`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await expect(page.getByRole('region', { name: 'What needs you' })).toBeVisible();
    await expect(page.getByRole('table', { name: 'Claimed and counted revenue by platform' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await expectAccessible(page);
  });
}
