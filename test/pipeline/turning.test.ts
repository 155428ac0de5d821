import { describe, expect, it } from 'vitest';
import type { Oss } from '../../src/oss/client.js';
import { OssError, type OssFailure } from '../../src/oss/error.js';
import { derive } from '../../src/pipeline/derive.js';
import { indexRules } from '../../src/pipeline/match.js';
import { turningLater } from '../../src/pipeline/turning.js';
import { loadConfig } from '../../src/rules/load.js';

const style = 'image/auto-orient,1/resize,m_fill,w_128,h_64/format,webp';
const turned = 'image/auto-orient,0/resize,m_fill,h_128,w_64/rotate,90/format,webp';
const request = { bucket: 'photos', key: 'a.jpg', style, target: { bucket: 'out', key: 'a.webp' } };
const saved = { bucket: 'out', object: 'a.webp', status: 'OK', httpStatus: 200, requestId: 'R2', attempts: 1 } as const;

const tooLarge: OssFailure = {
  message: 'BadRequest (HTTP 400): Picture exceed the maximum allowable rotation range.',
  status: 400,
  code: 'BadRequest',
  kind: 'permanent',
  ec: '0040-00000006',
  requestId: 'R1',
};

/** An OSS that refuses styles without auto-orient,0; these are its answers to image/info and the second request. */
function oss({
  refusal = tooLarge,
  info = { ImageWidth: { value: '6000' }, ImageHeight: { value: '4000' }, Orientation: { value: '6' } } as unknown,
  again = undefined as OssFailure | undefined,
  confirmed = true,
} = {}) {
  const asked: string[] = [];
  const processObject: Oss['processObject'] = async (one) => {
    asked.push(one.style);
    if (!one.style.startsWith('image/auto-orient,0/')) throw new OssError(refusal);
    if (again !== undefined) throw new OssError(again);
    return { ...saved, confirmed };
  };
  const getObject: Oss['getObject'] = async ({ bucket, key, process }) => {
    asked.push(`${bucket}/${key} ${process}`);
    if (info instanceof OssError) throw info;
    return { body: Buffer.from(typeof info === 'string' ? info : JSON.stringify(info)), etag: 'E' };
  };
  return { asked, turning: asking({ processObject, getObject }) };
}

/** As save.ts asks. */
function asking(calls: Pick<Oss, 'processObject' | 'getObject'>) {
  const askAgain = turningLater(calls);
  const ask = calls.processObject;
  const processObject = (one: typeof request) => ask(one).catch((refusal) => askAgain(one, refusal, ask));
  return { processObject };
}

async function failureOf(promise: Promise<unknown>): Promise<OssError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OssError);
  return error as OssError;
}

