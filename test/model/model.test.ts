// The claim of settling, held in every interleaving of short scripts: once uploads stop and the journal is empty, the
// derivative is made from the last version of its source, or that version's own failure is on record; with `onDelete`
// there is none of a deleted source. model.slow.test.ts explores longer scripts under more faults.
import { afterAll, describe, expect, it } from 'vitest';
import { problemOf } from './claim.js';
import { shipped } from './design.js';
import {
  double,
  explored,
  exploring,
  ofVersions,
  problems,
  processable,
  settingOf,
  single,
  table,
  upTo,
} from './explorations.js';
import { explore } from './explore.js';
import { futureIn } from './future.js';
import type { Setting } from './invocation.js';
import { machineOf } from './machine.js';
import { mutations } from './mutations.js';
import { type Script, scriptsOf } from './script.js';
import type { Faults } from './state.js';

afterAll(() => console.info(`model: ${explored.states} states in ${explored.explorations} explorations`));

const changing = (script: Script): boolean => processable(script) && script[0] !== script[1];

describe('the claim holds', () => {
  it('in every script of up to three steps', () => {
    expect(problems(upTo(3), [true, false], {})).toEqual([]);
  });

  // A lost answer makes forty times as many states: faults.slow.test.ts has those.
  const answered = single.filter(({ lost }) => lost === undefined);
  const fewLost = double.filter(({ lost }) => lost !== 2);

  it.each(table(answered))('in scripts of three steps with %s', (_, faults) => {
    expect(problems(scriptsOf(3).filter(changing), [true], faults)).toEqual([]);
  });

  it.each(table([...single, ...fewLost]))('in every script of up to two steps with %s', (_, faults) => {
    expect(problems(upTo(2), [true], faults)).toEqual([]);
  });

  it.each(table(single))('in every script of two steps with %s, where events do not tell the version', (_, faults) => {
    expect(problems(scriptsOf(2), [false], faults)).toEqual([]);
  });
});

describe('the claim holds in a bucket with versions', () => {
  it('in every script of up to three steps that deletes some', () => {
    expect(problems([...ofVersions(2), ...ofVersions(3)], [true, false], {}, { versioned: true })).toEqual([]);
  });

  it.each(table(single))('in scripts of two steps with %s', (_, faults) => {
    expect(problems(ofVersions(2), [true], faults, { versioned: true })).toEqual([]);
  });
});

// A relay has OSS read the source by a GET, and writes what it holds by a PUT; in between, the source may change.
describe('the claim holds where derivatives are relayed', () => {
  const headers = { outputs: ['relayed with headers'] } as const;

  it('in every script of up to two steps, and in some of three', () => {
    expect(problems([...upTo(2), 'ABA', 'ABC', 'A-B', 'AxB', 'xAB'], [true], {}, headers)).toEqual([]);
  });

  it.each(table([...single, { rejected: 1 }]))('in scripts of two steps with %s', (_, faults) => {
    expect(problems(['AB', 'Ax', 'A-', 'xA'], [true], faults, headers)).toEqual([]);
  });

  it('in scripts of up to three steps that delete versions', () => {
    expect(problems([...ofVersions(2), 'AB<'], [true], {}, { ...headers, versioned: true })).toEqual([]);
  });

  it('beside such as OSS saves', () => {
    expect(problems(['AB', 'Ax', 'A-'], [true], {}, { outputs: ['saved', 'relayed'] })).toEqual([]);
  });

  // `SettleState.refused`, and `lateWriteImpossible` in settle.ts. What an earlier invocation for the same event may
  // yet write, it has read since the event's version was there; where that is there still, it can only have read bytes
  // that OSS refuses. A GET that was left behind writes nothing: so here not even `x, A, B` remains, see below.
  it('in x, A, B, also where an instance is killed', () => {
    expect(problems(['xAB'], [true], { killed: 1 }, headers)).toEqual([]);
  });

  it.each(['honoured', 'ignored', 'refused'] as const)('and it is made in the end, with If-Match %s', (ifMatch) => {
    const { counterExample, ends } = exploring(settingOf('AB', { ...headers, ifMatch }), {});
    expect([counterExample, ends > 0]).toEqual([undefined, true]);
  });

  it('but would never be made, had a 412 failed alone, where OSS refuses every If-Match', () => {
    const design = { ...shipped, after412: 'fails' } as const;
    const ends = (ifMatch: Setting['ifMatch']) => exploring(settingOf('A', { ...headers, ifMatch, design }), {}).ends;
    expect([ends('honoured') > 0, ends('refused')]).toEqual([true, 0]);
  });
});

