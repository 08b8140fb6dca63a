import { Combobox, ScrollArea, UnstyledButton, useCombobox } from '@mantine/core';
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react';
import { useState } from 'react';
import { useCan } from '@/api/session';
import type { Tenant } from '@/api/types';
import { NewTenantDialog } from './NewTenant';
import { inkOn } from '@/lib/colour';
import classes from './TenantSwitch.module.css';

interface Props {
  tenants: readonly Tenant[];
  current: Tenant | null;
  onOpen: (tenant: string) => void;
}

const NEW = '\u0000new';

/** Chooses whose data the pages show. */
export function TenantSwitch({ tenants, current, onOpen }: Props) {
  const [search, setSearch] = useState('');
  const [adding, setAdding] = useState(false);
  const canAdd = useCan()('tenant:create');
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setSearch('');
    },
    onDropdownOpen: () => {
      combobox.focusSearchInput();
      combobox.selectFirstOption();
    },
  });
  const wanted = search.trim().toLowerCase();
  const found = tenants.filter((t) => t.name.toLowerCase().includes(wanted) || t.id.includes(wanted));

  return (
    <>
      <Combobox
        store={combobox}
        width={300}
        withinPortal={false}
        position="bottom-start"
        shadow="lg"
        onOptionSubmit={(id) => {
          combobox.closeDropdown();
          if (id === NEW) setAdding(true);
          else if (id !== current?.id) onOpen(id);
        }}
      >
        <Combobox.Target withAriaAttributes={false}>
          <UnstyledButton
            className={classes.target}
            onClick={() => combobox.toggleDropdown()}
            aria-haspopup="listbox"
            aria-expanded={combobox.dropdownOpened}
            aria-label={`Tenant: ${current?.name ?? 'none'}`}
          >
            <Initials name={current?.name ?? '?'} colour={current?.branding.colour} />
            <span className={classes.name}>{current?.name ?? 'Choose a tenant'}</span>
            <IconSelector size={16} stroke={1.7} aria-hidden className={classes.chevron} />
          </UnstyledButton>
        </Combobox.Target>
        <Combobox.Dropdown>
          <Combobox.Search value={search} onChange={(event) => setSearch(event.currentTarget.value)} placeholder="Find a tenant" aria-label="Find a tenant" />
          <Combobox.Options aria-label="Tenants">
            <ScrollArea.Autosize mah={320} type="scroll">
              {found.map((tenant) => (
                <Combobox.Option value={tenant.id} key={tenant.id} active={tenant.id === current?.id}>
                  <div className={classes.option}>
                    <Initials name={tenant.name} colour={tenant.branding.colour} />
                    <span className={classes.name}>
                      {tenant.name}
                      <span className={classes.about}>
                        {tenant.currency} · {tenant.timezone.replaceAll('_', ' ')}
                      </span>
                    </span>
                    {tenant.id === current?.id && <IconCheck size={16} aria-label="open now" />}
                  </div>
                </Combobox.Option>
              ))}
              {found.length === 0 && <Combobox.Empty>No tenant is called so</Combobox.Empty>}
            </ScrollArea.Autosize>
            {canAdd && (
              <Combobox.Option value={NEW} className={classes.add}>
                <IconPlus size={16} aria-hidden /> New tenant
              </Combobox.Option>
            )}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <NewTenantDialog
        opened={adding}
        onClose={() => setAdding(false)}
        onCreated={(tenant) => {
          setAdding(false);
          onOpen(tenant.id);
        }}
      />
    </>
  );
}

/** Short for a client, in its own colour where it has one. */
function Initials({ name, colour }: { name: string; colour: string | null | undefined }) {
  const words = name.split(/[\s&-]+/).filter(Boolean);
  const letters = words.length > 1 ? `${words[0]?.[0] ?? ''}${words[1]?.[0] ?? ''}` : name.slice(0, 2);
  const ink = colour ? inkOn(colour) : null;
  return (
    <span className={classes.initials} style={ink ? { background: colour ?? undefined, color: ink } : undefined} aria-hidden>
      {letters.toUpperCase()}
    </span>
  );
}
