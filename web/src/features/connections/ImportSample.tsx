import { Table } from '@mantine/core';
import type { Import } from '@/api/types';
import { formatDay, formatFigure, plural, type Unit } from '@/lib/format';
import { WideTable } from '@/ui/WideTable';
import classes from './Connections.module.css';

type Sample = Import['sample'][number];

const FIGURES: readonly { id: 'spend' | 'impressions' | 'clicks' | 'conversions' | 'revenue'; label: string; unit: Unit }[] = [
  { id: 'spend', label: 'Spend', unit: 'money' },
  { id: 'impressions', label: 'Impressions', unit: 'count' },
  { id: 'clicks', label: 'Clicks', unit: 'count' },
  { id: 'conversions', label: 'Conversions', unit: 'number' },
  { id: 'revenue', label: 'Revenue', unit: 'money' },
];
const LEVELS: readonly { id: 'campaign' | 'ad_group' | 'ad'; label: string }[] = [
  { id: 'campaign', label: 'Campaign' },
  { id: 'ad_group', label: 'Ad group' },
  { id: 'ad', label: 'Ad' },
];
const TITLE = 'First rows as read';

/** The first rows, to hold against the file. Levels no row names are left out; the table scrolls sideways, by keyboard too. */
export function ImportSample({ rows, currency }: { rows: readonly Sample[]; currency: string }) {
  if (rows.length === 0) return null;
  const levels = LEVELS.filter(({ id }) => rows.some((row) => row[id]));
  return (
    <div>
      <h3 className={classes.sampleTitle}>{TITLE}</h3>
      <WideTable label={TITLE}>
        <Table className="tnum" verticalSpacing={6} fz={13} miw={760} withTableBorder aria-label={TITLE}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right">Line</Table.Th>
              <Table.Th>Date</Table.Th>
              {levels.map(({ id, label }) => (
                <Table.Th key={id}>{label}</Table.Th>
              ))}
              {FIGURES.map(({ id, label }) => (
                <Table.Th key={id} ta="right">
                  {label}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.line}>
                <Table.Td ta="right">{row.line}</Table.Td>
                <Table.Td className={classes.sampleDay}>
                  {row.date ? formatDay(row.date) : <span className="muted">no figures</span>}
                  {row.span_days > 1 && <span className={classes.small}>{plural(row.span_days, 'day')} up to it</span>}
                </Table.Td>
                {levels.map(({ id }) => (
                  <Table.Td key={id}>{row[id]}</Table.Td>
                ))}
                {FIGURES.map(({ id, unit }) => (
                  <Table.Td key={id} ta="right">
                    {formatFigure(row[id], { unit, currency })}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
    </div>
  );
}
