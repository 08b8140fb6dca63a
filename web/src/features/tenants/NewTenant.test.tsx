import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { NewTenantDialog, idOf } from './NewTenant';
import { show } from '@/test/render';

it('makes an id out of a name', () => {
  expect(idOf('Café  Größe & Söhne!')).toBe('cafe-gro-e-sohne');
  expect(idOf('  ')).toBe('');
});

it('says which fields are missing', async () => {
  const created = vi.fn();
  const { user } = await show(<NewTenantDialog opened onClose={vi.fn()} onCreated={created} />);
  await user.click(await screen.findByRole('button', { name: 'Add tenant' }));
  expect(screen.getByText('Give the tenant a name')).toBeInTheDocument();
  expect(screen.getByText('Choose a currency')).toBeInTheDocument();
  expect(created).not.toHaveBeenCalled();
});
