import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { execute } from '../../src/cli/support/command.js';
import type { Oss } from '../../src/oss/client.js';
import { catalogue } from '../../src/style/catalogue.js';
import { parseStyle } from '../../src/style/grammar.js';
import { readSteps } from '../../src/style/read.js';
import { brokenStyle, rightStyle } from '../style/arbitrary.js';
import { eventBytes } from './event-bytes.js';
import { events, outcomeOf } from './events.js';
import { command } from './fuzz.js';
import { expectToHold } from './hold.js';
import { outcomeOf as relayed, relays, schedule } from './relays.js';
import { outcomeOf as answerTo, asked, requests } from './requests.js';
import { styles } from './styles.js';
import { fuzzTarget, type Target } from './target.js';

const silent = () => {};

// A sample; fuzz.slow.test.ts makes a hundred times as many.
const all = [styles, events, requests, relays].flatMap((target) =>
  Object.keys(target.checks).map((check) => ({ target, check })),
);

it.each(all)('$target.name: $check', async ({ target, check }) => {
  await expectToHold(target, check, 200);
});

describe('the events that it makes', () => {
  it('are refused, handled, saved, looked at, removed and journaled', async () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    for (const bytes of fc.sample(eventBytes(), { numRuns: 1500, seed: 1 })) {
      const { summary, asked } = await outcomeOf(bytes, true);
      count(summary === undefined ? 'refused' : 'handled');
      for (const { api } of asked) count(api);
    }
    for (const what of [
      'refused',
      'handled',
      'processObject',
      'headObject',
      'deleteObject',
      'putObject',
      'listObjects',
    ]) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(10);
    }
  });

  it.each([
    ['six megabytes of base64', Buffer.from(Buffer.alloc(4_500_000, '{"events":[').toString('base64'))],
    ['six megabytes of base64 of an event', Buffer.from(Buffer.from(manyRecords(4_000, 900)).toString('base64'))],
    ['a hundred thousand lists in one another', Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['a hundred thousand objects in one another', Buffer.from(`${'{"events":[{"oss":'.repeat(100_000)}0`)],
    ['envelopes in envelopes', Buffer.from(`${'{"Message":"'.repeat(50_000)}`)],
  ])('%s: a summary or an EventError', async (_, bytes) => {
    const { summary, stray } = await outcomeOf(bytes, false);
    expect(summary === undefined || JSON.stringify(summary).length <= 16_384).toBe(true);
    expect(stray).toBeUndefined();
  });

  it('a request for what nobody named is found', async () => {
    const event = JSON.parse(manyRecords(1));
    const bytes = Buffer.from(JSON.stringify(event));
    const astray = (oss: Oss): Oss => ({
      ...oss,
      processObject: (call) => oss.processObject({ ...call, key: 'faces/other' }),
    });
    expect((await outcomeOf(bytes, false)).stray).toBeUndefined();
    expect((await outcomeOf(bytes, false, astray)).stray).toMatchObject({ api: 'processObject', key: 'faces/other' });
  });
});

/** @param more characters that the keys are longer */
function manyRecords(count: number, more = 0): string {
  const record = {
    eventName: 'ObjectCreated:PutObject',
    eventSource: 'acs:oss',
    eventTime: '2026-11-22T08:30:00.000Z',
    oss: {
      bucket: { name: 'photos' },
      object: { key: `faces/ab${'c'.repeat(more)}.jpg`, size: 10, eTag: '5B3C1A2E053D763E1B002CC607C5A0FE' },
    },
  };
  return JSON.stringify({ events: Array.from({ length: count }, () => record) });
}

