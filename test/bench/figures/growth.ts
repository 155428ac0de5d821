// How the costs grow with what there is more of: rules, records of an event, outputs of a rule. Beside what is measured
// stands what is expected: a straight line through the first and the last, or what the first has cost.

import { drawingOf, type Panel } from '../drawing.js';
import type { Lab, Run } from '../lab.js';
import { folderOf, rulesJson } from '../rules.js';
import type { Figure, Measured, Row } from './figure.js';
import { exactly, measured } from './measured.js';

const ruleCounts = [1, 2_000, 4_000, 6_000, 8_000, 10_000] as const;
const recordCounts = [1, 250, 500, 750, 1_000] as const;
const outputCounts = [1, 10, 20, 30, 40, 50] as const;

/** Objects that are saved at each size, for warming and then measured: the code has run as often, whatever the size. */
const objects = 3_000;

/** Events measured with each number of rules. */
const later = 500;

const cold = 'cold start';
const event = 'CPU an event';

const line = 'straight line';
const constant = 'constant';

export const growthByRules: Figure = {
  name: 'by-rules',
  title: 'Growth with the number of rules, at CONFIG_URI=file:///…; the upload is for the last rule',
  short: false,
  async run(lab) {
    const runs = runsOf(ruleCounts, (count) => withRules(lab, count));
    const starts = await lab.cold(runs, 5);
    const events = await lab.warm(runs, 3);
    const start = ruleCounts.map((count) =>
      measured(
        (starts[count] ?? []).map(({ total }) => total),
        'ms',
      ),
    );
    const costs = ruleCounts.map((count) => cpuOf(events[count] ?? [], later));
    return ruleCounts.map((count, nth) => ({
      of: `${shown(count)} rule${count === 1 ? '' : 's'}`,
      values: {
        ...pair(cold, start, nth, line, lineThrough(ruleCounts, start)),
        ...pair(event, costs, nth, constant, sameAsFirst(costs)),
      },
    }));
  },
  draw: (rows) =>
    drawingOf([
      panelOf('A cold process, to its first saved object', 'rules', ruleCounts, rows, cold, line),
      panelOf('CPU of a later event', 'rules', ruleCounts, rows, event, constant),
    ]),
};

export const growthByRecords: Figure = {
  name: 'by-records',
  title: 'Growth with the number of records in an event, one output each',
  short: false,
  run: (lab) => rowsBy(lab, recordCounts, 'record', (records) => ({ records })),
  draw: (rows) => drawingOf([panelOf('CPU of an event with many uploads', 'uploads', recordCounts, rows, event, line)]),
};

export const growthByOutputs: Figure = {
  name: 'by-outputs',
  title: 'Growth with the number of outputs of a rule',
  short: false,
  run: (lab) => rowsBy(lab, outputCounts, 'output', (outputs) => ({ outputs })),
  draw: (rows) =>
    drawingOf([panelOf('CPU of an upload with many outputs', 'outputs', outputCounts, rows, event, line)]),
};

function withRules(lab: Lab, count: number): Run {
  const file = lab.file(`${count}-rules.json`, rulesJson({ rules: count, outputs: 1 }));
  const environment = { CONFIG_URI: `file://${file}` };
  const at = count === 1 ? {} : { prefix: folderOf(count - 1) };
  return { contestant: 'function', environment, warming: 300, events: later, ...at };
}

async function rowsBy(
  lab: Lab,
  counts: readonly number[],
  name: string,
  change: (count: number) => Pick<Run, 'records' | 'outputs'>,
): Promise<Row[]> {
  const runs = runsOf(counts, (count) => {
    const sizes = change(count);
    const file = lab.file(`${sizes.outputs ?? 1}-outputs.json`, rulesJson({ rules: 1, outputs: sizes.outputs ?? 1 }));
    const environment = { CONFIG_URI: `file://${file}` };
    const events = objects / count;
    return { contestant: 'function', environment, ...sizes, warming: events, events };
  });
  const results = await lab.warm(runs, 3);
  const costs = counts.map((count) => cpuOf(results[count] ?? [], objects / count));
  return counts.map((count, nth) => ({
    of: `${shown(count)} ${name}${count === 1 ? '' : 's'}`,
    values: pair(event, costs, nth, line, lineThrough(counts, costs)),
  }));
}

function runsOf(counts: readonly number[], run: (count: number) => Run): Record<string, Run> {
  return Object.fromEntries(counts.map((count) => [String(count), run(count)]));
}

/** CPU of one event, ms. */
function cpuOf(results: readonly { readonly cpu: number }[], events: number): Measured {
  return measured(
    results.map(({ cpu }) => cpu / events / 1000),
    'ms',
  );
}

function pair(
  column: string,
  found: readonly Measured[],
  nth: number,
  name: string,
  expected: readonly number[],
): Record<string, Measured> {
  const [value] = found.slice(nth);
  if (value === undefined) return {};
  return { [column]: value, [`${column}, ${name}`]: exactly(expected[nth] ?? Number.NaN, 'ms') };
}

/** Through the first and the last median. */
export function lineThrough(at: readonly number[], found: readonly { readonly median: number }[]): number[] {
  const [from = 0, to = 1] = [at.at(0), at.at(-1)];
  const [first = 0, last = 0] = [found.at(0)?.median, found.at(-1)?.median];
  return at.map((one) => first + ((one - from) / (to - from)) * (last - first));
}

function sameAsFirst(found: readonly { readonly median: number }[]): number[] {
  return found.map(() => found[0]?.median ?? Number.NaN);
}

function panelOf(
  title: string,
  across: string,
  counts: readonly number[],
  rows: readonly Row[],
  column: string,
  name: string,
): Panel {
  const found = rows.map(({ values }) => values[column]);
  const points = counts.map((at, nth) => {
    const { median = Number.NaN, low = Number.NaN, high = Number.NaN } = found[nth] ?? {};
    return { at, median, low, high };
  });
  const values = rows.map((row) => row.values[`${column}, ${name}`]?.median ?? Number.NaN);
  return { title, across, up: 'ms', points, expected: { name, values } };
}

const shown = (count: number): string => count.toLocaleString('en');
