import { expect, it } from 'vitest';
import { regionOfHost } from '../../src/oss/endpoint-region.js';

it.each([
  ['oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou'],
  ['oss-cn-hangzhou-internal.aliyuncs.com', 'cn-hangzhou'],
  ['oss-ap-southeast-1-internal.aliyuncs.com:8080', 'ap-southeast-1'],
  ['oss-cn-north-2-gov-1.aliyuncs.com', 'cn-north-2-gov-1'],
  ['oss-accelerate.aliyuncs.com', undefined],
  ['oss-accelerate-overseas.aliyuncs.com', undefined],
  ['oss-cn-hzfinance-internal.aliyuncs.com', undefined],
  ['oss-cn-hzjbp-a-internal.aliyuncs.com', undefined],
  ['127.0.0.1:9000', undefined],
  ['oss-cn-hangzhou.aliyuncs.com.example.com', undefined],
])('%s is in %s', (host, region) => {
  expect(regionOfHost(host)).toBe(region);
});
