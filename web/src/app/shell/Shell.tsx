import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router';
import { IconBuildingStore, IconMapOff } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useScope } from '@/app/scope';
import { HelpMenu, useShortcuts } from '@/app/shell/Shortcuts';
import { MainNav } from '@/app/shell/MainNav';
import { UserMenu } from '@/app/shell/UserMenu';
import { useLive } from '@/app/shell/useLive';
import { useCan } from '@/api/session';
import { tenantsOptions } from '@/api/tenants';
import { SyncStrip } from '@/features/activity/SyncStrip';
import { NewTenantButton } from '@/features/tenants/NewTenant';
import { TenantSwitch } from '@/features/tenants/TenantSwitch';
import { remember } from '@/lib/storage';
import { Logo } from '@/ui/Logo';
import { PeriodPicker } from '@/ui/PeriodPicker';
import { EmptyState } from '@/ui/States';
import classes from '@/app/shell/Shell.module.css';

export function Shell() {
  const scope = useScope();
  const search = useSearch({ from: '/shell' });
  const { data: tenants = [] } = useQuery(tenantsOptions);
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const shortcuts = useShortcuts();
  useLive(scope?.tenant.id ?? null);
  useEffect(() => {
    if (scope) remember('tenant', scope.tenant.id);
  }, [scope]);

  // Before there is any tenant, the agency's own settings are there already.
  const agencyAlone = tenants.length === 0 && path === '/settings';

  const openTenant = (tenant: string): void => {
    // Campaigns and filters of one tenant mean nothing in another.
    void navigate({ to: '.', search: { tenant, from: search.from, to: search.to, compare: search.compare } });
  };

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      <nav className={classes.side} aria-label="Main">
        <div className={classes.brand}>
          <Logo size={28} />
          <span>Trimtab</span>
        </div>
        <MainNav />
        <div className={classes.sideFoot}>
          <HelpMenu shortcuts={shortcuts} />
        </div>
      </nav>
      <div className={classes.column}>
        <section className={classes.top} aria-label="Tenant, period and account">
          {tenants.length > 0 && <TenantSwitch tenants={tenants} current={scope?.tenant ?? null} onOpen={openTenant} />}
          <div className={classes.gap} />
          {scope && (path === '/' || path === '/data') && (
            <div className={classes.period}>
              <PeriodPicker
                period={scope.period}
                compare={scope.compare}
                today={scope.today}
                zone={scope.tenant.timezone}
                comparing={path === '/'}
                onChange={({ period, compare }) =>
                  void navigate({ to: '.', search: (previous: object) => ({ ...previous, ...period, compare }) })
                }
              />
            </div>
          )}
          <UserMenu />
        </section>
        {scope && <SyncStrip tenant={scope.tenant.id} />}
        <main id="content" tabIndex={-1} className={classes.main}>
          {scope ?? agencyAlone ? <Outlet /> : <NoTenant count={tenants.length} asked={search.tenant} onOpen={openTenant} first={tenants[0]?.id} />}
        </main>
      </div>
    </div>
  );
}

interface NoTenantProps {
  count: number;
  asked: string | undefined;
  first: string | undefined;
  onOpen: (tenant: string) => void;
}

function NoTenant({ count, asked, first, onOpen }: NoTenantProps) {
  const canAdd = useCan()('tenant:create');
  if (count === 0 && !canAdd) {
    return (
      <EmptyState page icon={<IconBuildingStore size={22} stroke={1.6} />} title="You see no tenant yet">
        Nobody has given you a role in one, or it was taken back. Ask whoever invited you.
      </EmptyState>
    );
  }
  if (count === 0) {
    return (
      <EmptyState
        page
        icon={<IconBuildingStore size={22} stroke={1.6} />}
        title="Add your first tenant"
        actions={<NewTenantButton onCreated={(tenant) => onOpen(tenant.id)} />}
      >
        A tenant is one client or brand. Its connections, figures and history belong to it alone.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      page
      icon={<IconMapOff size={22} stroke={1.6} />}
      title={`There is no tenant “${asked ?? ''}” here`}
      actions={first && <Button onClick={() => onOpen(first)}>Open another tenant</Button>}
    >
      It may have been renamed, or you may not have access to it.
    </EmptyState>
  );
}
