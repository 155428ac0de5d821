import { expect, it } from 'vitest';
import type { Explanation } from '../../../src/check/explain/explain.js';
import { explainReport } from '../../../src/check/explain/report.js';

const nothing: Explanation = {
  source: 'oss://photos/a.gif',
  event: 'ObjectCreated:PutObject',
  rules: [],
  skipped: 'no-rule',
  outputs: [],
  others: [
    { rule: 'avatars', path: 'rules[0]', condition: 'prefix', why: 'prefix: the key does not start with avatars/' },
  ],
  lookalikes: [],
  estimate: { process: 0, relay: 0, head: 0, delete: 0, bytes: 0 },
  assumed: {},
};
const options = { most: 10, region: 'cn-hangzhou' };

it('shows in a few lines why nothing happens', () => {
  expect(explainReport(nothing, options).split('\n')).toEqual([
    'oss://photos/a.gif  (ObjectCreated:PutObject)',
    '',
    'no rule takes it: it is skipped',
    '',
    '  no request to OSS',
    '',
    'other rules',
    '  avatars (rules[0])  prefix: the key does not start with avatars/',
    '',
  ]);
});

it('shows an output with its request, what it amounts to, and how many the quota takes', () => {
  const { skipped: _, ...rest } = nothing;
  const request = {
    method: 'POST',
    origin: 'https://photos.example.com',
    path: '/a.jpg?x-oss-process',
    body: 'x-oss-process=…',
  } as const;
  const lint = [
    { severity: 'warning', code: 'extension', start: 0, end: 1, message: 'says jpg.', fix: 'webp' },
  ] as const;
  const taken: Explanation = {
    ...rest,
    source: 'oss://photos/a.jpg',
    rules: [{ name: 'avatars', path: 'rules[0]' }],
    outputs: [
      { path: 'rules[0].outputs[0]', style: 'image/x', target: 'oss://out/a.jpg', request, lint },
      {
        path: 'rules[0].outputs[1]',
        style: 'image/y',
        refused: { code: 'MissingVariable', message: 'no date' },
        lint: [],
      },
    ],
    others: [],
    estimate: { process: 2, relay: 0, head: 1, delete: 0, bytes: 8_000_000 },
    assumed: { size: 4_000_000 },
  };
  expect(explainReport(taken, options).split('\n')).toEqual([
    'oss://photos/a.jpg  (ObjectCreated:PutObject)',
    '  assumed: 4000000 bytes (--size)',
    '',
    'rule avatars (rules[0]) takes it',
    '',
    '  1. image/x',
    '     → oss://out/a.jpg',
    '     POST /a.jpg?x-oss-process',
    '     Host: photos.example.com',
    '     x-oss-process=…',
    '     warning: says jpg. → webp [extension]',
    '',
    '  2. image/y',
    '     refused, nothing is sent: MissingVariable: no date',
    '',
    '  requests: 2 ProcessObject, 1 HeadObject, 8 MB of source data processed, at the assumed size',
    '  for a million such events: 3,000,000 requests, 8,000 GB',
    "  OSS's default quota (50 calls and 20 MB a second in cn-hangzhou) takes 2.5 such uploads a second",
    '',
  ]);
});

it('shows of an output that is relayed why, both its requests, and what they amount to', () => {
  const { skipped: _, ...rest } = nothing;
  const get = { method: 'GET', origin: 'https://photos.example.com', path: '/a.jpg?x-oss-process=image%2Fx' } as const;
  const headers = { 'cache-control': 'max-age=60', 'x-oss-tagging': 'of=a' };
  const request = { method: 'PUT', origin: 'https://out.example.com', path: '/a.jpg', headers } as const;
  const because = ['cache-control', 'tags'];
  const about = { path: 'rules[0].outputs[0]', style: 'image/x', target: 'oss://out/a.jpg', lint: [] };
  const refused = { code: 'HeadersTooLong', message: 'HeadersTooLong: too long' };
  const relayed: Explanation = {
    ...rest,
    rules: [{ name: 'avatars', path: 'rules[0]' }],
    outputs: [
      { ...about, request, relayed: { because, get } },
      { ...about, refused, relayed: { because } },
    ],
    others: [],
    estimate: { process: 1, relay: 1, head: 1, delete: 0, bytes: 200_000 },
  };
  expect(explainReport(relayed, options).split('\n').slice(3)).toEqual([
    '',
    '  1. image/x',
    '     → oss://out/a.jpg',
    '     relayed because of cache-control, tags: sys/saveas cannot do that',
    '     GET /a.jpg?x-oss-process=image%2Fx',
    '     Host: photos.example.com',
    '     PUT /a.jpg',
    '     Host: out.example.com',
    '     cache-control: max-age=60',
    '     x-oss-tagging: of=a',
    '',
    '  2. image/x',
    '     → oss://out/a.jpg',
    '     refused, nothing is sent: HeadersTooLong: too long',
    '     relayed because of cache-control, tags: sys/saveas cannot do that',
    '',
    '  requests: 1 ProcessObject, 1 GetObject, 1 PutObject, 1 HeadObject, 0.2 MB of source data processed',
    '  for a million such events: 4,000,000 requests, 200 GB',
    "  OSS's default quota (50 calls and 20 MB a second in cn-hangzhou) takes 25 such uploads a second",
    '',
  ]);
});

it.each([
  [nothing.rules, 'OSS would refuse it: ImageTooLarge: 27 MB'],
  [[{ name: 'a', path: 'rules[0]' }], 'OSS refuses it: ImageTooLarge: 27 MB; with a size in the rule it is skipped'],
])('says what OSS refuses', (rules, line) => {
  const refusedByOss = { code: 'ImageTooLarge', message: '27 MB' };
  expect(explainReport({ ...nothing, rules, refusedByOss }, options).split('\n')).toContain(line);
});

it('says which conditions depend on how an accent is written', () => {
  const lines = explainReport({ ...nothing, lookalikes: ['one', 'two'] }, options).split('\n');
  expect(lines.slice(2, 5)).toEqual(['no rule takes it: it is skipped', '  note: one', '  note: two']);
});

it('lists the first of many other rules', () => {
  const others = Array.from({ length: 1_234 }, () => nothing.others).flat();
  const lines = explainReport({ ...nothing, others }, options).split('\n');
  expect(lines.slice(-3)).toEqual([lines.at(-4), '  … and 1,224 more (--all)', '']);
  expect(
    explainReport({ ...nothing, others }, { ...options, most: Number.POSITIVE_INFINITY }).split('\n'),
  ).toHaveLength(1_242);
});
