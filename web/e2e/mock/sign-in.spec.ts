import { expect, test } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

const ada = { email: 'ada@example.com', password: 'right' };

test('signs in, comes to the page that was asked for, and out again', async ({ page }) => {
  const seen = watch(page);
  await page.goto('/connections?tenant=alder-finch');
  await expect(page).toHaveURL(/sign-in\?next=/);
  // The address changes before the page's own chunk is there.
  await expect(page.getByRole('heading', { name: 'Sign in to Trimtab' })).toBeVisible();
  await expectAccessible(page);
  await signIn(page, ada);
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
  await expect(page.getByRole('listitem', { name: 'Alder & Finch UK' })).toBeVisible();
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Trimtab' })).toBeVisible();
  await page.goto('/');
  await expect(page).toHaveURL(/sign-in/);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('says what is wrong', async ({ page }) => {
  await page.goto('/sign-in');
  await signIn(page, { ...ada, password: 'wrong' });
  await expect(page.getByRole('alert')).toContainText('E-mail or password is wrong');
  await expectAccessible(page);
  await signIn(page, { email: 'locked@example.com', password: 'x' });
  await expect(page.getByRole('alert')).toContainText(/Try again in 3 min 5\d s|Try again in 4 min/);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeDisabled();
});

test('says when the server is down', async ({ page }) => {
  await page.goto('/sign-in');
  await signIn(page, { email: 'down@example.com', password: 'x' });
  await expect(page.getByRole('alert')).toContainText('The server does not answer');
});

test('a fresh agency is led to its first tenant', async ({ page }) => {
  await page.goto('/sign-in');
  await signIn(page, { email: 'fresh@example.com', password: 'x' });
  await expect(page.getByRole('heading', { name: 'Add your first tenant' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add a tenant' }).click();
  const dialog = page.getByRole('dialog', { name: 'New tenant' });
  await dialog.getByLabel('Name').fill('Birch & Bay');
  await expect(dialog.getByLabel('Id')).toHaveValue('birch-bay');
  await dialog.getByRole('combobox', { name: 'Currency' }).fill('SEK');
  await page.getByRole('option', { name: 'SEK' }).click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Add tenant' }).click();
  await expect(page).toHaveURL(/tenant=birch-bay/);
  await expect(page.getByRole('heading', { name: 'Bring in the first numbers' })).toBeVisible();
  await expectAccessible(page);
});
