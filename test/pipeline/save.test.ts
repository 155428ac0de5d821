import { describe, expect, it } from 'vitest';
import type { Oss } from '../../src/oss/client.js';
import { OssError } from '../../src/oss/error.js';
import { inParallel } from '../../src/oss/limit.js';
import type { Job } from '../../src/pipeline/jobs.js';
import { remove, save } from '../../src/pipeline/save.js';

const job: Job = {
  upload: {
    kind: 'stored',
    event: 'ObjectCreated:PutObject',
    bucket: 'photos',
    key: 'a.jpg',
    record: {
      eventName: 'ObjectCreated:PutObject',
      eventSource: 'acs:oss',
      eventVersion: '1.0',
      oss: { bucket: { name: 'photos' }, object: { key: 'a.jpg' } },
    },
  },
  rule: 'r',
  style: 'image/resize,w_1',
  target: { bucket: 'out', key: 'b.jpg' },
};

const answer = {
  bucket: '',
  object: 'b.jpg',
  status: 'OK',
  httpStatus: 200,
  requestId: 'R',
  attempts: 1,
  confirmed: true,
} as const;
const clock = (): (() => number) => {
  const times = [1_000, 1_084.4];
  return () => times.shift() ?? Number.NaN;
};

const oss = (processObject: Oss['processObject']): Pick<Oss, 'processObject' | 'relayObject'> => ({
  processObject,
  relayObject: () => Promise.reject(new TypeError('nothing is relayed')),
});

const askAgain = (_: unknown, refusal: unknown) => Promise.reject(refusal);

