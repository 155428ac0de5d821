// The language of faults, `TARGET:KIND[/ARGUMENT][:PROBABILITY]`: reads it, reports all that is wrong with a text,
// and explains it.

import { type Effect, type FaultTarget, kindNames, kindOf, kinds, ossTargets, targets } from './kinds.js';

/** A fault that the user requested. `text` is what the user wrote, and serves as its name. */
export interface Fault {
  readonly text: string;
  readonly target: FaultTarget;
  readonly effect: Effect;
  readonly probability: number;
}

/** Texts that are not faults. `mistakes` has everything that is wrong, each with the text of its fault. */
export class FaultMistakes extends Error {
  override readonly name = 'FaultMistakes';
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}

/**
 * Reads faults.
 * @throws FaultMistakes with everything that is wrong with any of them
 */
export function parseFaults(texts: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const mistakes: string[] = [];
  for (const [at, text] of texts.entries()) {
    const found = texts.indexOf(text) < at ? ['given twice'] : parse(text);
    if (Array.isArray(found)) mistakes.push(...found.map((mistake) => `${shown(text)}: ${mistake}`));
    else faults.push(found);
  }
  if (mistakes.length > 0) throw new FaultMistakes(mistakes);
  return faults;
}

/** The fault, or what is wrong with it. */
function parse(text: string): Fault | string[] {
  const [targetText = '', what = '', chance = '1', more] = text.split(':');
  if (what === '' || more !== undefined) {
    return ['expected TARGET:KIND[/ARGUMENT][:PROBABILITY], such as process:503:0.1'];
  }
  const [name = '', ...rest] = what.split('/');
  const argument = rest.join('/');
  const target = targets.find((known) => known === targetText);
  const kind = kindOf(name);
  const effect = what.endsWith('/') && argument === '' ? undefined : kind?.effect(argument, name);
  const probability = /^(?:[01](?:\.0{1,9})?|0?\.\d{1,9})$/.test(chance) ? Number(chance) : undefined;
  if (target && kind?.targets.includes(target) && effect && probability !== undefined) {
    return { text, target, effect, probability };
  }
  const mistakes: string[] = [];
  if (target === undefined) mistakes.push(`target ${shown(targetText)}: expected ${targets.join(', ')}`);
  if (kind === undefined) {
    mistakes.push(`kind ${shown(name)}: expected a status from 400 to 599, ${kindNames.join(', ')}`);
  } else {
    const only = kind.targets.join(', ');
    if (target && !kind.targets.includes(target)) mistakes.push(`${name} is for ${only}, not for ${target}`);
    if (effect === undefined) {
      const found = argument === '' ? 'none' : shown(argument);
      const wanted = kind.argument === undefined ? 'takes no argument' : `needs an argument, ${kind.argument}`;
      mistakes.push(`${name} ${wanted}: found ${found}`);
    }
  }
  if (probability === undefined) mistakes.push(`probability ${shown(chance)}: expected 0 to 1, such as 0.1`);
  return mistakes;
}

/** What the user wrote, shortened and without characters that could move a cursor. */
function shown(text: string): string {
  const quoted = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return quoted.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
}

/** The language in a few lines, for `--help`. */
export function faultHelp(): string {
  const rows = kinds.map(({ form, targets: on, does }) => {
    const only = on.length === ossTargets.length ? '' : `${on.join(', ')}: `;
    return `  ${form.padEnd(25)}  ${only}${does}`;
  });
  return [
    'A fault is TARGET:KIND[/ARGUMENT][:PROBABILITY], such as process:503:0.1. Without a probability it always happens.',
    `TARGET is event, instance, or the calls to OSS that it shall strike: ${ossTargets.join(', ')}.`,
    'relay: the two calls by which the function relays an output, a GET that processes and the PUT of its result.',
    'A call suffers one fault at most: an outage first, then in the order given. KIND, for calls to OSS unless it says whom:',
    ...rows,
  ].join('\n');
}
