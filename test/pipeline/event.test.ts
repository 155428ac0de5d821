import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventError, readEvent } from '../../src/pipeline/event.js';

const sample = (name: string): Buffer => readFileSync(new URL(`../../events/${name}.json`, import.meta.url));
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const record = (over: Record<string, unknown> = {}, object: Record<string, unknown> = {}): Record<string, unknown> => ({
  eventName: 'ObjectCreated:PutObject',
  eventSource: 'acs:oss',
  eventTime: '2026-11-22T08:30:00.000Z',
  oss: { bucket: { name: 'photos' }, object: { key: 'avatars/balloons.jpg', size: 12, eTag: '"ab12"', ...object } },
  ...over,
});

describe('readEvent', () => {
  it.each([
    ['put-object', ['avatars/balloons.jpg']],
    ['post-object', ['avatars/oranges.jpg']],
    ['complete-multipart-upload', ['gallery/mountain-lake.jpg']],
    ['copy-object', ['gallery/northern-lights.jpg']],
    ['eventbridge', ['avatars/balloons.jpg']],
    ['mns', ['avatars/balloons.jpg']],
    ['batch', ['avatars/balloons.jpg', 'gallery/mountain-lake.jpg', 'notes/readme.txt', 'avatars/gone.jpg']],
    ['object-removed', ['avatars/balloons.jpg']],
    ['replica-created', ['avatars/balloons.jpg']],
    ['bucket-created', []],
    ['smq-queue', ['avatars/balloons.jpg', 'gallery/mountain-lake.jpg']],
    ['smq-topic-stream', ['avatars/balloons.jpg']],
    ['rocketmq', ['avatars/balloons.jpg']],
    ['dead-letter', ['avatars/balloons.jpg']],
    ['foreign', []],
    ['timer', []],
  ])('reads events/%s.json', (name, keys) => {
    const { uploads, malformed } = readEvent(sample(name));
    expect(uploads.map(({ bucket, key }) => `${bucket}:${key}`)).toEqual(keys.map((key) => `photos:${key}`));
    expect(malformed).toEqual([]);
  });

  it('takes keys literally', () => {
    const keys = readEvent(sample('odd-keys')).uploads.map(({ key }) => key);
    expect(keys).toContain('avatars/100%25.jpg');
    expect(keys).toContain('avatars/1+1=2.jpg');
    expect(keys).toContain('avatars//double.jpg');
    expect(keys).toContain('avatars/目录/照片.jpg');
  });

  it('reads what the record tells', () => {
    expect(readEvent(bytes(record())).uploads).toEqual([
      {
        kind: 'stored',
        event: 'ObjectCreated:PutObject',
        bucket: 'photos',
        key: 'avatars/balloons.jpg',
        size: 12,
        etag: 'AB12',
        time: Date.UTC(2026, 10, 22, 8, 30),
        record: {
          eventName: 'ObjectCreated:PutObject',
          eventSource: 'acs:oss',
          eventVersion: '1.0',
          eventTime: '2026-11-22T08:30:00.000Z',
          oss: { bucket: { name: 'photos' }, object: { key: 'avatars/balloons.jpg', size: 12, eTag: 'AB12' } },
        },
      },
    ]);
  });

  it('reads its own journalled record as the same upload', () => {
    const [upload] = readEvent(sample('put-object')).uploads;
    expect(readEvent(bytes(upload?.record)).uploads).toEqual([upload]);
  });

  it('needs no more than a name, a bucket and a key', () => {
    const least = { eventName: 'ObjectCreated:PutObject', oss: { bucket: { name: 'b' }, object: { key: 'k' } } };
    expect(readEvent(bytes(least)).uploads).toMatchObject([{ bucket: 'b', key: 'k' }]);
  });

  const cloudEvent = { specversion: '1.0', source: 'acs.oss', type: 'oss:ObjectCreated:PutObject', data: record() };
  const native = JSON.stringify({ events: [record()] });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const queued = (messageBody: unknown) => ({ ...cloudEvent, source: 'acs:mns', data: { messageBody } });
  it.each<[string, unknown]>([
    ['a bare record', record()],
    ['an array of records', [record()]],
    ['an array of CloudEvents', [cloudEvent]],
    ['a CloudEvent with text for data', { ...cloudEvent, data: JSON.stringify(record()) }],
    ['an MNS envelope with JSON', { Message: native }],
    ['an MNS envelope with base64', { Message: Buffer.from(native).toString('base64') }],
    ['base64 text', Buffer.from(native).toString('base64')],
    ['base64url text, unpadded, in lines', Buffer.from(native).toString('base64url').replace(/.{76}/g, '$&\n')],
    ['JSON in a JSON string', JSON.stringify(native)],
    ['a name with its prefix', record({ eventName: 'oss:ObjectCreated:PutObject' })],
    ['a byte order mark', `\uFEFF${native}`],
    ['a byte order mark in a message', { Message: `\uFEFF${native}` }],
    ['a byte order mark in base64', { Message: base64(`\uFEFF${native}`) }],
    ['a message of a queue', queued(native)],
    ['a message of a queue in base64', [queued(base64(native))]],
    ['a message of a queue that its client encoded once more', [queued(base64(base64(native)))]],
    ['a message of a queue without its CloudEvent', [{ requestId: 'R', messageId: 'M', messageBody: native }]],
    ['a message of a queue that a bus took to another one', queued(JSON.stringify([queued(base64(native))]))],
    ['a message of a topic with attributes', { body: native, attrs: { Extend: '{}' } }],
    [
      'a message whose body is an object',
      { ...cloudEvent, source: 'acs:amqp', data: { body: { events: [record()] } } },
    ],
    ['a message of RocketMQ without its CloudEvent', [{ msgId: 'M', topic: 'uploads', body: native }]],
    ['a CloudEvent of another source with a record', { ...cloudEvent, source: 'my.relay', type: 'my:type' }],
    ['what was given up', deadLetter(native)],
    ['what was given up, from a queue', [queued(JSON.stringify(deadLetter(native)))]],
    ['what was given up, from a bus', { ...cloudEvent, source: 'acs:fc', data: deadLetter(native) }],
    ['what was given up twice, each time from a queue', queued(again(queued(again(native))))],
    ['what was given up five times', givenUp(5, (letter) => queue(base64(letter)))],
    ['what was given up five times, in lists', givenUp(5, (letter) => [queue(base64(letter))])],
  ])('reads %s', (_, payload) => {
    expect(readEvent(bytes(payload)).uploads.map(({ key }) => key)).toEqual(['avatars/balloons.jpg']);
  });

  const bus = { specversion: '1.0', source: 'acs.oss', id: 'x2' };
  const bucketCreated = { eventName: 'BucketCreated:PutBucket', oss: { bucket: { name: 'photos' } } };
  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'an aborted upload',
      record({ eventName: 'ObjectRemoved:AbortMultipartUpload' }),
      'oss://photos/avatars/balloons.jpg',
      'not-an-upload',
    ],
    ['a part', record({ eventName: 'ObjectCreated:UploadPart' }), 'oss://photos/avatars/balloons.jpg', 'not-an-upload'],
    [
      'a download',
      record({ eventName: 'ObjectDownloaded:GetObject' }),
      'oss://photos/avatars/balloons.jpg',
      'not-an-upload',
    ],
    ['a new bucket', bucketCreated, 'oss://photos', 'not-an-upload'],
    ['a new bucket without a name', { ...bucketCreated, oss: {} }, 'event', 'not-an-upload'],
    ['another service', record({ eventSource: 'aws:s3' }), 'oss://photos/avatars/balloons.jpg', 'foreign-source'],
    ['a folder', record({}, { key: 'new/', size: 0 }), 'oss://photos/new/', 'folder'],
    [
      'a foreign CloudEvent',
      { specversion: '1.0', source: 'acs.mns', id: 'x1', data: {} },
      'event:x1',
      'foreign-source',
    ],
    [
      'what OSS tells of an account',
      { ...bus, type: 'oss:CloudMonitor:BucketEgressBandwidth', data: { product: 'oss', level: 'INFO' } },
      'event:x2',
      'not-an-upload',
    ],
    [
      'a call that ActionTrail tells of',
      { ...bus, type: 'oss:ActionTrail:ApiCall', data: { eventName: 'PutBucket', eventSource: 'oss.aliyuncs.com' } },
      'event:x2',
      'not-an-upload',
    ],
    [
      'a download, by the object',
      { ...bus, type: 'oss:ObjectDownloaded:GetObject', data: record({ eventName: 'ObjectDownloaded:GetObject' }) },
      'oss://photos/avatars/balloons.jpg',
      'not-an-upload',
    ],
  ])('passes over %s with a reason', (_, payload, source, reason) => {
    expect(readEvent(bytes(payload))).toMatchObject({ uploads: [], ignored: [{ source, reason }] });
  });

  it.each<[string, unknown, string, string]>([
    ['a CloudEvent', { specversion: '1.0', source: 'acs.ecs', type: 'ecs:x', data: { a: 1 } }, 'acs.ecs', 'ecs:x'],
    ['one without data', { specversion: '1.0', source: 'acs.ecs', type: 'ecs:x' }, 'acs.ecs', 'ecs:x'],
    ['a message that is text', queue('hello'), 'acs:mns', 'mns:Queue:SendMessage'],
    ['a message that is a list', queue('[1,{"a":2}]'), 'acs:mns', 'mns:Queue:SendMessage'],
    ['a message without a record', queue('{"events":[]}'), 'acs:mns', 'mns:Queue:SendMessage'],
    [
      'a record of another service in a message',
      queue('{"eventName":"x","eventSource":"acs:rds"}'),
      'acs:mns',
      'mns:Queue:SendMessage',
    ],
    ['an empty message of a topic', { TopicName: 'news', Message: '' }, 'message of news', 'Message'],
    ['an event that succeeded', { ...deadLetter('{}'), requestContext: { condition: '' } }, 'acs:fc', 'succeeded'],
    ['a record of another service', { eventName: 'x', eventSource: 'acs:rds', oss: {} }, 'acs:rds', 'x'],
    [
      'a bad record that was given up',
      deadLetter('{"eventName":"ObjectCreated:PutObject"}'),
      'acs:fc',
      'InvocationError',
    ],
    ['what is no text', { specversion: '1.0', source: 'a'.repeat(70), type: 7, data: 7 }, `${'a'.repeat(63)}…`, ''],
  ])('tells who sent %s', (_, payload, source, type) => {
    const { uploads, ignored } = readEvent(bytes(payload));
    expect(uploads).toEqual([]);
    expect(ignored).toMatchObject([{ reason: 'foreign-source', origin: { source, type } }]);
  });

  it('passes over what is not OSS’s beside what is', () => {
    const { uploads, ignored } = readEvent(bytes([queue('hello'), queue(JSON.stringify(record()))]));
    expect(uploads).toHaveLength(1);
    expect(ignored).toHaveLength(1);
  });

  it.each(['InvocationError', 'UnhandledInvocationError', 'EventExpired', 'FunctionResourceExhausted'])(
    'runs again what Function Compute gave up for %s, and knows it',
    (condition) => {
      const letter = { ...deadLetter(JSON.stringify(record())), requestContext: { condition } };
      expect(readEvent(bytes(letter)).uploads).toMatchObject([{ key: 'avatars/balloons.jpg', givenUp: true }]);
    },
  );

  it.each([undefined, '', null, 'Success', 'succeeded'])('leaves what ended with the condition %j', (condition) => {
    const letter = { ...deadLetter(JSON.stringify(record())), requestContext: { condition } };
    expect(readEvent(bytes(letter))).toMatchObject({ uploads: [], ignored: [{ reason: 'foreign-source' }] });
  });

  it.each(['DeleteObject', 'DeleteObjects'])('reads a removal by %s', (api) => {
    const { uploads } = readEvent(bytes(record({ eventName: `ObjectRemoved:${api}` }, { size: 0 })));
    expect(uploads).toMatchObject([{ kind: 'removed', key: 'avatars/balloons.jpg' }]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a replica', { eventName: 'ObjectReplication:ObjectCreated' }, 'stored'],
    ['a replica that is replaced', { eventName: 'ObjectReplication:ObjectModified' }, 'stored'],
    ['a replica that is removed', { eventName: 'ObjectReplication:ObjectRemoved' }, 'removed'],
    ['what mirroring fetched', { eventName: 'ObjectCreated:Mirror' }, 'stored'],
    ['what mirroring fetched, by another name', { eventName: 'ObjectCreated:MirrorFromOrigin' }, 'stored'],
    ['a restored object', { eventName: 'ObjectRestore:FinishRestore' }, 'stored'],
    ['an upload by a name that is in no document', { eventName: 'ObjectCreated:Teleport' }, 'stored'],
  ])('takes %s', (_, over, kind) => {
    const { uploads } = readEvent(bytes(record(over)));
    expect(uploads).toMatchObject([{ kind, event: over['eventName'], key: 'avatars/balloons.jpg', etag: 'AB12' }]);
    // The journal keeps the name, and reads it again.
    expect(readEvent(bytes(uploads[0]?.record)).uploads).toEqual(uploads);
  });

  it('asks for a key only where the name tells of an object', () => {
    const { uploads, ignored, malformed } = readEvent(bytes({ events: [bucketCreated, record(), { eventName: 'X' }] }));
    expect(uploads).toHaveLength(1);
    expect(ignored).toEqual([{ source: 'oss://photos', reason: 'not-an-upload' }]);
    expect(malformed.map(({ message }) => message)).toEqual([expect.stringContaining('oss.bucket.name')]);
  });

  it('takes an object that ends in a slash and holds bytes', () => {
    expect(readEvent(bytes(record({}, { key: 'a/', size: 5 }))).uploads).toHaveLength(1);
  });

  it('reads the timer', () => {
    expect(readEvent(sample('timer')).ticks).toEqual([
      { triggerName: 'every-minute', triggerTime: '2026-11-22T08:31:00Z' },
    ]);
  });

  it('keeps the readable records of a batch', () => {
    const batch = { events: [record(), { eventName: 'ObjectCreated:PutObject', oss: {} }, 7, null, record()] };
    const { uploads, malformed } = readEvent(bytes(batch));
    expect(uploads).toHaveLength(2);
    expect(malformed.map(({ at }) => at)).toEqual(['events[1]', 'events[2]', 'events[3]']);
    expect(malformed[0]?.message).toContain('oss.bucket.name, oss.object.key');
  });

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /empty/],
    ['text', bytes('hello, world'), /neither JSON nor base64/],
    ['broken JSON', bytes('{"events":['), /neither JSON nor base64/],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe]), /not UTF-8/],
    ['a number', bytes(7), /a number/],
    ['null', bytes('null'), /null/],
    ['an empty list', bytes({ events: [] }), /no record/],
    ['another object', sample('not-an-event'), /no known shape/],
    ['S3', bytes({ Records: [{ s3: {} }] }), /no known shape/],
    ['a record without a key', bytes(record({ oss: { bucket: { name: 'b' } } })), /oss\.object\.key/],
    ['keys of the wrong type', bytes(record({}, { key: 7 })), /oss\.object\.key/],
    ['an endless envelope', bytes(nest(120)), /wrapped more than/],
    ['an endless envelope of a queue', bytes(queue(JSON.stringify(nest(120)))), /wrapped more than/],
    ['an endless envelope in a list', bytes([queue(JSON.stringify([nest(120)]))]), /wrapped more than/],
    ['an endless envelope that was given up', bytes([deadLetter(JSON.stringify([nest(120)]))]), /wrapped more than/],
    ['a bad record in a message', bytes(queue(JSON.stringify(record({}, { key: '' })))), /oss\.object\.key/],
    ['a CloudEvent without data', bytes({ specversion: '1.0' }), /without data/],
  ])('refuses %s', (_, payload, message) => {
    expect(() => readEvent(payload)).toThrow(EventError);
    expect(() => readEvent(payload)).toThrow(message);
  });

  it('never quotes the payload', () => {
    for (const payload of ['{"secret-Tok3n":1}', 'secret-Tok3n', '["secret-Tok3n"]']) {
      expect(() => readEvent(bytes(payload))).not.toThrow(/secret-Tok3n/);
    }
  });

  it('throws nothing but EventError, whatever comes', () => {
    const leaf = fc.oneof(fc.jsonValue(), fc.constant(record()), fc.constant('__proto__'), fc.base64String());
    const shape = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            ...['events', 'oss', 'data', 'Message', 'specversion', 'eventName', 'object', '__proto__', 'key'],
            ...['messageBody', 'body', 'requestPayload', 'requestContext', 'condition', 'source', 'type'],
          ),
          tie('node'),
          { maxKeys: 5 },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(fc.oneof(shape.map(bytes), fc.uint8Array({ maxLength: 200 })), (payload) => {
        try {
          readEvent(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(EventError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('survives deep nesting', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(() => readEvent(bytes(deep))).toThrow(EventError);
  });
});

/** A CloudEvent of a queue. */
function queue(messageBody: string): object {
  const data = { requestId: 'R', messageId: 'M', messageBody };
  return { specversion: '1.0', id: 'x3', source: 'acs:mns', type: 'mns:Queue:SendMessage', data };
}

/** What Function Compute hands to the onFailure destination. */
function deadLetter(requestPayload: string): object {
  const requestContext = { requestId: 'R', condition: 'InvocationError', approximateInvokeCount: 9 };
  return { timestamp: 1, requestContext, requestPayload, responseContext: {}, responsePayload: '{}' };
}

function again(event: unknown): string {
  return JSON.stringify(deadLetter(typeof event === 'string' ? event : JSON.stringify(event)));
}

function nest(times: number): unknown {
  let payload: unknown = record();
  for (let i = 0; i < times; i += 1) payload = { Message: payload };
  return payload;
}

/** An event that comes back from a queue each time that it is given up. */
function givenUp(times: number, wrap: (letter: string) => unknown): unknown {
  let payload: unknown = { events: [record()] };
  for (let i = 0; i < times; i += 1) payload = wrap(again(payload));
  return payload;
}
