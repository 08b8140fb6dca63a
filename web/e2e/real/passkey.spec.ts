// A passkey in a real browser with a virtual authenticator, against the real binary: made, signed in with, asked for beside the password, removed.
// Browsers give passkeys to names only, so the page is opened at localhost, which is where a demo says that it is.
import { randomBytes } from 'node:crypto';
import { expect, test, type Browser, type CDPSession, type Page } from '@playwright/test';
import { call, expectAccessible, signIn, watch, type Account } from '../journey';

const admin = { email: process.env.TRIMTAB_EMAIL ?? '', password: process.env.TRIMTAB_PASSWORD ?? '' };

test.beforeAll(() => {
  if (!process.env.TRIMTAB_URL) throw new Error('TRIMTAB_URL is not set: these journeys need a running demo');
});

/** The same server by its name. */
function site(): string {
  const url = new URL(process.env.TRIMTAB_URL ?? '');
  if (url.hostname === '127.0.0.1') url.hostname = 'localhost';
  return url.origin;
}

/** Somebody of their own: whoever has a passkey is asked for it, and other journeys sign in as the admin with the password alone. */
async function invited(page: Page): Promise<{ person: Account; link: string }> {
  await page.goto('/');
  await signIn(page, admin);
  await expect(page.getByRole('button', { name: /^Tenant/ })).toBeVisible();
  const { items } = (await (await call(page, 'GET', '/tenants?limit=1')).json()) as { items: { id: string }[] };
  const email = `passkey-${randomBytes(4).toString('hex')}@client.example`;
  const made = await call(page, 'POST', `/invitations?tenant=${items[0]?.id ?? ''}`, { email, role: 'client_viewer' });
  expect(made.ok(), await made.text()).toBe(true);
  const { pathname, hash } = new URL(((await made.json()) as { link: string }).link);
  return { person: { email, password: `harbour-${randomBytes(8).toString('hex')}-lantern` }, link: pathname + hash };
}

interface Device {
  page: Page;
  /** How many passkeys the authenticator holds. */
  kept: () => Promise<number>;
  close: () => Promise<void>;
}

/** A browser with an authenticator of its own that knows its owner. */
async function withAuthenticator(browser: Browser): Promise<Device> {
  const context = await browser.newContext({ baseURL: site() });
  const page = await context.newPage();
  const cdp: CDPSession = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return {
    page,
    kept: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    close: () => context.close(),
  };
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Trimtab' })).toBeVisible();
}

async function openSecurity(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('menuitem', { name: 'My security' }).click();
  await expect(page.getByRole('heading', { name: 'Passkeys' })).toBeVisible();
}

test('a passkey is made, signs in by itself, is asked for beside the password, and is removed', async ({ page: first, browser }) => {
  const { person, link } = await invited(first);
  const { page, kept, close } = await withAuthenticator(browser);
  const seen = watch(page);
  const passkeys = page.getByRole('table', { name: 'Passkeys' });

  await test.step('made in the settings, by whoever knows the password', async () => {
    await page.goto(link);
    await page.getByRole('textbox', { name: 'Your name' }).fill('Pia Passkey');
    await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
    await page.getByRole('button', { name: 'Create the account' }).click();
    await openSecurity(page);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
    await dialog.getByRole('textbox', { name: 'What to call it' }).fill('Laptop');
    await dialog.getByRole('textbox', { name: 'Your password' }).fill('certainly the wrong one');
    await dialog.getByRole('button', { name: 'Add the passkey' }).click();
    await expect(dialog.getByRole('alert')).toBeVisible();
    expect(await kept()).toBe(0);
    await dialog.getByRole('textbox', { name: 'Your password' }).fill(person.password);
    await dialog.getByRole('button', { name: 'Add the passkey' }).click();
    await expect(dialog).toBeHidden();
    await expect(passkeys.getByRole('row', { name: /^Laptop/ })).toContainText('Never');
    expect(await kept()).toBe(1);
    await expectAccessible(page);
  });

  await test.step('it signs in without the password', async () => {
    await signOut(page);
    await page.getByRole('textbox', { name: 'E-mail' }).fill(person.email);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await openSecurity(page);
    await expect(page.getByRole('table', { name: 'Devices' }).getByRole('row', { name: /\(this one\)/ })).toContainText('with a passkey');
    await expect(passkeys.getByRole('row', { name: /^Laptop/ })).not.toContainText('Never');
  });

  await test.step('the password alone is no longer enough', async () => {
    await signOut(page);
    await signIn(page, person);
    await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
    expect((await call(page, 'GET', '/me')).status()).toBe(401);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await expect(page.getByRole('button', { name: 'Account menu' })).toBeVisible();
  });

  await test.step('another device has none of it', async () => {
    const other = await withAuthenticator(browser);
    await other.page.goto('/sign-in');
    await signIn(other.page, person);
    await expect(other.page.getByRole('heading', { name: 'One more step' })).toBeVisible();
    expect(await other.kept()).toBe(0);
    await other.close();
  });

  await test.step('once it is removed, the password is enough again', async () => {
    await openSecurity(page);
    await page.getByRole('button', { name: 'Remove Laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByText('You have none.')).toBeVisible();
    await signOut(page);
    await signIn(page, person);
    await expect(page.getByRole('button', { name: 'Account menu' })).toBeVisible();
  });
  expect(seen).toEqual({ foreign: [], errors: [] });
  await close();
});