describe('an image that OSS finds too large to turn', () => {
  it('is asked for again, turned after shrinking', async () => {
    const { asked, turning } = oss();
    expect(await turning.processObject(request)).toEqual({ ...saved, confirmed: true, usedStyle: turned });
    expect(asked).toEqual([style, 'photos/a.jpg image/info', turned]);
  });

  it('is not turned where it lies right', async () => {
    const info = { ImageWidth: { value: '6000' }, ImageHeight: { value: '4000' } };
    const { asked, turning } = oss({ info });
    const asItLies = 'image/auto-orient,0/resize,m_fill,w_128,h_64/format,webp';
    expect(await turning.processObject(request)).toMatchObject({ usedStyle: asItLies });
    expect(asked).toEqual([style, 'photos/a.jpg image/info', asItLies]);
  });

  it('is asked about once, whatever the number of outputs', async () => {
    const { asked, turning } = oss();
    await Promise.all([1, 2, 3, 4, 5].map((n) => turning.processObject({ ...request, style: `image/resize,w_${n}` })));
    expect(asked.filter((one) => one.endsWith('image/info'))).toHaveLength(1);
    expect(asked.filter((one) => one.endsWith('rotate,90'))).toHaveLength(5);
  });

  it.each([
    ['an earlier attempt has no answer', { refusal: { ...tooLarge, confirmed: false } }],
    ['the request without an answer is the second', { confirmed: false }],
  ])('is not confirmed when %s', async (_, given) => {
    expect(await oss(given).turning.processObject(request)).toMatchObject({ confirmed: false });
  });

  it.each<[string, string, object, string]>([
    ['a named style', 'style/small', {}, '(write style/small out in the rule, to turn after shrinking)'],
    [
      'a style that shrinks too late',
      'image/watermark,text_YQ/resize,w_9',
      {},
      '(resize to at most 4096 pixels a side before watermark,text_YQ, or write auto-orient,0)',
    ],
    [
      'a style that does not shrink',
      'image/format,webp',
      {},
      '(resize to at most 4096 pixels a side before the end, or write auto-orient,0)',
    ],
    ['an image that is small enough', style, { ImageWidth: { value: '4096' } }, ''],
  ])('%s cannot be helped, and says what can', async (_, asked, over, advice) => {
    const info = {
      ImageWidth: { value: '6000' },
      ImageHeight: { value: '4000' },
      Orientation: { value: '6' },
      ...over,
    };
    const error = await failureOf(oss({ info }).turning.processObject({ ...request, style: asked }));
    const { message, status, code, kind, ec, requestId } = tooLarge;
    const expected = advice === '' ? message : `${message} ${advice}`;
    expect(error).toMatchObject({ message: expected, status, code, kind, ec, requestId });
  });

  it.each([
    ['style/small', ' (write style/small out in the rule, to be relayed)'],
    ['image/format,avif', ''],
  ])('%s in a format that no POST can write is not asked for again', async (named, advice) => {
    const { asked, turning } = oss({ refusal: { ...tooLarge, ec: '0040-00000015' } });
    const { message, ec } = await failureOf(turning.processObject({ ...request, style: named }));
    expect({ message, ec, asked }).toEqual({
      message: `${tooLarge.message}${advice}`,
      ec: '0040-00000015',
      asked: [named],
    });
  });

  it('that is still too large says so, with the style', async () => {
    const { message } = await failureOf(oss({ again: tooLarge }).turning.processObject(request));
    const advice = 'resize to at most 4096 pixels a side before turning, or write auto-orient,0';
    expect(message).toBe(`${tooLarge.message} (${turned}; ${advice})`);
  });

  it('ends as the second request ends', async () => {
    const again = {
      message: 'm',
      status: 503,
      code: 'ServiceUnavailable',
      kind: 'transient',
      confirmed: false,
    } as const;
    expect(await failureOf(oss({ again }).turning.processObject(request))).toMatchObject({
      ...again,
      message: `m (${turned})`,
    });
  });

  it('says what image/info was refused for', async () => {
    const denied = {
      message: 'AccessDenied (HTTP 403): no',
      status: 403,
      code: 'AccessDenied',
      kind: 'setup',
    } as const;
    const lost = { message: 'Timeout: 15 s', code: 'Timeout', kind: 'transient', confirmed: false } as const;
    for (const one of [denied, lost]) {
      const error = await failureOf(oss({ info: new OssError(one) }).turning.processObject(request));
      // Whatever becomes of a question, it writes nothing.
      expect(error).toMatchObject({
        ...one,
        confirmed: true,
        message: `${one.message} (image/info, after ${tooLarge.message})`,
      });
    }
  });

  it.each(['', 'not JSON', '[]', 'null', '{"ImageWidth":{"value":"x"},"ImageHeight":{"value":"4"}}'])(
    'is tried again later where image/info says %j',
    async (info) => {
      const error = await failureOf(oss({ info }).turning.processObject(request));
      expect(error).toMatchObject({ kind: 'transient', code: 'UnexpectedResponse' });
    },
  );
});

