// The answer to "what became of this picture?" in a sentence, and whether all is as the rules want it.
import { countOf } from '../../terminal/text.js';
import type { Derivative, Picture } from './picture.js';
import type { SourceRecord } from './records.js';

export interface Answer {
  readonly text: string;
  /** Whether nothing is missing, stale, left over or unseen. */
  readonly well: boolean;
}

/** One sentence on what became of the picture, and whether nothing is left to do. */
export function answerOf(picture: Picture): Answer {
  const { look, explanation, derivatives } = picture;
  if (look.state === 'unseen') return { text: `the source could not be looked at: ${look.message}`, well: false };
  if (look.state === 'absent') return answerWithoutSource(picture);
  const { skipped } = explanation;
  if (skipped !== undefined) {
    const text = skipped === 'no-rule' ? noRule(picture) : `it is skipped: ${skipped}`;
    return { text: `${text}${reasonsOf(picture)}`, well: isWell(picture) };
  }
  const details = detailsText(derivatives);
  if (derivatives.every(({ state }) => state === 'saved') && isDone(picture)) {
    const { length } = derivatives;
    const all =
      length === 1 ? 'its derivative is there' : `${length === 2 ? 'both' : `all ${length}`} derivatives are there`;
    return { text: `${all}, made since the source was stored${details}`, well: isWell(picture) };
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
  const text = `of ${countOf(derivatives.length, 'derivative')}, ${parts.join(', ')}${details}${reasonsOf(picture)}`;
  return { text, well: isWell(picture) };
}

/** What no rule takes, though one did when something of it failed, is not done with. */
function noRule(picture: Picture): string {
  const open = openRecords(picture);
  if (open.length === 0) return 'no rule takes it, so that nothing is made of it';
  const rules = [...new Set(open.flatMap(({ rule }) => rule ?? []))].map((rule) => ` of rule ${rule}`).join(' and');
  return `no rule takes it any more, and the journal has ${countOf(open.length, 'record')}${rules}`;
}

/** The records that someone has to look after, or the timer. */
function openRecords({ records, derivatives }: Picture): SourceRecord[] {
  return [...records, ...derivatives.flatMap((one) => one.records)].filter(({ outlived }) => !outlived);
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
function reasonsOf(picture: Picture): string {
  const { derivatives, journal } = picture;
  const all = openRecords(picture);
  const codes = [...new Set(all.flatMap(({ due, code }) => (due === undefined ? code : [])))];
  const waiting = all.filter(({ due }) => due !== undefined).length;
  const wanted = derivatives.some(({ state }) => state === 'missing' || state === 'stale' || state === 'left');
  const unknown = all.length === 0 && (wanted || 'unseen' in journal) ? unrecorded(picture) : '';
  return [
    codes.length > 0 ? `; failed with ${codes.join(', ')}` : '',
    waiting > 0 ? `; ${countOf(waiting, 'record')} that the timer runs` : '',
    unknown,
  ].join('');
}

function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}

function unrecorded({ journal, busyUntil }: Picture): string {
  if (journal.place === undefined) return '; the configuration keeps no journal';
  if ('unseen' in journal) return '; the journal could not be looked at';
  if (journal.unread > 0) return '; the part of the journal that was read does not say why';
  if (busyUntil !== undefined) return `; the function may still be at work: look again at ${timeText(busyUntil)}`;
  return '; the journal holds nothing about it';
}

function isWell(picture: Picture): boolean {
  return isDone(picture) && detailsText(picture.derivatives) === '';
}

/** What of headers and tags is not as the rules ask, or not seen. */
function detailsText(derivatives: readonly Derivative[]): string {
  const differing = derivatives.filter(({ details }) => (details?.differs.length ?? 0) > 0).length;
  const unseen = derivatives.filter(({ details }) => (details?.unseen.length ?? 0) > 0).length;
  return [
    differing === 0 ? '' : `; ${differing} with other headers or tags than its rule asks for now`,
    unseen === 0 ? '' : `; headers or tags of ${unseen} not seen`,
  ].join('');
}

/** Whether nothing is missing, stale, left over or unseen; headers and tags are another matter. */
function isDone(picture: Picture): boolean {
  const { derivatives, journal } = picture;
  const fine = derivatives.every(({ state }) => ['saved', 'kept', 'none', 'unknown'].includes(state));
  return fine && openRecords(picture).length === 0 && !('unseen' in journal);
}

function part(derivatives: readonly Derivative[], state: Derivative['state'], text: string): string[] {
  const count = derivatives.filter((one) => one.state === state).length;
  return count === 0 ? [] : [`${count} ${text}`];
}
