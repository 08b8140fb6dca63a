import { useMemo } from 'react';
import { encode } from 'uqr';
import classes from './QrCode.module.css';

/** A text to be scanned by a phone. It is drawn here: what it says leaves the page for nowhere. */
export function QrCode({ label, value }: { label: string; value: string }) {
  const { size, path } = useMemo(() => drawn(value), [value]);
  return (
    <svg className={classes.code} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" role="img" aria-label={label}>
      <path d={path} fill="currentColor" />
    </svg>
  );
}

/** Its side in modules, and its dark modules as one path. */
function drawn(value: string): { size: number; path: string } {
  const { size, data } = encode(value, { ecc: 'M', border: 0 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')));
  return { size, path: path.join('') };
}
