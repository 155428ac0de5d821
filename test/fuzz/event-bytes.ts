// Payloads for the function: real events, bent and broken; and bytes that were never one.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';

const folder = fileURLToPath(new URL('../../events/', import.meta.url));

/** The events that the README shows. */
const real: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => readFileSync(`${folder}${name}`, 'utf8'));
const parsed: readonly unknown[] = real.flatMap((text) => {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
});

/** Keys that the rules of the fuzzer take, and some that no one should. */
const key = fc.oneof(
  fc.constantFrom('faces/a.jpg', 'faces/ab.png', 'scans/1.tif', 'raw/x.jpg', 'a/../b.jpg', '/x', '{key}', 'faces/', ''),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `faces/${text}.jpg`),
  fc.string({ unit: 'grapheme', maxLength: 1_200 }),
);

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', 0, -1, -0, 1e308, 2 ** 53, 1.5, [], {}, [[]], 'x'.repeat(3_000)),
  fc.double(),
  fc.string({ maxLength: 20 }),
  key,
  fc.jsonValue({ maxDepth: 3 }),
  fc.nat({ max: 400 }).map(nested),
);

/** Mostly as they should be: otherwise few events would get as far as a call to OSS. */
function mostly<T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: oddValue });
}

const record = fc.record(
  {
    eventName: mostly(
      fc.constantFrom(
        ...['ObjectCreated:PutObject', 'oss:ObjectCreated:PostObject', 'ObjectCreated:PutSymlink'],
        ...['ObjectReplication:ObjectCreated', 'ObjectReplication:ObjectRemoved', 'ObjectRestore:FinishRestore'],
        ...['BucketCreated:PutBucket', 'ObjectCreated:Teleport', 'ObjectDownloaded:GetObject'],
        ...['ObjectRemoved:DeleteObject', 'ObjectRemoved:DeleteObjects', 'ObjectCreated:UploadPart', '__proto__'],
      ),
    ),
    eventSource: fc.constantFrom<unknown>('acs:oss', 'acs:oss', 'acs.oss', 'acs:mns', 7),
    eventTime: mostly(fc.constantFrom('2026-11-22T08:30:00.000Z', '275760-09-13', 'yesterday')),
    region: oddValue,
    oss: fc.record({
      bucket: mostly(
        fc.record({ name: fc.constantFrom('photos', 'photos', 'scans', 'photos-out', 'other', '__proto__') }),
      ),
      object: mostly(
        fc.record(
          { key: mostly(key), size: mostly(fc.nat({ max: 10_000 })), eTag: mostly(fc.constant('5B3C1A2E')) },
          { requiredKeys: ['key'] },
        ),
      ),
    }),
  },
  { requiredKeys: ['eventName', 'oss'] },
);

/** Some place in a real event, with something else in it. */
const bent = fc
  .record({ event: fc.constantFrom(...parsed), path: fc.array(fc.nat({ max: 30 }), { maxLength: 6 }), value: oddValue })
  .map(({ event, path, value }) => replaced(event, path, value));

const event: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.oneof(record, record, record, oddValue), { maxLength: 8 }).map((events) => ({ events })),
  },
  { weight: 2, arbitrary: record },
  { weight: 4, arbitrary: bent },
  { weight: 1, arbitrary: fc.record({ triggerTime: oddValue, triggerName: oddValue, payload: oddValue }) },
  {
    weight: 1,
    arbitrary: fc.record({ specversion: fc.constant('1.0'), source: oddValue, data: fc.oneof(record, oddValue) }),
  },
);

const wrappers = [
  'message',
  'base64',
  'text',
  'list',
  'data',
  'queue',
  'stream',
  'given up',
  'done',
  'marked',
] as const;

/** One text around another, as queues and buses put it. */
const wrapped = fc
  .record({ event, wrappers: fc.array(fc.constantFrom(...wrappers), { maxLength: 7 }) })
  .map(({ event, wrappers }) => wrappers.reduce<unknown>(wrap, event));

/** What the function is sent. */
export function eventBytes(): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.oneof(event, wrapped).map((value) => Buffer.from(json(value))) },
    { weight: 2, arbitrary: fc.record({ event, at: fc.nat(), byte: fc.nat({ max: 255 }) }).map(flipped) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...real).chain((text) => fc.nat({ max: text.length }).map((end) => cut(text, end))),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.record({ event, own: fc.constantFrom('__proto__', 'constructor', 'toString') }).map(poisoned),
    },
  );
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { Message: value };
  return value;
}

function replaced(value: unknown, [at, ...rest]: readonly number[], by: unknown): unknown {
  if (at === undefined || typeof value !== 'object' || value === null) return by;
  if (Array.isArray(value)) {
    const place = at % Math.max(1, value.length);
    return value.map((item, index) => (index === place ? replaced(item, rest, by) : item));
  }
  const entries = Object.entries(value);
  const place = at % Math.max(1, entries.length);
  return Object.fromEntries(
    entries.map(([name, item], index) => [name, index === place ? replaced(item, rest, by) : item]),
  );
}

function wrap(inner: unknown, how: string): unknown {
  if (how === 'message') return { Message: json(inner) };
  if (how === 'base64') return Buffer.from(json(inner)).toString('base64');
  if (how === 'text') return json(inner);
  if (how === 'list') return [inner, inner];
  if (how === 'stream') return { body: json(inner), attrs: {} };
  if (how === 'queue') return { specversion: '1.0', source: 'acs:mns', data: { messageBody: json(inner) } };
  if (how === 'given up') return { requestContext: { condition: 'InvocationError' }, requestPayload: json(inner) };
  if (how === 'done') return { requestContext: { condition: '' }, requestPayload: json(inner) };
  if (how === 'marked') return `\uFEFF${json(inner)}`;
  return { specversion: '1.0', data: inner };
}

function flipped({ event, at, byte }: { event: unknown; at: number; byte: number }): Buffer {
  const bytes = Buffer.from(json(event));
  bytes[at % bytes.length] = byte;
  return bytes;
}

function cut(text: string, end: number): Buffer {
  return Buffer.from(text.slice(0, end));
}

/** Names that reach an object's prototype, as JSON has them: as its own. */
function poisoned({ event, own }: { event: unknown; own: string }): Buffer {
  const text = json(event);
  return Buffer.from(text.startsWith('{') && text !== '{}' ? `{"${own}":{"events":[],"oss":1},${text.slice(1)}` : text);
}
