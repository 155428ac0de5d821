// The journal of the embedded cloud, for its studio: by the code of `npm run replay`.

import type { JournalDiscard, JournalRun, JournalTools, StudioJournal } from '../../local/studio/journal-tools.js';
import { StudioMistake } from '../../local/studio/mistake.js';
import type { Oss } from '../../oss/client.js';
import { OssError } from '../../oss/error.js';
import { objectUri } from '../../oss/object-name.js';
import { indexConfig } from '../../pipeline/match.js';
import { openAccount } from '../../remote/account.js';
import { type ChosenContext, discardChosen, listJournal, runChosen } from '../../replay/by-key.js';
import type { Config } from '../../rules/rule.js';
import { UserError } from '../../terminal/user-error.js';

/** @param rules those in force, which may be others at each call */
export function journalTools(rules: (oss: Pick<Oss, 'getObject'>) => Promise<Config>): JournalTools {
  /** Calls `run` with the journal; gives `without` where the rules keep none. */
  async function withJournal<T>(url: string, without: T, run: (context: ChosenContext) => Promise<T>): Promise<T> {
    const account = openAccount({ endpoint: url }, {});
    try {
      const config = await rules(account.oss);
      const { journal } = config;
      if (journal === 'throw') return without;
      const { until, concurrency } = account;
      return await run({ index: indexConfig(config), journal, until, now: Date.now, concurrency });
    } catch (cause) {
      if (!(cause instanceof OssError || cause instanceof UserError)) throw cause;
      throw new StudioMistake('invalid', `The journal: ${cause.message}`, { cause });
    } finally {
      await account.close();
    }
  }
  return {
    list: (url) => withJournal(url, noJournal, listed),
    runAgain: (url, keys, log) => withJournal(url, nothingRun, (context) => runChosen(keys, context, log)),
    discard: (url, keys) => withJournal(url, nothingDiscarded, (context) => discardChosen(keys, context)),
  };
}

const none = { count: 0, more: false, records: [] };
const noJournal: StudioJournal = { where: undefined, groups: { due: none, setup: none, permanent: none } };
const nothingRun: JournalRun = { records: 0, saved: 0, removed: 0, skipped: 0, failed: 0, left: [] };
const nothingDiscarded: JournalDiscard = { discarded: 0, left: [] };

async function listed(context: ChosenContext): Promise<StudioJournal> {
  const { bucket, prefix } = context.journal;
  return { where: objectUri(bucket, prefix), groups: await listJournal(context) };
}