describe('all else', () => {
  it('that is saved is saved as it was asked for', async () => {
    const asIs = 'image/auto-orient,0/resize,w_1';
    const { asked, turning } = oss();
    expect(await turning.processObject({ ...request, style: asIs })).toEqual({ ...saved, confirmed: true });
    expect(asked).toEqual([asIs]);
  });

  it.each([
    { ...tooLarge, ec: undefined },
    { ...tooLarge, ec: '0040-00000007' },
    { ...tooLarge, code: 'ImageTooLarge' },
    { ...tooLarge, status: 403 },
  ])('that is refused is thrown as it is: %j', async (refusal) => {
    const { asked, turning } = oss({ refusal });
    expect(await failureOf(turning.processObject(request))).toMatchObject({ message: tooLarge.message });
    expect(asked).toEqual([style]);
  });

  it('that is a bug is thrown', async () => {
    const bug = () => Promise.reject(new TypeError('bug'));
    await expect(asking({ processObject: bug, getObject: bug }).processObject(request)).rejects.toThrow('bug');
  });
});

describe('settling', () => {
  const outputs = ['a', 'b'].map((name) => ({ style, to: { bucket: 'out', key: `{key}.${name}` } }));
  const rules = [{ name: 'r', when: { bucket: 'photos' }, outputs }];
  const index = indexRules(loadConfig({ journal: 'throw', rules }, {}).rules);
  const upload = {
    kind: 'stored',
    event: 'ObjectCreated:PutObject',
    bucket: 'photos',
    key: 'a.jpg',
    etag: 'ONE',
    time: 1_000_000,
    record: {
      eventName: 'ObjectCreated:PutObject',
      eventSource: 'acs:oss',
      eventVersion: '1.0',
      oss: { bucket: { name: 'photos' }, object: { key: 'a.jpg' } },
    },
  } as const;

  it('a source that is replaced meanwhile is asked about anew, and ends as its last version stands', async () => {
    let source = { etag: 'ONE', orientation: '6' };
    const asked: string[] = [];
    const made: Record<string, string> = {};
    const { outcomes, rounds, unsettled } = await derive(
      { upload },
      {
        index,
        now: () => 0,
        deadline: Number.POSITIVE_INFINITY,
        oss: {
          processObject: async ({ style: used, target }) => {
            if (!used.includes('auto-orient,0')) throw new OssError(tooLarge);
            made[target.key] = `${source.etag} ${used}`;
            return { ...saved, confirmed: true };
          },
          getObject: async () => {
            const { etag, orientation } = source;
            asked.push(etag);
            // Replaced between this answer and the request that follows.
            source = { etag: 'TWO', orientation: '8' };
            const size = { ImageWidth: { value: '6000' }, ImageHeight: { value: '4000' } };
            return { body: Buffer.from(JSON.stringify({ ...size, Orientation: { value: orientation } })), etag };
          },
          relayObject: () => Promise.reject(new TypeError('nothing is relayed')),
          headObject: async () => ({ etag: source.etag, lastModified: 1_000_000, size: 1 }),
          deleteObject: () => Promise.reject(new TypeError('nothing is deleted')),
        },
      },
    );
    expect({ asked, rounds, unsettled }).toEqual({ asked: ['ONE', 'TWO'], rounds: 2, unsettled: undefined });
    const last = `TWO ${turned.replace('rotate,90', 'rotate,270')}`;
    expect(made).toEqual({ 'a.jpg.a': last, 'a.jpg.b': last });
    expect(outcomes).toMatchObject([{ usedStyle: last.slice(4) }, { usedStyle: last.slice(4) }]);
  });

  it('a redelivered event whose image no style can turn leaves nothing to wait for', async () => {
    const done = await derive(
      { upload, unconfirmed: true },
      {
        index,
        now: () => 0,
        deadline: Number.POSITIVE_INFINITY,
        oss: {
          processObject: () => Promise.reject(new OssError(tooLarge)),
          getObject: async () => {
            return { body: Buffer.from('{"ImageWidth":{"value":"9000"},"ImageHeight":{"value":"10"}}'), etag: 'ONE' };
          },
          relayObject: () => Promise.reject(new TypeError('nothing is relayed')),
          headObject: async () => ({ etag: 'ONE', lastModified: 1_000_000, size: 1 }),
          deleteObject: () => Promise.reject(new TypeError('nothing is deleted')),
        },
      },
    );
    expect(done).toMatchObject({ unsettled: undefined, outcomes: [{ status: 'failed' }, { status: 'failed' }] });
  });
});
