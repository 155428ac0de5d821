// Photos in an embedded OSS, and what the actions of a reconciliation are given to work on them: with no function
// beside, so that what is made is made by them.
import type { ServerResponse } from 'node:http';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { OssCall } from '../../src/local/oss/call.js';
import { indexConfig } from '../../src/pipeline/match.js';
import { type ChoiceFlags, choiceOf } from '../../src/reconcile/choice.js';
import type { SweepWork } from '../../src/reconcile/work.js';
import { openAccount } from '../../src/remote/account.js';
import { loadConfig } from '../../src/rules/load.js';
import { startOss } from '../local/oss/fixture.js';

export const input = {
  journal: { bucket: 'journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'thumbs',
      when: { bucket: 'photos', prefix: ['in/', 'more/'] },
      outputs: [
        { style: 'image/resize,w_10', to: { bucket: 'photos-out', key: '{key}.webp' } },
        { style: 'image/resize,w_20', to: { bucket: 'photos-out', key: 'large/{key}' } },
      ],
    },
  ],
};

const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#369' } })
  .jpeg()
  .toBuffer();

export type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * An OSS with photos, of which nothing was made.
 * @param keys of the photos
 * @param rules default: two outputs of what is below in/ and more/
 */
export async function startWorld(keys: readonly string[], rules: object = input) {
  const calls: string[] = [];
  const seen: ((call: OssCall, response: ServerResponse) => unknown)[] = [];
  const { oss, port, client } = await startOss({
    intercept: async ({ call, run, response }) => {
      calls.push(`${call.operation} ${call.bucketName}/${call.key}`);
      for (const look of seen) await look(call, response);
      const reply = await run();
      return response.destroyed ? undefined : reply;
    },
  });
  oss.createBucket('journal');
  for (const key of keys) await client('photos').put(key, jpeg);
  calls.length = 0;
  const account = openAccount({ endpoint: `http://127.0.0.1:${port}`, concurrency: '10' }, {});
  onTestFinished(() => account.close());
  const config = loadConfig(rules, {});
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let out = '';
  const work = (flags: ChoiceFlags, ...locations: string[]): SweepWork => {
    if (config.journal === 'throw') throw new Error('these rules keep no journal');
    return {
      account,
      config,
      index: indexConfig(config),
      journal: config.journal,
      choice: choiceOf(flags, locations),
      region: 'cn-hangzhou',
      deployed: undefined,
      configFile: undefined,
      endpoint: undefined,
      json: false,
      out: (text) => (out += text),
      show: (text) => (out += text),
      progress: () => ({ step: () => {}, aside: (print) => print(), end: () => {} }),
      stopSignal: () => stopped,
      now: Date.now,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
      random: () => 0,
    };
  };
  const keysIn = async (bucket: string) => {
    const { objects } = await client(bucket).listV2({ 'max-keys': '1000' });
    return (objects ?? []).map(({ name }) => name);
  };
  return {
    client,
    calls,
    work,
    keysIn,
    stop,
    /** Before each call has an effect; where `response` is destroyed, the call has no answer. */
    onCall: (look: (call: OssCall, response: ServerResponse) => unknown) => void seen.push(look),
    out: () => out,
  };
}
