// A picture as a person reads it, with what to do about each derivative that is not there; and as JSON.
import { otherLines, refusalLines, relayedText, verdictOf } from '../../check/explain/report.js';
import { printable } from '../../rules/printable.js';
import { shellWord } from '../../terminal/shell-quote.js';
import { bytesText, causeText } from '../../terminal/text.js';
import { answerOf } from './answer.js';
import type { Look } from './look.js';
import type { Derivative, Picture } from './picture.js';
import type { SourceRecord } from './records.js';

/** @param most other rules that are listed */
export function pictureReport(picture: Picture, most: number): string {
  const { source, look, explanation, derivatives, records, journal } = picture;
  const ruleless = explanation.skipped === 'no-rule';
  const lines = [
    source,
    `  ${sourceLine(look)}`,
    '',
    look.state === 'there' ? verdictOf(explanation) : `if it were there: ${verdictOf(explanation)}`,
    ...refusalLines(explanation),
    ...explanation.lookalikes.map((one) => `  note: ${one}`),
    ...derivatives.flatMap((one, index) => ['', ...derivativeLines(one, index + 1, picture)]),
    ...(records.length === 0 ? [] : ['', 'the journal about the source']),
    ...records.flatMap((record) => recordLines(record, '  ', ruleless)),
    ...journalLines(journal),
    ...(explanation.rules.length === 0 ? otherLines(explanation, most) : []),
    '',
    `answer: ${answerOf(picture).text}`,
    '',
  ];
  return lines.map(printable).join('\n');
}

/** The same for `--json`. */
export function pictureJson(picture: Picture, most: number): object {
  const { source, look, explanation, derivatives, records, journal } = picture;
  const { rules, skipped, refusedByOss, lookalikes, others, assumed } = explanation;
  return {
    source,
    look: lookJson(look),
    assumed,
    rules,
    skipped,
    refusedByOss,
    lookalikes,
    derivatives: derivatives.map(({ look: its, ...one }) => ({
      ...one,
      look: its && lookJson(its),
      records: one.records.map(recordJson),
    })),
    records: records.map(recordJson),
    journal,
    busyUntil: picture.busyUntil === undefined ? undefined : new Date(picture.busyUntil).toISOString(),
    others: others.slice(0, most),
    answer: answerOf(picture),
  };
}

function recordJson(record: SourceRecord): object {
  const { since } = record;
  return { ...record, since: since === undefined ? undefined : new Date(since).toISOString() };
}

function lookJson(look: Look): object {
  return look.state === 'there' ? { ...look, modified: new Date(look.modified).toISOString() } : look;
}

function sourceLine(look: Look): string {
  if (look.state === 'absent') return 'is not there';
  if (look.state === 'unseen') return `could not be looked at: ${look.message}`;
  const { bytes, modified, etag, versionId } = look;
  const version = versionId === undefined ? '' : `, version ${versionId}`;
  return `${bytesText(bytes)} (${bytes} bytes), stored ${timeText(modified)}, ETag ${etag}${version}`;
}

function derivativeLines(derivative: Derivative, number: number, picture: Picture): string[] {
  const { style, target, state, look: its, refused, relayed, records } = derivative;
  const made = its?.state === 'there' ? `${bytesText(its.bytes)}, stored ${timeText(its.modified)}` : '';
  const says: Readonly<Record<Derivative['state'], string>> = {
    saved: `saved: ${made}`,
    stale: `stale: ${made}, before the source`,
    missing: 'missing',
    unseen: `could not be looked at: ${its?.state === 'unseen' ? its.message : ''}`,
    refused: `refused, nothing is sent: ${refused === undefined ? '' : causeText(refused.code, refused.message)}`,
    left: `still there, though its source is gone or empty: ${made}`,
    kept: `still there: ${made}; its rule leaves it when the source is deleted`,
    none: 'is not there, and is not to be',
    unknown: 'not looked at: its key depends on the ETag or the time of a source that is not there',
  };
  const lines = [
    `  ${number}. ${style}`,
    ...(target === undefined ? [] : [`     → ${target}`]),
    ...(relayed === undefined ? [] : [`     ${relayedText(relayed)}`]),
    `     ${says[state]}`,
    ...detailLines(derivative, picture),
  ];
  const told = records.flatMap((record) => recordLines(record, '     ', false));
  if (told.length > 0 || !['missing', 'stale', 'left'].includes(state)) return [...lines, ...told];
  return [...lines, `     → ${hintOf(picture)}`];
}

