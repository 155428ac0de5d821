import { X509Certificate } from 'node:crypto';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { selfSigned } from './certificate.js';

it('is one that Node reads, for a day, at 127.0.0.1 and for a name', () => {
  const now = new Date('2026-11-29T10:00:00Z');
  const certificate = new X509Certificate(selfSigned('photos.example.com', now).certificate);
  expect(certificate.subject).toBe('CN=bench');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkHost('photos.example.com')).toBe('photos.example.com');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(new Date(certificate.validFrom)).toEqual(new Date('2026-11-28T10:00:00Z'));
  expect(new Date(certificate.validTo)).toEqual(new Date('2026-11-30T10:00:00Z'));
  expect(certificate.ca).toBe(true);
});

it('is trusted by a client that is told to, and by no other', async () => {
  const { key, certificate } = selfSigned('photos.example.com', new Date());
  const server = createServer({ key, cert: certificate }, (_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const statusWith = (ca: string | undefined): Promise<unknown> =>
    new Promise((resolve) => {
      const options = { host: '127.0.0.1', port, agent: false, ...(ca === undefined ? {} : { ca }) };
      get(options, ({ statusCode }) => resolve(statusCode)).on('error', ({ message }) => resolve(message));
    });
  expect(await statusWith(certificate)).toBe(200);
  expect(await statusWith(undefined)).toContain('self-signed');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
