import { describe, expect, test } from 'vitest';
import { classify, OssError, withHistory } from '../../src/oss/error.js';

describe('kind by status and Code', () => {
  test.each([
    ...['InvalidArgument', 'MissingArgument', 'InvalidRequest', 'BadRequest', 'ImageTooLarge', 'TooManyPipe'].map(
      (code) => [400, code, 'permanent'] as const,
    ),
    [400, 'TooManyPipes', 'permanent'],
    [400, 'WatermarkError', 'permanent'],
    [400, 'InvalidBucketName', 'permanent'],
    [400, 'InvalidObjectName', 'permanent'],
    [400, 'InvalidTargetType', 'permanent'],
    [400, 'InvalidDigest', 'permanent'],
    [400, 'Imm Client', 'permanent'],
    [400, 'ImageSizeLimitExceeded', 'permanent'],
    [400, 'MemLimitExceeded', 'permanent'],
    [500, 'MemLimitExceeded', 'permanent'],
    [503, 'MemLimitExceeded', 'permanent'],
    [400, 'RequestTimeout', 'transient'],
    [401, 'Whatever', 'transient'],
    [408, 'Whatever', 'transient'],
    [403, 'AccessDenied', 'setup'],
    [403, 'SignatureDoesNotMatch', 'setup'],
    [403, 'InvalidAccessKeyId', 'setup'],
    [403, 'SecondLevelDomainForbidden', 'setup'],
    [403, 'PermanentRedirect', 'setup'],
    [301, 'PermanentRedirect', 'setup'],
    [307, 'BadErrorResponse', 'setup'],
    [403, 'KmsAccessDenied', 'setup'],
    [403, 'UserDisable', 'setup'],
    [403, 'InDebt', 'setup'],
    [403, 'InDebtOverdue', 'setup'],
    [403, 'InvalidObjectState', 'setup'],
    [403, 'ImageDamage', 'permanent'],
    [403, 'InvalidSecurityToken', 'transient'],
    [403, 'SecurityTokenExpired', 'transient'],
    [403, 'AccessKeyIdAndSecurityTokenNotMatch', 'transient'],
    [403, 'RequestTimeTooSkewed', 'transient'],
    [403, 'NobodyKnows', 'permanent'],
    [403, 'BadErrorResponse', 'setup'],
    [404, 'NoSuchKey', 'gone'],
    [404, 'NoSuchFile', 'gone'],
    [404, 'NoSuchBucket', 'setup'],
    [404, 'NoSuchStyle', 'setup'],
    [404, 'SymlinkTargetNotExist', 'permanent'],
    [404, 'BadErrorResponse', 'permanent'],
    [409, 'FileAlreadyExists', 'permanent'],
    [409, 'FileImmutable', 'permanent'],
    [409, 'KeyDisabled', 'setup'],
    [409, 'KeyPendingDeletion', 'setup'],
    [424, 'MirrorFailed', 'transient'],
    [500, 'InternalError', 'transient'],
    [500, 'NobodyKnows', 'transient'],
    [501, 'NotImplemented', 'permanent'],
    [502, 'BadErrorResponse', 'transient'],
    [503, 'ServiceUnavailable', 'transient'],
    [504, 'BadErrorResponse', 'transient'],
  ] as const)('%i %s is %s', (status, code, kind) => {
    expect(classify(status, code)).toEqual({ kind, throttled: false });
  });

  test.each([
    // A signature for another region: https://help.aliyun.com/en/oss/user-guide/0002-00000226
    [400, 'InvalidArgument', '0002-00000226', 'setup'],
    [400, 'InvalidArgument', '0002-00000228', 'setup'],
    // Source protection
    [403, 'AccessDenied', '0040-00000031', 'setup'],
    [400, 'BadRequest', '0040-00000031', 'setup'],
    // The Code goes before.
    [403, 'RequestTimeTooSkewed', '0002-00000504', 'transient'],
    [400, 'InvalidArgument', '0040-00000312', 'permanent'],
    [400, 'BadRequest', '0040-00000015', 'permanent'],
    [404, 'NoSuchKey', '0026-00000001', 'gone'],
  ] as const)('%i %s with EC %s is %s', (status, code, ec, kind) => {
    expect(classify(status, code, ec)).toEqual({ kind, throttled: false });
  });

  test.each([
    [503, 'TotalQpsLimitExceeded'],
    [503, 'CpuLimitExceeded'],
    [503, 'UploadTrafficRateLimitExceeded'],
    [503, 'DownloadTrafficRateLimitExceeded'],
    [503, 'MetaOperationQpsLimitExceeded'],
    [503, 'ActiveRequestLimitExceeded'],
    [429, 'Whatever'],
  ] as const)('%i %s is throttling', (status, code) => {
    expect(classify(status, code)).toEqual({ kind: 'transient', throttled: true });
  });
});

test('an error tells by itself what it is, and by default that OSS answered the one attempt', () => {
  const cause = new Error('c');
  const error = new OssError({ message: 'm', status: 400, code: 'InvalidArgument', kind: 'permanent', cause });
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'OssError',
    status: 400,
    code: 'InvalidArgument',
    kind: 'permanent',
    throttled: false,
    confirmed: true,
    attempts: 1,
  });
  expect([error.cause, String(error), error instanceof Error]).toEqual([cause, 'OssError: m', true]);
});

test('with its history it is the same error, but for the history', () => {
  const error = new OssError({ message: 'm', code: 'ECONNRESET', kind: 'transient', cause: new Error('c'), ec: 'e' });
  expect(withHistory(error, 1, true)).toBe(error);
  const last = withHistory(error, 3, false);
  expect(last).toMatchObject({ ...error, message: 'm', cause: error.cause, attempts: 3, confirmed: false });
});
