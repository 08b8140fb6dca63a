// Lines over days. Draws on a canvas, so everything it shows must also stand in a table beside it.
import { LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type EChartsCoreOption, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { NONE, formatAxis, formatDay, formatFigure, magnitude, type Figure, type Unit } from '@/lib/format';
import classes from '@/ui/TimeChart.module.css';

register([LineChart, GridComponent, MarkAreaComponent, TooltipComponent, CanvasRenderer]);

export interface ChartLine {
  id: string;
  label: string;
  unit: Unit;
  /** One per day. */
  values: readonly Figure[];
  /** The comparison's values by position, if there is one. */
  compared: readonly Figure[] | null;
  /** A plan or an expectation rather than what happened. */
  dashed?: boolean;
}

/** Between what and what a line is expected to lie. */
export interface ChartBand {
  id: string;
  label: string;
  /** One per day. */
  low: readonly Figure[];
  high: readonly Figure[];
  opacity: number;
}

/** Days to point out. */
export interface Marked {
  from: string;
  to: string;
  label: string;
}

interface Props {
  days: readonly string[];
  comparedDays: readonly string[] | null;
  /** At most two; two units get an axis each. */
  lines: readonly ChartLine[];
  currency: string | null;
  /** From this day on figures may still change. */
  provisionalFrom: string | null;
  /** The last such day, where others follow. */
  provisionalTo?: string;
  /** Of the last line, the widest first. */
  bands?: readonly ChartBand[];
  marked?: Marked | null;
  dark: boolean;
  label: string;
  height?: number;
}

export function TimeChart(props: Props) {
  const { dark, label, height = 300 } = props;
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);

  useEffect(() => {
    if (!holder.current) return undefined;
    const made = init(holder.current, null, { renderer: 'canvas' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(holder.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(optionOf(props), { notMerge: true });
    // `dark` decides the colours read from the page.
  }, [props, dark]);

  return <div ref={holder} className={classes.chart} style={{ height }} role="img" aria-label={label} />;
}

const BAND_PX = 9;

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A hatch, so that "still settling" does not hang on a tint alone. */
function hatch(colour: string): HTMLCanvasElement {
  const size = 5;
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext('2d');
  if (pen) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
      pen.stroke();
    }
  }
  return canvas;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function optionOf({ days, comparedDays, lines, currency, provisionalFrom, provisionalTo, bands = [], marked }: Props): EChartsCoreOption {
  const colours = [token('--tt-series-1'), token('--tt-series-2')];
  const muted = token('--tt-muted');
  const rule = token('--tt-line');
  const units = [...new Set(lines.map((line) => line.unit))];
  const settled = provisionalTo ?? days.at(-1) ?? '';
  const settling = provisionalFrom === null || provisionalFrom > settled ? -1 : days.findIndex((day) => day >= provisionalFrom);
  const pointed = marked ? markedDays(days, marked) : null;
  const font = { fontFamily: 'Geist Variable, system-ui, sans-serif', fontSize: 11.5, color: muted };
  const markArea = () => ({
    silent: true,
    data: [
      // A band along the top edge, in pixels: over the whole height it would drown the lines.
      ...(settling >= 0
        ? [
            [
              { xAxis: days[settling], y: 2, itemStyle: { color: { image: hatch(token('--tt-line-strong')), repeat: 'repeat' } } },
              { xAxis: settled, y: 2 + BAND_PX },
            ],
          ]
        : []),
      ...(pointed
        ? [
            [
              {
                xAxis: pointed.from,
                itemStyle: { color: token('--tt-warn'), opacity: 0.13, borderColor: token('--tt-warn'), borderWidth: 1, borderType: 'dashed' },
              },
              { xAxis: pointed.to },
            ],
          ]
        : []),
    ],
  });
  return {
    animationDuration: 260,
    animationDurationUpdate: 160,
    textStyle: { fontFamily: font.fontFamily },
    grid: { left: 8, right: 8, top: 16, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: days,
      boundaryGap: false,
      axisLine: { lineStyle: { color: rule } },
      axisTick: { show: false },
      axisLabel: { ...font, formatter: (day: string) => formatDay(day, 'short'), hideOverlap: true, margin: 10 },
    },
    yAxis: units.map((unit, i) => ({
      type: 'value',
      position: i === 0 ? 'left' : 'right',
      // Refunds may push an amount below zero.
      min: ({ min }: { min: number }) => Math.min(0, min),
      splitNumber: 4,
      splitLine: { show: i === 0, lineStyle: { color: rule } },
      axisLabel: { ...font, formatter: (value: number) => formatAxis(value, unit, currency) },
    })),
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'line', lineStyle: { color: muted, type: 'solid', width: 1 } },
      backgroundColor: token('--tt-raised'),
      borderColor: rule,
      padding: 0,
      textStyle: { color: token('--tt-ink'), fontSize: 13 },
      formatter: (points: unknown) => tooltip(points, { days, comparedDays, lines, bands, currency, settling, settled, colours, marked: marked ?? null }),
    },
    series: [...bands.flatMap((band) => bandOf(band, colours[lines.length - 1] ?? muted)), ...lines.flatMap((line, i) => {
      const colour = colours[i] ?? muted;
      const yAxisIndex = units.indexOf(line.unit);
      const base = { type: 'line', yAxisIndex, symbol: 'circle', symbolSize: 6, showSymbol: days.length === 1, connectNulls: false };
      const now = {
        ...base,
        name: line.label,
        data: line.values.map((value) => magnitude(value)),
        lineStyle: { color: colour, width: line.dashed ? 1.8 : 2.2, ...(line.dashed ? { type: [6, 4] } : {}) },
        itemStyle: { color: colour },
        areaStyle: i === 0 ? { color: colour, opacity: 0.07 } : undefined,
        z: 4 - i,
        markArea: i === 0 && (settling >= 0 || pointed) ? markArea() : undefined,
      };
      if (!line.compared) return [now];
      const then = {
        ...base,
        name: `${line.label}, compared`,
        data: days.map((_, at) => magnitude(line.compared?.[at])),
        lineStyle: { color: colour, width: 1.5, type: [5, 4], opacity: 0.65 },
        itemStyle: { color: colour, opacity: 0.65 },
        z: 2,
      };
      return [then, now];
    })],
  };
}

