// What the user asks of `npm run reconcile`: one thing to do, where, for which derivatives, and within which bounds.
// Flags that do not go together are refused here, before anything is read.
import type { ObjectName } from '../oss/object-name.js';
import { shortestPrefixes } from '../rules/source-prefixes.js';
import type { KeyRange, Selection } from '../sweep/selection.js';
import { UserError } from '../terminal/user-error.js';
import type { Allowed } from './bounds.js';
import { parseLocation, parseManifest } from './location.js';

export interface Choice {
  readonly action: 'plan' | 'apply' | 'prune' | 'status' | 'resume' | 'cancel';
  /** None overlaps with another. Empty where the sweep that is there says it. */
  readonly scopes: readonly KeyRange[];
  readonly selection: Selection;
  /** The deployed function makes it. */
  readonly inCloud: boolean;
  /** Only so many sources of each location are looked at. */
  readonly sample: number | undefined;
  /** Where the manifest of an OSS inventory lies. */
  readonly inventory: ObjectName | undefined;
  readonly bounds: Bounds;
  /** The flags that give a bound, as they were written. */
  readonly boundFlags: readonly string[];
  /** How many orphans may be deleted. */
  readonly prune: number | undefined;
}

export interface Bounds extends Allowed {
  /** The share of what is made that may fail before the sweep ends. */
  readonly maxFailures: number;
  /** Of what OSS takes from the account. */
  readonly share: number;
  /** Image calls a second; undefined: the region's quota. */
  readonly qps: number | undefined;
  /** Bytes of sources a second; undefined: the region's quota. */
  readonly bytesPerSecond: number | undefined;
  /** Image calls a second that are made at most; undefined: the share of the quota. */
  readonly rate: number | undefined;
}

type ValueFlag = (typeof selecting)[number] | (typeof bounding)[number] | 'sample' | 'inventory' | 'prune';
type Switch = 'apply' | 'in-cloud' | 'status' | 'resume' | 'cancel' | 'force';
export type ChoiceFlags = { readonly [Name in Exclude<ValueFlag, 'force'>]?: string | undefined } & {
  readonly [Name in Switch]?: boolean | undefined;
};

const selecting = ['rule', 'since', 'until', 'only', 'force'] as const;
const bounding = ['max-objects', 'max-bytes', 'max-failures', 'rate', 'share', 'qps', 'mbps'] as const;
const actions = ['apply', 'status', 'resume', 'cancel'] as const;
const defaults = { maxFailures: 0.1, share: 0.5 };

/** @throws {UserError} (2) with what is wrong or does not go together */
export function choiceOf(flags: ChoiceFlags, locations: readonly string[]): Choice {
  const [asked = 'plan', other] = actions.filter((name) => flags[name]);
  if (other !== undefined) throw wrong(`--${asked} and --${other} are two things: say one of them`);
  const refuse = (names: readonly (keyof ChoiceFlags)[], why: string): void => {
    const given = names.filter((name) => flags[name] !== undefined && flags[name] !== false);
    if (given.length > 0) throw wrong(`${given.map((name) => `--${name}`).join(', ')}: ${why}`);
  };
  if (asked === 'status' || asked === 'resume' || asked === 'cancel') {
    const what = `--${asked} is for the newest sweep`;
    if (locations.length > 0) throw wrong(`${what}, which has its own locations: leave out ${locations.join(' ')}`);
    refuse([...selecting, 'sample', 'inventory', 'prune'], `${what}, which says what is made`);
    if (asked !== 'resume') refuse(['in-cloud', ...bounding], `${what}, which is not changed by it`);
  } else if (locations.length === 0) {
    throw wrong('expected a location to look at, such as oss://photos/avatars/, or --status, --resume, --cancel');
  }
  if (asked === 'plan') {
    refuse(['in-cloud', 'prune'], 'changes something: it goes with --apply');
  }
  if (asked === 'apply') {
    refuse(['sample'], 'is for a first look: a part of the sources makes no plan that can be carried out');
    if (flags.prune !== undefined) {
      refuse(['in-cloud'], 'orphans are deleted from this machine, by --prune with --apply alone');
      refuse(
        [...selecting, ...bounding, 'inventory'],
        'with --prune nothing is made: orphans are deleted, all or none',
      );
    }
  }
  if (flags.only === 'stale' || flags.only === 'missing') {
    refuse(['force'], 'is for what is current, which --only leaves out');
  } else if (flags.only !== undefined) {
    throw wrong(`--only ${flags.only}: expected missing or stale`);
  }
  return {
    action: flags.prune === undefined ? asked : 'prune',
    scopes: scopesOf(locations),
    selection: selectionOf(flags),
    inCloud: flags['in-cloud'] ?? false,
    sample: whole(flags, 'sample', 1),
    inventory: flags.inventory === undefined ? undefined : parseManifest(flags.inventory),
    bounds: boundsOf(flags),
    boundFlags: bounding.filter((name) => flags[name] !== undefined).map((name) => `--${name}`),
    prune: whole(flags, 'prune', 0),
  };
}

