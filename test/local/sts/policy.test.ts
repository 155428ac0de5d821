// What a session's policy allows, against literal answers and against the evaluator of RAM's rules in test/support.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { permits, readPolicy } from '../../../src/local/sts/policy.js';
import { isAllowed } from '../../support/ram.js';

const at = (relative: string) => `acs:oss:cn-hangzhou:1234567890123456:${relative}`;
const statement = (more: object = {}) => ({
  Effect: 'Allow',
  Action: ['oss:PutObject'],
  Resource: ['acs:oss:*:*:photos/in/*'],
  ...more,
});
const policy = (...statements: object[]) => JSON.stringify({ Version: '1', Statement: statements });

describe('allows', () => {
  test.each<[string, object[], string, string, boolean]>([
    ['the action under the prefix', [statement()], 'oss:PutObject', 'photos/in/a.jpg', true],
    ['another case of the action', [statement({ Action: 'OSS:putobject' })], 'oss:PutObject', 'photos/in/a', true],
    ['no other action', [statement()], 'oss:GetObject', 'photos/in/a.jpg', false],
    ['no other prefix', [statement()], 'oss:PutObject', 'photos/out/a.jpg', false],
    ['not the bucket', [statement({ Action: '*' })], 'oss:ListObjects', 'photos', false],
    ['no other bucket', [statement()], 'oss:PutObject', 'photos2/in/a.jpg', false],
    ['another case of the key', [statement()], 'oss:PutObject', 'photos/IN/a.jpg', false],
    ['all of a prefix of actions', [statement({ Action: 'oss:Put*' })], 'oss:PutObject', 'photos/in/a', true],
    ['one character', [statement({ Resource: 'acs:oss:*:*:photos/?.jpg' })], 'oss:PutObject', 'photos/目.jpg', true],
    ['not two', [statement({ Resource: 'acs:oss:*:*:photos/?.jpg' })], 'oss:PutObject', 'photos/ab.jpg', false],
    ['everything', [statement({ Action: '*', Resource: '*' })], 'oss:ListBuckets', '*', true],
    ['all buckets together only by a star', [statement({ Action: '*' })], 'oss:ListBuckets', '*', false],
    ['colons in a key', [statement({ Resource: 'acs:oss:*:*:b/a:b*' })], 'oss:PutObject', 'b/a:b:c', true],
    ['another account', [statement({ Resource: 'acs:oss:*:99:photos/*' })], 'oss:PutObject', 'photos/in/a', false],
    ['another service', [statement({ Resource: 'acs:ram:*:*:photos/*' })], 'oss:PutObject', 'photos/in/a', false],
    ['a denial', [statement(), statement({ Effect: 'Deny' })], 'oss:PutObject', 'photos/in/a', false],
    [
      'a denial of something else',
      [statement(), statement({ Effect: 'Deny', Resource: 'acs:oss:*:*:photos/in/x*' })],
      'oss:PutObject',
      'photos/in/a',
      true,
    ],
    ['nothing by a denial alone', [statement({ Effect: 'Deny' })], 'oss:GetObject', 'photos/in/a', false],
    [
      'only the second of its actions',
      [statement({ Action: ['ecs:*', 'oss:Get?bject'] })],
      'oss:GetObject',
      'photos/in/a',
      true,
    ],
  ])('%s', (_, statements, action, relative, expected) => {
    expect(permits(readPolicy(policy(...statements)), { action, resource: at(relative) })).toBe(expected);
  });
});

