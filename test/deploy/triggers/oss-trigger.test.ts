import { describe, expect, it } from 'vitest';
import { type Hearing, hearingOf, overlap } from '../../../src/deploy/triggers/oss-trigger.js';

const trigger = {
  triggerName: 'a',
  triggerType: 'oss',
  sourceArn: 'acs:oss:cn-hangzhou:1:photos',
  triggerConfig: { events: ['oss:ObjectCreated:PutObject'], filter: { key: { prefix: 'a/' } } },
};

describe('hearingOf', () => {
  it('reads what an OSS trigger hears', () => {
    expect(hearingOf(trigger)).toEqual({
      name: 'a',
      bucket: 'photos',
      events: ['oss:ObjectCreated:PutObject'],
      prefix: 'a/',
      suffix: '',
      invocationRole: '',
    });
    expect(hearingOf({ ...trigger, triggerConfig: { events: [] } })).toMatchObject({ prefix: '', suffix: '' });
  });

  it.each([[{ triggerType: 'timer' }], [{ triggerConfig: '{' }], [{ triggerConfig: { events: 'all' } }]])(
    'is none of %j',
    (change) => {
      expect(hearingOf({ ...trigger, ...change })).toBeUndefined();
    },
  );
});

describe('overlap', () => {
  const hearing = (over: Partial<Hearing>): Hearing => ({
    ...{
      name: 'a',
      bucket: 'photos',
      events: ['oss:ObjectCreated:PutObject'],
      prefix: '',
      suffix: '',
      invocationRole: '',
    },
    ...over,
  });
  it.each<[string, Partial<Hearing>, Partial<Hearing>, boolean]>([
    ['all and a part', {}, { prefix: 'a/' }, true],
    ['a wildcard and an event', { events: ['oss:ObjectCreated:*'] }, {}, true],
    ['other events', { events: ['oss:ObjectRemoved:DeleteObject'] }, {}, false],
    ['other prefixes', { prefix: 'a/' }, { prefix: 'b/' }, false],
    ['other suffixes', { suffix: '.jpg' }, { suffix: '.png' }, false],
    ['one suffix within the other', { suffix: '.128.jpg' }, { suffix: '.jpg' }, true],
    ['other buckets', { bucket: 'other' }, {}, false],
  ])('%s', (_, one, other, expected) => {
    expect(overlap(hearing(one), hearing(other))).toBe(expected);
    expect(overlap(hearing(other), hearing(one))).toBe(expected);
  });
});
