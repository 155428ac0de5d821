// Cases written by hand: what chance would hit too seldom. Rarer answers of OSS, a journal that refuses, records that
// were there before, rules that change, more than fits into a summary.
import { bytesOf, type Case, type JournalFault, type ProcessMode, type Sight, type Step, tick } from './case.js';
import { publishedRules } from './rules.js';
import { sourcesAsTold } from './sources.js';

const rarerModes: readonly ProcessMode[] = [
  ...(['throttled', 'queued', 'damaged', 'forbidden', 'styleless', 'expired', 'unknown'] as const),
  ...(['mute', 'proxied', 'json', 'silent', 'broken', 'other', 'skewed'] as const),
];
const badEndpoints: readonly string[] = [
  ...['http://user@host', 'http://127.0.0.1/path', 'ftp://host', 'http://host?query', 'http://host:0', 'http://1.2.3'],
  ...['two words', 'http://host.-'],
];
const journalFaults: readonly JournalFault[] = ['PUT', 'LIST', 'GET', 'DELETE'];
/** What looks at a source see that changes each time. */
const changing = Array.from({ length: 5 }, (_, nth): Sight => {
  return {
    status: 200,
    etag: `33D908EACA50D9C217F7556C22406A3${nth}`,
    modified: Date.UTC(2026, 10, 22, 8, 31, nth),
    size: 1,
  };
});
const nothing: readonly Sight[] = [{ status: 200, etag: '', modified: 0, size: 0 }];
const due = (minute: string, name: string) => `photos-journal/autostyle/due/2026-11-22T${minute}/${name}.json`;

function upload(key: string, more: object = {}): object {
  const object = { key, size: 351_204, eTag: '33D908EACA50D9C217F7556C22406A3A' };
  const oss = { bucket: { name: 'photos' }, object };
  return { eventName: 'ObjectCreated:PutObject', eventTime: '2026-11-22T08:30:00.000Z', oss, ...more };
}

const uploads = (...keys: string[]): object => ({ events: keys.map((key) => upload(key)) });

/** All of them. */
export function specialCases(): Case[] {
  const later: Step = { event: tick, after: 20, mode: 'ok' };
  const one = uploads('avatars/a.jpg');
  const two = uploads('dated/a.jpg', 'sized/b.jpg');
  // The sources of withRecords.
  const there = uploads('avatars/a.jpg', 'elsewhere/a.jpg');
  return [
    ...rarerModes.flatMap((mode) => [
      caseOf(`${mode}, then the timer`, one, { mode }, later),
      caseOf(`${mode} without a journal`, one, { mode, rules: 'throw' }),
      caseOf(`${mode} of what came before`, two, { mode }, { event: bytesOf(two), retryCount: 1 }, later),
      caseOf(`${mode} in three seconds`, one, { mode, steps: [{ event: bytesOf(one), timeout: 3 }] }, later),
    ]),
    ...journalFaults.flatMap((journalFault) => [
      caseOf(`journal refuses ${journalFault}, 503`, two, { mode: '503', journalFault }, later),
      caseOf(`journal refuses ${journalFault}, reset`, two, { mode: 'reset', journalFault }, later),
      caseOf(`journal refuses ${journalFault}, records`, there, { journalFault, steps: [withRecords()] }),
    ]),
    caseOf('a source that keeps changing', one, { sources: { 'photos/avatars/a.jpg': changing } }, later),
    caseOf('no role', one, { steps: [{ event: bytesOf(one), withoutRole: true }] }),
    caseOf('virtual-hosted', one, { mode: '503', environment: { OSS_ENDPOINT: 'http://oss.example.com' } }, later),
    caseOf('an endpoint without http://', one, { mode: '503', environment: { OSS_ENDPOINT: 'localhost:80' } }),
    ...badEndpoints.map((text) => caseOf(`the endpoint ${text}`, one, { environment: { OSS_ENDPOINT: text } })),
    caseOf('no calls at a time', one, { environment: { CONCURRENCY: '0' } }),
    caseOf('a look that tells nothing', one, { sources: { 'photos/avatars/a.jpg': nothing } }, later),
    caseOf('more than a summary holds', uploads(...numbered(25, 'avatars/')), { mode: 'damaged' }),
    caseOf('more than an error names', uploads(...numbered(6, 'avatars/')), { mode: 'damaged', rules: 'throw' }),
    caseOf('more records than a page', uploads(...numbered(3, 'dated/')), { mode: '503' }, { event: tick, after: 5 }),
    caseOf('more skips than a summary holds', uploads(...numbered(300, 'elsewhere/')), {}),
    caseOf('a log line that is cut', uploads('x'.repeat(9_000), '\u0001'.repeat(2_000)), {}),
    caseOf('records of all kinds', there, { steps: [withRecords()] }, { event: tick, after: 2 }, later),
    caseOf('records of all kinds, 503', there, { mode: '503', steps: [withRecords()] }, { event: tick, after: 30 }),
    ...publishedCases(one),
  ];
}

