// Sends the probes to the deployed function, a few in each event: the summary that the function returns has room for
// 16 KB of results, and says how many were left out.
import { objectUri } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import type { Failure } from '../pipeline/outcome.js';
import type { FunctionCompute } from '../remote/function-compute.js';
import { functionFailureOf } from '../remote/invoke/engine.js';
import type { Rule } from '../rules/rule.js';
import { attempt, type Diagnosis, problem } from './diagnosis.js';

export interface ProbedFunction {
  readonly fc: Pick<FunctionCompute, 'invoke'>;
  readonly functionName: string;
  /** Epoch ms. */
  readonly now: number;
}

/** An upload of an object that does not exist. */
export interface Probe {
  /** The rule that takes it. */
  readonly rule: Rule;
  readonly upload: Upload;
  /** The prefix of the rule that it is below. */
  readonly prefix: string;
}

/** A result of the function’s summary, as far as it is looked at. */
export interface ProbeResult {
  readonly source?: string;
  readonly target?: string;
  readonly reason?: string;
  readonly error?: Failure;
}

/** What the function answers to a probe, or to several. */
export interface ProbeAnswer {
  readonly results: readonly ProbeResult[];
  /** The summary did not hold them all. */
  readonly omitted: boolean;
}

/** About 300 bytes each, at times 600: most often one event does. */
const resultsAtOnce = 25;
const timeout = 120_000;

/**
 * Runs them all, in halves of halves where results are left out.
 * @returns the answer to each; and where the function gave no summary, the diagnosis of that, and no more was tried
 */
export async function runProbes(
  on: ProbedFunction,
  probes: readonly Probe[],
): Promise<{ answers: ReadonlyMap<Probe, ProbeAnswer>; failed?: Diagnosis }> {
  const answers = new Map<Probe, ProbeAnswer>();
  const waiting = batches(probes);
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    const summary = await invoke(on, batch);
    if ('status' in summary) return { answers, failed: summary };
    const { omitted } = summary;
    const found = batch.map(({ upload }) => {
      const uri = objectUri(upload.bucket, upload.key);
      return summary.results.filter(({ source }) => source === uri);
    });
    if (batch.length > 1 && (omitted || found.some((results) => results.length === 0))) {
      const middle = Math.ceil(batch.length / 2);
      waiting.unshift(batch.slice(0, middle), batch.slice(middle));
    } else {
      for (const [at, probe] of batch.entries()) answers.set(probe, { results: found[at] ?? [], omitted });
    }
  }
  return { answers };
}

/** As many in each as have room for their results: one for each output. */
function batches(probes: readonly Probe[]): Probe[][] {
  const all: Probe[][] = [];
  let room = 0;
  for (const probe of probes) {
    const results = probe.rule.outputs.length;
    if (room < results) {
      all.push([]);
      room = resultsAtOnce;
    }
    all.at(-1)?.push(probe);
    room -= results;
  }
  return all;
}

/** The summary; or, where the function gave none, the diagnosis of that. */
async function invoke(
  { fc, functionName, now }: ProbedFunction,
  probes: readonly Probe[],
): Promise<ProbeAnswer | Diagnosis> {
  const eventTime = new Date(now).toISOString();
  const event = JSON.stringify({ events: probes.map(({ upload }) => ({ ...upload.record, eventTime })) });
  const invoked = await attempt('probe', () => fc.invoke(functionName, Buffer.from(event), { timeout }));
  if ('failed' in invoked) return invoked.failed;
  const { errorType, result } = invoked.value;
  const text = result.toString('utf8');
  if (errorType !== undefined) {
    const { name = errorType, message } = functionFailureOf(errorType, text);
    return problem('probe', `the function fails: ${name}: ${message}`, adviceFor(name));
  }
  return (
    summaryOf(text) ?? problem('probe', 'the function returns no summary', 'is it another function? see --function')
  );
}

function summaryOf(text: string): ProbeAnswer | undefined {
  try {
    const { results, omitted } = JSON.parse(text) as { results?: unknown; omitted?: unknown };
    if (!Array.isArray(results) || results.some((one) => typeof one !== 'object' || one === null)) return undefined;
    return { results, omitted: Number(omitted ?? 0) > 0 };
  } catch {
    // No JSON, or null.
    return undefined;
  }
}

function adviceFor(name: string): string {
  if (name === 'CredentialsError') return 'set role in s.yaml, and deploy';
  if (name === 'ConfigError') return 'fix the configuration: npm run check, then npm run deploy or npm run publish';
  if (name === 'RetryLater') return 'grant its role what npm run policy prints; it may not even write to its journal';
  return 'npm run invoke -- FILE --remote --log shows more';
}
