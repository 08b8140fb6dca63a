import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { ConnectDialog, choicesOf, faultsOf } from './ConnectDialog';
import { show } from '@/test/render';

async function fill(account: string, token: string) {
  const close = vi.fn();
  const { user } = await show(<ConnectDialog tenant="north-sea-coffee" opened onClose={close} />);
  await user.type(await screen.findByLabelText('Account id'), account);
  await user.type(screen.getByLabelText('Token'), token);
  await user.click(screen.getByRole('button', { name: 'Check and connect' }));
  return { close, user };
}

it('connects and starts the first sync', async () => {
  const { close } = await fill('act_1234567890', 'EAAG-good');
  expect(await screen.findByText(/is connected/)).toBeInTheDocument();
  expect(screen.getByText('The first sync has started.')).toBeInTheDocument();
  expect(close).toHaveBeenCalled();
});

it('shows the server’s objection at its field', async () => {
  const { close } = await fill('abc', 'EAAG-good');
  expect(await screen.findByText(/Must be digits/)).toBeInTheDocument();
  expect(screen.getByLabelText('Account id')).toBeInvalid();
  expect(close).not.toHaveBeenCalled();
});

it('says that a platform refuses the token', async () => {
  await fill('1234567890', 'bad');
  expect(await screen.findByText('Meta refused the token')).toBeInTheDocument();
  expect(screen.getByLabelText('Token')).toBeInvalid();
});

it('never shows the token', async () => {
  await fill('1234567890', 'bad-secret');
  expect(screen.getByLabelText('Token')).toHaveAttribute('type', 'password');
  expect(screen.queryByText(/bad-secret/)).toBeNull();
});

it('offers sources by what they are read for, in the server’s words', async () => {
  const { user } = await show(<ConnectDialog tenant="north-sea-coffee" opened onClose={vi.fn()} />);
  await user.click(await screen.findByRole('combobox', { name: 'Source' }));
  expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['Meta Ads', 'Magento', 'Shopify', 'Google Analytics', 'Klaviyo']);
  await user.click(screen.getByRole('option', { name: 'Shopify' }));
  expect(screen.getByText('The name before .myshopify.com.')).toBeInTheDocument();
  expect(screen.getByText(/client_id and client_secret of a custom app/)).toBeInTheDocument();
});

it('heads groups only where there are several', () => {
  const source = (id: string) => ({ id, label: id, connectable: true });
  expect(choicesOf([source('meta'), source('google')])).toEqual([
    { value: 'meta', label: 'meta' },
    { value: 'google', label: 'google' },
  ]);
  expect(choicesOf([source('meta'), source('ga4')]).map((group) => 'group' in group && group.group)).toEqual(['Ad platforms', 'Site analytics']);
});

it('takes JSON as a console prints it', () => {
  expect(faultsOf({ account: '1', secret: '{\n  "client_id": "a b"\n}', baseUrl: '' })).toEqual({});
});

it('finds what the server need not be asked about', () => {
  expect(faultsOf({ account: ' ', secret: '', baseUrl: 'ftp://x' })).toEqual({
    account: 'Enter the account’s id',
    secret: 'Paste the token',
    baseUrl: 'Enter an address that starts with http:// or https://',
  });
  expect(faultsOf({ account: '1', secret: 'two parts', baseUrl: '' }).secret).toMatch(/no spaces/);
  expect(faultsOf({ account: '1', secret: ' padded ', baseUrl: 'http://127.0.0.1:9/meta' })).toEqual({});
});
