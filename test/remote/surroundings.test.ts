import { describe, expect, it } from 'vitest';
import { createSurroundings } from '../../src/remote/surroundings.js';
import { listen, type Reply } from '../oss/stub.js';

const credentials = { accessKeyId: 'LTAIabcdefgh', accessKeySecret: 'the-secret', securityToken: 'the-token' };

async function answered(reply: Reply, look: (around: ReturnType<typeof createSurroundings>) => Promise<unknown>) {
  await using server = await listen(reply);
  const around = createSurroundings({ region: 'cn-hangzhou', credentials, originOf: () => server.origin });
  try {
    return { found: await look(around), asked: server.asked };
  } finally {
    await around.close();
  }
}

const json = (status: number, body: object | string): Reply => {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};

describe('createSurroundings', () => {
  it.each<[string, (around: ReturnType<typeof createSurroundings>) => Promise<unknown>, string, string, string]>([
    ['role', ({ role }) => role('a-role'), 'GetRole', '2015-05-01', '/?RoleName=a-role'],
    ['queue', ({ queue }) => queue('q', 'cn-beijing'), 'GetQueueAttributes', '2022-01-19', '/?QueueName=q'],
    ['topic', ({ topic }) => topic('t', 'cn-beijing'), 'GetTopicAttributes', '2022-01-19', '/?TopicName=t'],
    ['imm', ({ immProject }) => immProject('b'), 'GetOSSBucketAttachment', '2020-09-30', '/?OSSBucket=b'],
  ])('asks for a %s, signed', async (_, look, action, version, url) => {
    const { found, asked } = await answered(json(200, { Role: { Arn: 'x' } }), look);
    expect(found).toEqual({ found: { Role: { Arn: 'x' } } });
    expect(asked).toMatchObject([
      {
        method: 'POST',
        url,
        headers: {
          'x-acs-action': action,
          'x-acs-version': version,
          'x-acs-security-token': 'the-token',
          authorization: expect.stringMatching(/^ACS3-HMAC-SHA256 Credential=LTAIabcdefgh,SignedHeaders=host;x-acs-/),
        },
      },
    ]);
  });

  it.each<[string, Reply, object]>([
    ['RAM has no such role', json(404, { Code: 'EntityNotExist.Role', Message: 'x' }), { missing: true }],
    ['SMQ has no such queue', json(404, { Code: 'QueueNotExist' }), { missing: true }],
    ['SMQ says so with 200', json(200, { Code: 'QueueNotExist', Success: false }), { missing: true }],
    ['IMM has no binding', json(404, { Code: 'ResourceNotFound' }), { missing: true }],
    [
      'it is refused, with the credentials in the message',
      json(403, { Code: 'NoPermission', Message: 'the-secret of LTAIabcdefgh' }),
      { unseen: 'GetRole: HTTP 403 NoPermission: *** of ***' },
    ],
    ['a proxy answers', json(404, '<html>not found</html>'), { unseen: 'GetRole: HTTP 404' }],
    ['a portal answers', json(200, '<html>log in</html>'), { unseen: 'GetRole: HTTP 200' }],
    ['nobody answers', (response) => void response.destroy(), { unseen: expect.stringMatching(/^GetRole: /) }],
  ])('says it when %s', async (_, reply, expected) => {
    expect((await answered(reply, ({ role }) => role('r'))).found).toEqual(expected);
  });
});
