// The answer to "what became of this picture?" in a sentence, and whether all is as the rules want it.
import { countOf } from '../../terminal/text.js';
import type { Derivative, Picture } from './picture.js';

export interface Answer {
  readonly text: string;
  /** Whether nothing is missing, stale, left over or unseen. */
  readonly well: boolean;
}

export function answerOf(picture: Picture): Answer {
  const { look, explanation, derivatives } = picture;
  if (look.state === 'unseen') return { text: `the source could not be looked at: ${look.message}`, well: false };
  if (look.state === 'absent') return answerWithoutSource(picture);
  const { skipped } = explanation;
  if (skipped !== undefined) {
    const text =
      skipped === 'no-rule' ? 'no rule takes it, so that nothing is made of it' : `it is skipped: ${skipped}`;
    return { text: `${text}${reasonsOf(picture)}`, well: isWell(picture) };
  }
  if (derivatives.every(({ state }) => state === 'saved') && isWell(picture)) {
    const { length } = derivatives;
    const all = length === 1 ? 'its derivative is there' : `all ${length} derivatives are there`;
    return { text: `${all}, made since the source was stored`, well: true };
  }
  const parts = [
    part(derivatives, 'saved', 'made since the source was stored'),
    part(derivatives, 'stale', 'older than the source'),
    part(derivatives, 'missing', 'missing'),
    part(derivatives, 'left', 'left though its rule removes it'),
    part(derivatives, 'none', 'not there, as its rule says'),
    part(derivatives, 'refused', 'refused by the function'),
    part(derivatives, 'unseen', 'not seen'),
  ].flat();
  const text = `of ${countOf(derivatives.length, 'derivative')}, ${parts.join(', ')}${reasonsOf(picture)}`;
  return { text, well: isWell(picture) };
}

function answerWithoutSource(picture: Picture): Answer {
  const parts = [
    part(picture.derivatives, 'left', 'left though its rule removes it'),
    part(picture.derivatives, 'kept', 'kept, as its rule says'),
    part(picture.derivatives, 'unseen', 'not seen'),
  ].flat();
  const rest = parts.length === 0 ? '' : `; of its derivatives, ${parts.join(', ')}`;
  const text = `there is no such object: it was never stored, or is deleted${rest}${reasonsOf(picture)}`;
  return { text, well: isWell(picture) };
}

/** Why, and what happens next, as the journal tells it. */
function reasonsOf({ derivatives, records, journal }: Picture): string {
  const all = [...records, ...derivatives.flatMap((one) => one.records)];
  const codes = [...new Set(all.flatMap(({ due, code }) => (due === undefined ? code : [])))];
  const waiting = all.filter(({ due }) => due !== undefined).length;
  const wanted = derivatives.some(({ state }) => state === 'missing' || state === 'stale' || state === 'left');
  const unknown = all.length === 0 && (wanted || 'unseen' in journal) ? unrecorded(journal) : '';
  return [
    codes.length > 0 ? `; failed with ${codes.join(', ')}` : '',
    waiting > 0 ? `; ${countOf(waiting, 'record')} that the timer runs` : '',
    unknown,
  ].join('');
}

function unrecorded(journal: Picture['journal']): string {
  if (journal.place === undefined) return '; the configuration keeps no journal';
  if ('unseen' in journal) return '; the journal could not be looked at';
  if (journal.unread > 0) return '; the part of the journal that was read does not say why';
  return '; the journal holds nothing about it';
}

function isWell({ derivatives, records, journal }: Picture): boolean {
  const fine = derivatives.every(({ state }) => ['saved', 'kept', 'none', 'unknown'].includes(state));
  const quiet = records.length === 0 && derivatives.every((one) => one.records.length === 0);
  return fine && quiet && !('unseen' in journal);
}

function part(derivatives: readonly Derivative[], state: Derivative['state'], text: string): string[] {
  const count = derivatives.filter((one) => one.state === state).length;
  return count === 0 ? [] : [`${count} ${text}`];
}
