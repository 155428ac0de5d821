import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { FaultMistakes, faultHelp, parseFaults } from '../../../src/local/faults/fault.js';

test.each([
  [
    'process:503:0.1',
    { target: 'process', effect: { kind: 'status', status: 503, code: 'ServiceUnavailable' }, probability: 0.1 },
  ],
  ['process:503/CpuLimitExceeded:0.1', { effect: { kind: 'status', status: 503, code: 'CpuLimitExceeded' } }],
  ['put:500:.5', { target: 'put', effect: { kind: 'status', status: 500, code: 'InternalError' }, probability: 0.5 }],
  ['get:418/Teapot', { effect: { kind: 'status', status: 418, code: 'Teapot' }, probability: 1 }],
  ['head:reset:0.05', { target: 'head', effect: { kind: 'reset' }, probability: 0.05 }],
  ['process:truncate:0', { effect: { kind: 'truncate' }, probability: 0 }],
  ['relay:grow:0.1', { target: 'relay', effect: { kind: 'grow' }, probability: 0.1 }],
  ['get:unframed', { target: 'get', effect: { kind: 'unframed' } }],
  ['process:wrong-json:1', { effect: { kind: 'wrong-json' }, probability: 1 }],
  ['process:empty:1.0', { effect: { kind: 'empty' }, probability: 1 }],
  ['process:stall/30s:0.01', { effect: { kind: 'stall', ms: 30_000 } }],
  ['any:skew/20m:0.01', { target: 'any', effect: { kind: 'skew', ms: 1_200_000 } }],
  ['any:expired:0.01', { effect: { kind: 'expired' } }],
  ['any:slow/500ms:0.2', { effect: { kind: 'slow', ms: 500 } }],
  ['process:late/20s:0.05', { effect: { kind: 'late', ms: 20_000 } }],
  ['delete:late/0.5s', { target: 'delete', effect: { kind: 'late', ms: 500 } }],
  ['event:duplicate:0.1', { target: 'event', effect: { kind: 'duplicate', ms: 0 } }],
  ['event:duplicate/2s', { effect: { kind: 'duplicate', ms: 2_000 } }],
  ['event:delay/5s:0.1', { effect: { kind: 'delay', ms: 5_000 } }],
  ['event:reorder:0.1', { effect: { kind: 'reorder', ms: 5_000 } }],
  ['event:reorder/1m', { effect: { kind: 'reorder', ms: 60_000 } }],
  ['instance:kill:0.02', { target: 'instance', effect: { kind: 'kill' } }],
  ['any:outage/30s@10s', { effect: { kind: 'outage', ms: 30_000, from: 10_000 }, probability: 1 }],
  ['process:throttle/50', { target: 'process', effect: { kind: 'throttle', calls: 50 }, probability: 1 }],
])('%s', (text, fault) => {
  expect(parseFaults([text])).toEqual([expect.objectContaining({ text, ...fault })]);
});

const form = 'expected TARGET:KIND[/ARGUMENT][:PROBABILITY], such as process:503:0.1';
const allTargets = 'expected any, process, relay, head, get, put, delete, list, event, instance';
const time = 'a time such as 500ms, 30s or 10m, at most 24h';

