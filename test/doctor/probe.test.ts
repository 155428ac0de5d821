// Probes of many rules: the function's summary is cut at 16 KB, and each rule must still be judged by its own result.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProbeInput, probeDiagnoses } from '../../src/doctor/probe.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { readEvent } from '../../src/pipeline/event.js';
import { type Outcome, summarize } from '../../src/pipeline/outcome.js';
import { type Account, openAccount } from '../../src/remote/account.js';
import { openFunction } from '../../src/remote/function-account.js';
import type { RemoteInvocation } from '../../src/remote/function-compute.js';
import { loadConfig } from '../../src/rules/load.js';
import { shippedFunction } from '../support/shipped.js';

const rulesOf = (count: number, when: object = {}) => ({
  journal: 'throw' as const,
  rules: Array.from({ length: count }, (_, at) => ({
    name: `rule-${at}`,
    when: { bucket: 'photos', prefix: `photos/team${at}/`, suffix: ['.jpg'], ...when },
    outputs: [
      { style: 'image/resize,w_20', to: { bucket: 'photos-out', key: 'a/{key}' } },
      { style: 'image/resize,w_10', to: { bucket: 'photos-out', key: 'b/{key}' } },
    ],
  })),
});

let cloud: LocalCloud;
const { codeDir } = shippedFunction();
let folder: string;
let account: Account;
let input: ProbeInput;
const events: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-probes-'));
  const file = join(folder, 'rules.json');
  const rules = { ...rulesOf(60), journal: { bucket: 'notes', prefix: 'autostyle/' } };
  writeFileSync(file, JSON.stringify(rules));
  const config = loadConfig(rules, {});
  cloud = await startLocalCloud({
    codeDir,
    config,
    environmentVariables: { CONFIG_URI: `file://${file}` },
    instances: 1,
    triggers: false,
    runTimers: false,
  });
  account = openAccount({ endpoint: cloud.url }, {});
  const { fc } = await openFunction({ endpoint: cloud.url }, { env: {}, note: (text) => expect.unreachable(text) });
  input = { fc, functionName: 'oss-autostyle', config, oss: account.oss, id: 'test', now: Date.now() };
});

afterAll(async () => {
  await account.close();
  await cloud.close();
  rmSync(folder, { recursive: true });
});

/** A function that returns for every upload what `answer` makes of it, in the summary of the real one. */
function answering(answer: (key: string) => readonly Outcome[]): ProbeInput['fc'] {
  return {
    async invoke(_, event): Promise<RemoteInvocation> {
      const { uploads } = readEvent(event);
      events.push(uploads.length);
      const result = Buffer.from(JSON.stringify(summarize(uploads.flatMap(({ key }) => answer(key)))));
      return { status: 200, requestId: '1-a', errorType: undefined, result, log: undefined };
    },
  };
}

const gone = (key: string, most = 2) =>
  Array.from({ length: most }, (_, at) => ({
    status: 'skipped' as const,
    source: { bucket: 'photos', key },
    rule: 'r',
    reason: 'source-gone' as const,
    target: { bucket: 'photos-out', key: `${'x'.repeat(600)}${at}/${key}` },
  }));

describe('probeDiagnoses', () => {
  it('finds nothing wrong with sixty healthy rules, and has looked at each', async () => {
    const lines = await probeDiagnoses(input);
    expect(lines.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(lines.filter(({ about }) => about === 'access')).toHaveLength(60);
    expect(lines.filter(({ about }) => about === 'journal')).toHaveLength(1);
  });

  it('names what the role needs for the outputs of a rule: no POST where all of them are relayed', async () => {
    const rules = rulesOf(2).rules.map((rule, at) => ({
      ...rule,
      outputs: rule.outputs.map((output) => (at === 0 ? output : { ...output, tags: { of: '{name}' } })),
    }));
    const config = loadConfig({ journal: 'throw', rules }, {});
    const error = { kind: 'setup', code: 'AccessDenied', message: 'AccessDenied: no' } as const;
    const fc = answering((key) => [{ status: 'failed', source: { bucket: 'photos', key }, rule: 'r', error }]);
    const lines = await probeDiagnoses({ ...input, fc, config });
    const fixes = lines.flatMap((line) => ('fix' in line && line.about === 'access' ? [String(line.fix)] : []));
    expect(fixes[0]).toContain(' oss:PostProcessTask and oss:GetObject on acs:oss:*:*:photos/photos/team0/*');
    expect(fixes[1]).toContain(' role oss:GetObject on acs:oss:*:*:photos/photos/team1/*');
  });

  it('asks again in halves for what a summary left out', async () => {
    events.length = 0;
    const config = loadConfig(rulesOf(45), {});
    const lines = await probeDiagnoses({ ...input, config, fc: answering(gone) });
    expect(lines.map(({ status }) => status)).toEqual(Array(45).fill('ok'));
    expect(Math.max(...events)).toBeLessThanOrEqual(12);
    expect(events.length).toBeGreaterThan(4);
    // Results that no summary has room for, of a single upload: what there is decides.
    events.length = 0;
    const [one, ...others] = await probeDiagnoses({
      ...input,
      config: loadConfig(rulesOf(1), {}),
      fc: answering((key) => gone(key, 40)),
    });
    expect([one?.status, others, events]).toEqual(['ok', [], [1]]);
  });

  it('reports which places it has not tried', async () => {
    const config = loadConfig(rulesOf(230), {});
    const lines = await probeDiagnoses({ ...input, config, fc: answering((key) => gone(key)) });
    expect(lines.filter(({ status }) => status === 'ok')).toHaveLength(200);
    expect(lines.slice(200)).toEqual([
      expect.objectContaining({
        status: 'unseen',
        message: expect.stringMatching(/photos\/team200\/\* \(rule rule-200\), .* and 27 more: at most 200 places/),
      }),
    ]);
    // The first rule takes every upload of the second.
    const blind = rulesOf(2);
    const [first, second] = blind.rules;
    const neverReached = { ...blind, rules: [first, { ...second, when: { ...first?.when } }] };
    const some = await probeDiagnoses({
      ...input,
      config: loadConfig(neverReached, {}),
      fc: answering((key) => gone(key)),
    });
    expect(some.map(({ status }) => status)).toEqual(['ok', 'unseen']);
    expect(some[1]?.message).toMatch(/rule rule-1\): no key was found there that the rule takes/);
  });
});
