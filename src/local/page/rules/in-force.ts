// The rules in force as the page knows them, for all views: read when the page is opened, and again with each change.
import { signal } from '@preact/signals';
import type { Entry } from '../../studio/activity.js';
import type { RulesInForce } from '../../studio/rules-tools.js';
import { onEntries } from '../live.js';
import { call } from '../server.js';

export const inForce = signal<RulesInForce | undefined>(undefined);

let asked = 0;

/** Reads them now; of several answers the last question's counts. */
export async function readRules(): Promise<void> {
  asked += 1;
  const number = asked;
  try {
    const rules = await call<RulesInForce>('rules');
    if (number === asked) inForce.value = rules;
  } catch {
    // The frame of the page says when the server does not answer, and the next entry asks again.
  }
}

/** To be called before the page hears of entries. */
export function followRules(): void {
  void readRules();
  onEntries((entries) => {
    const uri = inForce.value?.uri;
    const isOfRules = (entry: Entry) =>
      entry.kind === 'rules' || (entry.kind === 'object' && `oss://${entry.bucket}/${entry.key}` === uri);
    if (entries.some(isOfRules)) void readRules();
  });
}