describe('the claim breaks', () => {
  const traceOf = (name: string): readonly string[] => {
    const mutation = mutations.find((one) => one.name === name);
    if (mutation === undefined) throw new Error(`no mutation ${name}`);
    const { script, faults, name: _, ...over } = mutation;
    const { counterExample } = exploring(settingOf(script, over), faults);
    return counterExample === undefined ? [] : [...counterExample.trace, `: ${counterExample.problem}`];
  };

  it.each(mutations)('$name ($script, $faults)', ({ name, script, faults, design: _, ...over }) => {
    expect(traceOf(name)).not.toEqual([]);
    expect(exploring(settingOf(script, over), faults).counterExample).toBeUndefined();
  });

  it('without settling, in a trace that can be read', () => {
    expect(traceOf('without settling: acts once and never looks')).toEqual([
      '1: the uploader writes A',
      '  event of 1: OSS reads A',
      '2: the uploader writes B',
      '  event of 2: OSS reads B',
      '  event of 2: OSS writes the derivative of B',
      '  event of 1: OSS writes the derivative of A',
      ': the source is B, the derivative is of A',
    ]);
  });

  it('with the ETag alone, when the first bytes come again', () => {
    expect(traceOf('with the ETag alone as identity').slice(-4)).toEqual([
      '  event of 3: HEAD sees A',
      '  event of 1: OSS writes the derivative of B',
      '  event of 1: HEAD sees A',
      ': the source is A, the derivative is of B',
    ]);
  });

  // The headers are of the event's version, the body is of the one that the GET has read. The look sees the latter, and
  // both are made again for it. It sees the event's version only where that was there all the time, or is back, since
  // one was deleted: that removal is acted on when no PUT of before can come any more.
  it('without a look after a PUT, when the source changes between its event and the GET', () => {
    const design = { ...shipped, looksAfterRelay: 'never' } as const;
    const { counterExample } = exploring(settingOf('AB', { outputs: ['relayed with headers'], design }), {});
    expect(counterExample).toEqual({
      problem: 'the source is B, the derivative is of B, its headers of A',
      trace: [
        '1: the uploader writes A',
        '2: the uploader writes B',
        '  event of 1: GET gives B',
        '  event of 2: GET gives B',
        '  event of 2: PUT writes the derivative of B, its headers of B',
        '  event of 1: PUT writes the derivative of B, its headers of A',
      ],
    });
  });

  it('without the unsettled re-run, when a late request writes', () => {
    expect(traceOf('without the unsettled re-run').slice(-2)).toEqual([
      '  a late request writes the derivative of A',
      ': the source is B, the derivative is of A',
    ]);
  });
});

// DESIGN.md section 4.5 says what remains: the same bytes again, sooner than the service's clocks can tell. The
// first bytes come a second time two steps after the first.
describe('what remains', () => {
  const broken = (over: Partial<Setting>): boolean => {
    return exploring(settingOf('ABA', over), {}).counterExample !== undefined;
  };

  it.each([
    ['less than three seconds after the first event', { spacing: 1499 }, true],
    ['the same, in a versioned bucket', { spacing: 1499, versioned: true }, true],
    ['three seconds after it', { spacing: 1500 }, false],
    ['within one second, where events do not tell the version', { spacing: 300, tells: false }, true],
    ['within one second, told by version id', { spacing: 300, tells: false, versioned: true }, false],
  ])('A, B, A %s: %j', (_, over, expected) => {
    expect(broken(over)).toBe(expected);
  });

  // See `holding` in explorations.ts.
  it('x, A, B, when OSS reads a call late that a killed instance left behind', () => {
    expect(exploring(settingOf('xAB'), { killed: 1 }).counterExample?.problem).toBe(
      'the source is B, the derivative is of A',
    );
  });
});

describe('the exploration', () => {
  it.each<[Script, Faults, Partial<Setting>]>([
    ['AB', { lost: 1, head: 1 }, {}],
    ['A-', { killed: 1, refused: 1 }, { removes: true }],
    ['A-B', { head: 1, journal: 1 }, { removes: true }],
    ['Ax', { lost: 1, twice: 1 }, { tells: false }],
    // Decisions that are taken back: some ends are bad.
    ['A-', { refused: 1, lost: 1 }, { removes: true, design: { ...shipped, looksBeforeRerun: false } }],
    ['AB', { lost: 1 }, { design: { ...shipped, runsUnsettled: false } }],
    ['AB', { killed: 1 }, { outputs: ['relayed with headers'] }],
    ['AB', {}, { outputs: ['relayed with headers'], design: { ...shipped, looksAfterRelay: 'never' } }],
    ['AB', {}, { outputs: ['saved', 'relayed'] }],
  ])('comes to the same ends of %s with %j when it leaves out orders and states', (script, faults, over) => {
    const setting = settingOf(script, over);
    const keyOfEnd = futureIn(setting);
    const endsOf = (reduced: boolean): { states: number; ends: string[] } => {
      const ends = new Set<string>();
      const { states } = explore({
        ...machineOf(setting, faults, reduced),
        problem: (end) => {
          // A key that took a good end and a bad one for the same would show here.
          ends.add(`${keyOfEnd(end)} ${problemOf(end, setting) === undefined ? 'good' : 'bad'}`);
          return undefined;
        },
      });
      return { states, ends: [...ends].sort() };
    };
    const [reduced, whole] = [endsOf(true), endsOf(false)];
    expect(reduced.ends).toEqual(whole.ends);
    expect(whole.ends.some((end) => end.endsWith('bad'))).toBe(over.design !== undefined);
    expect(reduced.states).toBeLessThan(whole.states);
  });

  it.each(mutations)(
    'finds as short a way when it leaves out nothing: $name ($script)',
    ({ script, faults, ...over }) => {
      const lengthOf = (reduced: boolean): number | undefined =>
        explore(machineOf(settingOf(script, over), faults, reduced)).counterExample?.trace.length;
      expect(lengthOf(false)).toBe(lengthOf(true));
    },
  );

  it('is of every script up to the names of its letters', () => {
    expect(scriptsOf(2)).toEqual(['AA', 'AB', 'Ax', 'A-', 'xA', 'xx', 'x-']);
    expect(scriptsOf(3)).toContain('ABA');
    expect(scriptsOf(4)).toHaveLength(102);
    expect(scriptsOf(2, true)).toEqual(['AA', 'AB', 'Ax', 'A-', 'A<', 'xA', 'xx', 'x-', 'x<']);
  });
});
