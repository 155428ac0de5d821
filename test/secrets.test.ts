// What must stay secret, planted wherever it could come from: the role's credentials, the event, OSS's answers.
// Searched for in everything that the built function writes: its log, its results, its errors, its journal records.
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { type Asked, listen } from './oss/stub.js';
import { instanceOf } from './support/function.js';
import { shippedFunction } from './support/shipped.js';

const { codeDir } = shippedFunction();

const role = {
  accessKeyId: 'STS.NUplantedaccesskeyid0001',
  accessKeySecret: 'PlantedAccessKeySecretOfTheRole/+=0002',
  securityToken: 'CAISPlantedSecurityToken/+=0003',
};

/** In the event, where nothing of it is needed: a presigned URL and somebody's token. */
const inEvent = {
  signature: 'PlantedSignatureInTheEvent0004',
  token: 'PlantedTokenInTheEvent0005',
};

const planted = [...Object.values(role), ...Object.values(inEvent)];

/** As OSS explains a wrong signature: with all that it was sent. */
function explanation({ headers }: Asked): string {
  const signature = /Signature=([0-9a-f]+)/.exec(headers['authorization'] ?? '')?.[1] ?? '';
  signatures.add(signature);
  const { accessKeyId, securityToken } = role;
  return `key ${accessKeyId} token ${securityToken} (${encodeURIComponent(securityToken)}) signature ${signature} of ${headers['authorization']}`;
}

const signatures = new Set<string>();

interface Answer {
  readonly status: number;
  readonly code: string;
}

/** How OSS answers, by what the source's key says. */
function answerOf(url: string): Answer | 'reset' | 'json' | 'well' {
  const [, status, code] = /(\d{3})-(\w+)/.exec(url) ?? [];
  if (status !== undefined && code !== undefined) return { status: Number(status), code };
  return url.includes('reset') ? 'reset' : url.includes('json') ? 'json' : 'well';
}

const keys = [
  ...[
    'well',
    'reset',
    'json',
    '400-BadRequest',
    '403-AccessDenied',
    '403-SignatureDoesNotMatch',
    '403-InvalidAccessKeyId',
  ],
  ...['404-NoSuchStyle', '403-SecurityTokenExpired', '500-InternalError', '403-RequestTimeTooSkewed', '404-NoSuchKey'],
].map((what) => `avatars/${what}.jpg`);

const event = {
  events: keys.map((key) => ({
    eventName: 'ObjectCreated:PutObject',
    eventSource: 'acs:oss',
    eventTime: '2026-11-22T08:30:00.000Z',
    oss: {
      bucket: { name: 'photos', url: `https://photos.example/?Signature=${inEvent.signature}` },
      object: { key, size: 1234, eTag: '5B3C1A2E053D763E1B002CC607C5A0FE', securityToken: inEvent.token },
    },
    requestParameters: { 'x-oss-security-token': inEvent.token, Signature: inEvent.signature },
  })),
};

/** All that the function says while OSS answers so; the journal can be written or not. */
async function said(journal: 'written' | 'refused'): Promise<{ texts: string[]; records: number; thrown: string[] }> {
  const records: string[] = [];
  await using oss = await listen((response: ServerResponse, asked: Asked) => {
    response.setHeader('x-oss-request-id', '5C3D9175B6FC201293AD4890');
    const explained = explanation(asked);
    const refuse = ({ status, code }: Answer) => {
      response.statusCode = status;
      response.end(
        `<Error><Code>${code}</Code><Message>${explained}</Message><StringToSign>${explained}</StringToSign></Error>`,
      );
    };
    if (asked.method === 'PUT') {
      records.push(asked.body);
      if (journal === 'refused') refuse({ status: 403, code: 'AccessDenied' });
      else response.setHeader('etag', '"E"').end();
      return;
    }
    const answer = answerOf(decodeURIComponent(asked.url));
    if (asked.method === 'HEAD') {
      response.setHeader('etag', '"5B3C1A2E053D763E1B002CC607C5A0FE"');
      response.setHeader('last-modified', 'Sun, 22 Nov 2026 08:30:00 GMT');
      response.setHeader('content-length', '1234').end();
    } else if (answer === 'reset') {
      response.socket?.resetAndDestroy();
    } else if (answer === 'json') {
      response.end(JSON.stringify({ status: 'Fail', message: explained }));
    } else if (answer === 'well') {
      const object = Buffer.from(/o_([\w-]+)/.exec(asked.body)?.[1] ?? '', 'base64url').toString();
      response.end(JSON.stringify({ bucket: '', fileSize: 1, object, status: 'OK', note: explained }));
    } else {
      refuse(answer);
    }
  });
  await using instance = instanceOf(codeDir, { OSS_ENDPOINT: oss.origin }, () => role);
  const texts: string[] = [];
  const thrown: string[] = [];
  for (const payload of [event, Buffer.from(`{"Signature":"${inEvent.signature}`), { token: inEvent.token }]) {
    const { value, failed, lines, report } = await instance.invoke(payload);
    texts.push(report.result.toString(), report.logTail.toString(), ...lines.map((line) => JSON.stringify(line)));
    if (failed) thrown.push(String(value['errorType']));
  }
  return { texts: [...texts, ...records], records: records.length, thrown };
}

it.concurrent.each([
  ['written', ['EventError', 'EventError']],
  ['refused', ['RetryLater', 'EventError', 'EventError']],
] as const)('is in nothing that the function says, the journal being %s', async (journal, errors) => {
  const { texts, records, thrown } = await said(journal);
  expect(thrown).toEqual(errors);
  expect(records).toBeGreaterThan(10);
  const all = texts.join('\n');
  // What was searched is what was said.
  for (const key of keys) expect(all).toContain(key);
  for (const code of ['BadRequest', 'AccessDenied', 'NoSuchStyle', 'InternalError']) expect(all).toContain(code);
  expect(signatures.size).toBeGreaterThan(10);
  for (const secret of [...planted, ...signatures]) {
    for (const form of new Set([secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])) {
      expect(all.includes(form), `${form} was written`).toBe(false);
    }
  }
  expect(/Signature=\w.{0,40}/.exec(all)?.[0]).toBeUndefined();
});
