// Two browsers: an agency admin invites a client's viewer, who sees only the own tenant, cannot act, and is logged. On the real binary, with the
// demo's data; where mail is set up, the link is not shown and the journey cannot go on.
import { randomBytes } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import { call, expectAccessible, signIn, watch } from '../journey';

const admin = { email: process.env.TRIMTAB_EMAIL ?? '', password: process.env.TRIMTAB_PASSWORD ?? '' };

test.beforeAll(() => {
  if (!process.env.TRIMTAB_URL) throw new Error('TRIMTAB_URL is not set: these journeys need a running demo');
});

interface Listed<T> {
  items: T[];
}

interface Named {
  id: string;
  name: string;
  accounts: number;
}

async function listed<T>(page: Page, path: string): Promise<T[]> {
  const response = await call(page, 'GET', path);
  expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
  return ((await response.json()) as Listed<T>).items;
}

async function invite(page: Page, tenant: Named, email: string): Promise<string> {
  await page.goto(`/settings?tenant=${tenant.id}&part=people`);
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog', { name: `Invite somebody to ${tenant.name}` });
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await dialog.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: 'Client viewer' }).click();
  await dialog.getByRole('button', { name: 'Invite' }).click();
  const link = await dialog.getByRole('group', { name: 'Link of the invitation' }).locator('code').textContent();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('table', { name: 'Open invitations' })).toContainText(email);
  const { pathname, hash } = new URL(link ?? '');
  expect(pathname).toBe('/invitation');
  return pathname + hash;
}

test('an agency admin invites a client viewer, who sees only the own tenant, cannot act, and is logged', async ({ page, browser }) => {
  const email = `viewer-${randomBytes(4).toString('hex')}@client.example`;
  await page.goto('/');
  await signIn(page, admin);
  await expect(page.getByRole('button', { name: /^Tenant/ })).toBeVisible();
  const tenants = (await listed<Named>(page, '/tenants?limit=200')).filter(({ accounts }) => accounts > 0);
  const [own, other] = tenants;
  if (!own || !other) throw new Error('the demo has two tenants with accounts');
  const link = await invite(page, own, email);

  const second = await browser.newContext();
  const client = await second.newPage();
  const seen = watch(client);

  await test.step('the invitation is taken up', async () => {
    await client.goto(link);
    await expect(client.getByRole('heading', { name: /^Join / })).toBeVisible();
    // What lets somebody in is in neither the address nor the history.
    expect(client.url()).not.toContain('#');
    await expectAccessible(client);
    await client.getByRole('textbox', { name: 'Your name' }).fill('Vera Client');
    await client.getByRole('textbox', { name: 'Password' }).fill(`harbour-${randomBytes(8).toString('hex')}-lantern`);
    await client.getByRole('button', { name: 'Create the account' }).click();
    await expect(client.getByRole('button', { name: `Tenant: ${own.name}` })).toBeVisible();
    await expect(client.getByRole('region', { name: 'Key figures' })).toBeVisible();
    await expectAccessible(client);
  });

  await test.step('the link is good once', async () => {
    const third = await browser.newContext();
    const again = await third.newPage();
    await again.goto(link);
    await expect(again.getByRole('heading', { name: 'This invitation is over' })).toBeVisible();
    await third.close();
  });

  await test.step('only the own tenant is there', async () => {
    await client.getByRole('button', { name: `Tenant: ${own.name}` }).click();
    await expect(client.getByRole('listbox', { name: 'Tenants' }).getByRole('option')).toHaveCount(1);
    await client.keyboard.press('Escape');
    expect((await listed<Named>(client, '/tenants?limit=200')).map(({ id }) => id)).toEqual([own.id]);
    for (const path of ['accounts', 'connections', 'findings', 'executions', 'knowledge']) {
      expect((await call(client, 'GET', `/${path}?tenant=${other.id}`)).status(), path).toBe(404);
    }
    // Of a tenant that is somebody else's the answer is that of one that does not exist.
    const [theirs, nobodys] = await Promise.all([other.id, 'no-such-tenant'].map((id) => call(client, 'GET', `/accounts?tenant=${id}`)));
    const said = async (answer: typeof theirs, id: string) => ((await answer?.json()) as { detail: string }).detail.replaceAll(id, 'ID');
    expect(await said(theirs, other.id)).toBe(await said(nobodys, 'no-such-tenant'));
    await client.goto(`/?tenant=${other.id}`);
    await expect(client.getByRole('heading', { name: new RegExp(`no tenant “${other.id}”`) })).toBeVisible();
  });

  await test.step('nothing can be done', async () => {
    await client.goto(`/settings?tenant=${own.id}&part=people`);
    await expect(client.getByRole('navigation', { name: 'Settings' }).getByRole('link')).toHaveText(['My security']);
    await client.goto(`/connections?tenant=${own.id}`);
    await expect(client.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
    await expect(client.getByRole('button', { name: 'Connect an account' }).and(client.locator(':enabled'))).toHaveCount(0);
    const at = `?tenant=${own.id}`;
    const acts: readonly (readonly ['GET' | 'POST' | 'PATCH', string, object?])[] = [
      ['GET', `/users${at}`],
      ['GET', `/api-keys${at}`],
      ['GET', `/audit${at}`],
      ['GET', '/users'],
      ['GET', '/audit'],
      ['POST', `/invitations${at}`, { email: 'mate@client.example', role: 'client_admin' }],
      ['POST', `/api-keys${at}`, { name: 'mine', permissions: ['data:view'] }],
      ['POST', `/executions${at}`, { kind: 'sync' }],
      ['POST', `/analyses/run${at}`],
      ['PATCH', `/tenants/${own.id}${at}`, { name: 'Mine' }],
      ['POST', '/tenants', { id: 'mine', name: 'Mine', currency: 'EUR', timezone: 'UTC' }],
    ];
    for (const [method, path, body] of acts) expect((await call(client, method, path, body)).status(), `${method} ${path}`).toBe(403);
    const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const question = { metrics: ['spend'], from: day(28), to: day(1) };
    // Without the page's own token nothing is even considered: another site could have sent it.
    expect((await client.request.post(`/api/v1/query${at}`, { data: question })).status()).toBe(403);
    expect((await call(client, 'POST', `/query${at}`, question)).status()).toBe(200);
  });
  expect(seen).toEqual({ foreign: [], errors: [] });

  await test.step('and it is written down', async () => {
    await page.goto(`/settings?tenant=${own.id}&part=people`);
    await expect(page.getByRole('table', { name: 'People' }).getByRole('row', { name: `Vera Client ${email}` })).toContainText('Client viewer');
    await page.goto(`/settings?tenant=${own.id}&part=audit&of=agency&by=${encodeURIComponent(email)}`);
    const log = page.getByRole('table', { name: 'Audit log' });
    await expect(log.getByRole('row', { name: /^Sign in/ })).toContainText(email);
    await expect(log.getByText('Refused').first()).toBeVisible();
    await expect(page.getByRole('region', { name: 'Chain' }).getByText('Whole')).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('the admin ends it, at once', async () => {
    await page.goto(`/settings?tenant=${own.id}&part=people`);
    await page.getByRole('button', { name: `Change ${email}` }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByRole('table', { name: 'People' }).getByText(email)).toHaveCount(0);
    expect((await call(client, 'GET', `/accounts?tenant=${own.id}`)).status()).toBe(404);
  });
  await second.close();
});
