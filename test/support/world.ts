// A function with an OSS in memory, and what it is told: for the tests of handling, of the timer and of single tasks.

import { type HandleContext, handle } from '../../src/handle.js';
import type { Oss } from '../../src/oss/client.js';
import { createGate, type Gate } from '../../src/oss/limit.js';
import { readEvent } from '../../src/pipeline/event.js';
import { indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { type Call, type MemoryOss, memoryOss, type ossError } from './memory-oss.js';

const rules = [
  {
    name: 'avatars',
    when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg'] },
    outputs: [
      { style: 'image/resize,w_100', to: { bucket: 'out', key: '{key}.100' } },
      { style: 'image/resize,w_200', to: { bucket: 'out', key: '{key}.200' } },
    ],
  },
  {
    name: 'small',
    when: { bucket: 'photos', prefix: 'small/', size: { max: 10 } },
    outputs: [{ style: 'style/tiny', to: { bucket: 'out', key: '{etag}/{key}' } }],
  },
];

export const journal = { bucket: 'journal', prefix: 'autostyle/' };

export const start = Date.UTC(2026, 10, 22);

interface Options {
  /** What a process call throws. */
  readonly failing?: (call: Call) => ReturnType<typeof ossError> | undefined;
  /** What any other call throws. */
  readonly refusing?: (call: Call) => ReturnType<typeof ossError> | undefined;
  readonly over?: Partial<HandleContext>;
}

/** The same OSS, each call of which waits for its place, as those of the real client do. */
function limited(oss: Oss, { enter, leave }: Gate): Oss {
  const through =
    <A, R>(call: (asked: A) => Promise<R>) =>
    async (asked: A): Promise<R> => {
      await enter();
      return call(asked).finally(leave);
    };
  return {
    processObject: through(oss.processObject),
    relayObject: through(oss.relayObject),
    headObject: through(oss.headObject),
    getObject: through(oss.getObject),
    putObject: through(oss.putObject),
    copyObject: through(oss.copyObject),
    listObjects: through(oss.listObjects),
    deleteObject: through(oss.deleteObject),
  };
}

/** A function with an OSS in memory, where every upload of an event is stored at the event's time. */
export function world({ failing = () => undefined, refusing = () => undefined, over = {} }: Options = {}) {
  let time = start;
  const oss = memoryOss(
    () => time,
    (call) => (call.api === 'process' ? failing(call) : refusing(call)),
  );
  const lines: Record<string, unknown>[] = [];
  const config = loadConfig({ journal, rules }, {});
  const gated = limited(oss.oss, createGate(3));
  const handling: HandleContext = {
    index: indexRules(config.rules),
    journal: config.journal,
    concurrency: 3,
    now: () => time,
    deadline: Number.POSITIVE_INFINITY,
    log: (entry) => lines.push({ ...entry }),
    fcRequestId: 'fc-1',
    redelivered: false,
    oss: gated,
    journalOss: gated,
    ...over,
  };
  return {
    oss,
    lines,
    handling,
    wait: (minutes: number) => {
      time += minutes * 60_000;
    },
    deliver: (event: object) => handle(readEvent(Buffer.from(JSON.stringify(event))), handling),
    /** Uploads, and delivers the event. */
    run(...keys: string[]) {
      for (const key of keys)
        oss.store(`oss://photos/${key}`, `bytes of ${key}`.slice(0, key.includes('large') ? 99 : 10));
      return handle(readEvent(eventOf(oss, time, ...keys)), handling);
    },
    tick: () => handle(readEvent(Buffer.from('{"triggerTime":"t","triggerName":"minute","payload":""}')), handling),
    records: () =>
      oss.keys('oss://journal/').map((uri) => ({ uri, record: JSON.parse(oss.objects.get(uri)?.body ?? 'null') })),
  };
}

export function eventOf(oss: MemoryOss, time: number, ...keys: string[]): Buffer {
  const events = keys.map((key) => {
    const { etag, size } = oss.objects.get(`oss://photos/${key}`) ?? {};
    return {
      eventName: 'ObjectCreated:PutObject',
      eventTime: new Date(time).toISOString(),
      oss: { bucket: { name: 'photos' }, object: { key, size, eTag: etag } },
    };
  });
  return Buffer.from(JSON.stringify({ events }));
}

/** A journal URI without its digests: of the job, and of the version. */
export const shortened = (uri: string): string =>
  uri.replace(/[0-9a-f]{64}/, 'ID').replace(/(?<=\/ID\.)[0-9a-f]{16}(?=\.)/, 'V');
