import { describe, expect, it } from 'vitest';
import { filterOf, overlaps, type TriggerFilter } from '../../../src/deploy/triggers/filter.js';

const trigger = {
  triggerName: 'a',
  triggerType: 'oss',
  sourceArn: 'acs:oss:cn-hangzhou:1:photos',
  triggerConfig: { events: ['oss:ObjectCreated:PutObject'], filter: { key: { prefix: 'a/' } } },
};

describe('filterOf', () => {
  it('reads what an OSS trigger covers', () => {
    expect(filterOf(trigger)).toEqual({
      name: 'a',
      region: 'cn-hangzhou',
      account: '1',
      bucket: 'photos',
      events: ['oss:ObjectCreated:PutObject'],
      prefix: 'a/',
      suffix: '',
    });
    expect(filterOf({ ...trigger, triggerConfig: { events: [] } })).toMatchObject({ prefix: '', suffix: '' });
  });

  it.each([[{ triggerType: 'timer' }], [{ triggerConfig: '{' }], [{ triggerConfig: { events: 'all' } }]])(
    'is none of %j',
    (change) => {
      expect(filterOf({ ...trigger, ...change })).toBeUndefined();
    },
  );
});

describe('overlaps', () => {
  const filter = (over: Partial<TriggerFilter>): TriggerFilter => ({
    ...{
      name: 'a',
      region: 'cn-hangzhou',
      account: '1',
      bucket: 'photos',
      events: ['oss:ObjectCreated:PutObject'],
      prefix: '',
      suffix: '',
    },
    ...over,
  });
  it.each<[string, Partial<TriggerFilter>, Partial<TriggerFilter>, boolean]>([
    ['all and a part', {}, { prefix: 'a/' }, true],
    ['a wildcard and an event', { events: ['oss:ObjectCreated:*'] }, {}, true],
    ['other events', { events: ['oss:ObjectRemoved:DeleteObject'] }, {}, false],
    ['other prefixes', { prefix: 'a/' }, { prefix: 'b/' }, false],
    ['other suffixes', { suffix: '.jpg' }, { suffix: '.png' }, false],
    ['one suffix within the other', { suffix: '.128.jpg' }, { suffix: '.jpg' }, true],
    ['other buckets', { bucket: 'other' }, {}, false],
  ])('%s', (_, one, other, expected) => {
    expect(overlaps(filter(one), filter(other))).toBe(expected);
    expect(overlaps(filter(other), filter(one))).toBe(expected);
  });
});