/** The locations without those that lie within another one. */
function scopesOf(locations: readonly string[]): KeyRange[] {
  const scopes = locations.map(parseLocation);
  return [...new Set(scopes.map(({ bucket }) => bucket))].flatMap((bucket) => {
    const prefixes = scopes.filter((scope) => scope.bucket === bucket).map(({ prefix }) => prefix);
    return shortestPrefixes(prefixes).map((prefix) => ({ bucket, prefix }));
  });
}

function selectionOf(flags: ChoiceFlags): Selection {
  const [since, until] = [time(flags, 'since'), time(flags, 'until')];
  if (since !== undefined && until !== undefined && since >= until) {
    throw wrong(`--until ${flags.until}: expected a time after --since ${flags.since}`);
  }
  const { rule, force } = flags;
  const only = flags.only as Selection['only'];
  return {
    ...(rule === undefined ? undefined : { rule }),
    ...(since === undefined ? undefined : { since }),
    ...(until === undefined ? undefined : { until }),
    ...(only === undefined ? undefined : { only }),
    ...(force ? { force } : undefined),
  };
}

function boundsOf(flags: ChoiceFlags): Bounds {
  const bytesPerSecond = positive(flags, 'mbps');
  return {
    maxObjects: whole(flags, 'max-objects', 1),
    maxBytes: flags['max-bytes'] === undefined ? undefined : bytesOf(flags['max-bytes']),
    maxFailures: share(flags, 'max-failures') ?? defaults.maxFailures,
    share: share(flags, 'share') ?? defaults.share,
    qps: positive(flags, 'qps'),
    bytesPerSecond: bytesPerSecond === undefined ? undefined : bytesPerSecond * 1_000_000,
    rate: positive(flags, 'rate'),
  };
}

function whole(flags: ChoiceFlags, name: 'max-objects' | 'sample' | 'prune', least: number): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  // A number as the plan prints it can be copied.
  const digits = text.replaceAll(',', '');
  if (/^\d{1,15}$/.test(digits) && Number(digits) >= least) return Number(digits);
  throw wrong(`--${name} ${text}: expected a whole number, ${least} or more`);
}

function positive(flags: ChoiceFlags, name: 'qps' | 'mbps' | 'rate'): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,7}(\.\d{1,6})?$/.test(text) && value > 0) return value;
  throw wrong(`--${name} ${text}: expected a number above 0`);
}

function share(flags: ChoiceFlags, name: 'share' | 'max-failures'): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  const least = name === 'share' ? 0.01 : 0;
  if (/^\d(\.\d{1,6})?$/.test(text) && value >= least && value <= 1) return value;
  throw wrong(`--${name} ${text}: expected a share from ${least} to 1, such as 0.25`);
}

const powers: Readonly<Record<string, number>> = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function bytesOf(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?)\s?(KB|MB|GB|TB)?$/i.exec(text) ?? [];
  const value = Math.floor(Number(digits) * (powers[unit.toUpperCase()] ?? Number.NaN));
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw wrong(`--max-bytes ${text}: expected bytes, such as 500GB`);
}

const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

function time(flags: ChoiceFlags, name: 'since' | 'until'): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  // `Date.parse` guesses at what is no such time.
  const at = isoTime.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw wrong(`--${name} ${text}: expected a time in ISO 8601, such as 2026-11-22T08:30Z`);
}

function wrong(message: string): UserError {
  return new UserError(`${message}\n  see: npm run reconcile -- --help`, 2);
}
