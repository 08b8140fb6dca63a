import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

const map = (page: Page) => page.getByRole('grid', { name: 'Days of each account' });

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible();
}

test.describe('with findings', () => {
  test.beforeEach(async ({ page }) => {
    await open(page, '/data?tenant=north-sea-coffee');
    await expect(map(page)).toBeVisible();
    await expect(page.getByRole('region', { name: 'Compared figures' })).toBeVisible();
  });

  test('is accessible, says in short what is wrong, and asks nothing of other hosts', async ({ page }) => {
    const seen = watch(page);
    await page.reload();
    const short = page.getByRole('list', { name: 'In short' });
    for (const says of ['4 days missing', '3 days differ', '3 failed', 'Up to date']) await expect(short.getByText(says)).toBeVisible();
    await expect(page.getByRole('button', { name: /^Period: Last 90 days/ })).toBeVisible();
    await expect(page.getByRole('list', { name: 'Legend' }).getByRole('listitem')).toHaveCount(7);
    await expectAccessible(page);
    await short.getByRole('link', { name: /^Checks/ }).click();
    await expect(page.getByRole('heading', { name: 'Checks' })).toBeInViewport();
    expect(seen).toEqual({ foreign: [], errors: [] });
  });

  test('explains a day under the pointer, and opens it', async ({ page }) => {
    const cell = map(page).getByRole('row').filter({ hasText: 'North Sea Coffee NL' }).getByRole('gridcell', { name: /Differs$/ }).first();
    await cell.hover();
    await expect(page.getByText('Differs', { exact: true }).first()).toBeVisible();
    await expectAccessible(page);
    await cell.click();
    const dialog = page.getByRole('dialog', { name: /^North Sea Coffee NL · Meta, / });
    await expect(dialog.getByRole('row', { name: /^Spend .*\+€3\.12 Differs/ })).toBeVisible();
    await expectAccessible(page);
    await page.reload();
    await expect(dialog).toBeVisible();
    await page.goBack();
    await expect(dialog).toBeHidden();
  });

  test('is walked without a mouse', async ({ page }) => {
    await page.getByRole('listitem').filter({ hasText: 'through' }).getByRole('link').focus();
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus')).toHaveAccessibleName(/: Missing$/);
    await page.keyboard.press('ArrowDown');
    await expect(page.locator(':focus')).toHaveAccessibleName(/: Still settling$/);
    await page.keyboard.press('PageUp');
    await page.keyboard.press('Home');
    await expect(page.locator(':focus')).toHaveAccessibleName(/: Complete$/);
    await page.keyboard.press('PageUp');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: /^North Sea Coffee DE · Meta, / });
    await expect(dialog.getByText('Missing', { exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.locator(':focus')).toHaveAccessibleName(/: Missing$/);
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await expect(page.getByRole('region', { name: 'Key figures' })).toBeVisible();
  });

  test('reads a day again, and shows it on Home', async ({ page }) => {
    await map(page).getByRole('row').filter({ hasText: 'North Sea Coffee DE' }).getByRole('gridcell', { name: /Missing$/ }).last().click();
    const dialog = page.getByRole('dialog', { name: /^North Sea Coffee DE · Meta, / });
    await dialog.getByRole('button', { name: 'Read this day again' }).click();
    await expect(page.getByText('The day is being read')).toBeVisible();
    await expect(dialog).toBeHidden();
    await map(page).getByRole('gridcell', { name: /Complete$/ }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Show this day on Home' }).click();
    await expect(page.getByRole('region', { name: 'Key figures' })).toBeVisible();
    await expect(page).toHaveURL(/from=([\d-]+)&to=\1/);
  });

  test('filters comparisons in the address, and exports them all', async ({ page }) => {
    const table = page.getByRole('region', { name: 'Compared figures' });
    await expect(table.getByText('+€3.12')).toHaveCount(3);
    await page.getByText(/^Equal \(\d+\)$/).click();
    await expect(page).toHaveURL(/verdict=equal/);
    await expect(table.getByText('+€3.12')).toHaveCount(0);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect(page.getByText('The first 400 figures are shown')).toBeVisible();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV of the compared figures' }).click();
    const file = await waiting;
    expect(file.suggestedFilename()).toMatch(/^north-sea-coffee-reconciliation-equal-.*\.csv$/);
    const text = Buffer.concat((await (await file.createReadStream()).toArray()) as Buffer[]).toString();
    expect(text.split('\r\n').length).toBeGreaterThan(500);
  });

  test('offers the ready views as files of the days shown', async ({ page }) => {
    await page.getByRole('button', { name: 'Ready views' }).click();
    const views = page.getByRole('list', { name: 'Views' });
    await expect(views.getByRole('link')).toHaveCount(11);
    await expectAccessible(page);
    await page.getByRole('radiogroup', { name: 'Format' }).getByText('Parquet').click();
    await expect(views.getByRole('link', { name: /^platform_comparison/ })).toHaveAttribute('href', /^\/api\/v1\/views\/platform_comparison\?tenant=north-sea-coffee&from=[\d-]+&to=[\d-]+&format=parquet$/);
    await page.keyboard.press('Escape');
    await expect(views).toBeHidden();
    await expect(page.getByRole('button', { name: 'Ready views' })).toBeFocused();
  });

  test('shows a check’s history, and runs the checks', async ({ page }) => {
    const check = page.getByRole('listitem', { name: 'No missing days' });
    await check.getByRole('button', { name: /^History of .* North Sea Coffee DE · Meta$/ }).click();
    const dialog = page.getByRole('dialog', { name: 'No missing days, North Sea Coffee DE · Meta' });
    await expect(dialog.getByRole('list', { name: 'Answers, newest first' }).getByRole('listitem')).toHaveCount(4);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('button', { name: 'Run checks now' }).click();
    await expect(page.getByText('Last run just now')).toBeVisible();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV of the checks' }).click();
    const file = await waiting;
    expect(file.suggestedFilename()).toMatch(/^north-sea-coffee-checks-.*\.csv$/);
    const text = Buffer.concat((await (await file.createReadStream()).toArray()) as Buffer[]).toString();
    expect(text).toMatch(/\r\ncontinuity,No missing days,.*,error,meta,120208977,North Sea Coffee DE,failed,/);
  });

  test.describe('on a phone', () => {
    test.use({ viewport: { width: 390, height: 844 } });

    test('nothing is wider than the screen but the map, which shows its newest days', async ({ page }) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      const newest = map(page).getByRole('row').filter({ hasText: 'North Sea Coffee DE' }).getByRole('gridcell').last();
      await newest.scrollIntoViewIfNeeded();
      await expect(newest).toBeInViewport();
      const name = map(page).getByRole('rowheader', { name: /North Sea Coffee DE/ });
      const before = await name.boundingBox();
      await map(page).evaluate((element) => element.scrollBy({ left: -300 }));
      expect((await name.boundingBox())?.x).toBe(before?.x);
      await expectAccessible(page);
      // How far apart a day is stands beside its account, without a swipe.
      const compared = page.getByRole('region', { name: 'Compared figures' });
      await compared.scrollIntoViewIfNeeded();
      const [apart, frame] = [await compared.getByText('+€3.12').first().boundingBox(), await compared.boundingBox()];
      expect(apart!.x + apart!.width).toBeLessThan(frame!.x + frame!.width);
      await newest.click();
      await expect(page.getByRole('dialog', { name: /^North Sea Coffee DE · Meta, / })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await expectAccessible(page);
    });
  });
});

test('leads from a connection to what its failed check says', async ({ page }) => {
  await page.goto('/connections?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('link', { name: '4 checks passed of North Sea Coffee letters · Klaviyo' })).toBeVisible();
  await page.getByRole('link', { name: '1 failed check of North Sea Coffee NL · Meta' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Data' })).toBeAttached();
  const answer = page.getByRole('listitem', { name: "Matches the source's own total" }).getByRole('listitem').filter({ hasText: 'North Sea Coffee NL' });
  await expect(answer).toBeInViewport();
  await expect(answer).toBeFocused();
  await expectAccessible(page);
  // The keyboard goes on from there.
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveAccessibleName(/, open this day of North Sea Coffee NL · Meta$/);
});

test('is content where all is well', async ({ page }) => {
  await open(page, '/data?tenant=alder-finch');
  const short = page.getByRole('list', { name: 'In short' });
  for (const says of ['No gap', 'Equal to the cent', 'All passed', 'Up to date']) await expect(short.getByText(says)).toBeVisible();
  await expect(page.getByText('No day differs: every settled day that was compared equals the source’s own total.')).toBeVisible();
  await expectAccessible(page);
});

test('says what to do where nothing is connected', async ({ page }) => {
  await page.goto('/data?tenant=harbour-yoga');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { level: 1, name: 'Nothing is connected' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Go to Connections' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
});

test('draws the days of many accounts over half a year, and follows the keys', async ({ page }) => {
  await open(page, '/data?tenant=fjord-group');
  await page.getByRole('button', { name: /^Period/ }).click();
  const picker = page.getByRole('dialog', { name: /^Period/ });
  await expect(picker.getByRole('radio')).toHaveCount(0);
  await page.keyboard.press('Escape');
  const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  await page.goto(`/data?tenant=fjord-group&from=${day(180)}&to=${day(1)}`);
  await expect(map(page).getByRole('rowheader')).toHaveCount(46);
  await expect(map(page).locator('[role=gridcell]')).toHaveCount(46 * 180);
  await map(page).locator('[role=gridcell][tabindex="0"]').focus();
  // A key leads on within the frame it was pressed in: nothing is drawn again but two rows.
  const slowest = await page.evaluate(async () => {
    const took: number[] = [];
    for (let i = 0; i < 15; i += 1) {
      const start = performance.now();
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
      took.push(performance.now() - start);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return took.sort((a, b) => a - b)[7]!;
  });
  // Half of the presses are far quicker than this, on a machine that is busy with other things.
  expect(slowest).toBeLessThan(100);
  await expect(page.locator(':focus')).toBeInViewport();
});

test('two years have their months above them, as wide as the days below', async ({ page }) => {
  const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  await open(page, `/data?tenant=fjord-group&from=${day(730)}&to=${day(1)}`);
  await expect(map(page).locator('[role=gridcell]')).toHaveCount(46 * 730);
  const sides = async (selector: string) => map(page).locator(selector).first().evaluate((element) => element.getBoundingClientRect().toJSON() as DOMRect);
  const scale = await map(page).locator('[aria-hidden] b').last().evaluate((name) => name.parentElement!.parentElement!.getBoundingClientRect().toJSON() as DOMRect);
  const [first, last] = [await sides('[data-day="0"]'), await sides('[data-day="729"]')];
  expect(Math.abs(scale.left - first.left)).toBeLessThan(1);
  expect(Math.abs(scale.right - last.right)).toBeLessThan(1);
  await expect(map(page).locator('[aria-hidden] b').last()).toBeInViewport();
});
