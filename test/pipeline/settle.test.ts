import { describe, expect, it } from 'vitest';
import {
  afterActing,
  afterLooking,
  begin,
  type NextStep,
  type SettleState,
  type SourceState,
  sameSource,
} from '../../src/pipeline/settle.js';

const seen = (etag: string, modified: number): SourceState => ({ version: { etag, modified, from: 'head' }, size: 1 });
const told = (etag: string, modified: number): SourceState => ({ version: { etag, modified, from: 'event' } });

function settlingOf(move: NextStep): SettleState {
  if (move.go === 'end') throw new Error('ended');
  return move.settling;
}

describe('sameSource', () => {
  it.each<[string, SourceState, SourceState, boolean]>([
    ['the same sighting', seen('A', 1000), seen('A', 1000), true],
    ['other bytes', seen('A', 1000), seen('B', 1000), false],
    ['the same bytes, stored again', seen('A', 1000), seen('A', 2000), false],
    ['an event and its object', told('A', 1950), seen('A', 1000), true],
    ['an event and its object, on clocks that differ', told('A', 1000), seen('A', 3000), true],
    ['an event and the same bytes, stored again', told('A', 1000), seen('A', 4000), false],
    ['nothing and nothing', 'absent', 'absent', true],
    ['something and nothing', seen('A', 1), 'absent', false],
    [
      'versions, whatever their time',
      { version: { id: 'v1', etag: 'A', modified: 1, from: 'head' } },
      { version: { id: 'v1', etag: 'A', modified: 9, from: 'head' } },
      true,
    ],
    [
      'two versions of the same bytes in the same second',
      { version: { id: 'v1', etag: 'A', modified: 1, from: 'head' } },
      { version: { id: 'v2', etag: 'A', modified: 1, from: 'head' } },
      false,
    ],
  ])('%s', (_, one, other, same) => {
    expect(sameSource(one, other)).toBe(same);
    expect(sameSource(other, one)).toBe(same);
  });
});

describe('settling', () => {
  const saved = { touched: true, confirmed: true };

  it('acts at once when the version is known, and looks first when it is not', () => {
    expect(begin(told('A', 1)).go).toBe('act');
    expect(begin('unknown').go).toBe('look');
  });

  it('ends when what was seen is what was assumed', () => {
    const acted = afterActing(settlingOf(begin(told('A', 1000))), saved);
    expect(acted.go).toBe('look');
    expect(afterLooking(settlingOf(acted), seen('A', 1000))).toEqual({ go: 'end' });
  });

  it('does not look when nothing was written', () => {
    expect(afterActing(settlingOf(begin(told('A', 1))), { touched: false, confirmed: true })).toEqual({ go: 'end' });
  });

  it('acts for what it sees, three times, and then leaves it', () => {
    let move = begin(told('A', 0));
    const acts: SourceState[] = [];
    for (let version = 1; move.go !== 'end'; version += 1) {
      if (move.go === 'act') acts.push(move.on);
      move = afterLooking(settlingOf(afterActing(settlingOf(move), saved)), seen(`V${version}`, version));
    }
    expect(acts).toEqual([told('A', 0), seen('V1', 1), seen('V2', 2)]);
    expect(move).toEqual({ go: 'end', unsettled: 'changing' });
  });

  it('acts once where it has one action, for what it sees first', () => {
    const unsettled = { go: 'end', unsettled: 'changing' };
    for (const first of [begin(told('A', 0)), afterLooking(settlingOf(begin('unknown')), seen('A', 0), 1)]) {
      expect(first.go).toBe('act');
      const acted = settlingOf(afterActing(settlingOf(first), saved));
      expect(afterLooking(acted, seen('B', 5), 1)).toEqual(unsettled);
      expect(afterLooking(acted, 'absent', 1)).toEqual(unsettled);
      expect(afterLooking(acted, seen('A', 0), 1)).toEqual({ go: 'end' });
    }
  });

  it('acts for the absence of a source, too', () => {
    const move = afterLooking(settlingOf(afterActing(settlingOf(begin(told('A', 0))), saved)), 'absent');
    expect(move).toMatchObject({ go: 'act', on: 'absent' });
    expect(afterLooking(settlingOf(afterActing(settlingOf(move), saved)), 'absent')).toEqual({ go: 'end' });
  });

  it.each(['look-failed', 'no-time'] as const)('is unsettled when it could not look: %s', (why) => {
    const acted = afterActing(settlingOf(begin(told('A', 0))), saved);
    expect(afterLooking(settlingOf(acted), why)).toEqual({ go: 'end', unsettled: why });
  });

  it('is unsettled for good once a request was left without an answer', () => {
    const lost = afterActing(settlingOf(begin(told('A', 0))), { touched: true, confirmed: false });
    expect(afterLooking(settlingOf(lost), seen('A', 0))).toEqual({ go: 'end', unsettled: 'unanswered' });
    const again = afterActing(settlingOf(afterLooking(settlingOf(lost), seen('B', 5))), saved);
    expect(afterLooking(settlingOf(again), seen('B', 5))).toEqual({ go: 'end', unsettled: 'unanswered' });
    expect(afterActing(settlingOf(begin(told('A', 0))), { touched: false, confirmed: false })).toEqual({
      go: 'end',
      unsettled: 'unanswered',
    });
    expect(
      afterActing(settlingOf(begin(told('A', 0), { unconfirmed: true })), { touched: false, confirmed: true }),
    ).toEqual({
      go: 'end',
      unsettled: 'unanswered',
    });
  });

  describe('of an event that is delivered again', () => {
    const again = (done: { touched: boolean; confirmed: boolean; refused?: boolean }): NextStep =>
      afterActing(settlingOf(begin(told('A', 0), { unconfirmed: true })), done);
    const refused = { touched: false, confirmed: true, refused: true };

    it('is over when its bytes are refused and still there: what came before was refused, too', () => {
      expect(afterLooking(settlingOf(again(refused)), seen('A', 0))).toEqual({ go: 'end' });
    });

    it.each<[string, NextStep]>([
      ['other bytes are there', afterLooking(settlingOf(afterLooking(settlingOf(again(refused)), 'absent')), 'absent')],
      ['it could not look', afterLooking(settlingOf(again(refused)), 'look-failed')],
      ['a request of its own went without an answer', again({ ...refused, confirmed: false })],
      ['an answer says nothing of use', afterLooking(settlingOf(again({ ...refused, touched: true })), seen('A', 0))],
      [
        'it was saved, and a late write may come after a newer one',
        afterLooking(settlingOf(again(saved)), seen('A', 0)),
      ],
    ])('is unsettled when %s', (_, move) => {
      expect(move).toEqual({ go: 'end', unsettled: 'unanswered' });
    });
  });
});
