import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { show } from '@/test/render';
import { PeriodPicker } from '@/ui/PeriodPicker';

const base = { period: { from: '2026-10-24', to: '2026-11-20' }, compare: 'previous', today: '2026-11-21', zone: 'Europe/Amsterdam' };

it('names the preset, the days and the comparison', async () => {
  await show(<PeriodPicker {...base} onChange={vi.fn()} />);
  expect(screen.getByRole('button', { name: /Last 28 days, Oct 24.+Nov 20, 2026, compared with Sep 26.+Oct 23, 2026/ })).toBeInTheDocument();
});

it('changes nothing until it is applied', async () => {
  const change = vi.fn();
  const { user } = await show(<PeriodPicker {...base} onChange={change} />);
  await user.click(screen.getByRole('button', { name: /^Period/ }));
  await user.click(await screen.findByRole('button', { name: 'Last 7 days' }));
  await user.click(screen.getByRole('radio', { name: /Year before/ }));
  expect(change).not.toHaveBeenCalled();
  await user.click(screen.getByRole('button', { name: 'Apply' }));
  expect(change).toHaveBeenCalledExactlyOnceWith({ period: { from: '2026-11-14', to: '2026-11-20' }, compare: 'year' });
});

it('takes days from the calendar', async () => {
  const change = vi.fn();
  const { user } = await show(<PeriodPicker {...base} onChange={change} />);
  await user.click(screen.getByRole('button', { name: /^Period/ }));
  await user.click(await screen.findByRole('button', { name: '5 October 2026' }));
  await user.click(screen.getByRole('button', { name: '11 October 2026' }));
  expect(screen.getByText(/^7 days/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Apply' }));
  expect(change).toHaveBeenCalledExactlyOnceWith({ period: { from: '2026-10-05', to: '2026-10-11' }, compare: 'previous' });
});

it('asks for the days of a comparison of one’s own', async () => {
  const { user } = await show(<PeriodPicker {...base} onChange={vi.fn()} />);
  await user.click(screen.getByRole('button', { name: /^Period/ }));
  await user.click(await screen.findByRole('radio', { name: /Other days/ }));
  expect(screen.getByRole('button', { name: 'Apply' })).toBeDisabled();
});

it('leaves everything as it was on Cancel', async () => {
  const change = vi.fn();
  const { user } = await show(<PeriodPicker {...base} onChange={change} />);
  await user.click(screen.getByRole('button', { name: /^Period/ }));
  await user.click(await screen.findByRole('button', { name: 'Last 7 days' }));
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(change).not.toHaveBeenCalled();
});

it('leaves the comparison alone where the page has none', async () => {
  const change = vi.fn();
  const { user } = await show(<PeriodPicker {...base} comparing={false} onChange={change} />);
  const target = screen.getByRole('button', { name: /^Period/ });
  expect(target).not.toHaveAccessibleName(/compared/);
  await user.click(target);
  await user.click(await screen.findByRole('button', { name: 'Last 90 days' }));
  expect(screen.queryByRole('radio')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Apply' }));
  expect(change).toHaveBeenCalledExactlyOnceWith({ period: { from: '2026-08-23', to: '2026-11-20' }, compare: 'previous' });
});