describe('refuses', () => {
  test.each<[string, string, string]>([
    ['a long one', policy(statement({ Resource: `acs:oss:*:*:${'x'.repeat(2_048)}` })), 'InvalidParameter.PolicySize'],
    ['what is not JSON', '{', 'InvalidParameter.PolicyGrammar'],
    ['a list', '[]', 'InvalidParameter.PolicyGrammar'],
    ['another version', policy(statement()).replace('"1"', '"2"'), 'InvalidParameter.PolicyGrammar'],
    ['a number as version', policy(statement()).replace('"1"', '1'), 'InvalidParameter.PolicyGrammar'],
    ['no statement', policy(), 'InvalidParameter.PolicyGrammar'],
    ['a statement that is none', '{"Version":"1","Statement":["x"]}', 'InvalidParameter.PolicyGrammar'],
    ['another effect', policy(statement({ Effect: 'allow' })), 'InvalidParameter.PolicyGrammar'],
    ['no action', policy(statement({ Action: [] })), 'InvalidParameter.PolicyGrammar'],
    ['an action without its service', policy(statement({ Action: 'PutObject' })), 'InvalidParameter.PolicyGrammar'],
    ['an action that is no text', policy(statement({ Action: [1] })), 'InvalidParameter.PolicyGrammar'],
    ['a resource that is a path', policy(statement({ Resource: 'photos/*' })), 'InvalidParameter.PolicyGrammar'],
    ['a principal', policy(statement({ Principal: '*' })), 'InvalidParameter.PolicyGrammar'],
    ['an unknown element', policy(statement({ Sid: 'x' })), 'InvalidParameter.PolicyGrammar'],
    ['an unknown element outside', policy(statement()).replace('{', '{"Id":"x",'), 'InvalidParameter.PolicyGrammar'],
    ['the name of a prototype', policy(statement()).replace('{', '{"__proto__":1,'), 'InvalidParameter.PolicyGrammar'],
    ['a condition', policy(statement({ Condition: {} })), 'NotImplemented'],
    ['actions by exclusion', policy({ Effect: 'Allow', NotAction: 'oss:*', Resource: '*' }), 'NotImplemented'],
    ['resources by exclusion', policy({ Effect: 'Allow', Action: 'oss:*', NotResource: '*' }), 'NotImplemented'],
  ])('%s', (_, text, code) => {
    expect(() => readPolicy(text)).toThrow(expect.objectContaining({ code }));
  });

  test('what is not evaluated, by its name', () => {
    expect(() => readPolicy(policy(statement({ Condition: {} })))).toThrow('does not implement Condition in a Policy');
  });
});

test('decides as the evaluator of RAM’s rules does', () => {
  const pattern = (letters: string) => fc.stringMatching(new RegExp(`^[${letters}*?]{1,8}$`));
  const action = fc.oneof(
    fc.constantFrom('*', 'oss:*', 'oss:Put*', 'oss:GetObject', 'oss:?etObject', 'ecs:*'),
    pattern('PuGet').map((text) => `oss:${text}`),
  );
  const resource = fc.oneof(
    fc.constantFrom('*', 'acs:oss:*:*:*', 'acs:*:*:*:*', 'acs:oss:cn-*:1234567890123456:a', 'acs:oss:*:12:a/*'),
    pattern('ab:/').map((text) => `acs:oss:*:*:${text}`),
  );
  const one = fc.record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Action: fc.array(action, { minLength: 1, maxLength: 3 }),
    Resource: fc.array(resource, { minLength: 1, maxLength: 3 }),
  });
  const request = fc.record({
    action: fc.constantFrom('oss:GetObject', 'oss:PutObject', 'oss:Put', 'oss:ListBuckets', 'oss:Get'),
    resource: fc.oneof(fc.constant('*'), fc.stringMatching(/^[ab][ab:/😀]{0,10}$/u)).map((relative) => at(relative)),
  });
  const decisions = { true: 0, false: 0 };
  fc.assert(
    fc.property(
      fc.array(one, { minLength: 1, maxLength: 4 }),
      fc.array(request, { minLength: 4 }),
      (statements, asked) => {
        const document = { Version: '1', Statement: statements };
        const text = JSON.stringify(document);
        fc.pre(text.length <= 2_048);
        const read = readPolicy(text);
        for (const access of asked) {
          const decision = permits(read, access);
          decisions[`${decision}`] += 1;
          expect(decision).toBe(isAllowed([document], access));
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(Math.min(decisions.true, decisions.false)).toBeGreaterThan(100);
});

test('a pattern of many stars takes no longer than pattern times text', () => {
  const read = readPolicy(policy(statement({ Resource: `acs:oss:*:*:${'a*'.repeat(900)}b` })));
  expect(permits(read, { action: 'oss:PutObject', resource: at('a'.repeat(1_023)) })).toBe(false);
});
