// What a control is given, and how it is called where its surroundings are not seen.
import type { Field } from './controls.js';

export interface ParameterProps {
  readonly field: Field;
  /** The step, for names that are said aloud. */
  readonly owner: string;
  readonly does: string;
  /** Undefined: leave it out. */
  readonly set: (value: string | undefined) => void;
}

export function labelOf({ field, owner, does }: ParameterProps): string {
  return field.parameter.positional ? `${owner}: ${does}` : `${owner} ${field.name}: ${does}`;
}
