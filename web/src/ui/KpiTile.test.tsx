import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { show } from '@/test/render';
import { KpiTile, type Kpi } from '@/ui/KpiTile';

const kpi: Kpi = { id: 'cpa', label: 'CPA', unit: 'money', direction: 'lower', value: '12.50', compared: '10.00', series: [1, null, 3] };

it('says that a cost which rose is worse', async () => {
  await show(<KpiTile kpi={kpi} currency="EUR" line={null} onToggle={vi.fn()} />);
  expect(screen.getByRole('button', { name: /CPA.*€12\.50.*up 25\.0%, worse/ })).toHaveAttribute('aria-pressed', 'false');
});

it('colours volume neither good nor bad', async () => {
  await show(<KpiTile kpi={{ ...kpi, direction: 'neutral' }} currency="EUR" line={1} onToggle={vi.fn()} />);
  expect(screen.getByText('up 25.0%').parentElement).toHaveAttribute('data-tone', 'neutral');
});

it('shows no change where nothing is compared, and keeps a missing figure apart from zero', async () => {
  await show(<KpiTile kpi={{ ...kpi, value: null, compared: undefined }} currency="EUR" line={null} onToggle={vi.fn()} />);
  expect(screen.getByRole('button')).toHaveTextContent('–');
  expect(screen.queryByText(/up|down|compare/)).toBeNull();
});

it('reads the full amount to screen readers where it shows a short one', async () => {
  await show(<KpiTile kpi={{ ...kpi, value: '96672.57' }} currency="EUR" line={null} onToggle={vi.fn()} />);
  expect(screen.getByText('€96.7K')).toHaveAttribute('aria-hidden', 'true');
  expect(screen.getByText('€96,672.57')).toBeInTheDocument();
});

it('marks a figure that some accounts do not report', async () => {
  await show(<KpiTile kpi={{ ...kpi, partial: true }} currency="EUR" line={null} onToggle={vi.fn()} />);
  expect(screen.getByRole('button', { name: /CPA\s*partial/ })).toBeInTheDocument();
});

it('puts itself on the chart when pressed', async () => {
  const toggle = vi.fn();
  const { user } = await show(<KpiTile kpi={kpi} currency="EUR" line={2} onToggle={toggle} />);
  await user.click(screen.getByRole('button', { pressed: true }));
  expect(toggle).toHaveBeenCalledOnce();
});
