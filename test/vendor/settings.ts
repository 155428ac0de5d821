// What the suites take from the environment: the vendor's SDKs for Python, PHP and Go share the names.
import { localAccount } from '../../src/local/account.js';

const { accountId, accessKeyId, accessKeySecret, region } = localAccount;

export function settings(url: string): Record<string, string> {
  return {
    OSS_TEST_ENDPOINT: url,
    OSS_TEST_REGION: region,
    OSS_TEST_ACCESS_KEY_ID: accessKeyId,
    OSS_TEST_ACCESS_KEY_SECRET: accessKeySecret,
    OSS_TEST_RAM_ROLE_ARN: `acs:ram::${accountId}:role/suites`,
    OSS_TEST_USER_ID: accountId,
    OSS_TEST_RAM_UID: accountId,
    OSS_TEST_PAYER_ACCESS_KEY_ID: accessKeyId,
    OSS_TEST_PAYER_ACCESS_KEY_SECRET: accessKeySecret,
    OSS_TEST_PAYER_UID: accountId,
  };
}
