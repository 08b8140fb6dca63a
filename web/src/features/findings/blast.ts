// Where the metrics of a blast radius stand in its picture: a column for each step from the origin, the most moved on top.
import type { BlastRadius, Reached } from '@/api/types';
import { formatRatio } from '@/lib/format';

export const NODE = { width: 158, height: 46 } as const;
const GAP = { x: 74, y: 14 } as const;
const MARGIN = 6;
/** More in a column would be no small picture; the table has them all. */
const COLUMN_MOST = 6;
const WIDEST = 6;
const THINNEST = 1.2;

export interface Node {
  metric: string;
  x: number;
  y: number;
  /** `null`: it is the origin. */
  reached: Reached | null;
}

export interface Edge {
  from: string;
  to: string;
  path: string;
  width: number;
  /** A rule of thumb rather than a formula. */
  experience: boolean;
}

export interface Picture {
  nodes: Node[];
  edges: Edge[];
  width: number;
  height: number;
  /** How many metrics there was no room for. */
  left: number;
}

export function pictureOf({ origin, reached, edges }: BlastRadius): Picture {
  const deepest = reached.reduce((most, { depth }) => Math.max(most, depth), 0);
  const columns: (Reached | null)[][] = [[null]];
  for (let depth = 1; depth <= deepest; depth += 1) {
    const inside = reached.filter((one) => one.depth === depth).sort((a, b) => Math.abs(b.impact) - Math.abs(a.impact));
    columns.push(inside.slice(0, COLUMN_MOST));
  }
  const most = Math.max(...columns.map((column) => column.length));
  const height = most * NODE.height + (most - 1) * GAP.y + 2 * MARGIN;
  const nodes = columns.flatMap((column, depth) => {
    const own = column.length * NODE.height + (column.length - 1) * GAP.y;
    return column.map((one, place): Node => ({
      metric: one?.metric ?? origin,
      x: MARGIN + depth * (NODE.width + GAP.x),
      y: (height - own) / 2 + place * (NODE.height + GAP.y),
      reached: one,
    }));
  });
  const places = new Map(nodes.map((node) => [node.metric, node]));
  const strongest = edges.reduce((top, { strength }) => Math.max(top, Math.abs(strength)), 0) || 1;
  return {
    nodes,
    edges: edges.flatMap(({ from, to, strength, basis }): Edge[] => {
      const [a, b] = [places.get(from), places.get(to)];
      if (!a || !b) return [];
      return [{ from, to, path: pathOf(a, b), width: Math.max(THINNEST, (Math.abs(strength) / strongest) * WIDEST), experience: basis === 'experience' }];
    }),
    width: columns.length * NODE.width + (columns.length - 1) * GAP.x + 2 * MARGIN + (columns.length > 1 ? GAP.x / 2 : 0),
    height,
    left: reached.length + 1 - nodes.length,
  };
}

/** Forward from side to side; to the same column or back, around the right. */
function pathOf(a: Node, b: Node): string {
  const [x1, y1, y2] = [a.x + NODE.width, a.y + NODE.height / 2, b.y + NODE.height / 2];
  if (b.x > a.x) {
    const bend = (b.x - x1) / 2;
    return `M${x1},${y1} C${x1 + bend},${y1} ${b.x - bend},${y2} ${b.x},${y2}`;
  }
  const x2 = b.x + NODE.width;
  const out = Math.max(x1, x2) + GAP.x / 2;
  return `M${x1},${y1} C${out},${y1} ${out},${y2} ${x2},${y2}`;
}

/** "+4.2 %", "−12.0 %". */
export function impactText(percent: number): string {
  const sign = percent < 0 ? '−' : '+';
  return `${sign}${formatRatio(Math.abs(percent) / 100, 1)}`;
}

/** "CPM → CPC → CPA": the strongest way to it. */
export function wayOf({ paths }: Reached, name: (metric: string) => string): string {
  return (paths[0]?.metrics ?? []).map(name).join(' → ');
}
