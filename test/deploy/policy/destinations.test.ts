import { describe, expect, it } from 'vitest';
import { destinationGrant, destinationNotes } from '../../../src/deploy/policy/destinations.js';
import { settingOf } from '../../../src/deploy/policy/setting.js';
import { isAllowed } from '../../support/ram.js';

const setting = settingOf({ ACCOUNT_ID: '42' });

describe('destinationGrant', () => {
  it.each([
    ['acs:mns:cn-beijing:7:/queues/q/messages', 'mns:SendMessage', 'acs:mns:cn-beijing:7:/queues/q/messages'],
    ['acs:mns:cn-beijing::/topics/t/messages', 'mns:PublishMessage', 'acs:mns:cn-beijing:42:/topics/t/messages'],
    ['acs:fc:cn-beijing::functions/f', 'fc:InvokeFunction', 'acs:fc:cn-beijing:42:functions/f'],
    ['acs:fc:cn-beijing::functions/f', 'fc:InvokeFunction', 'acs:fc:cn-beijing:42:functions/f/LATEST'],
    ['acs:fc:cn-beijing:7:functions/f/prod', 'fc:InvokeFunction', 'acs:fc:cn-beijing:7:functions/f/prod'],
    ['acs:eventbridge:cn-beijing:7:eventbus/b', 'eventbridge:PutEvents', 'acs:eventbridge:cn-beijing:7:eventbus/b'],
  ])('for %s allows %s on %s, and nothing beside it', (arn, action, resource) => {
    const documents = [
      { Version: '1' as const, Statement: destinationGrant('tell', arn, setting).map(({ statement }) => statement) },
    ];
    expect(isAllowed(documents, { action, resource })).toBe(true);
    for (const other of [`${resource}x`, resource.replace('/', '/other-'), resource.replace('beijing', 'shanghai')]) {
      expect(isAllowed(documents, { action, resource: other })).toBe(false);
    }
    expect(documents[0]?.Statement.flatMap(({ Action }) => Action)).toEqual([action]);
    expect(destinationNotes({ onSuccess: arn })).toEqual([]);
  });

  it('grants nothing for nothing, and says so of what it does not know', () => {
    const arn = 'acs:mq:cn-beijing:7:instance/topic';
    expect(destinationGrant('tell', undefined, setting)).toEqual([]);
    expect(destinationGrant('tell', arn, setting)).toEqual([]);
    expect(destinationNotes({})).toEqual([]);
    expect(destinationNotes({ onFailure: arn })).toEqual([expect.stringContaining(arn)]);
  });
});
