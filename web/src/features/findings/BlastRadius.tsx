import { useMemo, useState } from 'react';
import type { BlastRadius as Blast, Metric, Reached } from '@/api/types';
import { NODE, impactText, pictureOf, wayOf, type Picture } from './blast';
import { directionOf, plural, toneOf } from '@/lib/format';
import { Card } from '@/ui/Card';
import { FigureTable } from '@/ui/FigureTable';
import { ShowAs, type As } from '@/ui/ShowAs';
import { WideTable } from '@/ui/WideTable';
import classes from './BlastRadius.module.css';

interface Props {
  blast: Blast;
  known: ReadonlyMap<string, Metric>;
}

/** What moves when a metric moves, as a picture from left to right or as a table. */
export function BlastRadius({ blast, known }: Props) {
  const [as, setAs] = useState<As>('picture');
  const picture = useMemo(() => pictureOf(blast), [blast]);
  const names = new Map(blast.reached.map(({ metric, name }) => [metric, name]));
  const name = (metric: string): string => names.get(metric) ?? known.get(metric)?.name ?? metric;
  return (
    <Card
      title="What moves with it"
      note={`By about how much, if ${name(blast.origin)} moves by ${impactText(blast.change)} and all else stays. It says where to look, not what will be.`}
      actions={<ShowAs label="Show what moves with it as" as={as} onAs={setAs} />}
      flush
    >
      {as === 'picture' ? (
        <>
          <WideTable label="What moves with it">
            <Drawn picture={picture} blast={blast} name={name} known={known} />
          </WideTable>
          <Legend left={picture.left} />
        </>
      ) : (
        <ReachedTable blast={blast} name={name} />
      )}
    </Card>
  );
}

interface DrawnProps {
  picture: Picture;
  blast: Blast;
  name: (metric: string) => string;
  known: ReadonlyMap<string, Metric>;
}

const TEXT_MOST = 21;
const short = (text: string): string => (text.length > TEXT_MOST ? `${text.slice(0, TEXT_MOST - 1)}…` : text);

function Drawn({ picture, blast, name, known }: DrawnProps) {
  const { nodes, edges, width, height } = picture;
  return (
    <svg
      className={classes.picture}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Picture of what moves with ${name(blast.origin)}: ${plural(blast.reached.length, 'metric')}. The same is behind “Table”.`}
    >
      {edges.map(({ from, to, path, width: stroke, experience }) => (
        <path key={`${from}/${to}`} className={classes.edge} d={path} strokeWidth={stroke} strokeDasharray={experience ? '6 4' : undefined} />
      ))}
      {nodes.map(({ metric, x, y, reached }) => {
        const impact = reached?.impact ?? blast.change;
        const tone = toneOf(impact, directionOf(known.get(metric)?.direction));
        return (
          <g key={metric} transform={`translate(${x} ${y})`} className={classes.node} data-origin={reached === null} data-across={reached?.cross_domain} data-tone={tone}>
            <title>{`${name(metric)}: ${impactText(impact)}`}</title>
            <rect width={NODE.width} height={NODE.height} rx={8} />
            {reached?.cross_domain && <rect className={classes.edgeMark} width={5} height={NODE.height - 16} x={NODE.width - 10} y={8} rx={2.5} />}
            <text x={12} y={19}>
              {short(name(metric))}
            </text>
            <text x={12} y={36} className={classes.impact}>
              {impact < 0 ? '↘' : '↗'} {impactText(impact)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function Legend({ left }: { left: number }) {
  return (
    <p className={classes.legend}>
      <span>
        <i data-part="formula" aria-hidden /> by formula
      </span>
      <span>
        <i data-part="experience" aria-hidden /> rule of thumb
      </span>
      <span>the wider, the stronger</span>
      <span>
        <i data-part="across" aria-hidden /> another part of the business
      </span>
      {left > 0 && <span>{plural(left, 'more metric')} in the table</span>}
    </p>
  );
}

function ReachedTable({ blast, name }: { blast: Blast; name: (metric: string) => string }) {
  return (
    <FigureTable
      label="What moves with it"
      minWidth={620}
      rows={blast.reached}
      rowId={({ metric }) => metric}
      columns={[
        { header: 'Metric', cell: (one) => one.name },
        {
          header: 'By about',
          end: true,
          cell: ({ impact, up, down }) => (
            <>
              {impactText(impact)}
              {up !== 0 && down !== 0 && (
                <small>
                  {impactText(up)} and {impactText(down)}
                </small>
              )}
            </>
          ),
        },
        { header: 'After', end: true, cell: ({ lag }) => (lag === 0 ? 'at once' : plural(lag, 'day')) },
        {
          header: 'By way of',
          cell: (one) => (
            <>
              {wayOf(one, name)}
              {isThumb(blast, one) && <small>rests on a rule of thumb</small>}
            </>
          ),
        },
        {
          header: 'Part of the business',
          cell: ({ domains, cross_domain: across }) => (
            <>
              {domains.map((domain) => domain.replaceAll('_', ' ')).join(', ')}
              {across && <small>another than the origin’s</small>}
            </>
          ),
        },
      ]}
    />
  );
}

/** Whether a step of the strongest way is experience. */
function isThumb({ edges }: Blast, { paths }: Reached): boolean {
  const way = paths[0]?.metrics ?? [];
  return way.some((to, i) => edges.some((edge) => edge.from === way[i - 1] && edge.to === to && edge.basis === 'experience'));
}
