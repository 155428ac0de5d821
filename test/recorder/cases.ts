// The cases of the recording: every event of events/ and 500 drawn ones, each while OSS makes derivatives, refuses them
// in two ways, says nothing or breaks the connection; and some more that are written by hand.
import { readdirSync, readFileSync } from 'node:fs';
import { type Case, type ProcessMode, type Step, tick } from './case.js';
import { drawing } from './draw.js';
import { drawEvent } from './events.js';
import { drawSources, sourcesAsTold } from './sources.js';
import { specialCases } from './special-cases.js';

export const drawnEvents = 500;
export const modes: readonly ProcessMode[] = ['ok', '503', '404', 'empty', 'reset'];

const folder = new URL('../../events/', import.meta.url);
export const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort();

/** All cases, each with a name of its own. */
export function casesOf(): Case[] {
  return [...files.flatMap(fileCases), ...Array.from({ length: drawnEvents }, drawnCases).flat(), ...specialCases()];
}

/** Those that `npm test` plays: all but most of the drawn ones. */
export function isSample({ name }: Case): boolean {
  const [, drawn] = /^drawn (\d+)/.exec(name) ?? [];
  return drawn === undefined || Number(drawn) % 10 === 0;
}

function fileCases(file: string): Case[] {
  const bytes = readFileSync(new URL(file, folder));
  const steps = [{ event: bytes.toString('base64') }, { event: tick, after: 20, mode: 'ok' } as const];
  const sources = sourcesAsTold(bytes);
  return modes.map((mode) => ({ name: `${file}, ${mode}`, rules: 'shipped', mode, sources, steps }));
}

function drawnCases(_: unknown, nth: number): Case[] {
  const draw = drawing(nth);
  const event = drawEvent(draw);
  const first: Step = {
    event: event.toString('base64'),
    ...(draw.percent(20) ? { retryCount: 1 + draw.below(3) } : {}),
    ...(draw.percent(5) ? { timeout: 3 } : {}),
  };
  const later = draw.percent(16) ? [laterTick(draw.oneOf([2, 16, 61]), draw.percent(60) ? 'ok' : undefined)] : [];
  const sources = drawSources(event, draw);
  const rules = draw.percent(90) ? 'rich' : 'throw';
  return modes.map((mode) => ({ name: `drawn ${nth}, ${mode}`, rules, mode, sources, steps: [first, ...later] }));
}

function laterTick(after: number, mode: ProcessMode | undefined): Step {
  return { event: tick, after, ...(mode === undefined ? {} : { mode }) };
}

/** What a case is about, for people. */
export function aboutCase(cases: readonly Case[], name: string): string {
  const { steps = [], sources } = cases.find((one) => one.name === name) ?? {};
  const events = steps.map(({ event }) => Buffer.from(event, 'base64').toString());
  const told = ['The function was sent:', ...events, 'A look at the sources sees:', JSON.stringify(sources)];
  return told.map((line) => line.replace(/\s+/g, ' ').slice(0, 600)).join('\n  ');
}
