import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { asProblem } from '@/api/problem';
import { REFUSED, useCan } from '@/api/session';
import { createTenant, tenantsOptions } from '@/api/tenants';
import type { Tenant } from '@/api/types';
import { Dialog } from '@/ui/Dialog';

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  onCreated: (tenant: Tenant) => void;
}

/** `Café & Söhne` → `cafe-soehne`-like ids: lower case, digits, hyphens. */
export function idOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
}

const CURRENCIES = Intl.supportedValuesOf('currency');
const ZONES = Intl.supportedValuesOf('timeZone');
const LOCAL_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

interface Draft {
  name: string;
  /** `null` while it follows the name. */
  id: string | null;
  currency: string | null;
  timezone: string | null;
  industry: string;
}

const EMPTY: Draft = { name: '', id: null, currency: null, timezone: ZONES.includes(LOCAL_ZONE) ? LOCAL_ZONE : null, industry: '' };

export function NewTenantDialog({ opened, onClose, onCreated }: DialogProps) {
  return (
    <Dialog title="New tenant" opened={opened} onClose={onClose}>
      <TenantForm onCreated={onCreated} />
    </Dialog>
  );
}

function TenantForm({ onCreated }: { onCreated: (tenant: Tenant) => void }) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [tried, setTried] = useState(false);
  const id = draft.id ?? idOf(draft.name);
  const create = useMutation({
    mutationFn: createTenant,
    onSuccess: (tenant) => {
      queryClient.setQueryData(tenantsOptions.queryKey, (known) => [...(known ?? []), tenant]);
      onCreated(tenant);
    },
  });
  const problem = create.error ? asProblem(create.error) : null;
  const missing = {
    name: draft.name.trim() ? undefined : 'Give the tenant a name',
    id: /^[a-z0-9][a-z0-9-]*$/.test(id) ? undefined : 'Use lower-case letters, digits and hyphens',
    currency: draft.currency ? undefined : 'Choose a currency',
    timezone: draft.timezone ? undefined : 'Choose a time zone',
  };
  const error = (field: keyof typeof missing): string | undefined => (tried ? missing[field] : undefined) ?? problem?.fields[field];

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (missing.name ?? missing.id ?? missing.currency ?? missing.timezone) return;
    create.mutate({
      id,
      name: draft.name.trim(),
      currency: draft.currency ?? '',
      timezone: draft.timezone ?? '',
      ...(draft.industry.trim() ? { industry: draft.industry.trim() } : {}),
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {problem && Object.keys(problem.fields).length === 0 && (
          <Alert color="red" title={problem.title} role="alert">
            {problem.detail}
          </Alert>
        )}
        <TextInput label="Name" data-autofocus value={draft.name} error={error('name')} onChange={(e) => setDraft({ ...draft, name: e.currentTarget.value })} />
        <TextInput
          label="Id"
          description="Used in addresses and commands; it cannot be changed later."
          value={id}
          error={error('id')}
          onChange={(e) => setDraft({ ...draft, id: e.currentTarget.value })}
        />
        <Group grow align="flex-start">
          <Select label="Currency" searchable data={CURRENCIES} value={draft.currency} error={error('currency')} onChange={(currency) => setDraft({ ...draft, currency })} />
          <Select label="Time zone" searchable limit={60} data={ZONES} value={draft.timezone} error={error('timezone')} onChange={(timezone) => setDraft({ ...draft, timezone })} />
        </Group>
        <TextInput label="Industry" description="Optional." value={draft.industry} onChange={(e) => setDraft({ ...draft, industry: e.currentTarget.value })} />
        <Button type="submit" loading={create.isPending}>
          Add tenant
        </Button>
      </Stack>
    </form>
  );
}

/** For pages that have no tenant to show. */
export function NewTenantButton({ onCreated }: { onCreated: (tenant: Tenant) => void }) {
  const [opened, { open, close }] = useDisclosure(false);
  const allowed = useCan()('tenant:create');
  return (
    <>
      <Button onClick={open} disabled={!allowed} title={allowed ? undefined : REFUSED}>
        Add a tenant
      </Button>
      <NewTenantDialog opened={opened} onClose={close} onCreated={onCreated} />
    </>
  );
}
