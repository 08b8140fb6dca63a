import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await signIn(page, { email: 'ada@example.com', password: 'right' });
}

const going = (page: Page) => page.getByRole('region', { name: 'Going on' });
const CPA = 'A purchase costs more than three times what it did';

test.describe('with findings', () => {
  test.beforeEach(async ({ page }) => {
    await open(page, '/findings?tenant=north-sea-coffee');
    await expect(going(page).getByRole('listitem')).toHaveCount(6);
  });

  test('lists what goes on first, accessibly, and asks nothing of other hosts', async ({ page }) => {
    const seen = watch(page);
    await page.reload();
    const first = going(page).getByRole('listitem').first();
    for (const says of ['Critical', 'Anomaly', 'North Sea Coffee NL · Meta', 'Almost certain', 'Why:']) await expect(first.getByText(says)).toBeVisible();
    await expect(first.getByText(/^expected €.* \(€.* to €.*\)$/)).toBeVisible();
    await expect(page.getByRole('region', { name: 'Over' }).getByRole('listitem')).toHaveCount(1);
    await expectAccessible(page);
    expect(seen).toEqual({ foreign: [], errors: [] });
  });

  test('filters in the address, and back', async ({ page }) => {
    await page.getByRole('combobox', { name: 'Severity' }).click();
    await page.getByRole('option', { name: 'Critical', exact: true }).click();
    await expect(page).toHaveURL(/severity=critical/);
    await expect(going(page).getByRole('listitem')).toHaveCount(1);
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'Fatigue' }).click();
    await expect(page.getByRole('heading', { name: 'No finding fits these filters' })).toBeVisible();
    await expectAccessible(page);
    await page.reload();
    await expect(page.getByRole('heading', { name: 'No finding fits these filters' })).toBeVisible();
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await expect(going(page).getByRole('listitem')).toHaveCount(6);
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Also those that are gone' }).click();
    await expect(page.getByText(/^Gone since/)).toBeVisible();
    await expect(page.getByText('Dismissed', { exact: true })).toBeVisible();
    await page.getByRole('combobox', { name: 'Account' }).click();
    await page.getByRole('option', { name: 'NSC Search · Google Ads' }).click();
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
  });

  test('is walked by keys, and opens', async ({ page }) => {
    const links = going(page).getByRole('link');
    await links.first().focus();
    await page.keyboard.press('ArrowDown');
    await expect(links.nth(1)).toBeFocused();
    await page.keyboard.press('j');
    await expect(links.nth(2)).toBeFocused();
    await page.keyboard.press('k');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: CPA })).toBeVisible();
    await page.goBack();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await expect(page.getByRole('heading', { level: 1, name: 'Pacing' })).toBeVisible();
  });

  test('dismisses, snoozes, and takes both back', async ({ page }) => {
    await page.getByRole('button', { name: `Dismiss: ${CPA}` }).click();
    await expect(going(page).getByRole('link', { name: CPA })).toHaveCount(0);
    const said = page.getByRole('status').filter({ hasText: 'Dismissed' });
    await expect(said).toBeVisible();
    await said.getByRole('button', { name: 'Undo' }).click();
    await expect(going(page).getByRole('link', { name: CPA })).toBeVisible();

    await page.getByRole('button', { name: `Snooze: ${CPA}` }).click();
    await page.getByRole('menuitem', { name: 'Until a day…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Snooze until a day' });
    await dialog.getByLabel('Show it again on').fill('2020-01-01');
    await dialog.getByRole('button', { name: 'Snooze' }).click();
    await expect(dialog.getByText('Choose a day to come')).toBeVisible();
    await expectAccessible(page);
    await dialog.getByLabel('Show it again on').fill('2099-01-01');
    await dialog.getByRole('button', { name: 'Snooze' }).click();
    await expect(page.getByText('Snoozed until 1 Jan, 00:00')).toBeVisible();
    await expect(going(page).getByRole('link', { name: CPA })).toHaveCount(0);
  });

  test('brings back what was put away', async ({ page }) => {
    await page.getByRole('button', { name: `Snooze: ${CPA}` }).click();
    await page.getByRole('menuitem', { name: 'For a week' }).click();
    await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
    await expectAccessible(page);
    await expect(going(page).getByRole('link', { name: CPA })).toHaveCount(0);
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Also dismissed and snoozed' }).click();
    const row = going(page).getByRole('listitem').filter({ hasText: CPA });
    await expect(row.getByText(/^Snoozed until/)).toBeVisible();
    await row.getByRole('button', { name: `Bring back: ${CPA}` }).click();
    await expect(row.getByText(/^Snoozed until/)).toHaveCount(0);
    await expect(row.getByText('Critical')).toBeVisible();
  });

  test('analyses on demand, and exports what is listed', async ({ page }) => {
    await page.getByRole('button', { name: 'Analyse now' }).click();
    await expect(page.getByText(/^Analysing all figures/)).toBeVisible();
    await expect(page.getByText('3 analyses made anew, 9 unchanged.')).toBeVisible();
    await expect(page.getByText(/^Analysing all figures/)).toHaveCount(0);
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV of the findings' }).click();
    const file = await waiting;
    expect(file.suggestedFilename()).toMatch(/^north-sea-coffee-findings-\d{4}-\d\d-\d\d\.csv$/);
    const text = Buffer.concat((await (await file.createReadStream()).toArray()) as Buffer[]).toString();
    expect(text.split('\r\n')).toHaveLength(1 + 7 + 1);
    expect(text).toContain(CPA);
  });

  test('says of one what moved it, why, and what would change our mind', async ({ page }) => {
    await going(page).getByRole('link', { name: CPA }).click();
    await expect(page).toHaveURL(/\/findings\/[0-9a-f]{32}\?tenant=north-sea-coffee/);
    const bars = page.getByRole('list', { name: 'Which parts moved CPA' }).getByRole('listitem');
    await expect(bars).toHaveCount(4);
    await expect(bars.first()).toHaveText(/^Broad 25–54.*\+€[\d.]+, worse58%/);
    await expect(bars.last()).toHaveText(/-€[\d.]+, better−5%/);
    await expect(page.getByRole('list', { name: 'Which factors moved CPA' }).getByRole('listitem')).toHaveCount(2);
    const events = page.getByRole('list', { name: 'What is known to have happened' }).getByRole('listitem');
    await expect(events).toHaveCount(4);
    await expect(events.nth(1)).toContainText('1 day before it began, by Bram de Wit');
    await expect(events.nth(2)).toContainText('It begins to show');
    await expect(page.getByRole('region', { name: 'What would change our mind' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'What to do' }).getByRole('listitem')).toHaveCount(3);
    await expectAccessible(page);
    await page.getByRole('button', { name: `Dismiss: ${CPA}` }).click();
    await expect(page.getByText('Dismissed by ada@example.com')).toBeVisible();
    await page.getByRole('button', { name: `Bring back: ${CPA}` }).click();
    await expect(page.getByText('Dismissed by ada@example.com')).toHaveCount(0);
  });

  test('asks for the evidence again, as lines with the days marked, or as a table', async ({ page }) => {
    await going(page).getByRole('link', { name: CPA }).click();
    const evidence = page.getByRole('region', { name: 'Evidence' });
    await evidence.getByRole('button', { name: /^CPA and CVR by day/ }).click();
    await expect(evidence.getByRole('img', { name: /^Line chart: CPA and CVR by day/ }).locator('canvas')).toBeVisible();
    await expect(evidence.getByText(/^It shows here: /)).toBeVisible();
    await expect(evidence.getByText(/^Data as of 2 hours ago/)).toBeVisible();
    await expectAccessible(page);
    await evidence.getByText('Table', { exact: true }).click();
    await expect(evidence.getByRole('row').filter({ hasText: 'it shows here' }).first()).toBeVisible();
    await expect(page).toHaveURL(/show=0/);
    await page.reload();
    await expect(evidence.getByRole('img', { name: /^Line chart/ })).toBeVisible();
    await evidence.getByRole('button', { name: /^Which ad sets it comes from/ }).click();
    await expect(evidence.getByRole('region', { name: 'Figures: which ad sets it comes from' }).getByRole('row')).toHaveCount(5);
    await evidence.getByText('The query').click();
    await expect(evidence.getByText(/^cpa, cvr, conversions, spend by ad_group from .* where campaign = "120208431100" compared with previous$/)).toBeVisible();
    await expectAccessible(page);
    await evidence.getByRole('button', { name: /^All of it in a line/ }).click();
    await expect(evidence.getByRole('rowheader', { name: 'Whole period' })).toBeVisible();
  });

  test.describe('on a phone', () => {
    test.use({ viewport: { width: 390, height: 844 } });

    test('nothing is wider than the screen', async ({ page }) => {
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await width()).toBe(390);
      await expectAccessible(page);
      await going(page).getByRole('link', { name: CPA }).click();
      await page.getByRole('button', { name: /^CPA and CVR by day/ }).click();
      await expect(page.locator('canvas')).toBeVisible();
      expect(await width()).toBe(390);
      await expectAccessible(page);
    });
  });
});

test('says that all is well, that nothing was noticed, and that there is nothing to look at', async ({ page }) => {
  await open(page, '/findings?tenant=kite-cargo');
  await expect(page.getByRole('heading', { name: 'Nothing needs attention' })).toBeVisible();
  await page.getByRole('button', { name: 'Show earlier findings' }).click();
  await expect(page.getByRole('link', { name: 'Everything stopped' })).toBeVisible();
  await page.goto('/findings?tenant=alder-finch');
  await expect(page.getByRole('heading', { name: 'Nothing noticed so far' })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/findings?tenant=harbour-yoga');
  await expect(page.getByRole('heading', { name: 'Nothing to analyse yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to Connections' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
  await page.goto('/findings/0000?tenant=alder-finch');
  await expect(page.getByRole('heading', { level: 1, name: 'There is no such finding' })).toBeVisible();
});

test('shows many, a page at a time', async ({ page }) => {
  await open(page, '/findings?tenant=fjord-group');
  await expect(going(page).getByRole('listitem')).toHaveCount(100);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(going(page).getByRole('listitem')).toHaveCount(138);
});
