import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, signIn, watch } from '../journey';

async function open(page: Page, part: string, email = 'ada@example.com'): Promise<void> {
  await page.goto(`/settings?tenant=north-sea-coffee&part=${part}`);
  await signIn(page, { email, password: 'right' });
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
}

const section = (page: Page, name: string) => page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name });

test('an admin invites a viewer, changes roles, and makes a role and a key', async ({ page }) => {
  const seen = watch(page);
  await open(page, 'people');
  const people = page.getByRole('table', { name: 'People' });
  await expect(people.getByRole('row', { name: /^Cleo Visser/ })).toContainText('Client admin');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Invite' }).click();
  const invite = page.getByRole('dialog', { name: 'Invite somebody to North Sea Coffee' });
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(invite.getByText('Choose a role')).toBeVisible();
  await invite.getByRole('textbox', { name: 'E-mail' }).fill('eve@client.example');
  await invite.getByRole('combobox', { name: 'Role' }).click();
  // A role of the whole agency is none of a client's.
  await expect(page.getByRole('option', { name: 'Agency admin' })).toHaveCount(0);
  await page.getByRole('option', { name: 'Client viewer' }).click();
  await expectAccessible(page);
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(invite.getByRole('group', { name: 'Link of the invitation' })).toContainText('/invitation#');
  await expectAccessible(page);
  await invite.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('table', { name: 'Open invitations' })).toContainText('eve@client.example');

  await page.getByRole('button', { name: 'Change cleo@northsea.example' }).click();
  await page.getByRole('menuitem', { name: 'Change roles' }).click();
  const roles = page.getByRole('dialog', { name: 'Roles of cleo@northsea.example' });
  await roles.getByRole('checkbox', { name: 'Approver' }).check();
  await roles.getByRole('checkbox', { name: 'Client admin' }).uncheck();
  await roles.getByRole('button', { name: 'Save roles' }).click();
  await expect(people.getByRole('row', { name: /^Cleo Visser/ })).toContainText('Approver');

  await page.getByText('Whole agency', { exact: true }).click();
  await page.getByRole('button', { name: 'Change bob@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(people.getByRole('row', { name: /^Bob Osei/ })).toContainText('Disabled');
  await page.getByRole('button', { name: 'Change ada@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('alert')).toContainText('the last agency admin');
  await page.keyboard.press('Escape');

  await section(page, 'Roles').click();
  await expect(page.getByRole('table', { name: 'Permissions of roles' }).getByRole('row')).toHaveCount(13);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'New role' }).click();
  const role = page.getByRole('dialog', { name: 'New role' });
  await role.getByRole('textbox', { name: 'Name' }).fill('Key keeper');
  await role.getByRole('checkbox', { name: 'Make and revoke API keys.' }).check();
  await expectAccessible(page);
  await role.getByRole('button', { name: 'Save the role' }).click();
  await expect(page.getByRole('table', { name: 'Roles of the agency' })).toContainText('data:view, key:manage');

  await section(page, 'API keys').click();
  await page.getByRole('button', { name: 'New key' }).click();
  const key = page.getByRole('dialog', { name: /^New key for/ });
  await key.getByRole('textbox', { name: 'What it is for' }).fill('Dashboard');
  await key.getByRole('button', { name: 'Make the key' }).click();
  await expect(key.getByRole('group', { name: 'The key' })).toContainText('tt_m0ck_shown_once');
  await key.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Revoke Dashboard' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('row', { name: /^Dashboard/ })).toContainText('Revoked');
  await expectAccessible(page);
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test('somebody secures their account', async ({ page }) => {
  await open(page, 'security');
  await expect(page.getByRole('row', { name: /^Chrome on Linux \(this one\)/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada Brandt-Lind');
  await page.getByRole('button', { name: 'Save the name' }).click();
  await page.getByRole('button', { name: 'Account menu' }).click();
  await expect(page.getByRole('menu')).toContainText('Ada Brandt-Lind');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Sign out all others' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('table', { name: 'Devices' }).getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const app = page.getByRole('dialog', { name: 'Set up an authenticator app' });
  await app.getByRole('textbox', { name: 'Your password' }).fill('right');
  await app.getByRole('button', { name: 'Continue' }).click();
  await expect(app.getByRole('group', { name: 'Secret for the app' })).toContainText('JBSWY3DPEHPK3PXP');
  await expect(app.getByRole('link')).toHaveAttribute('href', /^otpauth:/);
  await expectAccessible(page);
  await app.getByRole('textbox', { name: 'Code' }).fill('123 456');
  await app.getByRole('button', { name: 'Switch it on' }).click();
  await expect(app.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10);
  await app.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('On. 10 recovery codes are left.')).toBeVisible();
});

test('a client gets another name and a colour', async ({ page }) => {
  await open(page, 'client');
  await page.getByRole('textbox', { name: 'Name' }).fill('North Sea Roasters');
  await page.getByRole('textbox', { name: 'Colour' }).fill('#0b7285');
  await page.getByRole('textbox', { name: 'Logo' }).fill('http://example.com/logo.svg');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Use an address that begins with https://')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Logo' }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Tenant: North Sea Roasters' })).toBeVisible();
});

test('a viewer sees one tenant and of the settings their own security', async ({ page }) => {
  await open(page, 'people', 'viewer@client.example');
  await expect(page.getByRole('navigation', { name: 'Settings' }).getByRole('link')).toHaveText(['My security']);
  await expect(page.getByRole('heading', { name: 'Devices' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Connections' }).click();
  await expect(page.getByRole('button', { name: 'Connect an account' })).toBeDisabled();
});

test('an agency without any tenant sets up people, keys and one’s own way in', async ({ page }) => {
  await page.goto('/');
  await signIn(page, { email: 'fresh@example.com', password: 'right' });
  await expect(page.getByRole('heading', { name: 'Add your first tenant' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('navigation', { name: 'Settings' }).getByRole('link')).toHaveText(['People', 'Roles', 'API keys', 'My security', 'Audit log']);
  await expect(page.getByRole('table', { name: 'People' }).getByRole('row', { name: /^Ada Brandt/ })).toContainText('Agency admin');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Invite' }).click();
  const invite = page.getByRole('dialog', { name: 'Invite somebody to Lighthouse Media' });
  await invite.getByRole('combobox', { name: 'Role' }).click();
  // A role of a client's is none of the agency.
  await expect(page.getByRole('option', { name: 'Agency admin' })).toBeVisible();
  await expect(page.getByRole('option', { name: 'Client viewer' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  for (const [part, heading] of [['Roles', 'What each role allows'], ['API keys', 'API keys'], ['Audit log', 'Chain'], ['My security', 'Devices']] as const) {
    await section(page, part).click();
    await expect(page.getByRole('heading', { level: 2, name: heading, exact: true })).toBeVisible();
  }
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Findings' }).click();
  await expect(page.getByRole('heading', { name: 'Add your first tenant' })).toBeVisible();
});

test('somebody without a role is told so, and reaches their own security', async ({ page }) => {
  await page.goto('/');
  await signIn(page, { email: 'nobody@example.com', password: 'right' });
  await expect(page.getByRole('heading', { name: 'You see no tenant yet' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('menuitem', { name: 'My security' }).click();
  await expect(page.getByRole('navigation', { name: 'Settings' }).getByRole('link')).toHaveText(['My security']);
  await expect(page.getByRole('heading', { name: 'Devices' })).toBeVisible();
});

test('an invitation is taken up, and its token leaves the address at once', async ({ page }) => {
  await page.goto('/invitation#good-link-token');
  await expect(page.getByRole('heading', { name: 'Join Lighthouse Media' })).toBeVisible();
  expect(page.url()).not.toContain('token');
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Eve');
  await page.getByRole('textbox', { name: 'Password' }).fill('short');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page.getByText('Use at least 12 characters')).toBeVisible();
  await page.getByRole('textbox', { name: 'Password' }).fill('five unrelated words here');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page).toHaveURL(/tenant=north-sea-coffee/);
});

test('a new password is set by a link, once', async ({ page }) => {
  await page.goto('/reset#good-link-token');
  await expect(page.getByRole('heading', { name: 'Set a new password' })).toBeVisible();
  expect(page.url()).not.toContain('token');
  await page.getByRole('textbox', { name: 'New password' }).fill('five unrelated words here');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByRole('heading', { name: 'Your new password is set' })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/reset');
  await expect(page.getByRole('heading', { name: 'This link is over' })).toBeVisible();
});

test('a second factor is asked for', async ({ page }) => {
  await page.goto('/sign-in');
  await signIn(page, { email: 'factor@example.com', password: 'right' });
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Code' }).fill('123456');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('button', { name: 'Account menu' })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const part of ['people', 'roles', 'keys', 'security', 'client']) {
    test(`nothing is wider than the screen: ${part}`, async ({ page }) => {
      await open(page, part);
      await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
      await expectAccessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    });
  }
});
