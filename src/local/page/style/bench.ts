// The style on the bench: one text, seen also as a form. What the form changes becomes text, and what is typed becomes
// form; steps that are switched off are in the form alone.
import { parseStyle, StyleError } from '../../../style/grammar.js';

/** One step, as it is written in the style, and whether it is in the style. */
export interface Row {
  readonly step: string;
  readonly on: boolean;
}

export type Form =
  | { readonly kind: 'steps'; readonly rows: readonly Row[] }
  | { readonly kind: 'stored'; readonly name: string };

export interface Bench {
  readonly text: string;
  /** Of this text; of the last one that could be read, where there is a mistake. */
  readonly form: Form;
  readonly mistake?: { readonly message: string; readonly start: number; readonly end: number } | undefined;
}

const stored = 'style/';
// What is left when no step is on: OSS refuses it, and the form is as usable as any other.
const nothing = 'image/';

/** The bench with this form. */
export function shaped(form: Form): Bench {
  return { text: textOf(form), form };
}

/** The bench after this text was typed: steps that are off stay behind the steps they stood behind. */
export function typed(text: string, before?: Bench): Bench {
  if (text.startsWith(stored)) return { text, form: { kind: 'stored', name: text.slice(stored.length) } };
  const form = before?.form ?? { kind: 'steps', rows: [] };
  const off = form.kind === 'steps' ? form.rows : [];
  if (text === '' || text === 'image' || text === nothing) return { text, form: stepsOf([], off) };
  try {
    const steps = parseStyle(text).map(({ start, end }) => text.slice(start, end));
    return { text, form: stepsOf(steps, off) };
  } catch (error) {
    if (!(error instanceof StyleError)) throw error;
    return { text, form, mistake: { message: error.message, start: error.position, end: error.end } };
  }
}

export function textOf(form: Form): string {
  if (form.kind === 'stored') return stored + form.name;
  const steps = form.rows.flatMap(({ step, on }) => (on ? [step] : []));
  return nothing + steps.join('/');
}

function stepsOf(steps: readonly string[], before: readonly Row[]): Form {
  const rows: Row[] = steps.map((step) => ({ step, on: true }));
  // From the end, so that the places of the rest stay.
  for (let index = before.length - 1; index >= 0; index -= 1) {
    const row = before[index];
    if (row === undefined || row.on) continue;
    const place = before.slice(0, index).filter(({ on }) => on).length;
    rows.splice(Math.min(place, steps.length), 0, row);
  }
  return { kind: 'steps', rows };
}

/** The row moved by one place, up (-1) or down (1). */
export function moved(rows: readonly Row[], index: number, by: 1 | -1): readonly Row[] {
  const row = rows[index];
  const other = rows[index + by];
  if (row === undefined || other === undefined) return rows;
  return rows.map((one, at) => (at === index ? other : at === index + by ? row : one));
}

export function replaced(rows: readonly Row[], index: number, row: Row): readonly Row[] {
  return rows.map((one, at) => (at === index ? row : one));
}
