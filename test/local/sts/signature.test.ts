// Vectors of the vendor's pages on RPC's signature.
import { expect, test } from 'vitest';
import { rpcSignature, rpcStringToSign } from '../../../src/local/sts/signature.js';

test('RPC: the request of the documentation', () => {
  const parameters = new Map(
    Object.entries({
      Timestamp: '2016-02-23T12:46:24Z',
      Format: 'XML',
      AccessKeyId: 'testid',
      Action: 'DescribeRegions',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      Version: '2014-05-26',
      SignatureVersion: '1.0',
    }),
  );
  const text = rpcStringToSign('GET', parameters);
  expect(text).toMatch(/^GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML%26/);
  expect(rpcSignature('testsecret', text)).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
});

test('RPC: every byte but the unreserved ones is escaped, twice in the end', () => {
  expect(rpcStringToSign('POST', new Map([['Policy', "a b+c*~!'()/目"]]))).toBe(
    'POST&%2F&Policy%3Da%2520b%252Bc%252A~%2521%2527%2528%2529%252F%25E7%259B%25AE',
  );
});
