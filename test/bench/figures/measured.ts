// Values of several rounds as cells of a figure's table.
import { ratios, spreadOf } from '../statistics.js';
import type { Measured, Unit } from './figure.js';

export function measured(values: readonly number[], unit: Unit): Measured {
  return { ...spreadOf(values), unit };
}

/** Each value by the one of the same round. */
export function ratio(values: readonly number[], bases: readonly number[]): Measured {
  return measured(ratios(values, bases), '÷');
}

/** What does not vary. */
export function exactly(value: number, unit: Unit): Measured {
  return measured([value], unit);
}
