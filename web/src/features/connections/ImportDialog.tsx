import { Alert, Autocomplete, Button, FileButton, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle, IconCircleCheck, IconFileSpreadsheet, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { sourcesOptions } from '@/api/connections';
import { importFile, type ImportFile } from '@/api/imports';
import { asProblem } from '@/api/problem';
import { accountsOptions } from '@/api/tenants';
import type { Import } from '@/api/types';
import { ImportPreview } from './ImportPreview';
import { formatBytes, formatDays, plural } from '@/lib/format';
import { Dialog } from '@/ui/Dialog';
import { FileDrop } from '@/ui/FileDrop';
import classes from './Connections.module.css';

interface Props {
  tenant: string;
  opened: boolean;
  onClose: () => void;
  onShowDays: (from: string, to: string) => void;
}

const ACCEPT = '.csv,.tsv,.txt,.xlsx,.xls';

export function ImportDialog({ tenant, opened, onClose, onShowDays }: Props) {
  return (
    <Dialog title="Import a file" size={920} opened={opened} onClose={onClose}>
      <ImportSteps tenant={tenant} onClose={onClose} onShowDays={onShowDays} />
    </Dialog>
  );
}

type Choice = Omit<ImportFile, 'file'>;

/** Choose → look at how it was read → import. Nothing is stored before the last step. */
function ImportSteps({ tenant, onClose, onShowDays }: Omit<Props, 'opened'>) {
  const queryClient = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [choice, setChoice] = useState<Choice>({ mapping: null, source: 'auto', account: '' });
  const preview = useMutation({ mutationFn: (chosen: ImportFile) => importFile(tenant, chosen, 'preview') });
  const confirm = useMutation({
    mutationFn: (chosen: ImportFile) => importFile(tenant, chosen, 'import'),
    onSuccess: () => {
      for (const kind of ['query', 'accounts', 'executions']) void queryClient.invalidateQueries({ queryKey: [kind, tenant] });
    },
  });

  const look = (at: File | null, as: Choice): void => {
    setFile(at);
    setChoice(as);
    confirm.reset();
    if (at) preview.mutate({ ...as, file: at });
  };
  const startOver = (): void => {
    setFile(null);
    preview.reset();
    confirm.reset();
  };

  if (confirm.data) return <Done result={confirm.data} onClose={onClose} onShowDays={onShowDays} onMore={startOver} />;
  const failed = confirm.error ?? preview.error;
  return (
    <Stack gap="md">
      {!file ? (
        <FileDrop
          label="Drop an export here"
          hint="An export from Meta Ads Manager, Google Ads or LinkedIn as it came, or any other table of campaigns. You will see how it was read before anything is stored."
          accept={ACCEPT}
          onFile={(dropped) => look(dropped, choice)}
        />
      ) : (
        <div className={classes.file}>
          <IconFileSpreadsheet size={20} stroke={1.6} aria-hidden />
          <span>
            <strong>{file.name}</strong> <span className="muted">{formatBytes(file.size)}</span>
          </span>
          <Button variant="subtle" size="compact-sm" onClick={startOver} disabled={confirm.isPending}>
            Another file
          </Button>
        </div>
      )}
      <Options tenant={tenant} choice={choice} onChange={(next) => look(file, next)} disabled={confirm.isPending} />
      {preview.isPending && (
        <div className={classes.reading} role="status">
          <Loader size="sm" /> Reading the file
        </div>
      )}
      {failed && !preview.isPending && (
        <Alert color="red" icon={<IconAlertTriangle size={18} />} title={asProblem(failed).title} role="alert">
          <div className={classes.reason}>{asProblem(failed).detail}</div>
          {Object.entries(asProblem(failed).fields)
            .filter(([, message]) => message !== asProblem(failed).detail)
            .map(([field, message]) => (
              <div key={field}>
                {field}: {message}
              </div>
            ))}
          {asProblem(failed).requestId && (
            <Text size="xs" mt={4}>
              Request {asProblem(failed).requestId}
            </Text>
          )}
        </Alert>
      )}
      {preview.data && file && (
        <>
          <ImportPreview result={preview.data} />
          <div className={classes.importFoot}>
            <Text size="sm" c="dimmed">
              Nothing is stored yet. Days of this account that are already there are replaced, not doubled.
            </Text>
            <Button loading={confirm.isPending} disabled={preview.data.rows_imported === 0} onClick={() => confirm.mutate({ ...choice, file })}>
              Import {plural(preview.data.rows_imported, 'row')}
            </Button>
          </div>
        </>
      )}
    </Stack>
  );
}

interface OptionsProps {
  tenant: string;
  choice: Choice;
  onChange: (choice: Choice) => void;
  disabled: boolean;
}

/** What the file may not say itself. A change shows the file anew. */
function Options({ tenant, choice, onChange, disabled }: OptionsProps) {
  const sources = useQuery(sourcesOptions);
  const accounts = useQuery(accountsOptions(tenant));
  const [account, setAccount] = useState(choice.account);
  const data = [{ value: 'auto', label: 'Find out from the file' }, ...(sources.data ?? []).map(({ id, label }) => ({ value: id, label }))];
  // Two platforms may have accounts of one name; the file's platform decides which is meant.
  const names = [...new Set((accounts.data ?? []).map(({ name }) => name))].sort((a, b) => a.localeCompare(b));
  const settle = (to: string): void => {
    setAccount(to);
    if (to.trim() !== choice.account) onChange({ ...choice, account: to.trim() });
  };
  return (
    <Group gap="md" align="flex-end">
      <Select
        size="xs"
        label="Platform"
        w={210}
        data={data}
        value={choice.source}
        allowDeselect={false}
        disabled={disabled}
        onChange={(source) => {
          if (source) onChange({ ...choice, source });
        }}
      />
      <Autocomplete
        size="xs"
        label="Account, if the file names none"
        placeholder="One you have, or a new name"
        w={230}
        data={names}
        value={account}
        disabled={disabled}
        maxLength={100}
        onChange={setAccount}
        onOptionSubmit={settle}
        onBlur={() => settle(account)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle(event.currentTarget.value);
        }}
      />
      <Group gap={6}>
        <FileButton accept=".yaml,.yml" onChange={(mapping) => onChange({ ...choice, mapping })} disabled={disabled}>
          {(props) => (
            <Button {...props} size="xs" variant="default">
              {choice.mapping ? `Mapping: ${choice.mapping.name}` : 'Add a mapping file'}
            </Button>
          )}
        </FileButton>
        {choice.mapping && (
          <Button size="xs" variant="subtle" aria-label="Remove the mapping file" onClick={() => onChange({ ...choice, mapping: null })} disabled={disabled}>
            <IconX size={14} />
          </Button>
        )}
      </Group>
    </Group>
  );
}

interface DoneProps {
  result: Import;
  onClose: () => void;
  onShowDays: (from: string, to: string) => void;
  onMore: () => void;
}

function Done({ result, onClose, onShowDays, onMore }: DoneProps) {
  const { from, to } = result;
  return (
    <div className={classes.done} role="status">
      <IconCircleCheck size={40} stroke={1.4} aria-hidden />
      <h3>{plural(result.rows_imported, 'row')} imported</h3>
      <p>
        Into {result.account.name}
        {from && to ? `, ${formatDays(from, to)}` : ''}.
        {result.skipped.length > 0 && ` ${plural(result.skipped.length + result.skipped_more, 'line')} skipped.`}
      </p>
      <Group justify="center">
        <Button variant="default" onClick={onMore}>
          Import another
        </Button>
        {from && to ? <Button onClick={() => onShowDays(from, to)}>Show these days on Home</Button> : <Button onClick={onClose}>Close</Button>}
      </Group>
    </div>
  );
}
