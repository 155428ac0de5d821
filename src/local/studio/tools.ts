// What the studio asks of the rooms above it: the emulator may import shared ground only, so the command that starts
// the studio hands these in.

import type { JournalTools } from './journal-tools.js';

/** The rules that the function runs with. */
export interface RulesInForce {
  /** The configuration as it was written, as JSON. */
  readonly input: unknown;
  /** The file that it was read from, as a person names it. */
  readonly file: string;
}

export interface StudioTools {
  rules(): RulesInForce;
  readonly journal: JournalTools;
}