describe('save', () => {
  it('asks for the job’s style and target, and tells what OSS told', async () => {
    const asked: unknown[] = [];
    const processObject = async (request: unknown) => {
      asked.push(request);
      return { ...answer, bytes: 7 };
    };
    const { outcome, confirmed } = await save(job, oss(processObject), clock(), askAgain);
    expect(confirmed).toBe(true);
    expect(outcome).toEqual({
      status: 'saved',
      source: { bucket: 'photos', key: 'a.jpg' },
      rule: 'r',
      style: 'image/resize,w_1',
      target: { bucket: 'out', key: 'b.jpg' },
      bytes: 7,
      ms: 84,
      requestId: 'R',
      httpStatus: 200,
      processStatus: 'OK',
    });
    expect(asked).toEqual([
      { bucket: 'photos', key: 'a.jpg', style: 'image/resize,w_1', target: { bucket: 'out', key: 'b.jpg' } },
    ]);
  });

  it('relays what its output wants relayed, with the version that is meant and what the upload tells', async () => {
    const relay = { headers: [], tags: [] };
    const asked: Parameters<Oss['relayObject']>[0][] = [];
    const relayObject: Oss['relayObject'] = async (request) => {
      asked.push(request);
      return answer;
    };
    const none = () => Promise.reject(new TypeError('nothing is saved by OSS'));
    const relayed = { ...job, relay, upload: { ...job.upload, etag: 'AB12' } };
    const { outcome } = await save(relayed, { processObject: none, relayObject }, clock(), askAgain);
    expect(outcome).toMatchObject({ status: 'saved', relayed: true });
    const { bucket, key } = job.upload;
    expect(asked).toMatchObject([{ bucket, key, style: job.style, target: job.target, relay, etag: 'AB12' }]);
    expect([asked[0]?.value('name'), asked[0]?.value('rule')]).toEqual(['a', 'r']);
  });

  it('says so when OSS told nothing but 2xx', async () => {
    const processObject = async () => ({ ...answer, unverified: true as const });
    expect(await save(job, oss(processObject), clock(), askAgain)).toMatchObject({
      outcome: { status: 'saved', unverified: true },
    });
  });

  it.each([
    [
      { kind: 'transient', code: 'Timeout', message: 'm' },
      { status: 'failed', error: { kind: 'transient', code: 'Timeout', message: 'm' } },
    ],
    [
      { kind: 'setup', code: 'AccessDenied', message: 'm', status: 403, ec: '0003', requestId: 'R' },
      {
        status: 'failed',
        error: { kind: 'setup', code: 'AccessDenied', message: 'm', status: 403, ec: '0003', requestId: 'R' },
      },
    ],
    [
      { kind: 'gone', code: 'NoSuchKey', message: 'm', status: 404 },
      { status: 'skipped', reason: 'source-gone' },
    ],
  ] as const)('turns %j into an outcome', async (failure, outcome) => {
    const processObject = () => Promise.reject(new OssError(failure));
    const target = { bucket: 'out', key: 'b.jpg' };
    expect((await save(job, oss(processObject), clock(), askAgain)).outcome).toEqual({
      source: { bucket: 'photos', key: 'a.jpg' },
      rule: 'r',
      target,
      ...(outcome.status === 'failed' ? { style: 'image/resize,w_1' } : {}),
      ...outcome,
    });
  });

  it.each<[string, Partial<ConstructorParameters<typeof OssError>[0]>, string, boolean]>([
    ['bytes that are no image', {}, 'image/resize,w_1', true],
    ['an image that is too large', { code: 'ImageTooLarge' }, 'image/resize,w_1', true],
    ['a style that someone can mend', {}, 'style/s', false],
    ['a style with another image, which someone can replace', {}, 'image/watermark,g_se,image_bG9nby5wbmc', false],
    ['what a proxy says', { requestId: undefined }, 'image/resize,w_1', false],
    ['what is not of the bytes', { code: 'InvalidArgument' }, 'image/resize,w_1', false],
    ['what may pass', { kind: 'transient', code: 'InternalError', status: 500 }, 'image/resize,w_1', false],
  ])('tells whether OSS refused these very bytes: %s', async (_, over, style, refused) => {
    const error = new OssError({
      ...{ kind: 'permanent', code: 'ImageDamage', message: 'm', status: 403, requestId: 'R' },
      ...over,
    } as ConstructorParameters<typeof OssError>[0]);
    const refuse = () => Promise.reject(error);
    const done = await save({ ...job, style }, oss(refuse), clock(), askAgain);
    expect(done.refused).toBe(refused);
    const relayed = { ...job, style, relay: { headers: [], tags: [] } };
    const both = { processObject: refuse, relayObject: refuse };
    expect((await save(relayed, both, clock(), askAgain)).refused).toBe(refused);
  });

  it.each([true, false])('tells whether OSS answered: %s', async (confirmed) => {
    const lost = new OssError({ kind: 'transient', code: 'Timeout', message: 'm', confirmed });
    expect(
      await save(
        job,
        oss(() => Promise.reject(lost)),
        clock(),
        askAgain,
      ),
    ).toMatchObject({
      confirmed,
    });
    expect(
      await save(
        job,
        oss(async () => ({ ...answer, confirmed })),
        clock(),
        askAgain,
      ),
    ).toMatchObject({
      confirmed,
    });
    expect(await remove(job, { deleteObject: () => Promise.reject(lost) })).toMatchObject({ confirmed });
    expect(await remove(job, { deleteObject: async () => ({ confirmed }) })).toMatchObject({ confirmed });
  });

  it('lets a bug through', async () => {
    const processObject = () => Promise.reject(new TypeError('bug'));
    await expect(save(job, oss(processObject), clock(), askAgain)).rejects.toThrow('bug');
  });
});

describe('remove', () => {
  it('deletes the target and nothing else', async () => {
    const asked: unknown[] = [];
    const deleteObject = async (place: unknown) => {
      asked.push(place);
      return { confirmed: true };
    };
    const { outcome } = await remove(job, { deleteObject });
    expect(outcome).toEqual({
      status: 'removed',
      source: { bucket: 'photos', key: 'a.jpg' },
      rule: 'r',
      target: { bucket: 'out', key: 'b.jpg' },
    });
    expect(asked).toEqual([{ bucket: 'out', key: 'b.jpg' }]);
  });

  it('keeps what went wrong', async () => {
    const refused = new OssError({ kind: 'setup', code: 'AccessDenied', message: 'm', status: 403 });
    const { outcome } = await remove(job, { deleteObject: () => Promise.reject(refused) });
    expect(outcome).toMatchObject({ status: 'failed', rule: 'r', error: { kind: 'setup', code: 'AccessDenied' } });
  });
});

describe('inParallel', () => {
  it('keeps the order of the items, whoever ends first', async () => {
    const waits = [3, 1, 2, 0, 1];
    const work = async (turns: number): Promise<string> => {
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return `took ${turns}`;
    };
    expect(await inParallel(waits, 2, work)).toEqual(waits.map((turns) => `took ${turns}`));
    expect(await inParallel([], 2, work)).toEqual([]);
  });
});
