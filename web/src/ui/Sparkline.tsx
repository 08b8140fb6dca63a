interface Props {
  /** In order; gaps are `null`. */
  values: readonly (number | null)[];
  colour?: string;
  width?: number;
  height?: number;
}

/** The shape of a series, without scale. Decoration: the figures stand beside it. */
export function Sparkline({ values, colour = 'var(--tt-series-1)', width = 120, height = 30 }: Props) {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <svg width="100%" height={height} aria-hidden="true" />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const pad = 3;
  const points = values.map((value, i) =>
    value === null
      ? null
      : ([pad + (i / (values.length - 1)) * (width - 2 * pad), pad + (1 - (value - low) / span) * (height - 2 * pad)] as const),
  );
  let line = '';
  let pen = false;
  for (const point of points) {
    if (point) line += `${pen ? 'L' : 'M'}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    pen = point !== null;
  }
  const end = points.findLast((point) => point !== null);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width="100%" height={height} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path d={line} fill="none" stroke={colour} strokeWidth={1.6} strokeLinejoin="round" strokeLinecap="round" vectorEffect="non-scaling-stroke" />
      {end && <path d={`M${end[0].toFixed(1)} ${end[1].toFixed(1)}h0.01`} stroke={colour} strokeWidth={5} strokeLinecap="round" vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
