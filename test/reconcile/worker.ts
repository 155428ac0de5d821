// A process that reconciles, to be killed: does what the command does, by a clock that the test sets. Where it would
// wait for a unit that a killed process has left, it ends with code 75, so that the test can set the clock forward.

import { createOss } from '../../src/oss/client.js';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { createGate } from '../../src/oss/limit.js';
import { indexConfig } from '../../src/pipeline/match.js';
import { type ChoiceFlags, choiceOf } from '../../src/reconcile/choice.js';
import { reconcile } from '../../src/reconcile/reconcile.js';
import { loadConfig } from '../../src/rules/load.js';

export interface WorkerJob {
  readonly url: string;
  readonly credentials: { readonly accessKeyId: string; readonly accessKeySecret: string };
  readonly configuration: object;
  readonly flags: ChoiceFlags;
  readonly locations: readonly string[];
  /** Ms by which its clock is ahead of the machine's. */
  readonly ahead: number;
}

export const heldCode = 75;

/** Waits for others are longer than those for OSS, ms. */
const longWait = 10_000;

const text = process.env['WORKER_JOB'];
if (text !== undefined) void run(JSON.parse(text)).then((code) => process.exit(code));

async function run({ url, credentials, configuration, flags, locations, ahead }: WorkerJob): Promise<number> {
  const region = 'cn-hangzhou';
  const config = loadConfig(configuration, {});
  const connection = createConnection();
  const shared = { endpoint: resolveEndpoint({ region, override: url }), region, credentials, connection };
  const gate = createGate(20);
  const now = () => Date.now() + ahead;
  try {
    return await reconcile({
      account: {
        until: (deadline, options) => createOss({ ...shared, gate, now, deadline, ...options }),
        concurrency: 20,
        reader: () => {
          throw new TypeError('nothing large is read');
        },
      },
      config,
      index: indexConfig(config),
      choice: choiceOf(flags, locations),
      region,
      deployed: undefined,
      configFile: undefined,
      endpoint: url,
      json: true,
      out: (written) => process.stdout.write(written),
      show: () => {},
      progress: () => ({ step: () => {}, aside: () => {}, end: () => {} }),
      stopSignal: () => new Promise(() => {}),
      now,
      random: Math.random,
      sleep: async (ms) => {
        if (ms >= longWait) process.exit(heldCode);
        await new Promise((resolve) => setTimeout(resolve, ms));
      },
    });
  } finally {
    await connection.close();
  }
}
