// What waits in the journal, and whether the timer gets on with it.

import { dueMinute, duePrefix } from '../journal/record.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { objectUri } from '../oss/object-name.js';
import type { Journal } from '../rules/rule.js';
import { type Line, ok, problem, warning } from './diagnosis.js';

/** Counted no further. */
const mostPages = 10;
/** Due for longer than this, ms: the timer has had several tries. */
const patience = 15 * 60_000;

/** @param now epoch ms */
export async function journalLines(oss: Pick<Oss, 'listObjects'>, place: Journal, now: number): Promise<Line[]> {
  try {
    const [due, setup, permanent] = await Promise.all([
      count(oss, place, duePrefix(place)),
      count(oss, place, `${place.prefix}failed/setup/`),
      count(oss, place, `${place.prefix}failed/permanent/`),
    ]);
    return [
      dueLine(due, place, now),
      setup.many === 0
        ? ok('journal', 'nothing waits to be mended')
        : warning(
            'journal',
            `${setup.text} failed for want of access, a bucket or a style`,
            'npm run replay -- --dry-run lists them; mend what is wrong, then npm run replay',
          ),
      ...(permanent.many === 0
        ? []
        : [
            warning(
              'journal',
              `${permanent.text} can never work as they are`,
              'npm run replay -- --dry-run --kind permanent lists them; delete those that are done with',
            ),
          ]),
    ];
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    const message = `the journal ${objectUri(place.bucket, place.prefix)} could not be looked at: ${error.message}`;
    return [warning('journal', message, 'grant oss:ListObjects on it to who runs this')];
  }
}

function dueLine({ text, first }: Counted, place: Journal, now: number): Line {
  if (first === undefined) return ok('journal', 'nothing is due to be tried again');
  const minute = first.slice(duePrefix(place).length).split('/')[0] ?? '';
  if (minute >= dueMinute(now - patience)) return ok('journal', `${text} will be tried again by the timer`);
  const message = `${text} to be tried again, the first since ${minute}Z: the timer does not get on with them`;
  return problem('journal', message, 'is the function stopped, or the timer missing? else its log says why');
}

interface Counted {
  readonly many: number;
  readonly text: string;
  readonly first: string | undefined;
}

async function count(oss: Pick<Oss, 'listObjects'>, { bucket }: Journal, prefix: string): Promise<Counted> {
  let many = 0;
  let first: string | undefined;
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { objects, next } = await oss.listObjects({ bucket, prefix, limit: 1000, after });
    first ??= objects[0]?.key;
    many += objects.length;
    after = next;
    if (after === undefined) break;
  }
  const text = `${after === undefined ? '' : 'more than '}${many} record${many === 1 ? '' : 's'}`;
  return { many, text, first };
}
