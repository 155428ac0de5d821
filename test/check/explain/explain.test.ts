// What explain shows as sent, compared with what the function sends: the real client, over real HTTP.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ExplainOptions, explain } from '../../../src/check/explain/explain.js';
import { someEtag } from '../../../src/check/rules/example-uploads.js';
import { handle } from '../../../src/handle.js';
import { createOss } from '../../../src/oss/client.js';
import { createConnection } from '../../../src/oss/connection.js';
import { resolveEndpoint } from '../../../src/oss/endpoint.js';
import { readEvent, type Upload } from '../../../src/pipeline/event.js';
import { indexRules } from '../../../src/pipeline/match.js';
import { loadConfig } from '../../../src/rules/load.js';
import { listen } from '../../oss/stub.js';

const output = (key: string, style = 'image/auto-orient,1/resize,w_10') => ({ style, to: { bucket: 'out', key } });
const config = loadConfig(
  {
    journal: 'throw',
    rules: [
      { name: 'old', when: { bucket: 'scans' }, outputs: [output('scans/{key}')] },
      {
        name: 'small',
        when: { bucket: 'photos', prefix: 'avatars/', size: { max: 1_000 } },
        outputs: [output('small/{key}')],
      },
      {
        name: 'avatars',
        when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg', '.png'], exclude: ['avatars/raw/'] },
        onDelete: 'remove',
        outputs: [output('{key}.webp'), output('square/{key}', 'style/square')],
      },
      { name: 'later', when: { bucket: 'photos', prefix: 'avatars/' }, outputs: [output('later/{key}')] },
      {
        name: 'dated',
        when: { bucket: 'photos', prefix: 'dated/' },
        outputs: [output('d/{year}-{month}-{day}/{etag}/{key}')],
      },
      {
        name: 'all',
        when: { bucket: 'photos', prefix: 'gallery/' },
        outputs: [output('g/{file}'), output('{dir}{ext}/{name}')],
      },
      {
        name: 'relayed',
        when: { bucket: 'photos', prefix: 'web/' },
        outputs: [
          output('plain/{file}'),
          { ...output('cached/{file}'), headers: { 'Cache-Control': 'max-age=60', 'x-oss-meta-of': '{etag}/{file}' } },
          { ...output('tagged/{file}'), tags: { of: '{name}', day: '{year}-{month}' } },
          output('{file}.avif', 'image/format,avif'),
        ],
      },
    ],
  },
  {},
);
const now = Date.UTC(2026, 10, 23);
const online: ExplainOptions = {
  endpoint: resolveEndpoint({ region: 'cn-hangzhou' }),
  region: 'cn-hangzhou',
  now,
  fromFile: false,
};

function uploadOf(uri: string, more: Partial<Upload> = {}, eventName = 'ObjectCreated:PutObject'): Upload {
  const [, name, key] = /^oss:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
  const [upload] = readEvent(
    Buffer.from(JSON.stringify({ eventName, oss: { bucket: { name }, object: { key } } })),
  ).uploads;
  if (upload === undefined) throw new Error(`no upload: ${uri}`);
  return { ...upload, ...more };
}

