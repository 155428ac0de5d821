// The rules that the function runs with, and drafts in place of them.
import { maxLength, object, optional, pipe, string } from 'valibot';
import { type StudioRoutes, withBody } from '../call.js';
import type { RulesTools } from '../rules-tools.js';

/** The function reads at most 8 MB; a call has at most 4. */
const text = pipe(string(), maxLength(3_000_000));

export function rulesRoutes(tools: RulesTools): StudioRoutes {
  return {
    'GET rules': () => tools.rules(),
    'POST draft': withBody(object({ text }), async (draft) => ({ mistakes: await tools.runDraft(draft.text) })),
    'POST discard': withBody(object({}), async () => tools.discardDraft()),
    /** Of a text its mistakes; without one, what `check` finds in the rules in force. */
    'POST check': withBody(object({ text: optional(text) }), async (checked) =>
      checked.text === undefined
        ? { findings: await tools.check() }
        : { mistakes: await tools.mistakesIn(checked.text) },
    ),
  };
}
