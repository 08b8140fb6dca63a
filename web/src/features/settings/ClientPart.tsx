import { Button, ColorInput, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { asProblem } from '@/api/problem';
import { tenantsOptions, updateTenant } from '@/api/tenants';
import type { Tenant } from '@/api/types';
import { Card } from '@/ui/Card';
import { ProblemAlert } from '@/ui/ProblemAlert';
import { useToast } from '@/ui/Toasts';
import classes from './Settings.module.css';

const CURRENCIES = Intl.supportedValuesOf('currency');
const ZONES = Intl.supportedValuesOf('timeZone');

/** What a client is called, counted in, and looks like. */
export function ClientPart({ tenant }: { tenant: Tenant }) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const [draft, setDraft] = useState({
    name: tenant.name,
    currency: tenant.currency,
    timezone: tenant.timezone,
    industry: tenant.industry ?? '',
    colour: tenant.branding.colour ?? '',
    logo: tenant.branding.logo_url ?? '',
  });
  const [tried, setTried] = useState(false);
  const set = (change: Partial<typeof draft>): void => setDraft((now) => ({ ...now, ...change }));
  const save = useMutation({
    mutationFn: () =>
      updateTenant(tenant.id, {
        name: draft.name.trim(),
        currency: draft.currency,
        timezone: draft.timezone,
        industry: draft.industry.trim(),
        branding: { colour: draft.colour.trim() || null, logo_url: draft.logo.trim() || null },
      }),
    onSuccess: (changed) => {
      queryClient.setQueryData(tenantsOptions.queryKey, (known) => known?.map((one) => (one.id === changed.id ? changed : one)));
      // Figures are shown in its currency and cut into days by its zone.
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === tenant.id });
      toast({ tone: 'good', title: 'Saved', text: changed.name });
    },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const faults = {
    name: draft.name.trim() ? undefined : 'Give the client a name',
    colour: draft.colour === '' || /^#[0-9a-f]{6}$/i.test(draft.colour) ? undefined : 'Write a colour as #0b7285',
    logo: draft.logo.trim() === '' || draft.logo.trim().startsWith('https://') ? undefined : 'Use an address that begins with https://',
  };
  const error = (field: keyof typeof faults): string | undefined => (tried ? faults[field] : undefined);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!faults.name && !faults.colour && !faults.logo) save.mutate();
  };
  return (
    <Card
      title="Client settings"
      note={
        <>
          Its id, {tenant.id}, stays. Its targets are under{' '}
          <Link className={classes.link} to="/knowledge" search={{ tenant: tenant.id, part: 'client' }}>
            Knowledge
          </Link>
          .
        </>
      }
    >
      <form onSubmit={submit} noValidate className={classes.narrow}>
        <Stack gap="md">
          <ProblemAlert problem={problem} />
          <TextInput label="Name" value={draft.name} error={error('name') ?? problem?.fields.name} onChange={(event) => set({ name: event.currentTarget.value })} />
          <Group grow align="flex-start">
            <Select label="Currency" description="Figures are shown in it." searchable allowDeselect={false} data={CURRENCIES} value={draft.currency} error={problem?.fields.currency} onChange={(currency) => currency && set({ currency })} />
            <Select label="Time zone" description="Days are cut in it." searchable limit={60} allowDeselect={false} data={ZONES} value={draft.timezone} error={problem?.fields.timezone} onChange={(timezone) => timezone && set({ timezone })} />
          </Group>
          <TextInput label="Industry" description="Optional; for benchmarks." value={draft.industry} error={problem?.fields.industry} onChange={(event) => set({ industry: event.currentTarget.value })} />
          <ColorInput label="Colour" description="Optional; of the client’s mark in the list of tenants." withEyeDropper={false} value={draft.colour} error={error('colour') ?? problem?.fields['branding.colour']} onChange={(colour) => set({ colour })} />
          <TextInput label="Logo" description="Optional; an https address, kept for programs that ask for it. These pages show no pictures from elsewhere." type="url" value={draft.logo} error={error('logo') ?? problem?.fields['branding.logo_url']} onChange={(event) => set({ logo: event.currentTarget.value })} />
          <Group>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
