import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { show } from '@/test/render';
import { DataTable, type TableColumn } from '@/ui/DataTable';

interface Row {
  id: string;
  name: string;
  spend: string;
}

const rows: Row[] = [
  { id: '1', name: 'Spring', spend: '10.00' },
  { id: '2', name: 'Autumn', spend: '5.00' },
];
const columns: TableColumn<Row>[] = [
  { id: 'name', header: 'Campaign', width: 200, sortable: true, cell: (row) => row.name, total: 'Total' },
  { id: 'spend', header: 'Spend', width: 100, align: 'end', sortable: true, cell: (row) => row.spend, total: '99.00' },
];
const base = { label: 'Campaigns', columns, rows, rowId: (row: Row) => row.id };

it('shows the totals it was given, whatever the rows add up to', async () => {
  await show(<DataTable {...base} showTotals />);
  expect(within(screen.getByRole('row', { name: /Total/ })).getByText('99.00')).toBeInTheDocument();
});

it('opens a row by click and by keyboard, and moves between rows with the arrows', async () => {
  const open = vi.fn();
  const { user } = await show(<DataTable {...base} onOpen={open} />);
  await user.click(await screen.findByText('5.00'));
  expect(open).toHaveBeenLastCalledWith(rows[1]);
  screen.getByRole('button', { name: 'Spring' }).focus();
  await user.keyboard('{ArrowDown}');
  expect(screen.getByRole('button', { name: 'Autumn' })).toHaveFocus();
  await user.keyboard('{ArrowUp}{Enter}');
  expect(open).toHaveBeenLastCalledWith(rows[0]);
});

it('asks for figures largest first, then turns the order round', async () => {
  const sort = vi.fn();
  const { user } = await show(<DataTable {...base} sort={{ by: 'name', descending: false }} onSort={sort} />);
  expect(screen.getByRole('columnheader', { name: 'Campaign' })).toHaveAttribute('aria-sort', 'ascending');
  await user.click(screen.getByRole('button', { name: 'Spend' }));
  expect(sort).toHaveBeenLastCalledWith({ by: 'spend', descending: true });
  await user.click(screen.getByRole('button', { name: 'Campaign' }));
  expect(sort).toHaveBeenLastCalledWith({ by: 'name', descending: true });
});

it('leaves hidden columns out', async () => {
  await show(<DataTable {...base} hidden={new Set(['spend'])} />);
  expect(screen.queryByRole('columnheader', { name: 'Spend' })).toBeNull();
});

it('draws only the rows in sight of a long table, and says how many there are', async () => {
  const many = Array.from({ length: 3_000 }, (_, i) => ({ id: String(i), name: `Row ${i}`, spend: '1' }));
  await show(<DataTable {...base} rows={many} />);
  expect(await screen.findByText('Row 0')).toBeInTheDocument();
  expect(screen.getAllByRole('row').length).toBeLessThan(80);
  expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '3001');
});

it('says why it is empty', async () => {
  await show(<DataTable {...base} rows={[]} empty="No campaign has “x” in its name." />);
  expect(screen.getByText('No campaign has “x” in its name.')).toBeInTheDocument();
});