function detailLines({ details }: Derivative, { source, explanation }: Picture): string[] {
  if (details === undefined) return [];
  const { differs, unseen } = details;
  const lines = differs.map(({ name, has, wants }) => {
    return `     ${name}: ${has ?? 'none'}; its rule asks for ${wants ?? 'none'}`;
  });
  if (differs.length > 0) {
    const rule = explanation.rules.map(({ name }) => ` --rule ${shellWord(name)}`).join('');
    const command = `npm run reconcile -- ${shellWord(source)} --force${rule}`;
    lines.push(`     → made before its rule asked for that, or changed since; it is made anew with ${command}`);
  }
  return [...lines, ...unseen.map((why) => `     ${why}`)];
}

/** Where no record of the derivative says why. */
function hintOf({ records, busyUntil, look }: Picture): string {
  if (records.some(({ outlived }) => !outlived)) return 'see what the journal has about the source, below';
  if (busyUntil !== undefined && look.state === 'there') {
    const stored = `the source was stored at ${timeText(look.modified)}`;
    return `${stored}: the function may still be at work until ${timeText(busyUntil)}; look again then`;
  }
  return 'no record of the journal says why: has its event reached the function (npm run doctor), and what does its log say?';
}

/** What to do about a record. @param ruleless no rule takes its source */
function nextStep({ kind, rule, code, due, outlived }: SourceRecord, ruleless: boolean): string {
  const replay = `npm run replay -- --kind ${shellWord(kind)}${filterText(rule, code)}`;
  if (outlived)
    return 'done with: the source has changed since; the timer deletes the record, or npm run doctor -- --clear';
  if (due !== undefined)
    return `the timer runs it at ${due}; at once: npm run replay -- --now --kind ${shellWord(kind)}`;
  if (ruleless) return `no rule takes it any more: mend the rules, then ${replay}; or ${replay} --discard`;
  return `fix what is wrong, then ${replay}`;
}

function recordLines(one: SourceRecord, indent: string, ruleless: boolean): string[] {
  const { record, requestId, attempts, since, due, problem } = one;
  const about = [
    requestId === undefined ? [] : `request ${requestId}`,
    attempts === undefined ? [] : `tried ${attempts}×`,
    since === undefined ? [] : `first at ${timeText(since)}`,
    problem === undefined ? [] : `the record cannot be run: it ${problem}`,
  ].flat();
  return [
    `${indent}${due === undefined ? 'failed' : 'waits'}: ${recordCause(one)}`,
    ...(about.length === 0 ? [] : [`${indent}  ${about.join(', ')}`]),
    `${indent}  journal:${record}`,
    `${indent}  → ${nextStep(one, ruleless)}`,
  ];
}

function recordCause({ kind, code, message }: SourceRecord): string {
  return `${kind}: ${message === undefined ? (unsettledTexts[code] ?? code) : causeText(code, message)}`;
}

const unsettledTexts: Readonly<Record<string, string>> = {
  unanswered: 'OSS has not answered a call, which may still write; then it is processed once more',
  changing: 'the source changed again and again while it was processed; it is processed once more',
  'look-failed': 'whether the source has changed meanwhile could not be seen; it is processed once more',
  'no-time': 'no time was left to see whether the source has changed meanwhile; it is processed once more',
};

function filterText(rule: string | undefined, code: string): string {
  const filters = { '--rule': rule, '--code': code };
  return Object.entries(filters)
    .flatMap(([flag, value]) => (value === undefined ? [] : ` ${flag} ${shellWord(value)}`))
    .join('');
}

function journalLines(journal: Picture['journal']): string[] {
  if (journal.place === undefined) return ['', 'no journal: what is not finished is thrown, for FC to deliver again'];
  if ('unseen' in journal) return ['', `the journal ${journal.place} could not be looked at: ${journal.unseen}`];
  const { place, listed, unread, refusal } = journal;
  if (unread === 0) return [];
  const why = refusal === undefined ? '' : `: ${refusal}`;
  return ['', `of the ${listed} records of the journal ${place}, ${unread} were not read${why}`];
}

function timeText(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
