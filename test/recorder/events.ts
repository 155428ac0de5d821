// Drawn payloads: uploads and removals as OSS tells of them, some of them odd, in every wrapping in which they can
// arrive, and bytes that are no event.
import type { Draw } from './draw.js';

const folders = ['avatars/', 'avatars/', 'albums/', 'albums/', '相册/', 'sized/', 'dated/', 'dated/2026/'];
const foldersApart = ['avatars/raw/', 'albums/private/', 'in/', 'in/', 'elsewhere/', ''];
const names = ['a.jpg', 'b.JPEG', 'c.png', 'd.webp', 'e.tif', 'holiday.2026.jpg'];
const oddNames = [
  ...['a b.jpg', '1+1=2.jpg', '100%.jpg', 'a%20b.jpg', '目录 图.PNG', "it's(1)!*.jpg", '😀.jpg', '#?&;.jpg', 'é~.webp'],
  ...[
    '{key}.jpg',
    '../up.jpg',
    './x.jpg',
    'a//b.jpg',
    '.hidden',
    'no-extension',
    'a\tb.jpg',
    'a\\b.jpg',
    '.',
    'x.',
    '',
  ],
  ...[
    '\ud800.jpg',
    `${'long-'.repeat(190)}.jpg`,
    `${'图'.repeat(400)}.jpg`,
    '"quoted".jpg',
    '<b>&amp;.jpg',
    '\u0000.jpg',
  ],
];
const stored = ['PutObject', 'PutObject', 'PutObject', 'PostObject', 'CopyObject', 'CompleteMultipartUpload'];
const storedSeldom = ['AppendObject', 'PutSymlink', 'InitiateMultipartUpload', 'UploadPart', 'AbortMultipartUpload'];
const oddValues = [null, '', 0, -1, 1.5, 2 ** 53, true, [], {}, 'x'.repeat(200), 'yesterday', '275760-09-13'];

/** An OSS record, mostly as it should be. */
function drawRecord(draw: Draw): Record<string, unknown> {
  const removed = draw.percent(18);
  const event = removed
    ? `ObjectRemoved:${draw.oneOf(['DeleteObject', 'DeleteObjects'])}`
    : `ObjectCreated:${draw.oneOf(draw.percent(88) ? stored : storedSeldom)}`;
  const folder = draw.oneOf(draw.percent(85) ? folders : foldersApart);
  const multipart = event.endsWith('MultipartUpload') ? `-${1 + draw.below(9)}` : '';
  const object: Record<string, unknown> = {
    key: `${draw.percent(2) ? '/' : ''}${folder}${draw.oneOf(draw.percent(75) ? names : oddNames)}`,
    size: draw.percent(10) ? draw.oneOf([0, 1, 999_999, 1_000_000, 20_971_521]) : 1 + draw.below(3_000_000),
    eTag: `${draw.hex(4)}C3D9175B6FC201293AD48901234${multipart}`,
  };
  const second = String(draw.below(5)).padStart(2, '0');
  const record: Record<string, unknown> = {
    eventName: `${draw.percent(10) ? 'oss:' : ''}${event}`,
    eventSource: 'acs:oss',
    eventTime: `2026-11-22T08:30:${second}.${draw.percent(50) ? '000' : '640'}Z`,
    oss: {
      bucket: { name: draw.oneOf(folder === 'in/' ? ['scans'] : ['photos', 'photos', 'photos', 'scans']) },
      object,
    },
  };
  if (draw.percent(30)) record['region'] = 'cn-hangzhou';
  if (draw.percent(30)) record['responseElements'] = { requestId: '5C3D9175B6FC201293AD4890' };
  if (draw.percent(8)) delete object[draw.oneOf(['eTag', 'size'])];
  if (draw.percent(4)) object['eTag'] = `"${String(object['eTag']).toLowerCase()}"`;
  if (draw.percent(5)) object[draw.oneOf(['eTag', 'size', 'key'])] = draw.oneOf(oddValues);
  if (draw.percent(5)) record[draw.oneOf(['eventName', 'eventSource', 'eventTime', 'oss'])] = draw.oneOf(oddValues);
  if (draw.percent(3)) record['eventSource'] = draw.oneOf(['acs.oss', 'acs:mns', undefined]);
  if (draw.percent(3)) delete record['eventTime'];
  return record;
}

/** What the function is sent. */
export function drawEvent(draw: Draw): Buffer {
  if (draw.percent(2))
    return Buffer.from(draw.oneOf(['', '{', 'null', '7', '"text"', '[]', '{"events":[]}', '[[[]]]']));
  const count = draw.percent(80) ? 1 : 2 + draw.below(2);
  const records = Array.from({ length: count }, () => (draw.percent(2) ? draw.oneOf(oddValues) : drawRecord(draw)));
  const event = shaped(records, draw);
  const bytes = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  if (draw.percent(2)) return bytes.subarray(0, draw.below(bytes.length));
  if (draw.percent(2)) bytes[draw.below(bytes.length)] = draw.below(256);
  return bytes;
}

function shaped(records: readonly unknown[], draw: Draw): unknown {
  const native = { events: records };
  const shape = draw.below(100);
  if (shape < 58) return native;
  if (shape < 63) return records[0];
  if (shape < 73) return cloudEvent(records[0], draw);
  if (shape < 81) return { TopicName: 'uploads', Message: draw.percent(50) ? JSON.stringify(native) : base64(native) };
  if (shape < 86) return base64(native);
  if (shape < 89) return [native, ...records];
  if (shape < 92) return { Message: base64(cloudEvent(native, draw)) };
  if (shape < 93) return wrapped(native, 3 + draw.below(6));
  if (shape < 96) return { triggerTime: '2026-11-22T08:31:00Z', triggerName: 'every-minute', payload: '' };
  return [native, cloudEvent(records[0], draw), { hello: 'world' }, draw.oneOf(oddValues)];
}

function cloudEvent(record: unknown, draw: Draw): unknown {
  const source = draw.oneOf(['acs.oss', 'acs.oss', 'acs.oss', 'acs:oss', 'acs.mns', 7]);
  const data = draw.percent(80) ? { data: record } : draw.percent(80) ? { data_base64: base64(record) } : {};
  return { specversion: '1.0', id: 'ECED02F17632EB5023C1E25C', source, type: 'oss:ObjectCreated:PutObject', ...data };
}

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value ?? null)).toString('base64');
}

function wrapped(value: unknown, times: number): unknown {
  return times === 0 ? value : { Message: JSON.stringify(wrapped(value, times - 1)) };
}

interface Named {
  readonly bucket: string;
  readonly key: string;
  readonly record: Record<string, unknown>;
}

/** All objects that an event speaks of, however it is wrapped. */
export function objectsIn(event: unknown): Named[] {
  if (typeof event === 'string') return objectsIn(unpacked(event));
  if (typeof event !== 'object' || event === null) return [];
  const record = event as Record<string, unknown>;
  const { bucket, object } = (record['oss'] ?? {}) as { bucket?: { name?: unknown }; object?: { key?: unknown } };
  if (typeof bucket?.name === 'string' && typeof object?.key === 'string') {
    return [{ bucket: bucket.name, key: object.key, record }];
  }
  return Object.values(record).flatMap(objectsIn);
}

function unpacked(text: string): unknown {
  for (const json of [text, Buffer.from(text, 'base64').toString()]) {
    try {
      const value: unknown = JSON.parse(json);
      if (typeof value === 'object' || typeof value === 'string') return value;
    } catch {}
  }
  return undefined;
}
