// What an uploader does in a chaos run: versions of few keys, so that they collide, in an order drawn from the seed.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { createDice, type Dice } from '../../src/local/faults/dice.js';
import type { ChaosRule } from './rules.js';

/** `bad`: no image, and never one. */
export interface Version {
  readonly name: string;
  readonly body: Buffer;
  readonly bad: boolean;
}

export interface Step {
  readonly key: string;
  /** Ms since the step before. */
  readonly pause: number;
  /** Absent: a deletion. */
  readonly put?: Version;
  /** Which version or delete marker is deleted, the newest being 0; absent: the object, or nothing. */
  readonly nth?: number;
}

export interface ScriptOptions {
  readonly seed: number;
  /** Versions stored; deletions come on top. */
  readonly uploads: number;
  /** So many are uploaded to at a time; each is left for a new one after a few operations. */
  readonly keys: number;
  readonly rules: readonly ChaosRule[];
  /** Delete more often. */
  readonly deleting: boolean;
  /** The bucket has versioning, and versions are deleted too. */
  readonly versioned: boolean;
  /** What is in the bucket already: every other key that is taken is one of these. */
  readonly old?: readonly string[] | undefined;
}

/** So many operations on one key, on average: in the end only the last version of each is looked at. */
const lifeOfAKey = 4;

/**
 * Two versions of one key are so far apart, ms: the same bytes again in less than three seconds are the one thing that
 * nothing can tell from a version that stayed.
 */
const apart = 3_100;

/** The images that are uploaded, all different, some too large or too small for some rule, some bad. */
export async function makeVersions(): Promise<Version[]> {
  const images = Array.from({ length: 36 }, async (_, n): Promise<Version> => {
    // Sides of one colour are small files, noise makes large ones.
    const side = n % 3 === 2 ? 40 : 24;
    const noise = createDice(n);
    const pixels = Buffer.alloc(side * side * 3);
    for (let at = 0; at < pixels.length; at += 3) {
      const grain = n % 3 === 0 ? 0 : Math.floor(noise(at) * 120);
      pixels.set([(n * 53 + grain) % 256, (n * 101 + grain) % 256, (n * 17) % 256], at);
    }
    const image = sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
    const body = await (n % 2 === 0 ? image.png() : image.jpeg({ quality: 90 })).toBuffer();
    return { name: `image-${n}`, body, bad: false };
  });
  const bad = Array.from({ length: 4 }, (_, n): Version => {
    return { name: `bad-${n}`, body: Buffer.from('no image '.repeat(20 + 100 * n)), bad: true };
  });
  return [...(await Promise.all(images)), ...bad];
}

/** The versions of a key, newest first; undefined: a delete marker. */
type Kept = readonly (Version | undefined)[];

/** The steps. The same options, the same steps. */
export function drawScript(options: ScriptOptions, versions: readonly Version[]): Step[] {
  const { seed, uploads, deleting, versioned } = options;
  const dice = createDice(seed);
  const keys = Array.from({ length: options.keys }, (_, slot) => keyFor(options, dice, slot, 0));
  const past = new Map<string, { at: number; stored: Version[]; kept: Kept }>();
  const steps: Step[] = [];
  let now = 0;
  for (let puts = 0, nth = 0; puts < uploads; nth++) {
    const slot = Math.floor(dice('key', nth) * keys.length);
    const key = keys[slot] ?? '';
    const known = past.get(key) ?? { at: Number.NEGATIVE_INFINITY, stored: [], kept: [] };
    const pause = Math.max(pauseBefore(dice, nth), known.at + apart - now);
    now += pause;
    if (dice('leave', nth) < 1 / lifeOfAKey) keys[slot] = keyFor(options, dice, slot, nth);
    const there = known.kept[0] !== undefined;
    const removes = there && dice('delete', nth) < (deleting ? 0.3 : 0.12);
    if (versioned && known.kept.length > 0 && dice('delete version', nth) < 0.25) {
      const newest = dice('newest version', nth) < 0.6;
      const which = newest ? 0 : Math.floor(dice('which version', nth) * known.kept.length);
      steps.push({ key, pause, nth: which });
      past.set(key, { ...known, at: now, kept: known.kept.filter((_, index) => index !== which) });
    } else if (removes) {
      steps.push({ key, pause });
      past.set(key, { ...known, at: now, kept: versioned ? [undefined, ...known.kept] : [] });
    } else {
      const again = known.stored.length > 1 && dice('again', nth) < 0.3;
      const put = pick(again ? known.stored : versions, dice, 'version', nth);
      steps.push({ key, pause, put });
      const kept = [put, ...(versioned ? known.kept : [])];
      past.set(key, { at: now, stored: [...known.stored, put].slice(-3), kept });
      puts += 1;
    }
  }
  return steps;
}

/** Mostly less than what a fault lasts; now and then so long that the journal's timer comes first. */
function pauseBefore(dice: Dice, nth: number): number {
  const long = dice('long', nth) < 0.01;
  return Math.floor(dice('pause', nth) * (long ? 20 * 60_000 : 900));
}

function keyFor({ rules, old = [] }: ScriptOptions, dice: Dice, slot: number, nth: number): string {
  if (old.length > 0 && dice('old', slot, nth) < 0.5) return pick(old, dice, 'old key', slot, nth);
  return `${folderOf(rules, slot)}k${slot}-${nth}.${slot % 2 === 0 ? 'png' : 'jpg'}`;
}

/** The folders of the rules, in turn. */
export function folderOf(rules: readonly ChaosRule[], nth: number): string {
  const folders = [...new Set(rules.map(({ folder }) => folder))];
  return folders[nth % folders.length] ?? '';
}

/** One of some things, decided by the dice. @throws RangeError where there is none */
export function pick<T>(items: readonly T[], dice: Dice, ...name: (string | number)[]): T {
  const item = items[Math.floor(dice(...name) * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Bytes as they are compared and shown. */
export function digest(body: Uint8Array): string {
  return createHash('md5').update(body).digest('hex').toUpperCase();
}