/** Its lower edge, unseen, and what lies between the edges piled upon it. */
function bandOf({ id, label, low, high, opacity }: ChartBand, colour: string): object[] {
  const between = high.map((top, at) => {
    const [upper, lower] = [magnitude(top), magnitude(low[at])];
    return upper === null || lower === null ? null : upper - lower;
  });
  const base = { type: 'line', stack: `band-${id}`, stackStrategy: 'all', symbol: 'none', silent: true, lineStyle: { opacity: 0 }, z: 1 };
  return [
    { ...base, name: `${label}, from`, data: low.map((value) => magnitude(value)) },
    { ...base, name: `${label}, to`, data: between, areaStyle: { color: colour, opacity } },
  ];
}

/** The part of the marked days that is drawn; `null` for none. */
function markedDays(days: readonly string[], { from, to }: Marked): { from: string; to: string } | null {
  const inside = days.filter((day) => from <= day && day <= to);
  const [first, last] = [inside[0], inside.at(-1)];
  return first !== undefined && last !== undefined ? { from: first, to: last } : null;
}

interface TooltipInput {
  days: readonly string[];
  comparedDays: readonly string[] | null;
  lines: readonly ChartLine[];
  bands: readonly ChartBand[];
  currency: string | null;
  settling: number;
  /** The last settling day. */
  settled: string;
  colours: readonly string[];
  marked: Marked | null;
}

/** Reason for the hand-made check: the library types what it passes loosely. */
function indexOf(points: unknown): number | null {
  const first: unknown = Array.isArray(points) ? points[0] : points;
  if (typeof first !== 'object' || first === null || !('dataIndex' in first)) return null;
  return typeof first.dataIndex === 'number' ? first.dataIndex : null;
}

function tooltip(points: unknown, { days, comparedDays, lines, bands, currency, settling, settled, colours, marked }: TooltipInput): string {
  const at = indexOf(points);
  const day = at === null ? undefined : days[at];
  if (at === null || day === undefined) return '';
  const then = comparedDays?.[at];
  const rows = lines.map((line, i) => {
    // Of what is drawn one after the other only one has the day.
    if (bands.length > 0 && magnitude(line.values[at]) === null) return '';
    const shown = { unit: line.unit, currency };
    const compared = line.compared ? `<td>${escapeHtml(formatFigure(line.compared[at], shown))}</td>` : '';
    return `<tr><th><i style="background:${colours[i] ?? ''}"></i>${escapeHtml(line.label)}</th><td><b>${escapeHtml(formatFigure(line.values[at], shown))}</b></td>${compared}</tr>`;
  });
  const unit = lines.at(-1)?.unit ?? 'number';
  const ranges = bands.flatMap(({ label, low, high }) => {
    if (magnitude(low[at]) === null) return [];
    const [from, to] = [low[at], high[at]].map((figure) => formatFigure(figure, { unit, currency }));
    return [`<tr><th>${escapeHtml(label)}</th><td>${escapeHtml(`${from ?? ''} to ${to ?? ''}`)}</td></tr>`];
  });
  const head = then ? `<tr><th></th><td>${escapeHtml(formatDay(day, 'short'))}</td><td>${escapeHtml(formatDay(then, 'short'))}</td></tr>` : '';
  const note = settling >= 0 && at >= settling && day <= settled ? '<p>Still settling: this day may still grow.</p>' : '';
  const inside = marked && marked.from <= day && day <= marked.to ? `<p>${escapeHtml(marked.label)}</p>` : '';
  return `<div class="${classes.tip ?? ''}"><h4>${escapeHtml(formatDay(day, 'weekday') || NONE)}</h4><table>${head}${rows.join('')}${ranges.join('')}</table>${inside}${note}</div>`;
}
