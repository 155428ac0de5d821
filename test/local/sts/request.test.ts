import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { isStsRequest } from '../../../src/local/sts/request.js';

const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

test.each<[boolean, string, string, Record<string, string>]>([
  [true, 'POST', '/', form],
  [true, 'POST', '/', { ...form, host: '127.0.0.1:9000' }],
  [true, 'POST', '/?Action=AssumeRole', {}],
  [true, 'GET', '/?Format=JSON&Action=AssumeRole', { host: 'sts.cn-hangzhou.aliyuncs.com' }],
  [true, 'POST', '/?RoleArn=x', { 'x-acs-action': 'AssumeRole' }],
  [false, 'GET', '/', {}],
  [false, 'GET', '/?prefix=Action', {}],
  [false, 'GET', '/?prefix=Action%3DAssumeRole', {}],
  [false, 'POST', '/', { 'content-type': 'multipart/form-data; boundary=x' }],
  [false, 'POST', '/?delete', form],
  [false, 'POST', '/photos/', form],
  [false, 'POST', '/photos?Action=AssumeRole', form],
  [false, 'PUT', '/?Action=AssumeRole', {}],
  [false, 'OPTIONS', '/?Action=AssumeRole', {}],
  [false, 'POST', '/', { ...form, host: 'photos.localhost:9000' }],
  [false, 'POST', '/', { ...form, host: 'photos.oss-cn-hangzhou.aliyuncs.com' }],
  [false, 'GET', '/?Action=AssumeRole', { host: 'oss-cn-hangzhou-internal.aliyuncs.com' }],
  [false, 'GET', '/?Action=AssumeRole', { authorization: 'OSS4-HMAC-SHA256 Credential=x' }],
])('%s: %s %s %j', (expected, method, url, headers) => {
  expect(isStsRequest({ method, url, headers } as unknown as IncomingMessage)).toBe(expected);
});
