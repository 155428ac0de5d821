// What the built function asks, answers, logs and writes down, held against a recording: whoever moves or rewrites its
// sources sees that nothing changed which can be seen from outside. `UPDATE_RECORDING=1 npx vitest run test/recorder
// --project slow` stores what there is now: run it without first, and read the difference.
import { beforeAll, describe, expect, it } from 'vitest';
import { aboutCase, casesOf, drawnEvents, files, modes } from './cases.js';
import type { Recorded } from './instance.js';
import { play } from './play.js';
import { bytesStored, difference, parseRecording, storedRecording, storeRecording } from './recording.js';

const cases = casesOf();
let played: readonly Recorded[];
let lines: readonly string[];

beforeAll(async () => {
  const text = await play(cases);
  if (process.env['UPDATE_RECORDING'] === '1') storeRecording(text);
  played = parseRecording(text);
  lines = played.flatMap((one) => one.lines);
}, 1_000_000);

it('is as it was recorded', () => {
  const wrong = difference(parseRecording(storedRecording()), played, (name) => aboutCase(cases, name));
  if (wrong !== undefined) throw new Error(wrong);
});

// A recording of nothing would never differ.
describe('the recording', () => {
  it('has all cases, each under its own name', () => {
    expect(played.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
    expect(new Set(played.map(({ name }) => name)).size).toBe(cases.length);
    expect(files.length).toBeGreaterThan(10);
    expect(cases.length).toBeGreaterThan((files.length + drawnEvents) * modes.length + 60);
  });

  it('is small enough to be kept', () => {
    expect(bytesStored()).toBeLessThan(400_000);
  });

  it.each<[what: string, pattern: RegExp, each: readonly string[]]>([
    ['end of an upload', /^stdout: .*?"status":"(\w+)"/, ['failed', 'removed', 'saved', 'skipped']],
    [
      'reason to skip',
      /^stdout: .*?"reason":"([\w-]+)"/,
      ['folder', 'foreign-source', 'no-rule', 'not-an-upload', 'nothing-due', 'source-gone', 'source-present'],
    ],
    ['kind of failure', /^stdout: .*?"error":\{"kind":"(\w+)"/, ['permanent', 'setup', 'transient']],
    [
      'error that leaves the function',
      /^thrown \{"name":"(\w+)"/,
      ['ConfigError', 'CredentialsError', 'EventError', 'PermanentFailure', 'RetryLater'],
    ],
    [
      'folder of the journal',
      /^PUT \/photos-journal\/autostyle\/(due|failed\/\w+)\//,
      ['due', 'failed/permanent', 'failed/setup'],
    ],
    ['reason to look again', /^ {2}\{.*"unsettled":"([\w-]+)"/, ['changing', 'look-failed', 'no-time', 'unanswered']],
    [
      'kind of request',
      /^([A-Z]+) [^\s?]+(\?[\w-]+)?\S* on connection/,
      ['DELETE', 'GET', 'GET?list-type', 'HEAD', 'POST?x-oss-process', 'PUT'],
    ],
    ['kind of log line', /^stdout: .*?"event":"([\w-]+)"/, ['config-kept', 'result', 'summary']],
  ])('has each %s', (_, pattern, each) => {
    const found = lines.flatMap((line) => pattern.exec(line)?.slice(1).join('') ?? []);
    expect([...new Set(found)].sort()).toEqual(each);
  });
});
