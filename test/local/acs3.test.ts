// ACS3-HMAC-SHA256 as the embedded servers verify it: a vector of the vendor's page. test/local/fc/authorize.test.ts
// and test/local/sts/server.test.ts verify what clients sign.
import { expect, test } from 'vitest';
import { acs3Signature, acs3StringToSign, sha256 } from '../../src/local/acs3.js';

test('the request of the documentation', () => {
  const bodyHash = sha256('');
  const headers = Object.entries({
    host: 'ecs.cn-shanghai.aliyuncs.com',
    'x-acs-action': 'RunInstances',
    'x-acs-content-sha256': bodyHash,
    'x-acs-date': '2023-10-26T10:22:32Z',
    'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
    'x-acs-version': '2014-05-26',
  });
  const query = new Map([
    ['RegionId', 'cn-shanghai'],
    ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
  ]);
  expect(
    acs3Signature('YourAccessKeySecret', acs3StringToSign({ method: 'POST', path: '/', query }, headers, bodyHash)),
  ).toBe('06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0');
});
