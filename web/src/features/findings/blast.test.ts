import { describe, expect, it } from 'vitest';
import type { BlastRadius, Reached } from '@/api/types';
import { impactText, pictureOf, wayOf } from './blast';

const reached = (metric: string, depth: number, impact: number): Reached => ({
  metric, name: metric.toUpperCase(), depth, impact, up: impact, down: 0, lag: 0, cross_domain: false, end: false, measured: true, domains: [],
  paths: [{ metrics: ['cpm', metric], impact, lag: 0 }],
});

const blast = (many: Reached[], edges: BlastRadius['edges'] = []): BlastRadius => ({ origin: 'cpm', change: 10, reached: many, edges });

describe('the picture of a blast radius', () => {
  it('has a column for each step, the most moved on top whichever way', () => {
    const { nodes } = pictureOf(blast([reached('ctr', 1, 2), reached('cpc', 1, -9), reached('cpa', 2, 4)]));
    const at = new Map(nodes.map((node) => [node.metric, node]));
    expect(at.get('cpm')!.x).toBeLessThan(at.get('cpc')!.x);
    expect(at.get('cpc')!.x).toBe(at.get('ctr')!.x);
    expect(at.get('ctr')!.x).toBeLessThan(at.get('cpa')!.x);
    expect(at.get('cpc')!.y).toBeLessThan(at.get('ctr')!.y);
  });

  it('draws strength as width and leaves out edges to what it leaves out', () => {
    const many = Array.from({ length: 9 }, (_, i) => reached(`m${i}`, 1, 9 - i));
    const { edges, left } = pictureOf(
      blast(many, [
        { from: 'cpm', to: 'm0', strength: -1, basis: 'identity' },
        { from: 'cpm', to: 'm1', strength: 0.5, basis: 'experience' },
        { from: 'cpm', to: 'm8', strength: 1, basis: 'identity' },
      ]),
    );
    expect(left).toBe(3);
    expect(edges.map(({ to, experience }) => [to, experience])).toEqual([['m0', false], ['m1', true]]);
    expect(edges[0]!.width).toBe(2 * edges[1]!.width);
  });

  it('stands with nothing reached, and with a column no metric is in', () => {
    expect(pictureOf(blast([])).nodes).toHaveLength(1);
    expect(pictureOf(blast([reached('cpa', 3, 1)])).nodes).toHaveLength(2);
  });

  it('tells signs and ways', () => {
    expect([impactText(-12), impactText(4.25)]).toEqual(['−12.0%', '+4.3%']);
    expect(wayOf(reached('cpa', 1, 1), (metric) => metric)).toBe('cpm → cpa');
  });
});
