import { Link } from '@tanstack/react-router';
import { IconLayoutDashboard, IconPlugConnected } from '@tabler/icons-react';
import classes from '@/app/shell/Shell.module.css';

const PAGES = [
  { to: '/', label: 'Home', Icon: IconLayoutDashboard },
  { to: '/connections', label: 'Connections', Icon: IconPlugConnected },
] as const;

/** A column on wide screens, a bar at the bottom on phones. */
export function MainNav() {
  return (
    <nav className={classes.nav} aria-label="Main">
      {PAGES.map(({ to, label, Icon }) => (
        <Link key={to} to={to} className={classes.link} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
          <Icon size={19} stroke={1.6} aria-hidden />
          {label}
        </Link>
      ))}
    </nav>
  );
}
