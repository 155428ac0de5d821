// Whether the function's role suffices for rules that relay, and whether it needs all of it: random rules are run on
// the embedded OSS, which lets the function do what RAM would.
import fc from 'fast-check';
import { expect } from 'vitest';
import { exampleUploads } from '../../../src/check/rules/example-uploads.js';
import { intoDocuments, type PolicyDocument } from '../../../src/deploy/policy/document.js';
import { functionGrants } from '../../../src/deploy/policy/function-role.js';
import { settingOf } from '../../../src/deploy/policy/setting.js';
import { handle } from '../../../src/handle.js';
import { createOss } from '../../../src/oss/client.js';
import { createConnection } from '../../../src/oss/connection.js';
import { resolveEndpoint } from '../../../src/oss/endpoint.js';
import { readEvent, type Upload } from '../../../src/pipeline/event.js';
import { jobsOf } from '../../../src/pipeline/jobs.js';
import { indexRules } from '../../../src/pipeline/match.js';
import type { Failure } from '../../../src/pipeline/outcome.js';
import { loadConfig } from '../../../src/rules/load.js';
import type { Config } from '../../../src/rules/rule.js';
import type { ConfigInput } from '../../../src/rules/schema.js';
import { startOss } from '../../local/oss/fixture.js';
import { configs, relaying } from '../../rules/simulation.js';
import { isAllowed } from '../../support/ram.js';
import { account, onBucket, onObject } from '../../support/wire-oss.js';

const setting = settingOf({ ACCOUNT_ID: account });

/**
 * Tries random rules: with their policy each upload's derivatives are saved, and without any action of it some are not.
 * Gives how many were saved, and the actions that were missed.
 */
export async function tryRoles(runs: number): Promise<{ readonly made: number; readonly needed: ReadonlySet<string> }> {
  const buckets = ['aaa', 'bbb', 'ccc', 'ddd', 'eee', 'photos', 'out'];
  let policy: readonly PolicyDocument[] = [];
  const { oss: server, port } = await startOss({
    processImage: async (source, style) => ({
      body: source,
      contentType: /avif/.test(style) ? 'image/avif' : 'image/jpeg',
    }),
    avifByPost: false,
  });
  for (const bucket of buckets) server.createBucket(bucket);
  const may = (action: string, bucket = '', key = '') =>
    isAllowed(policy, { action, resource: key === '' ? onBucket(bucket) : onObject(bucket, key) });
  server.keys.set('role', { secret: 'role-secret', may });
  const connection = createConnection();
  const oss = createOss({
    endpoint: resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${port}` }),
    region: 'cn-hangzhou',
    credentials: { accessKeyId: 'role', accessKeySecret: 'role-secret' },
    connection,
    deadline: Number.POSITIVE_INFINITY,
  });
  const summaryOf = async (config: Config, upload: Upload, allowed: readonly PolicyDocument[]) => {
    policy = [{ Version: '1', Statement: [{ Effect: 'Allow', Action: ['oss:*'], Resource: ['*'] }] }];
    const { etag } = await oss.putObject({ ...upload, body: Buffer.alloc(upload.size ?? 1) });
    policy = allowed;
    const { oss: about, ...record } = upload.record;
    const event = { ...record, oss: { ...about, object: { ...about?.object, size: upload.size, eTag: etag } } };
    const handling = {
      index: indexRules(config.rules),
      journal: 'throw' as const,
      oss,
      journalOss: oss,
      concurrency: 5,
      now: Date.now,
      deadline: Number.POSITIVE_INFINITY,
      log: () => undefined,
      redelivered: false,
    };
    const timed = { ...event, eventTime: new Date().toISOString() };
    return handle(readEvent(Buffer.from(JSON.stringify({ events: [timed] }))), handling).catch(() => undefined);
  };
  let made = 0;
  const needed = new Set<string>();
  await fc.assert(
    fc.asyncProperty(relaying(configs), async (input) => {
      const config = loadable(input);
      if (config === undefined) return;
      const index = indexRules(config.rules);
      const uploads = config.rules.map((one) => [...exampleUploads(one, index, 1)]);
      // A rule that another hides has nothing to show. A target that is no key fails for good, without a request, and
      // without a journal that is thrown.
      const isShown = ([upload]: readonly Upload[], at: number): boolean => {
        const rule = config.rules[at];
        return upload !== undefined && rule !== undefined && jobsOf(upload, rule, index).failures.length === 0;
      };
      if (!uploads.every(isShown)) return;
      const documents = intoDocuments(functionGrants({ ...config, journal: 'throw' }, setting)).documents;
      for (const [upload] of uploads) {
        if (upload === undefined) continue;
        const summary = await summaryOf(config, upload, documents);
        const results = summary?.results ?? [];
        expect(results.length).toBeGreaterThan(0);
        expect(results.filter(({ status }) => status !== 'saved')).toEqual([]);
        made += results.length;
      }
      for (const action of ['oss:PostProcessTask', 'oss:GetObject', 'oss:PutObject', 'oss:PutObjectTagging']) {
        const without = documents.map(({ Version, Statement }) => ({
          Version,
          Statement: Statement.map((one) => ({
            ...one,
            Action: one.Action.filter((other) => other !== action),
          })).filter(({ Action }) => Action.length > 0),
        }));
        if (JSON.stringify(without) === JSON.stringify(documents)) continue;
        let refused = false;
        for (const [upload] of uploads) {
          if (upload === undefined) continue;
          const summary = await summaryOf(config, upload, without);
          refused ||=
            summary === undefined ||
            summary.results.some(({ error }) => (error as Failure | undefined)?.code === 'AccessDenied');
        }
        expect(refused, action).toBe(true);
        needed.add(action);
      }
    }),
    { numRuns: runs },
  );
  await connection.close();
  return { made, needed };
}

function loadable(input: ConfigInput): Config | undefined {
  try {
    return loadConfig(input, {});
  } catch {
    return undefined;
  }
}