function caseOf(name: string, event: object, about: Partial<Case>, ...later: readonly Step[]): Case {
  const steps = [...(about.steps ?? [{ event: bytesOf(event) }]), ...later];
  const sources = sourcesAsTold(Buffer.from(JSON.stringify(event)));
  return { name, rules: 'rich', mode: 'ok', sources, ...about, steps };
}

function numbered(count: number, folder: string): string[] {
  return Array.from({ length: count }, (_, nth) => `${folder}${'long-name-'.repeat(12)}${nth}.jpg`);
}

/**
 * A timer's event that finds records: to be run, broken, not due yet, older than a week, without a rule or an upload.
 */
function withRecords(): Step {
  const error = { kind: 'transient', code: 'SlowDown', message: 'once' };
  const target = { bucket: 'photos-out', key: 'square/avatars/a.jpg' };
  const record = { version: 1, kind: 'transient', event: upload('avatars/a.jpg'), attempts: 3, error, target };
  const since = '2026-11-22T08:00:00.000Z';
  const records = {
    [due('08:20', 'one-target')]: { ...record, since },
    [due('08:21', 'unsettled')]: { ...record, kind: 'unsettled', since },
    [due('08:22', 'week-old')]: { ...record, since: '2026-11-01T08:00:00.000Z' },
    [due('08:23', 'gone')]: { ...record, event: upload('avatars/gone.jpg'), since },
    [due('08:24', 'elsewhere')]: { ...record, event: upload('elsewhere/a.jpg'), target: undefined },
    [due('08:25', 'removed')]: {
      ...record,
      event: upload('albums/x.jpg', { eventName: 'ObjectRemoved:DeleteObject' }),
    },
    [due('08:26', 'no-upload')]: { ...record, event: { hello: 'world' } },
    [due('08:27', 'other-target')]: { ...record, target: { bucket: 'photos-out', key: 'elsewhere' }, attempts: 'many' },
    [due('08:59', 'not-yet')]: { ...record, since },
    'photos-journal/autostyle/failed/setup/avatars/kept.json': record,
  };
  const texts = Object.entries(records).map(([name, value]) => [name, JSON.stringify(value)] as const);
  const odd = { [due('08:28', 'no-json')]: '{', [due('08:28', 'too-large')]: `{"x":"${'x'.repeat(66_000)}"}` };
  return { event: tick, objects: { ...Object.fromEntries(texts), ...odd } };
}

/** Rules that are kept in OSS: read, read again, replaced by good and by bad ones, and missing. */
function publishedCases(one: object): Case[] {
  const event = bytesOf(one);
  const step = (after: number, rules?: string): Step => ({
    event,
    after,
    ...(rules === undefined ? {} : { objects: { 'photos-config/rules.json': rules } }),
  });
  const [first, second] = [publishedRules('v1'), publishedRules('v2')];
  const bad = publishedRules('v3', { suffix: [] });
  // What it asks for in the other bucket lies outside of the envelope.
  const listener = publishedRules('v1', { bucket: ['photos', 'photos-out'], prefix: ['avatars/', 'v2/'] });
  const published = (name: string, ...steps: readonly Step[]) => caseOf(name, one, { rules: 'published', steps });
  return [
    published('published rules, read again', step(0, first), step(0.5), step(2)),
    published('published rules, replaced', step(0, first), step(2, second), step(2, first)),
    published('published rules, replaced by bad ones', step(0, first), step(2, bad), step(2), step(2, second)),
    published('published rules, bad from the start', step(0, bad), step(0), step(0, first)),
    published('published rules, missing', step(0), step(0, first)),
    published('published rules, replaced while they listen', step(0, listener), step(2, second), step(11)),
  ];
}