test.each([
  ['', [form]],
  ['process', [form]],
  ['process:', [form]],
  ['process:503:0.1:x', [form]],
  ['proces:503', [`target "proces": ${allTargets}`]],
  ['Process:503', [`target "Process": ${allTargets}`]],
  ['__proto__:503', [`target "__proto__": ${allTargets}`]],
  [
    'any:constructor',
    [expect.stringMatching(/^kind "constructor": expected a status from 400 to 599, outage, throttle, .*kill$/)],
  ],
  ['any:200', [expect.stringMatching(/^kind "200": /)]],
  ['any:5030', [expect.stringMatching(/^kind "5030": /)]],
  [
    'any:418',
    ['418 needs an argument, a Code, which may be left out after 400, 403, 404, 408, 500, 501, 503: found none'],
  ],
  ['any:503/a<b', [expect.stringMatching(/^503 needs an argument, a Code.*: found "a<b"$/)]],
  ['any:503/', [expect.stringMatching(/^503 needs an argument/)]],
  ['any:reset/3', ['reset takes no argument: found "3"']],
  ['any:stall', [`stall needs an argument, ${time}: found none`]],
  ['any:slow/2', [`slow needs an argument, ${time}: found "2"`]],
  ['event:delay/25h', [`delay needs an argument, ${time}: found "25h"`]],
  ['event:reorder/', [`reorder needs an argument, ${time}: found none`]],
  ['any:skew/2m', ['skew needs an argument, more than the 15m that OSS allows, such as 20m: found "2m"']],
  ['any:outage/30s', ['outage needs an argument, LENGTH@START, two times such as 30s@10s: found "30s"']],
  ['any:outage/30s@10s@1s', [expect.stringMatching(/^outage needs/)]],
  ['any:throttle', ['throttle needs an argument, a whole number of calls a second, 1 to 100000: found none']],
  ['any:throttle/0', [expect.stringMatching(/^throttle needs/)]],
  ['any:throttle/1.5', [expect.stringMatching(/^throttle needs/)]],
  ['any:throttle/100001', [expect.stringMatching(/^throttle needs/)]],
  ['head:late/2s', ['late is for any, process, relay, put, delete, not for head']],
  ['put:grow', ['grow is for relay, get, not for put']],
  ['put:empty', ['empty is for process, not for put']],
  ['event:503', ['503 is for any, process, relay, head, get, put, delete, list, not for event']],
  ['event:kill', ['kill is for instance, not for event']],
  ['instance:duplicate', ['duplicate is for event, not for instance']],
  ['any:503:2', ['probability "2": expected 0 to 1, such as 0.1']],
  ['any:503:-0.1', ['probability "-0.1": expected 0 to 1, such as 0.1']],
  ['any:503:10%', ['probability "10%": expected 0 to 1, such as 0.1']],
  ['any:503:1e-3', ['probability "1e-3": expected 0 to 1, such as 0.1']],
  ['any:503:', ['probability "": expected 0 to 1, such as 0.1']],
  [
    'prcess:lat/3:x',
    [expect.stringMatching(/^target/), expect.stringMatching(/^kind/), expect.stringMatching(/^prob/)],
  ],
  [
    'head:late/x:2',
    [expect.stringMatching(/^late is/), expect.stringMatching(/^late needs/), expect.stringMatching(/^prob/)],
  ],
])('%j is no fault', (text, mistakes) => {
  const messages = mistakesOf([text]).map((mistake) => mistake.replace(`${JSON.stringify(text)}: `, ''));
  expect(messages).toEqual(mistakes);
});

test('all mistakes of all faults are told at once, repetitions too', () => {
  expect(mistakesOf(['any:503:7', 'process:503', 'any:nothing', 'process:503'])).toEqual([
    '"any:503:7": probability "7": expected 0 to 1, such as 0.1',
    expect.stringMatching(/^"any:nothing": kind "nothing"/),
    '"process:503": given twice',
  ]);
});

test('what is shown of a mistake is short and cannot move the cursor', () => {
  const [mistake = ''] = mistakesOf([`any:\u001b[2J\u202e\u009b${'x'.repeat(10_000)}:1`]);
  expect(mistake.length).toBeLessThan(500);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  expect(mistake).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});

test('the help shows each kind in a form that can be typed', () => {
  const forms = [...faultHelp().matchAll(/^ {2}(\S+?(?:, \S+)?) {2,}(?:([a-z, ]+): )?/gm)].map(
    ([, typed = '', on = 'any']) => [typed.split(', ').at(-1)?.replaceAll(/[[\]]/g, ''), on.split(', ')[0]],
  );
  expect(forms.length).toBe(19);
  for (const [typed, on] of forms) expect(parseFaults([`${on}:${typed}`])).toHaveLength(1);
  for (const line of faultHelp().split('\n')) expect(line.length).toBeLessThanOrEqual(120);
});

test('any text is a fault or a mistake', () => {
  const words = constantFrom(
    'process',
    'event',
    ':',
    '/',
    '@',
    '503',
    'late',
    'outage',
    'reset',
    '0.1',
    '30s',
    '1e9',
    '__proto__',
  );
  assert(
    property(array(oneof(words, string({ maxLength: 5 })), { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      const mistakes = mistakesOf([text]);
      if (mistakes.length === 0) expect(parseFaults([text])[0]?.text).toBe(text);
      else for (const mistake of mistakes) expect(mistake.startsWith('"')).toBe(true);
    }),
    { numRuns: 100 },
  );
});

function mistakesOf(texts: readonly string[]): readonly string[] {
  try {
    parseFaults(texts);
  } catch (error) {
    if (error instanceof FaultMistakes) return error.mistakes;
    throw error;
  }
  return [];
}
