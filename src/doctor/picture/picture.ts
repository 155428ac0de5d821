// What became of one picture: its source, what the rules make of it, each derivative, and what the journal keeps of it.
import { type Differences, differencesOf } from '../../check/differences.js';
import { explainEvent } from '../../check/explain/event.js';
import type { ExplainedOutput, Explanation } from '../../check/explain/explain.js';
import type { Oss } from '../../oss/client.js';
import { OssError } from '../../oss/error.js';
import { objectUri } from '../../oss/object-name.js';
import type { Upload } from '../../pipeline/event.js';
import { indexConfig } from '../../pipeline/match.js';
import type { ObjectDetails } from '../../remote/object-details.js';
import { type Config, outputsOf } from '../../rules/rule.js';
import { namesVersion } from '../../rules/template.js';
import { type Look, lookAt } from './look.js';
import { type FoundRecords, findRecords, type JournalReader, type SourceRecord } from './records.js';

export interface Picture {
  readonly source: string;
  readonly look: Look;
  /** For the source as it is; with assumed values where it is absent or unseen. */
  readonly explanation: Explanation;
  readonly derivatives: readonly Derivative[];
  /** Those that are about no derivative of these. */
  readonly records: readonly SourceRecord[];
  readonly journal: JournalLook;
  /** Until when the function may be at work on the source, epoch ms; absent: no longer. */
  readonly busyUntil?: number | undefined;
}

export interface Derivative {
  readonly style: string;
  /** Undefined where the template cannot be filled in. */
  readonly target?: string | undefined;
  readonly state: DerivativeState;
  readonly look?: Look | undefined;
  readonly refused?: ExplainedOutput['refused'];
  /** Why it is relayed; absent: it is not. */
  readonly relayed?: readonly string[] | undefined;
  /** Of one that is relayed and is there, made since the source was stored. */
  readonly details?: Differences | undefined;
  readonly records: readonly SourceRecord[];
}

/**
 * `stale`: stored before its source was. `refused`: the function asks OSS for nothing. `left`: its source is gone, or
 * is empty, and its rule removes it. `kept`: its source is gone, and its rule leaves it. `none`: it is not there, and
 * is not to be. `unknown`: its key depends on an ETag or a time that nothing tells.
 */
type DerivativeState = 'saved' | 'stale' | 'missing' | 'unseen' | 'refused' | 'left' | 'kept' | 'none' | 'unknown';

/** Of the journal as a whole; `unread` and `refusal` as in FoundRecords. */
type JournalLook =
  | ({ readonly place: string } & Omit<FoundRecords, 'records'>)
  | { readonly place: string; readonly unseen: string }
  | { readonly place: undefined };

export interface PictureContext {
  readonly config: Config;
  readonly region: string;
  readonly oss: Pick<Oss, 'headObject' | 'listObjects' | 'getObject'>;
  readonly details: ObjectDetails;
  readonly concurrency: number;
  /** Epoch ms. */
  readonly now: number;
  /** Of the function, seconds. */
  readonly timeout: number;
  readonly step?: JournalReader['step'];
}

/** Looks at one upload. Nothing is changed. @throws UserError for a region that is none */
export async function examine(upload: Upload, context: PictureContext): Promise<Picture> {
  const { config, oss } = context;
  const { bucket, key } = upload;
  const look = await lookAt(oss, { bucket, key });
  const explanation = await explained(upload, look, context);
  const outputs = await Promise.all(
    explanation.outputs.map(async (output) => {
      const name = output.request?.target;
      const known = look.state === 'there' || isKnown(explanation, config);
      return { output, look: name && known ? await lookAt(oss, name) : undefined };
    }),
  );
  const targets = outputs.flatMap(({ output }) => output.request?.target ?? []);
  const { records, journal } = await journalOf({ bucket, key }, targets, context);
  const removing = explanation.rules.some(({ name }) =>
    config.rules.some((rule) => rule.name === name && rule.onDelete === 'remove'),
  );
  const derivatives = await Promise.all(
    outputs.map(async ({ output, look: its }): Promise<Derivative> => {
      const { style, target, refused, relayed, request } = output;
      const state = stateOf(output, look, its, removing);
      const { target: name, headers } = request ?? {};
      const made = state === 'saved' && look.state === 'there' && name !== undefined && headers !== undefined;
      return {
        style,
        target,
        state,
        look: its,
        refused,
        relayed: relayed?.because,
        details: made ? await differencesOf(name, headers, context.details) : undefined,
        records: records.filter((one) => isAbout(one, target)),
      };
    }),
  );
  const known = new Set(explanation.outputs.map(({ target }) => target));
  const others = records.filter(({ target }) => target === undefined || !known.has(target));
  const until = look.state === 'there' ? look.modified + context.timeout * 1_000 : 0;
  const busyUntil = until > context.now ? until : undefined;
  return { source: objectUri(bucket, key), look, explanation, derivatives, records: others, journal, busyUntil };
}

async function explained(upload: Upload, look: Look, { config, region, now }: PictureContext): Promise<Explanation> {
  const seen =
    look.state === 'there'
      ? { ...upload, size: look.bytes, etag: look.etag.toUpperCase(), time: look.modified }
      : upload;
  const delivery = { uploads: [seen], ignored: [], malformed: [], ticks: [] };
  const options = { region, override: undefined, now, fromFile: false };
  const [explanation] = (await explainEvent(delivery, config, options)).explanations;
  if (explanation === undefined) throw new Error('one upload has no explanation');
  return explanation;
}

/** Whether the keys of the derivatives are those of any source of this name: the ETag and the time are assumed. */
function isKnown({ rules }: Explanation, config: Config): boolean {
  const outputs = outputsOf(config, (_, rule) => rules.some(({ name }) => name === rule.name));
  return !outputs.some(({ output }) => namesVersion(output.key));
}

function stateOf(output: ExplainedOutput, source: Look, its: Look | undefined, removing: boolean): DerivativeState {
  if (output.refused !== undefined) return 'refused';
  if (its === undefined) return 'unknown';
  if (its.state === 'unseen') return 'unseen';
  // Of a source that is there, but is empty.
  const removed = output.request?.method === 'DELETE';
  if (source.state === 'absent' || removed) {
    return its.state === 'absent' ? 'none' : removing || removed ? 'left' : 'kept';
  }
  if (its.state === 'absent') return 'missing';
  return source.state === 'there' && its.modified < source.modified ? 'stale' : 'saved';
}

function isAbout(record: SourceRecord, target: string | undefined): boolean {
  return target !== undefined && record.target === target;
}

async function journalOf(
  source: { readonly bucket: string; readonly key: string },
  targets: Parameters<typeof findRecords>[1],
  { config, oss, concurrency, now, step }: PictureContext,
): Promise<{ readonly records: readonly SourceRecord[]; readonly journal: JournalLook }> {
  const { journal } = config;
  if (journal === 'throw') return { records: [], journal: { place: undefined } };
  const place = objectUri(journal.bucket, journal.prefix);
  try {
    const index = indexConfig(config);
    const { records, ...about } = await findRecords(source, targets, journal, { oss, index, concurrency, now, step });
    return { records, journal: { place, ...about } };
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { records: [], journal: { place, unseen: error.message } };
  }
}
