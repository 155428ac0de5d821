// Probes through the deployed function, a few in each event: its summary has room for 16 KB of results, and says how many it
// left out.

import { objectUri } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import type { Failure } from '../pipeline/outcome.js';
import { FunctionComputeError } from '../remote/error.js';
import { refusalText } from '../remote/function-account.js';
import type { FunctionCompute } from '../remote/function-compute.js';
import { failureOf } from '../remote/invoke/engine.js';
import { type Line, problem } from './diagnosis.js';

export interface Invoking {
  readonly fc: Pick<FunctionCompute, 'invoke'>;
  readonly functionName: string;
  /** Epoch ms. */
  readonly now: number;
}

interface Asked {
  readonly upload: Upload;
  /** How many are expected. */
  readonly results: number;
}

/** A result of the function’s summary, as far as it is looked at. */
export interface Result {
  readonly source?: string;
  readonly target?: string;
  readonly reason?: string;
  readonly error?: Failure;
}

export interface Seen {
  readonly results: readonly Result[];
  /** The summary did not hold them all. */
  readonly omitted: boolean;
}

/** About 300 bytes each, at times 600: most often one event does. */
const resultsAtOnce = 25;
const timeout = 120_000;

/**
 * Runs them all, in halves of halves where results are left out.
 * @returns what was seen of each; and where the function gave no summary, the line that says so, and no more was tried
 */
export async function runProbes<P extends Asked>(
  invoking: Invoking,
  probes: readonly P[],
): Promise<{ seen: ReadonlyMap<P, Seen>; failed?: Line }> {
  const seen = new Map<P, Seen>();
  const waiting = batches(probes);
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    const summary = await invoke(invoking, batch);
    if ('status' in summary) return { seen, failed: summary };
    const found = batch.map(({ upload }) => {
      const uri = objectUri(upload.bucket, upload.key);
      return summary.results.filter(({ source }) => source === uri);
    });
    if (batch.length > 1 && (summary.omitted || found.some((results) => results.length === 0))) {
      const middle = Math.ceil(batch.length / 2);
      waiting.unshift(batch.slice(0, middle), batch.slice(middle));
      continue;
    }
    for (const [at, probe] of batch.entries()) {
      seen.set(probe, { results: found[at] ?? [], omitted: summary.omitted });
    }
  }
  return { seen };
}

function batches<P extends Asked>(probes: readonly P[]): P[][] {
  const all: P[][] = [];
  let room = 0;
  for (const probe of probes) {
    if (room < probe.results) {
      all.push([]);
      room = resultsAtOnce;
    }
    all.at(-1)?.push(probe);
    room -= probe.results;
  }
  return all;
}

/** The summary; or, where the function gave none, the line that says so. */
async function invoke({ fc, functionName, now }: Invoking, probes: readonly Asked[]): Promise<Seen | Line> {
  const eventTime = new Date(now).toISOString();
  const events = probes.map(({ upload }) => ({ ...upload.record, eventTime }));
  try {
    const { errorType, result } = await fc.invoke(functionName, Buffer.from(JSON.stringify({ events })), { timeout });
    const text = result.toString('utf8');
    if (errorType !== undefined) {
      const { name = errorType, message } = failureOf(errorType, text);
      return problem('probe', `the function fails: ${name}: ${message}`, adviceFor(name));
    }
    const summary = JSON.parse(text) as { results?: unknown; omitted?: unknown } | null;
    const results = summary?.results;
    if (Array.isArray(results) && results.every((one) => typeof one === 'object' && one !== null)) {
      return { results, omitted: Number(summary?.omitted ?? 0) > 0 };
    }
    throw new SyntaxError('no results');
  } catch (error) {
    if (error instanceof FunctionComputeError)
      return problem('probe', refusalText(error), 'npm run invoke -- FILE --remote');
    if (!(error instanceof SyntaxError)) throw error;
    return problem(
      'probe',
      'the function answers with something else than its summary',
      'is it another function? see --function',
    );
  }
}

function adviceFor(name: string): string {
  if (name === 'CredentialsError') return 'set role in s.yaml, and deploy';
  if (name === 'ConfigError') return 'mend the configuration: npm run check, then npm run deploy or npm run publish';
  if (name === 'RetryLater') return 'grant its role what npm run policy prints; it may not even write to its journal';
  return 'npm run invoke -- FILE --remote --log shows more';
}
