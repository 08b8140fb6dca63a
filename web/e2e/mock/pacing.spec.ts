import { expect, test } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

test.beforeEach(async ({ page }) => {
  await page.goto('/pacing?tenant=north-sea-coffee');
  await signIn(page, { email: 'ada@example.com', password: 'right' });
  await expect(page.getByRole('listitem', { name: 'Netherlands, autumn' })).toBeVisible();
});

test('says where each budget will end, what is off first, accessibly', async ({ page }) => {
  const seen = watch(page);
  await page.reload();
  const budgets = page.getByRole('heading', { level: 2 });
  await expect(budgets).toHaveText(['Netherlands, autumn', 'Search', 'Gift boxes', 'All advertising']);
  const over = page.getByRole('listitem', { name: 'Netherlands, autumn' });
  for (const says of ['Will overspend', '€8,542.40', 'of €12,000.00', '12.4% more spent', /^€12,\d{3}\.\d\d to €1\d,\d{3}\.\d\d$/, /^used up on /, 'Almost certain']) {
    await expect(over.getByText(says).first()).toBeVisible();
  }
  await expect(page.getByRole('listitem', { name: 'Gift boxes' }).getByText('because 3 days have figures and a projection takes 7.')).toBeVisible();
  await expectAccessible(page);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('shows a budget’s days as lines and as a table, in the address', async ({ page }) => {
  await page.getByRole('button', { name: 'Day by day: Netherlands, autumn' }).click();
  await expect(page.getByRole('img', { name: /^Line chart of what was spent and planned/ })).toBeVisible();
  await expect(page).toHaveURL(/budget=bud_nl/);
  await expectAccessible(page);
  await page.getByText('Table', { exact: true }).click();
  await expect(page.getByRole('region', { name: 'Days of Netherlands, autumn' }).getByRole('row')).toHaveCount(1 + 19);
  await page.getByRole('button', { name: 'Day by day: All advertising' }).click();
  const needed = page.getByRole('table', { name: 'What each account of All advertising would have to spend a day' });
  await expect(needed.getByRole('row', { name: /^North Sea Coffee NL · Meta €448\.00 €314\.00 Lower/ })).toBeVisible();
  await expectAccessible(page);
});

test('plans, changes and removes a budget, and says what is wrong with one', async ({ page }) => {
  await page.getByRole('button', { name: 'Plan a budget' }).click();
  const form = page.getByRole('dialog', { name: 'Plan a budget' });
  await form.getByRole('button', { name: 'Plan the budget' }).click();
  await expect(form.getByText('Give the budget a name')).toBeVisible();
  await expect(form.getByText(/^Type an amount above zero/)).toBeVisible();
  await expectAccessible(page);
  await form.getByRole('textbox', { name: 'Name' }).fill('Brand');
  await form.getByRole('combobox', { name: 'For' }).click();
  await page.getByRole('option', { name: 'A campaign' }).click();
  await form.getByRole('combobox', { name: 'Account' }).click();
  await page.getByRole('option', { name: 'North Sea Coffee DE · Meta' }).click();
  await form.getByRole('combobox', { name: 'Campaign' }).click();
  await page.getByRole('option').first().click();
  await expect(form.getByRole('combobox', { name: 'Currency' })).toBeDisabled();
  await form.getByRole('textbox', { name: 'Amount' }).fill('9 999 999 999');
  await form.getByRole('button', { name: 'Plan the budget' }).click();
  await expect(form.getByText('Is more than any business spends.')).toBeVisible();
  await form.getByRole('textbox', { name: 'Amount' }).fill('1 500,50');
  await form.getByRole('radio', { name: 'Particular days' }).check();
  await form.getByLabel('First day').fill('2027-02-10');
  await form.getByLabel('Last day').fill('2027-02-01');
  await form.getByRole('button', { name: 'Plan the budget' }).click();
  await expect(form.getByText('The last day comes before the first')).toBeVisible();
  await form.getByLabel('Last day').fill('2027-02-28');
  await form.getByRole('button', { name: 'Plan the budget' }).click();
  await expect(form).toBeHidden();
  const made = page.getByRole('listitem', { name: 'Brand' });
  await expect(made.getByText(/in North Sea Coffee DE · Meta · €1,500\.50 for 10\s?–\s?28 Feb 2027$/)).toBeVisible();
  await expect(made.getByText(/^Its pace is worked out once there are figures/)).toBeVisible();

  await made.getByRole('button', { name: 'Change Brand' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const change = page.getByRole('dialog', { name: 'Change “Brand”' });
  await change.getByRole('textbox', { name: 'Name' }).fill('Brand, spring');
  await change.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('listitem', { name: 'Brand, spring' })).toBeVisible();

  await page.getByRole('button', { name: 'Change Brand, spring' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expectAccessible(page);
  await page.getByRole('dialog', { name: 'Remove “Brand, spring”?' }).getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('listitem', { name: 'Brand, spring' })).toHaveCount(0);
});

test('a message in the corner takes no click but on its own buttons, and lies below menus', async ({ page }) => {
  const change = page.getByRole('button', { name: 'Change All advertising' });
  await change.click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  const message = page.getByRole('status').getByText('Changed', { exact: true });
  await expect(message).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
  // The row's button at the lower edge: its menu opens upwards, to where the message is.
  await change.evaluate((button) => button.scrollIntoView({ block: 'end', behavior: 'instant' }));
  await change.click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  const asked = page.getByRole('dialog', { name: 'Remove “All advertising”?' });
  await asked.getByRole('button', { name: 'Keep it' }).click();
  await expect(asked).toBeHidden();
  await change.click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await page.getByRole('button', { name: 'Close message' }).last().click();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('says what a budget is for where there is none', async ({ page }) => {
  await page.goto('/pacing?tenant=alder-finch');
  await expect(page.getByRole('heading', { name: 'No budget is planned' })).toBeVisible();
  await expectAccessible(page);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('nothing is wider than the screen, the form neither', async ({ page }) => {
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBe(390);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Plan a budget' }).click();
    await expect(page.getByRole('dialog', { name: 'Plan a budget' })).toBeVisible();
    expect(await width()).toBe(390);
    await expectAccessible(page);
  });
});
