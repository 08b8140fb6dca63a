import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Connection } from '@/api/types';
import { localized, plural, sentence } from '@/lib/format';
import classes from './HomePage.module.css';

/** What needs a person: connections that stopped or are about to. */
export function Attention({ connections }: { connections: readonly Connection[] }) {
  // One that waits for its platform's limit needs nobody.
  const troubled = connections.filter(({ health }) => health !== 'ok' && health !== 'limited');
  const first = troubled[0];
  if (!first) return null;
  const says = first.detail ? sentence(localized(first.detail)) : 'It needs your attention.';
  return (
    <div className={classes.attention} role="note">
      <IconAlertTriangle size={18} stroke={1.8} aria-hidden />
      <span>
        <strong>{troubled.length === 1 ? first.account.name : plural(troubled.length, 'connection')}</strong>{' '}
        {troubled.length === 1 ? says : 'need your attention.'}
      </span>
      <Link to="/connections">Look at Connections</Link>
    </div>
  );
}
