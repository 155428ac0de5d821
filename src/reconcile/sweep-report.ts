// How far a sweep is, as people and programs read it; and how its end is told.
import { printable } from '../rules/printable.js';
import { bytesText, countOf, grouped } from '../terminal/text.js';
import { timeText } from './report.js';
import type { ShardStatus, SweepStatus } from './status.js';

/** ms: longer than a worker is away, and than a shard may be held. */
const silence = 30 * 60_000;

/** Lines for people. @param now epoch ms */
export function statusText(status: SweepStatus, now: number): string {
  const { id, state, inCloud, begun, bound, planned, totals, left, rate, hours, otherRules, shards } = status;
  const where = inCloud ? 'in the deployed function' : 'on a machine, by --apply or --resume';
  const lines = [
    `sweep ${id}: ${stateText(status)}`,
    `  begun ${new Date(begun).toISOString()}, ${where}`,
    `  done    ${grouped(totals.targets)} of ${countOf(bound, 'derivative')}` +
      (bound < planned.targets ? ` (the plan had ${grouped(planned.targets)})` : '') +
      `, from ${bytesText(totals.bytes)} of sources; ${countOf(totals.sources, 'source')} looked at`,
    `  saved   ${grouped(totals.saved)}; ${grouped(totals.current)} were current`,
    ...failureLines(status),
    ...(state === 'going'
      ? [
          `  left    ${grouped(left)}${rate === undefined ? '' : `, at ${rateText(rate)} a second: ${timeText(hours ?? 0)}`}`,
          `  shards  ${shardCounts(shards)}`,
          ...markLines(status, now),
        ]
      : []),
    ...(inCloud && state === 'going' && now - (status.lastMark ?? begun) > silence
      ? [
          'note: nothing was written down for a while. Either the function runs other rules or an older bundle, or it may',
          '      not write below sweeps/ (npm run policy -- --reconcile), or it is stopped: npm run doctor',
        ]
      : []),
    ...(otherRules && state === 'going'
      ? [
          'note: the rules here are others than those that it was begun with. Where the function runs these, it leaves the',
          '      sweep alone, within a minute: --cancel, and plan anew',
        ]
      : []),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** What the user can do next; empty where nothing is left. */
export function afterText(status: SweepStatus): string {
  const { state, inCloud, shards, otherRules } = status;
  const lines = [
    ...(state === 'going' && !inCloud && !otherRules ? ['npm run reconcile -- --resume goes on with it'] : []),
    ...(isShort(status) ? ['npm run reconcile -- --resume plans what is left, and goes on within new bounds'] : []),
    ...(shards.some((shard) => shard.state === 'failures')
      ? ['it ended early since too many failed: see to them first, or raise --max-failures']
      : []),
    ...(failuresOf(status) > 0
      ? [
          'failures are on record, and count as missing in the next plan: npm run replay -- --dry-run lists them,',
          'npm run doctor says what each code means; what may still succeed by itself is run by the timer',
        ]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The same for `--json`. */
export function statusJson({ begun, lastMark, shards, ...status }: SweepStatus): object {
  return {
    ...status,
    begun: timeOf(begun),
    lastMark: timeOf(lastMark),
    shards: shards.map(({ heldUntil, lastMark: mark, totals: _, ...shard }) => {
      return { ...shard, heldUntil: timeOf(heldUntil), lastMark: timeOf(mark) };
    }),
  };
}

/** 0: all is done; 1: something failed, or is left. */
export function exitCodeOf(status: SweepStatus): number {
  return status.state === 'ended' && !isShort(status) && failuresOf(status) === 0 ? 0 : 1;
}

/** Whether it has ended before its work did. */
export function isShort({ state, shards }: SweepStatus): boolean {
  return state === 'cancelled' || shards.some((shard) => shard.state === 'bound' || shard.state === 'failures');
}

function stateText({ state, shards }: SweepStatus): string {
  if (state === 'cancelled') return 'cancelled';
  if (state === 'going') return 'goes on';
  const ends = new Set(shards.map((shard) => shard.state));
  if (ends.has('failures')) return 'ended early: too many failed';
  return ends.has('bound') ? 'ended at its bounds' : 'complete';
}

function failuresOf({ totals }: SweepStatus): number {
  return Object.values(totals.failed).reduce((sum, count) => sum + count, 0);
}

function failureLines(status: SweepStatus): string[] {
  const failed = Object.entries(status.totals.failed).sort(([, one], [, other]) => other - one);
  if (failed.length === 0) return [];
  const codes = failed.map(([code, count]) => `${grouped(count)} ${code}`).join(', ');
  return [`  failed  ${grouped(failuresOf(status))}: ${codes}`];
}

const words: Readonly<Record<ShardStatus['state'], string>> = {
  going: 'going on',
  held: 'held',
  waiting: 'waiting',
  complete: 'complete',
  bound: 'at their bound',
  failures: 'ended by failures',
  unreadable: 'with a marker that cannot be read',
};

function shardCounts(shards: readonly ShardStatus[]): string {
  const counts = Object.entries(words).map(([state, word]) => {
    return { word, count: shards.filter((shard) => shard.state === state).length };
  });
  return counts
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
    .join(', ');
}

/** A worker that is at it holds a shard, and so does one that was killed. */
function markLines({ lastMark, shards }: SweepStatus, now: number): string[] {
  const held = shards.flatMap(({ heldUntil }) => heldUntil ?? []);
  const mark =
    lastMark === undefined ? 'nothing was written down yet' : `last written down ${agoText(now - lastMark)} ago`;
  return [
    `          ${mark}`,
    ...(held.length > 0
      ? [
          `          held: a worker is at it, or was ended in the middle; then others go on from ` +
            `${new Date(Math.min(...held)).toISOString()}`,
        ]
      : []),
  ];
}

function agoText(ms: number): string {
  return timeText(Math.max(0, ms) / 3_600_000);
}

function rateText(rate: number): string {
  return rate >= 10 ? String(Math.round(rate)) : String(Number(rate.toPrecision(2)));
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