describe('the styles that it makes', () => {
  it('hold every operation and every parameter', () => {
    const seen = new Set<string>();
    for (const style of fc.sample(rightStyle(), { numRuns: 2000, seed: 1 })) {
      for (const { op, args } of parseStyle(style)) {
        seen.add(op);
        for (const { key } of args) seen.add(`${op},${key}`);
      }
    }
    const expected = Object.entries(catalogue).flatMap(([op, { parameters }]) => [
      op,
      ...Object.entries(parameters)
        .filter(([, parameter]) => !('preprocessOnly' in parameter) && !('positional' in parameter))
        .map(([name]) => `${op},${name}`),
    ]);
    expect(expected.filter((name) => !seen.has(name))).toEqual([]);
  });

  it('are broken in most ways, and not all beyond reading', () => {
    const broken = fc.sample(brokenStyle(), { numRuns: 1000, seed: 1 });
    const outcomes = new Map<string, number>();
    for (const style of broken) {
      let outcome = 'read';
      try {
        readSteps(parseStyle(style));
      } catch (error) {
        outcome = String((error as { why?: unknown }).why);
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect(outcomes.get('read')).toBeGreaterThan(10);
    expect(outcomes.get('undefined')).toBeUndefined();
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(['malformed', 'empty', 'unknownOperation', 'missing', 'severalValues', 'notBase64']),
    );
  });
});

describe('the relays that it makes', () => {
  it('are saved, refused, cut off, lost and held back, and tried again', async () => {
    const seen = new Map<string, number>();
    for (const one of fc.sample(schedule(), { numRuns: 150, seed: 1 })) {
      const { code, confirmed, asked } = await relayed(one);
      for (const what of [code, `confirmed: ${confirmed}`, ...(asked.length > 4 ? ['again'] : [])]) {
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
    }
    for (const what of [
      'OK',
      'UnexpectedResponse',
      'AccessDenied',
      'ServiceUnavailable',
      'confirmed: false',
      'again',
    ]) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(1);
    }
  });
});

describe('the requests that it makes', () => {
  it('are refused, answered, and change what they name', async () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    for (const request of fc.sample(asked(), { numRuns: 400, seed: 1 })) {
      const { status, changed } = await answerTo(request);
      count(String(status));
      for (const what of changed) count(what);
    }
    for (const what of ['200', '204', '400', '404', '501', 'photos', 'photos/k', 'photos/new', 'photos/a', 'empty']) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(0);
    }
  });

  it('and what they change is seen', async () => {
    const request = { method: 'DELETE', path: '/photos/k', query: [], headers: {}, body: '' };
    expect(await answerTo(request)).toEqual({ status: 204, changed: ['photos/k'] });
  });
});

describe('fuzzTarget', () => {
  const small: Target = {
    name: 'small',
    checks: { 'no number is above 99': () => fc.property(fc.nat(), (n) => n < 100) },
  };

  it('reports the smallest input that fails, and the seed that finds it again', async () => {
    const seen: number[] = [];
    const [result] = await fuzzTarget(small, { runs: 10_000, seed: 7, progress: (_, done) => seen.push(done) });
    expect(result?.failure).toEqual({ seed: 7, input: 100, message: 'Property failed by returning false' });
    expect(seen).toEqual([result?.runs]);
    const [again] = await fuzzTarget(small, { runs: 2000, seed: result?.failure?.seed ?? 0, progress: silent });
    expect(again?.failure).toEqual(result?.failure);
  });

  it('takes checks that wait, and hands on what they throw', async () => {
    const target: Target = {
      name: 'waiting',
      checks: {
        throws: () =>
          fc.asyncProperty(fc.nat(), async () => {
            await Promise.resolve();
            throw new TypeError('as it should not');
          }),
        holds: () => fc.asyncProperty(fc.nat(), async () => true),
      },
    };
    const results = await fuzzTarget(target, { runs: 5000, seed: 1, progress: silent });
    expect(results).toMatchObject([
      { check: 'throws', failure: { seed: 1, input: 0, message: 'as it should not' } },
      { check: 'holds', runs: 5000 },
    ]);
    expect(results[1]).not.toHaveProperty('failure');
  });
});

describe('npm run fuzz', () => {
  const run = async (...argv: string[]) => {
    let error = '';
    const code = await execute(command, argv, { out: silent, error: (text) => (error += text) });
    return { code, error };
  };

  it.each([
    [['nonsense'], "fuzz: 'nonsense' is no target: events, styles, requests, relays\n"],
    [['--runs', '0'], 'fuzz: --runs 0: expected a whole number from 1 to 1000000000\n'],
    [['--runs', '1e3'], 'fuzz: --runs 1e3: expected a whole number from 1 to 1000000000\n'],
    [['--seed', 'x'], 'fuzz: --seed x: expected a whole number from -2147483648 to 2147483647\n'],
  ])('%j is a mistake told in one line', async (argv, error) => {
    expect(await run(...argv)).toEqual({ code: 2, error });
  });
});
