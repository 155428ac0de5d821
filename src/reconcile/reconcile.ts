// `npm run reconcile`: which action is asked for, and what it prints. The plan itself: planning.ts; carrying it out:
// carry-out.ts; how a sweep begins: start.ts; the worker on this machine: apply.ts.
import { OssError } from '../oss/error.js';
import { printable } from '../rules/printable.js';
import { countOf, grouped, jsonText } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { cancel } from './cancel.js';
import { applyPlan, stoppedCode } from './carry-out.js';
import { nextText } from './next-command.js';
import { planOf } from './planning.js';
import { prune } from './prune.js';
import { planJson, planText } from './report.js';
import { resume } from './resume.js';
import { newest, read } from './start.js';
import { statusOf } from './status.js';
import { afterText, exitCodeOf, statusJson, statusText } from './sweep-report.js';
import { journalText, rightsHint, type SweepWork, type Work, withJournal } from './work.js';

/** @returns the exit code @throws {UserError} */
export async function reconcile(work: Work): Promise<number> {
  try {
    return await actions[work.choice.action](work);
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(`OSS: ${cause.message}${rightsHint(cause)}`, 1, { cause });
  }
}

const actions: Readonly<Record<Work['choice']['action'], (work: Work) => Promise<number>>> = {
  plan: showPlan,
  apply: async (work) => {
    const { scopes, selection } = work.choice;
    return applyPlan(withJournal(work), scopes, selection);
  },
  prune: async (work) => pruneOrphans(withJournal(work)),
  status: async (work) => showStatus(withJournal(work)),
  resume: async (work) => resume(withJournal(work)),
  cancel: async (work) => cancelNewest(withJournal(work)),
};

async function showPlan(work: Work): Promise<number> {
  const { choice, json, out } = work;
  const planned = await planOf(work, choice.scopes, choice.selection);
  out(json ? jsonText({ action: 'plan', ...planJson(planned) }) : `${planText(planned)}\n${nextText(planned)}`);
  return 0;
}

async function showStatus(work: SweepWork): Promise<number> {
  const { json, out, now, journal } = work;
  const found = await newest(work);
  if (found === undefined) {
    out(
      json ? jsonText({ action: 'status', sweep: null }) : `there is no sweep in the journal ${journalText(journal)}\n`,
    );
    return 0;
  }
  const status = await statusOf(work, await read(work, found));
  if (json) out(jsonText({ action: 'status', sweep: statusJson(status) }));
  else out(`${statusText(status, now())}${afterText(status)}`);
  return status.state === 'going' ? 0 : exitCodeOf(status);
}

async function pruneOrphans(work: SweepWork): Promise<number> {
  const { choice, json, out } = work;
  const pruned = await prune(work, choice.prune ?? 0);
  const { orphans, sources, left, examples, stopped } = pruned;
  if (json) {
    out(jsonText({ action: 'prune', ...pruned }));
  } else {
    for (const { object, why } of examples) out(`${printable(`left    ${object}  (${why})`)}\n`);
    const done = `the orphans of ${countOf(sources, 'source')} are deleted, ${grouped(left)} left`;
    out(`${stopped ? 'stopped: ' : ''}${done}; ${countOf(orphans, 'object')} were counted\n`);
  }
  return stopped ? stoppedCode : left > 0 ? 1 : 0;
}

async function cancelNewest(work: SweepWork): Promise<number> {
  const { json, out } = work;
  const { id, cancelled } = await cancel(work);
  const text = cancelled
    ? `sweep ${printable(id)}: cancelled. Workers end within a second, and what is in flight is still written`
    : `sweep ${printable(id)}: it has ended, or was cancelled, already`;
  out(json ? jsonText({ action: 'cancel', sweep: { id, cancelled } }) : `${text}\n`);
  return 0;
}