describe('explain', () => {
  it('shows the requests that the function makes, for every sample event and odd keys', async () => {
    const files = readdirSync('events').filter((file) => file !== 'not-an-event.json');
    const uploads = [
      ...files.flatMap((file) => readEvent(readFileSync(`events/${file}`)).uploads),
      ...[
        'avatars/a b+c%20&=.jpg',
        'avatars/图片🎈.PNG',
        `avatars/${'k'.repeat(1_005)}.jpg`,
        'avatars/../x.jpg',
        'gallery/{key}.jpg',
      ].map((key) => uploadOf(`oss://photos/${key}`, { size: 2_000, etag: 'E', time: now })),
      uploadOf('oss://photos/avatars/none.jpg'),
      uploadOf('oss://photos/web/a b&ü.jpg', { etag: 'E', time: now }),
      uploadOf('oss://photos/web/no-etag.jpg', { time: now }),
      uploadOf('oss://photos/dated/x.jpg', { etag: 'E' }),
    ];
    expect(uploads.length).toBeGreaterThan(15);
    const requests = { POST: 0, GET: 0, PUT: 0, HEAD: 0, DELETE: 0 };
    let source: { etag: string; time: number; size: number } | undefined;
    await using server = await listen((response, { method, body }) => {
      const key = Buffer.from(/o_([\w-]+)/.exec(body)?.[1] ?? '', 'base64url').toString();
      if (method === 'HEAD' && source === undefined) response.statusCode = 404;
      if (method === 'HEAD') response.setHeader('content-length', String(source?.size ?? 0));
      if (method === 'DELETE') response.statusCode = 204;
      response.setHeader('etag', `"${source?.etag}"`);
      response.setHeader('last-modified', new Date(source?.time ?? 0).toUTCString());
      if (method === 'GET') {
        response.setHeader('content-type', 'image/webp');
        response.setHeader('x-oss-request-id', 'R');
        response.end('image');
        return;
      }
      response.end(method === 'POST' ? JSON.stringify({ object: key, status: 'OK', fileSize: 1 }) : undefined);
    });
    const endpoint = resolveEndpoint({ region: 'cn-hangzhou', override: server.origin });
    const connection = createConnection();
    const credentials = { accessKeyId: 'id', accessKeySecret: 'secret' };
    const deadline = Date.now() + 60_000;
    const oss = createOss({ endpoint, region: 'cn-hangzhou', credentials, connection, deadline });
    const handling = {
      index: indexRules(config.rules),
      journal: config.journal,
      oss,
      journalOss: oss,
      concurrency: 5,
      now: Date.now,
      deadline,
      log: () => {},
      redelivered: false,
    };
    for (const upload of uploads) {
      const { outputs, estimate, assumed } = await explain(upload, config, { ...online, endpoint, fromFile: true });
      const { etag = someEtag, time = now, size = assumed.size ?? 0 } = upload;
      source = upload.kind === 'removed' ? undefined : { etag, time, size };
      server.asked.length = 0;
      await handle({ uploads: [upload], ignored: [], malformed: [], ticks: [] }, handling).catch((error: Error) =>
        expect(error.name).toBe('PermanentFailure'),
      );
      const made = server.asked.map(({ method, url, body }) => `${method} ${url} ${body}`);

      const sent = outputs.flatMap(({ request, relayed }) => [relayed?.get ?? [], request ?? []].flat());
      const shown = sent.map(({ method, path, body = '' }) => `${method} ${path} ${method === 'PUT' ? 'image' : body}`);
      for (const { method, path, headers } of sent) {
        const asked = server.asked.find((one) => one.method === method && one.url === path);
        if (method === 'PUT') expect(asked?.headers).toMatchObject({ ...headers });
      }
      expect(shown.sort()).toEqual(made.filter((request) => !request.startsWith('HEAD')).sort());
      for (const [method, count] of [
        ['POST', estimate.process],
        ['GET', estimate.relay],
        ['PUT', estimate.relay],
        ['HEAD', estimate.head],
        ['DELETE', estimate.delete],
      ] as const) {
        expect(made.filter((request) => request.startsWith(method))).toHaveLength(count);
        requests[method] += count;
      }
    }
    await connection.close();
    expect(Math.min(...Object.values(requests))).toBeGreaterThan(1);
  });

  it('names the rule that takes it, and of every other the first reason, the nearest first', async () => {
    const { rules, others, skipped } = await explain(
      uploadOf('oss://photos/avatars/raw/a.jpg', { size: 2_000 }),
      config,
      online,
    );
    expect({ rules, skipped }).toEqual({ rules: [{ name: 'later', path: 'rules[3]' }], skipped: undefined });
    expect(others.map(({ rule, condition, why }) => [rule, condition, why])).toEqual([
      ['small', 'size', 'size: 2000 bytes, not at most 1000'],
      ['avatars', 'exclude', 'exclude: the key starts with avatars/raw/'],
      ['dated', 'prefix', 'prefix: the key does not start with dated/'],
      ['all', 'prefix', 'prefix: the key does not start with gallery/'],
      ['relayed', 'prefix', 'prefix: the key does not start with web/'],
      ['old', 'bucket', 'bucket: it listens to scans, not to photos'],
    ]);
  });

  it('shows of rules that would take it that an earlier one does', async () => {
    const { others } = await explain(uploadOf('oss://photos/avatars/a.jpg', { size: 10 }), config, online);
    expect(others.slice(0, 2).map(({ rule, condition }) => [rule, condition])).toEqual([
      ['avatars', 'order'],
      ['later', 'order'],
    ]);
  });

  it('says of an empty object that no rule takes it', async () => {
    const { skipped, others } = await explain(uploadOf('oss://photos/gallery/a.jpg', { size: 0 }), config, online);
    expect(skipped).toBe('empty');
    expect(others[0]).toMatchObject({ rule: 'all', condition: 'size', why: 'size: 0 bytes, which no rule takes' });
  });

  it.each([
    ['oss://photos/avatars/a.jpg', {}, { size: 1_000 }, 1_000],
    ['oss://photos/gallery/a.jpg', {}, { size: 4_000_000 }, 8_000_000],
    ['oss://photos/gallery/a.jpg', { size: 7 }, {}, 14],
    [
      'oss://photos/dated/a.jpg',
      {},
      { size: 4_000_000, etag: '5D41402ABC4B2A76B9719D911017C592', time: now },
      4_000_000,
    ],
    ['oss://photos/dated/a.jpg', { size: 1, etag: 'E', time: 0 }, {}, 1],
  ])('assumes for %s %j what matters and is not known: %j', async (uri, given, assumed, bytes) => {
    const explanation = await explain(uploadOf(uri, given), config, online);
    expect(explanation.assumed).toEqual(assumed);
    expect(explanation.estimate.bytes).toBe(bytes);
  });

  it('shows what is refused, and what lint finds', async () => {
    const long = await explain(
      uploadOf(`oss://photos/avatars/${'k'.repeat(1_009)}.jpg`, { size: 2_000 }),
      config,
      online,
    );
    expect(long.outputs.map(({ refused, request }) => [refused?.code, request?.method])).toEqual([
      ['InvalidTargetKey', undefined],
      ['InvalidTargetKey', undefined],
    ]);
    const braces = await explain(uploadOf('oss://photos/gallery/{x}.jpg'), config, online);
    expect(braces.outputs.map(({ path, refused }) => [path, refused?.code])).toEqual([
      ['rules[5].outputs[0]', 'InvalidTargetKey'],
      ['rules[5].outputs[1]', 'InvalidTargetKey'],
    ]);
  });

  it('says of outputs that are relayed that they are, and why, and assumes what their headers and tags need', async () => {
    const { assumed, outputs } = await explain(uploadOf('oss://photos/web/a.jpg'), config, online);
    expect(
      outputs.map(({ request, relayed }) => [relayed?.because.join(), relayed?.get?.method, request?.method]),
    ).toEqual([
      [undefined, undefined, 'POST'],
      ['cache-control,x-oss-meta-of', 'GET', 'PUT'],
      ['tags', 'GET', 'PUT'],
      ['format,avif', 'GET', 'PUT'],
    ]);
    expect(assumed).toMatchObject({ etag: someEtag, time: now });
    expect(outputs[2]?.request?.headers).toEqual({ 'x-oss-tagging': 'of=a&day=2026-11' });
  });

  it('says of a removal nothing that only a relay sends, and assumes nothing for it', async () => {
    const labelled = { ...output('{key}'), headers: { 'x-oss-meta-of': '{etag}' }, tags: { of: '{year}' } };
    const rules = [{ name: 'r', when: { bucket: 'photos' }, onDelete: 'remove', outputs: [labelled] }] as const;
    const removal = uploadOf('oss://photos/a.jpg', {}, 'ObjectRemoved:DeleteObject');
    const { outputs, assumed } = await explain(removal, loadConfig({ journal: 'throw', rules }, {}), online);
    expect(outputs.map(({ request, relayed }) => [request?.method, request?.headers, relayed])).toEqual([
      ['DELETE', undefined, undefined],
    ]);
    expect(assumed).toEqual({});
  });

  it('says that an output is relayed also where its headers become too long for OSS', async () => {
    const named = { ...output('{file}'), tags: { a: 'b' } };
    const outputs = [{ ...named, headers: { 'x-oss-meta-a': '{key}', 'x-oss-meta-b': '{key}{key}' } }];
    const rules = [{ name: 'r', when: { bucket: 'photos' }, outputs }];
    const long = uploadOf(`oss://photos/${'图'.repeat(330)}.jpg`);
    const explained = await explain(long, loadConfig({ journal: 'throw', rules }, {}), online);
    expect(explained.outputs).toMatchObject([
      { refused: { code: 'HeadersTooLong' }, relayed: { because: ['x-oss-meta-a', 'x-oss-meta-b', 'tags'] } },
    ]);
    expect(explained.outputs[0]?.request).toBeUndefined();
    expect(explained.outputs[0]?.relayed?.get).toBeUndefined();
    expect(explained.estimate).toMatchObject({ process: 0, relay: 0, bytes: 0 });
  });

  it('shows what a removal removes, and why other rules do not', async () => {
    const removal = uploadOf('oss://photos/avatars/a.jpg', {}, 'ObjectRemoved:DeleteObject');
    const { rules, outputs, others, estimate, assumed } = await explain(removal, config, online);
    expect(rules).toEqual([{ name: 'avatars', path: 'rules[2]' }]);
    expect(outputs.map(({ target }) => target)).toEqual([
      'oss://out/avatars/a.jpg.webp',
      'oss://out/square/avatars/a.jpg',
    ]);
    expect(estimate).toMatchObject({ process: 0, delete: 2, bytes: 0 });
    expect(others.slice(0, 2).map(({ rule, condition }) => [rule, condition])).toEqual([
      ['small', 'onDelete'],
      ['later', 'onDelete'],
    ]);
    expect(assumed).toEqual({});
  });

  it('shows that nothing takes it', async () => {
    const { rules, outputs, skipped, estimate, others } = await explain(
      uploadOf('oss://photos/notes.txt'),
      config,
      online,
    );
    expect({ rules, outputs, skipped, estimate }).toEqual({
      rules: [],
      outputs: [],
      skipped: 'no-rule',
      estimate: { process: 0, relay: 0, head: 0, delete: 0, bytes: 0 },
    });
    expect(others).toHaveLength(config.rules.length);
  });

  it('says of a size that is assumed that it is', async () => {
    const when = (prefix: string, size: object) => ({ bucket: 'photos', prefix, size });
    const sized = loadConfig(
      {
        journal: 'throw',
        rules: [
          { name: 'small', when: when('a/', { max: 1_000 }), outputs: [output('small/{key}')] },
          { name: 'large', when: when('a/', { min: 2_000 }), outputs: [output('large/{key}')] },
        ],
      },
      {},
    );
    const { others } = await explain(uploadOf('oss://photos/a/a.jpg'), sized, online);
    expect(others.map(({ why }) => why)).toEqual(['size: 1000 bytes (assumed), not at least 2000']);
  });

  it.each([
    ['oss://photos/gallery/a.jpg', 20_971_520, undefined],
    ['oss://photos/gallery/a.jpg', 27_000_000, 'all'],
    ['oss://photos/notes.txt', 27_000_000, ''],
  ])('names the limit of OSS for %s of %i bytes', async (uri, size, rule) => {
    const { refusedByOss, rules } = await explain(uploadOf(uri, { size }), config, online);
    expect(refusedByOss?.code).toBe(rule === undefined ? undefined : 'ImageTooLarge');
    if (rule === undefined) return;
    expect(refusedByOss?.message).toBe(
      'the upload has 27000000 bytes, and OSS processes images of at most 20 MB (20971520 bytes)',
    );
    expect(rules.map(({ name }) => name).join()).toBe(rule);
  });

  it('says of a name from macOS what it only looks like', async () => {
    const rules = [{ name: 'cafe', when: { bucket: 'photos', prefix: 'caf\u00e9/' }, outputs: [output('c/{key}')] }];
    const upload = uploadOf('oss://photos/cafe\u0301/a.jpg');
    const explained = await explain(upload, loadConfig({ journal: 'throw', rules }, {}), online);
    expect(explained.skipped).toBe('no-rule');
    expect(explained.lookalikes).toHaveLength(1);
    expect((await explain(upload, config, online)).lookalikes).toEqual([]);
  });
});
