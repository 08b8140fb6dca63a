import { Popover, UnstyledButton } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { IconBook2, IconBulb, IconCalendarTime, IconChartDots, IconDatabaseSearch, IconDots, IconFilter2, IconGauge, IconLayoutDashboard, IconPhoto, IconPlugConnected, IconRadar2, IconSettings, IconShieldCheck, IconTelescope } from '@tabler/icons-react';
import { useState } from 'react';
import classes from '@/app/shell/Shell.module.css';

/** `most`: among the few that fit a phone's bar; the others are behind "More" there. */
const SECTIONS = [
  { label: null, pages: [{ to: '/', label: 'Home', Icon: IconLayoutDashboard, most: true }] },
  {
    label: 'Analysis',
    pages: [
      { to: '/findings', label: 'Findings', Icon: IconTelescope, most: true },
      { to: '/insights', label: 'Insights', Icon: IconBulb, most: false },
      { to: '/pacing', label: 'Pacing', Icon: IconGauge, most: true },
      { to: '/forecast', label: 'Forecast', Icon: IconChartDots, most: false },
      { to: '/scores', label: 'Account score', Icon: IconShieldCheck, most: false },
      { to: '/creatives', label: 'Creatives', Icon: IconPhoto, most: false },
      { to: '/funnel', label: 'Funnel', Icon: IconFilter2, most: false },
      { to: '/patterns', label: 'Patterns', Icon: IconCalendarTime, most: false },
    ],
  },
  { label: 'Client', pages: [{ to: '/knowledge', label: 'Knowledge', Icon: IconBook2, most: false }] },
  {
    label: 'Sources',
    pages: [
      { to: '/connections', label: 'Connections', Icon: IconPlugConnected, most: true },
      { to: '/data', label: 'Data', Icon: IconDatabaseSearch, most: false },
      { to: '/pixels', label: 'Pixel health', Icon: IconRadar2, most: false },
    ],
  },
  { label: 'Administration', pages: [{ to: '/settings', label: 'Settings', Icon: IconSettings, most: false }] },
] as const;

const REST = SECTIONS.flatMap((section) => section.pages.filter((page) => !page.most));

/** A column on wide screens, a bar at the bottom on phones. */
export function MainNav() {
  return (
    <ul className={classes.nav}>
      {SECTIONS.flatMap(({ label, pages }) => [
        ...(label ? [<li key={label} className={classes.section}>{label}</li>] : []),
        ...pages.map(({ to, label: name, Icon, most }) => (
          <li key={to} data-most={most}>
            <Link to={to} className={classes.link} activeOptions={{ exact: to === '/', includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
              <Icon size={19} stroke={1.6} aria-hidden />
              {name}
            </Link>
          </li>
        )),
      ])}
      <li className={classes.more}>
        <More />
      </li>
    </ul>
  );
}

/** The pages a phone's bar has no room for. */
function More() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [open, setOpen] = useState(false);
  const inside = REST.some(({ to }) => path === to || path.startsWith(`${to}/`));
  return (
    <Popover opened={open} onChange={setOpen} position="top-end" shadow="md" withinPortal={false} withRoles={false}>
      <Popover.Target>
        <UnstyledButton className={classes.link} aria-expanded={open} aria-current={inside ? 'true' : undefined} onClick={() => setOpen(!open)}>
          <IconDots size={19} stroke={1.6} aria-hidden />
          More
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        <ul className={classes.rest}>
          {REST.map(({ to, label, Icon }) => (
            <li key={to}>
              <Link to={to} className={classes.restLink} activeOptions={{ includeSearch: false }} activeProps={{ 'aria-current': 'page' }} onClick={() => setOpen(false)}>
                <Icon size={19} stroke={1.6} aria-hidden />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
