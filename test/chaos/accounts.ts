// The books of a chaos run: what became of each upload, what caused each record, and that nothing secret was written.
import { parseFaults } from '../../src/local/faults/fault.js';
import { keysIn, type Observed, type Operation } from './observed.js';
import { type ChaosRule, targetOf } from './rules.js';
import type { FailedRecord } from './verify.js';

export interface Causes {
  /** Whether FC handed an event of that source to the onFailure destination. */
  readonly givenUp: (key: string) => boolean;
  /**
   * Whether, at that time or later, something was refused for good: a target's making or removal, a look at its source.
   */
  readonly refusedSince: (at: number, key: string, target: string | undefined) => boolean;
  /** What is wrong with a record that nothing explains. */
  readonly missingFor: (record: FailedRecord) => string | undefined;
}

export function causesIn({ faults, failures, operations }: Observed, rules: readonly ChaosRule[]): Causes {
  const refused = faults.filter(({ fault }) => isFinal(fault));
  const givenUp = new Set(failures.flatMap(({ requestPayload }) => keysIn(requestPayload)));

  const targetsBy = (style: string, key: string) =>
    rules.flatMap(({ outputs }) => outputs.flatMap((output) => (output.style === style ? targetOf(output, key) : [])));

  const refusedSince: Causes['refusedSince'] = (at, key, target) =>
    refused.some((one) => {
      if (one.at < at) return false;
      if (target === undefined) return one.key === key && one.operation === 'HeadObject';
      if (one.operation === 'ProcessObject') return one.key === key && one.target === target;
      if (one.style !== undefined) return one.key === key && targetsBy(one.style, key).includes(target);
      // Processing ends in a look at the target or at the source where OSS's answer did not tell.
      return one.key === target || (one.key === key && one.operation === 'HeadObject');
    });

  return {
    givenUp: (key) => givenUp.has(key),
    refusedSince,
    missingFor({ kind, source, target, text }) {
      if (kind !== 'permanent' && kind !== 'setup') return `kind ${kind} does not belong under failed/`;
      const bad = operations.some(({ key, put }) => key === source && put?.bad === true);
      if (bad && kind === 'permanent' && target !== undefined) return undefined;
      const style = (JSON.parse(text) as { style?: unknown }).style;
      const missing = rules.some(({ outputs }) => outputs.some((output) => output.style === style));
      if (missing && kind === 'setup' && style === 'style/missing') return undefined;
      return refusedSince(0, source, target) ? undefined : `nothing that happened explains it: ${text}`;
    },
  };
}

/** A fault that is no passing one: what it strikes ends as a record under `failed/`. */
function isFinal(fault: string): boolean {
  const [parsed] = parseFaults([fault]);
  if (parsed?.effect.kind === 'wrong-json') return true;
  return parsed?.effect.kind === 'status' && [400, 403, 404].includes(parsed.effect.status);
}

/** Uploads and deletions that were not delivered, or whose delivery has no end. */
export function unaccounted({ operations, invocations, failures }: Observed): { operation: Operation; why: string }[] {
  const ended = new Set([
    ...invocations.filter(({ errorType }) => errorType === undefined).map(({ requestId }) => requestId),
    ...failures.map(({ requestContext }) => requestContext.requestId),
  ]);
  /** FC's request ids by OSS's. */
  const deliveries = new Map<string, Set<string>>();
  const results = new Map<string, string>();
  for (const { event, requestId, result, errorType } of invocations) {
    const cause = /"requestId":"([0-9A-F]{24})"/.exec(event)?.[1];
    if (cause === undefined) continue;
    deliveries.set(cause, (deliveries.get(cause) ?? new Set()).add(requestId));
    if (errorType === undefined) results.set(requestId, result);
  }
  const there = new Set<string>();
  return operations.flatMap((operation) => {
    const { key, put, versionDeleted, requestId, unheard } = operation;
    // OSS reports no removal of what is not there.
    const raises = versionDeleted !== undefined || put !== undefined || there.has(key);
    if (put === undefined) there.delete(key);
    else there.add(key);
    if (!raises || unheard) return [];
    const by = deliveries.get(requestId);
    const deletion = versionDeleted === undefined ? 'a deletion' : 'the deletion of a version';
    const what = put === undefined || versionDeleted !== undefined ? deletion : `the upload of ${put.name}`;
    if (by === undefined) return [{ operation, why: `${what} (${requestId}) reached no invocation` }];
    const open = [...by].filter((id) => !ended.has(id));
    if (open.length > 0) return [{ operation, why: `${what} (${requestId}): ${open.join()} neither ended nor failed` }];
    const silent = [...by].filter((id) => results.has(id) && !(results.get(id) ?? '').includes(`oss://photos/${key}"`));
    return silent.map((id) => ({ operation, why: `${what} (${requestId}): the result of ${id} does not name it` }));
  });
}

/** Credentials of the function's role, and signatures, in whatever the function wrote or returned. */
export function secretsIn({ lines, invocations }: Observed, records: readonly FailedRecord[]): string[] {
  const secret = /STS\.[0-9a-f]{24}|local-[0-9a-f]{8}-[0-9a-f-]{27}|Signature=[0-9a-f]{16}/i;
  const texts = [...lines, ...invocations.map(({ result }) => result), ...records.map(({ text }) => text)];
  return texts.filter((text) => secret.test(text)).map((text) => `a credential was written: ${text.slice(0, 300)}`);
}
