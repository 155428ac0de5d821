import { expect, test } from 'vitest';
import { refuseOldSignature } from '../../../../src/local/oss/caller/old-signature.js';

test.each(['V1', 'V2'] as const)('%s: 403 with the EC of new accounts, and the way to V4', (version) => {
  const refusal = refuseOldSignature(version);
  expect(refusal).toMatchObject({ status: 403, code: 'AccessDenied', detail: { ec: '0002-00000080' } });
  expect(refusal.message).toMatch(`Signature ${version} `);
  for (const name of ['authorizationV4: true', 'signatureUrlV4', 'signPostObjectPolicyV4']) {
    expect(refusal.message).toContain(name);
  }
});
