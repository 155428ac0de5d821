// A plan as people read it: what is there and what is missing, output by output; the bill; and what dates cannot tell.
// The command that carries it out: next-command.ts.
import { printable } from '../rules/printable.js';
import { countOf, grouped } from '../terminal/text.js';
import type { Choice } from './choice.js';
import type { Cost } from './cost.js';
import { locationText } from './location.js';
import type { OutputPlan, Plan } from './plan.js';
import type { Planned } from './planning.js';

/** All lines of a plan, without the command that comes next. */
export function planText(planned: Planned): string {
  const { plan } = planned;
  const lines = [
    ...headLines(plan),
    '',
    ...tableLines(plan.outputs),
    ...pairLines(plan),
    '',
    ...makeLines(planned),
    ...orphanLines(plan),
    ...notes(planned).flatMap((note) => `note: ${note}`.split('\n')),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** The same for `--json`. */
export function planJson({ plan, cost, choice, region }: Planned): object {
  return { region, selection: selectionJson(choice.selection), ...plan, cost };
}

/** A selection with its times as people read them. */
function selectionJson({ since, until, ...selection }: Choice['selection']): object {
  const text = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
  return { ...selection, since: text(since), until: text(until) };
}

function headLines({ scopes, sources, sampled, inventory }: Plan): string[] {
  const { seen, matched, skipped } = sources;
  const reasons = Object.entries(skipped).filter(([, count]) => count > 0);
  const others = seen - matched;
  const why = reasons.map(([reason, count]) => `${grouped(count)} ${reason}`).join(', ');
  const inventoried =
    inventory === undefined
      ? []
      : [
          `by an inventory${inventory.createdAt === undefined ? '' : ` of ${new Date(inventory.createdAt).toISOString()}`}`,
        ];
  return [
    `plan for ${[...new Set(scopes.map(locationText))].join(' ')}`,
    [
      `  ${countOf(seen, 'object')} seen${sampled === undefined ? '' : ` (the first ${grouped(sampled)} of each location)`}`,
      `${grouped(matched)} taken by a rule`,
      ...(others === 0 ? [] : [`${grouped(others)} by none${why === '' ? '' : ` (${why})`}`]),
      ...inventoried,
    ].join(', '),
  ];
}

const columns = ['current', 'missing', 'stale', 'to make'] as const;

function tableLines(outputs: readonly OutputPlan[]): string[] {
  const rows = outputs.map((one) => {
    const counts = [one.current, one.missing, one.stale, one.wanted].map(grouped);
    return { name: `${one.rule} ${one.output + 1}  → ${one.key}`, counts, rest: restLines(one) };
  });
  const width = Math.max('rule, output'.length, ...rows.map(({ name }) => [...name].length));
  const widths = columns.map((title, at) =>
    Math.max(title.length, ...rows.map(({ counts }) => counts[at]?.length ?? 0)),
  );
  const line = (name: string, cells: readonly string[]) =>
    `  ${name}${' '.repeat(width - [...name].length)}  ${cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ')}`;
  return [line('rule, output', columns), ...rows.flatMap(({ name, counts, rest }) => [line(name, counts), ...rest])];
}

const longestStyle = 100;

/** What of an output is neither current nor to be made, and why. */
function restLines({ style, relayed, unreconcilable, refused, unselected, orphans }: OutputPlan): string[] {
  return [
    `      ${style.length <= longestStyle ? style : `${style.slice(0, longestStyle)}…`}`,
    ...(relayed === undefined ? [] : [`      relayed because of ${relayed.join(', ')}`]),
    ...(unreconcilable === undefined
      ? []
      : [`      ${grouped(unreconcilable.count)} cannot be reconciled: ${unreconcilable.why}`]),
    ...(refused === 0 ? [] : [`      ${grouped(refused)} can never be made: OSS or the loop guard refuses the key`]),
    ...(unselected === 0 ? [] : [`      ${grouped(unselected)} not selected`]),
    ...(orphans === undefined || orphans === 0 ? [] : [`      ${countOf(orphans, 'orphan')}: no source is there`]),
  ];
}

function pairLines({ pairs }: Plan): string[] {
  return pairs.length === 0 ? [] : ['', 'two sources for one target, of which neither is touched:', ...indented(pairs)];
}

function makeLines({ plan, cost, region }: Planned): string[] {
  const { targets, sources } = plan.make;
  if (targets === 0) return ['to make   nothing'];
  const { here, inCloud, notInCloud } = cost;
  const { rate, requests } = here;
  const paced = `${short(rate.calls)} calls and ${short(rate.bytes / 1e6)} MB of sources a second`;
  return [
    `to make   ${countOf(targets, 'derivative')} of ${countOf(sources, 'source')}: ${countOf(here.calls, 'image call')}`,
    ...(here.relays === 0
      ? []
      : [`relayed   ${grouped(here.relays)} of them: the image call is a GET, and a PUT follows`]),
    `time      ${hoursText(here)}`,
    `          (${paced}, of what OSS takes from the account in ${region})`,
    `bill      image processing of ${gigabytesText(here.gigabytes)}: look it up in the price list of ${region}`,
    `          requests: ${grouped(requests.put)} put, ${grouped(requests.get)} get`,
    inCloud === undefined
      ? `in cloud  ${notInCloud ?? 'not known'}`
      : `in cloud  ${countOf(inCloud.workers, 'worker')} of ${inCloud.seconds} s a turn: ${timeText(inCloud.hours.total)}; ` +
        `the function costs ${yuanText(inCloud.function?.yuan ?? 0)} ` +
        `(${grouped(Math.ceil(inCloud.function?.computeUnits ?? 0))} CU)`,
  ];
}

function hoursText({ hours }: Cost): string {
  const { byCalls, byBytes, total, binds } = hours;
  const which = { calls: 'the calls bind', bytes: 'the bytes bind', concurrency: '--concurrency binds' }[binds];
  return `${timeText(total)}: ${timeText(byCalls)} by calls, ${timeText(byBytes)} by bytes; ${which}`;
}

function orphanLines({ orphans }: Plan): string[] {
  if (orphans === undefined || orphans.targets === 0) return [];
  const { targets, sources, examples } = orphans;
  return [
    `orphans   ${countOf(targets, 'object')} of ${countOf(sources, 'source')} that ${sources === 1 ? 'is' : 'are'} not there`,
    ...indented(examples),
    ...(targets > examples.length ? [`  … and ${grouped(targets - examples.length)} more`] : []),
  ];
}

/** What dates cannot tell, and what else a reader of the plan might take for granted. */
function notes({ plan, choice, journal, cost }: Planned): string[] {
  const { outputs, inventory } = plan;
  const { force, rule } = choice.selection;
  const current = outputs.some((one) => one.current > 0);
  const missing = outputs.some((one) => one.missing > 0);
  return [
    ...(current && !force
      ? [
          'current means not older than its source: a changed style, header or tag leaves no trace, and what a race\n' +
            `      left may be newer than its source. --force${rule === undefined ? ' with --rule NAME' : ''} makes all of them anew`,
        ]
      : []),
    ...(missing && journal !== undefined
      ? [
          'what has failed for good is missing, too, and fails again if nothing has changed; failures on record:\n' +
            '      npm run replay -- --dry-run',
        ]
      : []),
    ...(journal === undefined ? [`the rules keep no journal (journal: 'throw'), so that --apply is refused`] : []),
    ...(cost.here.relays === 0
      ? []
      : [
          'the bytes of what is relayed come to this machine and go back: outside of the region OSS bills them as traffic;\n' +
            '      with --in-cloud they stay inside',
        ]),
    ...(inventory === undefined ? [] : ['what was stored after the inventory is not in this plan']),
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** Hours as people read them: seconds below two minutes, minutes below an hour, days from two on. */
export function timeText(hours: number): string {
  const [seconds, minutes] = [Math.ceil(hours * 3_600), Math.ceil(hours * 60)];
  if (seconds < 120) return countOf(seconds, 'second');
  if (minutes < 60) return countOf(minutes, 'minute');
  if (minutes === 60) return '1 hour';
  if (hours < 48) return `${short(hours)} hours`;
  return `${short(hours / 24)} days`;
}

function gigabytesText(gigabytes: number): string {
  if (gigabytes < 0.01) return 'less than 0.01 GB';
  return gigabytes >= 10 ? `${grouped(Math.round(gigabytes))} GB` : `${Number(gigabytes.toPrecision(2))} GB`;
}

function yuanText(yuan: number): string {
  return yuan < 0.01 ? 'less than ¥0.01' : `¥${yuan.toFixed(2)}`;
}

function short(value: number): string {
  return value >= 10 ? grouped(Math.round(value)) : String(Number(value.toPrecision(2)));
}
