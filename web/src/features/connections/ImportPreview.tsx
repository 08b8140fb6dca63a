import { Accordion, Alert, Table } from '@mantine/core';
import { IconCircleCheck, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { Import } from '@/api/types';
import { formatCount, formatDays, formatFigure, plural, sentence, type Unit } from '@/lib/format';
import { Ago } from '@/ui/Ago';
import { StatusBadge } from '@/ui/StatusBadge';
import { WideTable } from '@/ui/WideTable';
import { ImportSample } from './ImportSample';
import classes from './Connections.module.css';

const TOTALS: readonly { id: 'spend' | 'impressions' | 'clicks' | 'conversions' | 'revenue'; label: string; unit: Unit }[] = [
  { id: 'spend', label: 'Spend', unit: 'money' },
  { id: 'impressions', label: 'Impressions', unit: 'count' },
  { id: 'clicks', label: 'Clicks', unit: 'count' },
  { id: 'conversions', label: 'Conversions', unit: 'number' },
  { id: 'revenue', label: 'Revenue', unit: 'money' },
];

/** How a file was read: what it is, whether its totals agree with ours, which column became what, and what was left out. */
export function ImportPreview({ result }: { result: Import }) {
  const { currency, account, from, to } = result;
  const kept = result.columns.filter((column) => column.field);
  const skipped = result.skipped.length + result.skipped_more;
  return (
    <div className={classes.preview}>
      <dl className={classes.facts}>
        <Fact label="Recognised as" value={result.format} />
        <Fact label="Account" value={`${account.name} (${account.id})`} />
        <Fact label="Days" value={from && to ? formatDays(from, to) : 'none found'} />
        <Fact label="Currency and zone" value={`${currency}, ${account.timezone.replaceAll('_', ' ')}`} />
        <Fact label="Rows" value={`${formatCount(result.rows_imported)} of ${formatCount(result.rows_read)}`} />
      </dl>
      {result.seen_before && (
        <Alert role="note" color="yellow" icon={<IconAlertTriangle size={18} />} p="sm">
          The very same file was imported <Ago at={result.seen_before} />. Importing it again does not count it twice.
        </Alert>
      )}
      <Replaces result={result} />
      {result.notes.length > 0 && (
        <Alert role="note" variant="light" color="petrol" icon={<IconInfoCircle size={18} />} p="sm">
          {result.notes.map((note) => (
            <div key={note}>{sentence(note)}</div>
          ))}
        </Alert>
      )}
      <Totals result={result} />
      <ImportSample rows={result.sample} currency={currency} />
      <Accordion multiple defaultValue={['columns']} variant="separated" classNames={{ control: classes.control, label: classes.controlLabel }}>
        <Accordion.Item value="columns">
          <Accordion.Control>
            Columns: {kept.length} of {result.columns.length} are used
          </Accordion.Control>
          <Accordion.Panel>
            <Columns columns={result.columns} />
          </Accordion.Panel>
        </Accordion.Item>
        {skipped > 0 && (
          <Accordion.Item value="skipped">
            <Accordion.Control>{plural(skipped, 'line')} skipped</Accordion.Control>
            <Accordion.Panel>
              <ul className={classes.skipped}>
                {result.skipped.map(({ line, reason }) => (
                  <li key={line}>
                    <span className="tnum">Line {formatCount(line)}</span> {reason}
                  </li>
                ))}
              </ul>
              {result.skipped_more > 0 && <p className="muted">and {formatCount(result.skipped_more)} more</p>}
            </Accordion.Panel>
          </Accordion.Item>
        )}
      </Accordion>
    </div>
  );
}

/** Which days of which earlier files will be gone. */
function Replaces({ result: { replaces, account } }: { result: Import }) {
  if (replaces.length === 0) return null;
  return (
    <Alert role="note" color="yellow" icon={<IconAlertTriangle size={18} />} title={`Replaces days of ${account.name}`} p="sm">
      {replaces.map(({ import: id, name, imported_at: at, from, to }) => (
        <div key={`${id}/${from}`}>
          {formatDays(from, to)} of {name}, imported <Ago at={at} />
        </div>
      ))}
      If this file is of another ad account, name it above under Account.
    </Alert>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Totals({ result }: { result: Import }) {
  const { totals, file_totals: fileTotals, currency } = result;
  const shown = (unit: Unit) => ({ unit, currency });
  return (
    <WideTable label="Totals">
      <Table miw={620} className="tnum" verticalSpacing={9} fz={13.5} withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Totals</Table.Th>
            {TOTALS.map(({ id, label }) => (
              <Table.Th key={id} ta="right">
                {label}
              </Table.Th>
            ))}
            <Table.Th>Check</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Th scope="row">As read</Table.Th>
            {TOTALS.map(({ id, unit }) => (
              <Table.Td key={id} ta="right" fw={600}>
                {formatFigure(totals[id], shown(unit))}
              </Table.Td>
            ))}
            <Table.Td>{fileTotals.length === 0 && <span className="muted">The file has no totals of its own</span>}</Table.Td>
          </Table.Tr>
          {fileTotals.map((own) => (
            <Table.Tr key={own.line}>
              <Table.Th scope="row" fw={450}>
                File says: {own.label}
              </Table.Th>
              {TOTALS.map(({ id, unit }) => (
                <Table.Td key={id} ta="right">
                  {formatFigure(own[id], shown(unit))}
                </Table.Td>
              ))}
              <Table.Td>
                <Check matches={own.matches ?? null} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

function Check({ matches }: { matches: boolean | null }) {
  if (matches === null) return <StatusBadge tone="muted">Covers other rows</StatusBadge>;
  return <StatusBadge tone={matches ? 'good' : 'warn'}>{matches ? 'Equal' : 'Differs'}</StatusBadge>;
}

function Columns({ columns }: { columns: Import['columns'] }) {
  return (
    <WideTable label="Columns">
      <Table miw={480} verticalSpacing={6} fz={13}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Column in the file</Table.Th>
            <Table.Th>Becomes</Table.Th>
            <Table.Th>Note</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.map((column, i) => (
            <Table.Tr key={`${column.header}/${i}`}>
              <Table.Td>{column.header || <span className="muted">(no header)</span>}</Table.Td>
              <Table.Td>
                {column.field ? (
                  <span className={classes.field}>
                    <IconCircleCheck size={15} aria-hidden />
                    {column.field.replaceAll('_', ' ')}
                  </span>
                ) : (
                  <span className="muted">not used</span>
                )}
              </Table.Td>
              <Table.Td className="muted">
                {column.note && (
                  <span className={classes.field} data-plain>
                    {column.field && <IconAlertTriangle size={14} aria-hidden />}
                    {column.note}
                  </span>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
