import { expect, it } from 'vitest';
import { decodeText, encodeText } from '../../src/style/base64url.js';
import { golden } from './golden.js';

it.each(golden.base64)('$plain is $b64url', ({ plain, b64url }) => {
  expect(encodeText(plain)).toBe(b64url);
  expect(decodeText(b64url)).toBe(plain);
});

it('takes padding, which OSS examples show both with and without', () => {
  expect(decodeText('ZGVzdC5qcGc=')).toBe('dest.jpg');
});

it('takes the plus of standard base64, as live OSS does', () => {
  expect(decodeText('5Zu+')).toBe('图');
  expect(decodeText('5Zu-')).toBe('图');
});

it.each(['notbase64', 'a', 'YQ===', 'YW/i', 'YW i', 'YQ=YQ', '_w', '照片'])('refuses %j', (value) => {
  expect(decodeText(value)).toBeUndefined();
});
