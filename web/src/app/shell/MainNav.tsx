import { Link } from '@tanstack/react-router';
import { IconDatabaseSearch, IconGauge, IconLayoutDashboard, IconPlugConnected, IconTelescope } from '@tabler/icons-react';
import classes from '@/app/shell/Shell.module.css';

const PAGES = [
  { to: '/', label: 'Home', Icon: IconLayoutDashboard },
  { to: '/findings', label: 'Findings', Icon: IconTelescope },
  { to: '/pacing', label: 'Pacing', Icon: IconGauge },
  { to: '/connections', label: 'Connections', Icon: IconPlugConnected },
  { to: '/data', label: 'Data', Icon: IconDatabaseSearch },
] as const;

/** A column on wide screens, a bar at the bottom on phones. */
export function MainNav() {
  return (
    <ul className={classes.nav}>
      {PAGES.map(({ to, label, Icon }) => (
        <li key={to}>
          <Link to={to} className={classes.link} activeOptions={{ exact: to === '/', includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
          <Icon size={19} stroke={1.6} aria-hidden />
          {label}
        </Link>
        </li>
      ))}
    </ul>
  );
}
