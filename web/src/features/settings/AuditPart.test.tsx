import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it, vi } from 'vitest';
import { AuditPart } from './AuditPart';
import { server } from '@/test/setup';
import { show } from '@/test/render';

const props = { tenant: undefined, name: 'Lighthouse Media', view: {}, everywhere: true, onView: vi.fn() };

it('lists what was done, and shows what became different', async () => {
  const { user } = await show(<AuditPart {...props} />);
  const table = await screen.findByRole('table', { name: 'Audit log' });
  expect(within(table).getAllByRole('row')).toHaveLength(51);
  await user.click(within(table).getByRole('button', { name: /^Change tenant/ }));
  const changes = within(await screen.findByRole('dialog')).getByRole('table', { name: 'Changes' });
  expect(within(changes).getAllByRole('row').slice(1).map((row) => row.textContent)).toEqual(['nameNorth SeaNorth Sea Coffee', 'branding.colourNone#0b7285']);
});

it('goes back page by page to the beginning', async () => {
  const { user } = await show(<AuditPart {...props} />);
  const table = await screen.findByRole('table', { name: 'Audit log' });
  for (const rows of [101, 130]) {
    await user.click(screen.getByRole('button', { name: 'Show older' }));
    await vi.waitFor(() => expect(within(table).getAllByRole('row')).toHaveLength(rows));
  }
  expect(screen.queryByRole('button', { name: 'Show older' })).not.toBeInTheDocument();
});

it('says where the chain is broken', async () => {
  server.use(http.get('*/api/v1/audit/verification', () => HttpResponse.json({ sound: false, rows: 9, first: 1, cut_through: 3, head: null, fault: { seq: 7, why: 'row 7 is missing' }, at: new Date().toISOString() })));
  await show(<AuditPart {...props} />);
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('Broken at row 7');
  expect(alert).toHaveTextContent('Row 7 is missing.');
});

it('verifies nothing for those who see one tenant', async () => {
  const asked = vi.fn();
  server.use(http.get('*/api/v1/audit/verification', () => {
    asked();
    return HttpResponse.json({});
  }));
  await show(<AuditPart {...props} tenant="north-sea-coffee" everywhere={false} />);
  await screen.findByRole('table', { name: 'Audit log' });
  expect(asked).not.toHaveBeenCalled();
  expect(screen.queryByRole('columnheader', { name: 'Tenant' })).not.toBeInTheDocument();
});

it('asks for an action once it is entered whole, and says at the field that there is none such', async () => {
  const onView = vi.fn();
  const { user } = await show(<AuditPart {...props} onView={onView} />);
  await user.type(screen.getByRole('combobox', { name: 'What' }), 'nonsense:do');
  expect(onView).not.toHaveBeenCalled();
  await user.keyboard('{Enter}');
  expect(onView).toHaveBeenCalledWith({ by: undefined, action: 'nonsense:do' });
});

it('says at the field what is no action, and nowhere else', async () => {
  await show(<AuditPart {...props} view={{ action: 'nonsense:do' }} />);
  expect(await screen.findByText('No action is called so. Choose one of the list.')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument();
});

it('offers to clear filters that nothing fits', async () => {
  await show(<AuditPart {...props} view={{ by: 'nobody@example.com' }} />);
  expect(await screen.findByRole('heading', { name: 'Nothing fits these filters' })).toBeInTheDocument();
});
