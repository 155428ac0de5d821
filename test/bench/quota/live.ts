// Live uploads beside a sweep: each is stored and handled as the function handles its event, in this process, over the
// client that the function has; how long it waits for its derivative is what counts.
import { setTimeout as delay } from 'node:timers/promises';
import { type HandleContext, handle } from '../../../src/handle.js';
import { createDice } from '../../../src/local/faults/dice.js';
import { readEvent } from '../../../src/pipeline/event.js';

export interface LiveOptions {
  readonly bucket: string;
  readonly folder: string;
  /** Uploads, on average: they come at random times, the same ones for the same seed. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly store: (key: string, at: number) => Promise<void>;
  /** That of an invocation, made anew for each upload. */
  readonly context: () => HandleContext;
}

/** Ms from each upload to its derivative. @throws Error where an upload has none in the end */
export async function uploadLive(options: LiveOptions): Promise<readonly number[]> {
  const { bucket, folder, perSecond, seconds } = options;
  const dice = createDice(1);
  const began = Date.now();
  const waits: Promise<number>[] = [];
  for (let [nth, at] = [0, 0]; ; nth++) {
    at += (-Math.log(1 - dice('pause', nth)) / perSecond) * 1000;
    if (at >= seconds * 1000) return Promise.all(waits);
    await delay(Math.max(0, began + at - Date.now()));
    waits.push(upload(`${folder}${nth}.jpg`));
  }

  async function upload(key: string): Promise<number> {
    const began = Date.now();
    await options.store(key, began);
    const object = { key, size: 8 };
    const event = { eventName: 'ObjectCreated:PutObject', oss: { bucket: { name: bucket }, object } };
    const summary = await handle(readEvent(Buffer.from(JSON.stringify({ events: [event] }))), options.context());
    if (summary.saved !== 1) throw new Error(`${key}: ${JSON.stringify(summary)}`);
    return Date.now() - began;
  }
}
