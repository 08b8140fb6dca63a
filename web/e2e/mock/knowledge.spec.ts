import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('heading', { level: 1, name: 'Knowledge' })).toBeVisible();
}

const client = (page: Page) => page.getByRole('form', { name: 'What is known of North Sea Coffee' });

test('says what metrics mean, by category and by name', async ({ page }) => {
  const seen = watch(page);
  await open(page, '/knowledge?tenant=north-sea-coffee');
  const roas = page.getByRole('button', { name: /^ROAS/ });
  await roas.click();
  await expect(page).toHaveURL(/metric=roas/);
  await expect(page.getByText('Return on ad spend, return on advertising spend.')).toBeVisible();
  await expect(page.getByText('when it falls by 20 % or more')).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText('when it falls by 20 % or more')).toBeVisible();
  await page.getByRole('combobox', { name: 'Category' }).click();
  await page.getByRole('option', { name: 'Profit' }).click();
  await expect(page.getByRole('listitem')).toContainText(['Profit after ads']);
  await expect(roas).toHaveCount(0);
  await page.getByRole('button', { name: /^Profit after ads/ }).click();
  await expect(page.getByText(/^the client’s gross margin: /)).toBeVisible();
  await page.getByRole('textbox', { name: 'Filter metrics' }).fill('nothing like it');
  await expect(page.getByRole('heading', { name: 'No metric fits' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Show all metrics' }).click();
  await page.getByRole('textbox', { name: 'Filter metrics' }).fill('cost per lead');
  await expect(page.getByRole('button', { name: /^CPA/ })).toBeVisible();
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('searches everything, forgives slips, and leads there', async ({ page }) => {
  await open(page, '/knowledge?tenant=north-sea-coffee');
  await page.keyboard.press('/');
  await page.keyboard.type('retrun on ad spend');
  const results = page.getByRole('list', { name: 'Search results' });
  await expect(results.getByRole('listitem').first()).toContainText('ROAS');
  await expect(page).toHaveURL(/q=retrun/);
  await expectAccessible(page);
  await results.getByRole('button', { name: 'ROAS', exact: true }).click();
  await expect(page.getByText('when it falls by 20 % or more')).toBeInViewport();
  await page.goBack();
  await expect(results).toBeVisible();
  const search = page.getByRole('searchbox', { name: 'Search all knowledge' });
  await search.fill('harvest festival');
  await results.getByRole('button', { name: "The client's business" }).click();
  await expect(client(page)).toBeVisible();
  await search.fill('xyzzyplugh');
  await expect(page.getByRole('heading', { name: 'Nothing is known of “xyzzyplugh”' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(search).toHaveValue('');
  await expect(client(page)).toBeVisible();
});

test('holds benchmarks with source and day, and says what stands in', async ({ page }) => {
  await open(page, '/knowledge?tenant=north-sea-coffee&part=benchmarks');
  const table = page.getByRole('table', { name: 'Benchmarks' });
  await expect(table.getByRole('row')).toHaveCount(7);
  await expect(table.getByRole('row', { name: /^CTR 0\.50% – 2\.00% 1\.00% E-commerce on Meta Ads/ })).toContainText('1 Jan 2026');
  await page.getByRole('button', { name: 'Show the client’s' }).click();
  await expect(page).toHaveURL(/industry=food/);
  await expect(table.getByText('E-commerce on Meta Ads; there is none of Food & drink').first()).toBeVisible();
  await expectAccessible(page);
});

test('changes what is known of the client, and guards what is not saved', async ({ page }) => {
  await open(page, '/knowledge?tenant=north-sea-coffee&part=client');
  await expect(client(page)).toBeVisible();
  await expect(page.getByText(/^Version 3, written 2 Nov/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Gross margin in percent' }).fill('140');
  await page.getByRole('button', { name: 'Add a target' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Type a share between 0.1 and 100')).toBeVisible();
  await expect(page.getByText('Choose a metric')).toBeVisible();
  await expect(page.getByText('3 fields to correct')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Data' }).click();
  const leaving = page.getByRole('dialog', { name: 'Leave without saving?' });
  await expect(leaving).toBeVisible();
  await expectAccessible(page);
  await leaving.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('tab', { name: 'Metrics' }).click();
  await page.getByRole('tab', { name: 'North Sea Coffee' }).click();
  await expect(page.getByRole('textbox', { name: 'Gross margin in percent' })).toHaveValue('140');

  await page.getByRole('textbox', { name: 'Gross margin in percent' }).fill('45,5');
  const target = page.getByRole('listitem', { name: 'Target 3' });
  await target.getByRole('combobox', { name: 'Metric' }).fill('roa');
  await page.getByRole('option', { name: 'ROAS' }).click();
  await target.getByRole('textbox', { name: 'Value' }).fill('4');
  await page.getByRole('textbox', { name: 'Language' }).fill('Dutch!');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('There is one of this metric, platform and period already.')).toBeVisible();
  await expect(page.getByText(/is not a language: use a tag such as en or de-CH/)).toBeVisible();
  await page.getByRole('button', { name: 'Remove target 3' }).click();
  await page.getByRole('textbox', { name: 'Language' }).fill('nl');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/^Version 4, written .* by ada@example\.com/)).toBeVisible();
  await expect(page.getByText('All is saved')).toBeVisible();
  await page.getByRole('link', { name: 'Data' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible();
});

test('nobody overwrites what somebody else wrote without seeing it', async ({ page }) => {
  await open(page, '/knowledge?tenant=north-sea-coffee&part=client');
  await page.getByRole('textbox', { name: 'Notes', exact: true }).fill('Written meanwhile');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Somebody else has changed it meanwhile')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Show the newest, drop mine' }).click();
  await expect(page.getByText(/^Version 4, written .* by bob@example\.com/)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Customer' })).toHaveValue('Offices.');
  await expect(page.getByRole('textbox', { name: 'Notes', exact: true })).toHaveValue('The harvest festival in October doubles sales.');
});

test('one’s own changes can be kept over a newer version', async ({ page }) => {
  await open(page, '/knowledge?tenant=north-sea-coffee&part=client');
  await page.getByRole('textbox', { name: 'Notes', exact: true }).fill('Written meanwhile');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Keep mine, to be saved over it' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/^Version 5, written .* by ada@example\.com/)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Customer' })).toHaveValue('People who brew at home.');
});

test('a client of whom nothing is known begins empty', async ({ page }) => {
  await open(page, '/knowledge?tenant=alder-finch&part=client');
  await expect(page.getByText('Nobody has written anything yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Add a platform' }).click();
  await page.getByRole('listitem', { name: 'Platform 1' }).getByRole('combobox', { name: 'Platform' }).click();
  await page.getByRole('option', { name: 'Google Ads' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/^Version 1, written /)).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const part of ['metrics', 'benchmarks', 'client']) {
    test(`nothing is wider than the screen: ${part}`, async ({ page }) => {
      await open(page, `/knowledge?tenant=north-sea-coffee&part=${part}`);
      await expect(page.getByRole('tabpanel')).toBeVisible();
      await expectAccessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    });
  }
});
