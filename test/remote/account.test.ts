import { describe, expect, it } from 'vitest';
import { openAccount } from '../../src/remote/account.js';
import { UserError } from '../../src/terminal/user-error.js';

const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' };

function refusal(...given: Parameters<typeof openAccount>): string {
  try {
    openAccount(...given);
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) return error.message;
    throw error;
  }
  return 'opened';
}

describe('an endpoint that cannot be used', () => {
  it.each([
    ['with a bucket in it', { endpoint: 'https://photos.oss-cn-hangzhou.aliyuncs.com' }, {}, /names a bucket/],
    [
      'with a bucket in it, from the environment',
      {},
      { OSS_ENDPOINT: 'photos.oss-cn-hangzhou.aliyuncs.com' },
      /bucket/,
    ],
    [
      'of another region',
      { endpoint: 'https://oss-cn-shanghai.aliyuncs.com' },
      {},
      /oss-cn-shanghai\.aliyuncs\.com is in cn-shanghai, not in cn-hangzhou: .*--region/,
    ],
    [
      'of another region than REGION',
      { endpoint: 'https://oss-cn-hangzhou.aliyuncs.com' },
      { REGION: 'cn-beijing' },
      /is in cn-hangzhou, not in cn-beijing/,
    ],
  ])('%s', (_, flags, environment, message) => {
    expect(refusal(flags, { ...keys, ...environment })).toMatch(message);
  });

  it.each([
    { endpoint: 'https://oss-cn-shanghai.aliyuncs.com', region: 'cn-shanghai' },
    { endpoint: 'https://oss-accelerate.aliyuncs.com', region: 'cn-shanghai' },
    { region: 'cn-shanghai' },
  ])('is none of %j', (flags) => {
    expect(refusal(flags, keys)).toBe('opened');
  });
});
