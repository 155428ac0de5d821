// Rules at CONFIG_URI whose journal is another than that of src/config.ts: what the function wrote down before they
// were published lies in a place where no timer looks any more. Which other places there were, nothing here tells.
import { sameJournal, takeAlong } from '../../deploy/moved-journal.js';
import { objectUri } from '../../oss/object-name.js';
import type { Config } from '../../rules/rule.js';
import { type Finding, finding } from '../finding.js';

/** The journal of the deployed rules, where these have another. */
export function formerJournal({ journal, envelope }: Config): Finding[] {
  const former = envelope?.journal ?? 'throw';
  if (former === 'throw' || sameJournal(former, journal)) return [];
  const place = objectUri(former.bucket, former.prefix);
  const message = `the journal of src/config.ts is ${place}: what was written there before these rules is not run any more`;
  return [finding('info', 'journalMoved', 'journal', message, takeAlong(former))];
}
