import { describe, expect, it } from 'vitest';
import { type DeployOptions, deploy } from '../../../src/deploy/deployment/deployment.js';
import type { DeployEnvironment, Step } from '../../../src/deploy/deployment/environment.js';
import { validated } from '../../../src/deploy/project.js';
import { FunctionComputeError } from '../../../src/remote/error.js';
import { loadConfig } from '../../../src/rules/load.js';
import type { Config } from '../../../src/rules/rule.js';
import type { Environment } from '../../../src/rules/values.js';
import {
  type MemoryFunction,
  memoryFunctionCompute,
  refusedConnection,
  remoteTrigger,
  unavailable,
} from '../../support/memory-function-compute.js';
import { memoryOss } from '../../support/memory-oss.js';
import { type MemorySurroundings, memorySurroundings } from '../../support/memory-surroundings.js';
import { someProps } from '../../support/project.js';
import { shippedConfig } from '../../support/shipped.js';
import { storeSweep } from '../../support/stored-sweep.js';

const credentials = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIabcdefgh',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'a-secret-of-mine',
};
/** What s.yaml runs before a deployment, whoever starts it. */
const gate = [{ run: 'npm run build' }, { run: 'npm run check -- --deploy' }];
const noOptions: DeployOptions = { tests: false, yes: false, resume: false, stopped: false, dryRun: false };

interface Setting {
  readonly live?: MemoryFunction;
  readonly options?: Partial<DeployOptions>;
  readonly env?: NodeJS.ProcessEnv;
  readonly unset?: readonly string[];
  /** The rules, with the function's variables; those that are shipped when absent. */
  readonly rules?: (variables: Environment) => Config;
  readonly props?: object;
  /** s.yaml with a concurrency that no variable changes. */
  readonly fixedConcurrency?: boolean;
  readonly codes?: Partial<Record<Step | 'create' | 's' | 's again', number>>;
  readonly answer?: boolean;
  /** What `s deploy` makes of the log. */
  readonly madeLog?: MemoryFunction['log'];
  /** What a failed `s deploy` leaves: these triggers, and this concurrency. */
  readonly leaves?: Pick<MemoryFunction, 'triggers' | 'reservedConcurrency'>;
  readonly around?: MemorySurroundings;
  /** Triggers that cannot be removed, and why. */
  readonly stuck?: Readonly<Record<string, FunctionComputeError>>;
}

/** Deploys in an environment of which all is known, and returns what was done in which order. */
async function deploying(setting: Setting) {
  const { live = { name: 'oss-autostyle', reservedConcurrency: 5 }, env = credentials, codes = {}, answer } = setting;
  const { fc, state } = memoryFunctionCompute(live);
  const { around, asked } = memorySurroundings(setting.around);
  const done: string[] = [];
  const said: string[] = [];
  const environments: NodeJS.ProcessEnv[] = [];
  const stepArgs: string[][] = [];
  const environment: DeployEnvironment = {
    env: { ...env },
    async readProject(variables) {
      const reserved = setting.fixedConcurrency ? 5 : Number(variables['RESERVED_CONCURRENCY'] ?? 5);
      const props = { ...someProps(), concurrencyConfig: { reservedConcurrency: reserved }, ...setting.props };
      const { LOG_PROJECT: project, LOG_STORE: logstore } = variables;
      if (props.logConfig === 'auto' && project) props.logConfig = { project, logstore, logBeginRule: 'None' };
      const document = {
        edition: '3.0.0',
        name: 'x',
        access: 'default',
        resources: { autostyle: { component: 'fc3@0.1.22', actions: { 'pre-deploy': gate }, props } },
      };
      return { file: 's.yaml', unset: setting.unset ?? [], ...validated(document) };
    },
    readRules: (_, variables) => setting.rules?.(variables) ?? loadConfig(shippedConfig, variables),
    async runStep(step, args) {
      done.push(step);
      stepArgs.push([...args]);
      return codes[step] ?? 0;
    },
    connect: () => ({
      ...fc,
      async deleteTrigger(name, trigger) {
        done.push(`remove ${trigger}`);
        const stuck = setting.stuck?.[trigger];
        if (stuck !== undefined) throw stuck;
        await fc.deleteTrigger(name, trigger);
      },
    }),
    surroundings: () => around,
    async runS(args, variables, { accountId, accessKeySecret }) {
      done.push(`s ${args.join(' ')}`);
      environments.push(variables);
      expect({ accountId, accessKeySecret }).toEqual({
        accountId: '1234567890123456',
        accessKeySecret: credentials.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
      });
      if (args.includes('config')) return codes['s again'] ?? 0;
      if (args.includes('--function')) {
        if (codes.create === undefined) state.name = 'oss-autostyle';
        return codes.create ?? 0;
      }
      if (setting.madeLog !== undefined) Object.assign(state, { name: 'oss-autostyle', log: setting.madeLog });
      if (codes.s !== undefined) Object.assign(state, setting.leaves);
      else state.reservedConcurrency = Number(variables['RESERVED_CONCURRENCY'] ?? 5);
      return codes.s ?? 0;
    },
    sleep: async () => {},
    ask:
      answer === undefined
        ? undefined
        : async (question) => {
            done.push(question);
            return answer;
          },
    say: (line) => said.push(line),
  };
  const failure = await deploy({ ...noOptions, ...setting.options }, environment, () => ['upload this']).then(
    () => undefined,
    (error: Error) => error,
  );
  return { failure, done, said: said.join('\n'), environments, stepArgs, state, asked };
}

const stale = {
  name: 'oss-autostyle',
  triggers: [
    remoteTrigger('avatars/', { name: 'avatars' }),
    remoteTrigger('old/'),
    remoteTrigger('theirs/', { name: 'theirs', description: 'x' }),
  ],
};
const old = 'oss_shop-photos_old';
const create = 's deploy -y --function --skip-actions';

describe('deploy', () => {
  it('deploys nothing that could feed the version that runs now, and says how to do it in two steps', async () => {
    const swapped = (key: string) => () =>
      loadConfig(
        {
          journal: 'throw',
          rules: [
            {
              name: 'a',
              when: { bucket: 'shop-photos', prefix: 'avatars/' },
              outputs: [{ style: 'style/s', to: { key } }],
            },
          ],
        },
        {},
      );
    const { failure, done } = await deploying({ live: stale, rules: swapped('old/{file}') });
    expect(failure?.message).toMatch(
      /^nothing was deployed: .*\n.*"old\/\{file\}".*covers oss:\/\/shop-photos\/old\/\*/,
    );
    expect(failure?.message).toMatch(/In two steps: deploy\n {2}without what is named here/);
    expect(done).toEqual(['check']);
    expect(
      (await deploying({ live: stale, rules: swapped('out/{file}'), options: { yes: true } })).failure,
    ).toBeUndefined();
  });

  it('says what becomes of the records of a journal that moves', async () => {
    const { said } = await deploying({ props: { environmentVariables: { JOURNAL_BUCKET: 'new-journal' } } });
    expect(said).toContain('npm run replay -- --journal oss://photos-journal/autostyle/ takes them along');
  });

  it('says which sweep in the cloud the new rules stop', async () => {
    const { oss } = memoryOss(Date.now);
    const id = await storeSweep(oss, loadConfig(shippedConfig, {}), { rules: 'others' });
    const { said, failure } = await deploying({ around: { oss } });
    expect(failure).toBeUndefined();
    expect(said).toContain(`note: the sweep ${id} in the cloud is not finished`);
  });

  it('tries the rules, deploys, and says what to do next', async () => {
    const { failure, done, said, stepArgs, environments } = await deploying({});
    expect(failure).toBeUndefined();
    expect(done).toEqual(['check', 's deploy -y']);
    expect(stepArgs).toEqual([['--smoke']]);
    // What s.yaml runs before does not try them again.
    expect(environments).toEqual([expect.objectContaining({ CHECK_SMOKED: '1' })]);
    expect(said.split('\n').at(-1)).toBe('upload this');
  });

  it('names all that is missing or wrong before it starts anything', async () => {
    const { failure, done, state } = await deploying({
      unset: ['ACCOUNT_ID', 'SOURCE_BUCKET'],
      env: { ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.abc' },
      props: { timeOut: 1 },
    });
    expect(failure).toMatchObject({ name: 'UserError', exitCode: 2 });
    for (const wanted of [
      'ACCOUNT_ID',
      'SOURCE_BUCKET',
      'ACCESS_KEY_SECRET',
      'SECURITY_TOKEN',
      'props.timeOut',
      '.env',
    ]) {
      expect(failure?.message).toContain(wanted);
    }
    expect(failure?.message).not.toContain('STS.abc');
    expect([...done, ...state.calls]).toEqual([]);
  });

  it('refuses an s.yaml with a mistake though all is set', async () => {
    const { failure, done } = await deploying({ props: { timeOut: 1 } });
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('did you mean "timeout"?') });
    expect(done).toEqual([]);
  });

  it.each<[Step, string[]]>([
    ['check', ['check']],
    ['verify', ['check', 'verify']],
  ])('stops when %s fails, before it looks at the cloud', async (step, steps) => {
    const options = { yes: true, tests: true };
    const { failure, done, state } = await deploying({ codes: { [step]: 3 }, live: stale, options });
    const command = step === 'check' ? 'check -- --smoke' : step;
    expect(failure).toMatchObject({
      exitCode: 1,
      message: `npm run ${command} failed (exit code 3): nothing was deployed`,
    });
    expect({ done, calls: state.calls }).toEqual({ done: steps, calls: [] });
  });

  it('deploys nothing where something is missing, and gives the command', async () => {
    for (const dryRun of [false, true]) {
      const { failure, done, asked } = await deploying({
        around: { answers: { 'queue failed': { missing: true } } },
        options: { dryRun },
      });
      expect(failure).toMatchObject({
        exitCode: 1,
        message:
          'nothing was deployed: something is missing\n  there is no queue failed in cn-hangzhou\n' +
          '      aliyun mns-open CreateQueue --QueueName failed --region cn-hangzhou',
      });
      expect(done.filter((step) => step.startsWith('s '))).toEqual([]);
      expect(asked.at(-1)).toBe('closed');
    }
  });

  it('says what it could not look at, and deploys', async () => {
    const { failure, said } = await deploying({ around: { answers: { 'role oss-autostyle': { unseen: 'no' } } } });
    expect(failure).toBeUndefined();
    expect(said).toContain('note: not looked at: role oss-autostyle (of the function): no');
  });

  it('runs the tests of the project only when asked', async () => {
    const { done } = await deploying({ options: { tests: true } });
    expect(done).toEqual(['check', 'verify', 's deploy -y']);
  });

  it.each<[string, Setting, string[], string[]]>([
    ['after a yes', { answer: true }, ['remove them?', 's deploy -y', `remove ${old}`], ['avatars', 'theirs']],
    ['with --yes', { options: { yes: true } }, ['s deploy -y', `remove ${old}`], ['avatars', 'theirs']],
    ['not after a no', { answer: false }, ['remove them?', 's deploy -y'], ['avatars', old, 'theirs']],
    ['not when there is nobody to ask', {}, ['s deploy -y'], ['avatars', old, 'theirs']],
  ])('removes triggers of ours that s.yaml lists no longer %s', async (_, setting, expected, left) => {
    const { failure, done, said, state } = await deploying({ live: stale, ...setting });
    expect(failure).toBeUndefined();
    expect(done.slice(1)).toEqual(expected);
    expect(state.triggers.map(({ triggerName }) => triggerName)).toEqual(left);
    expect(said).toContain(`${old} (oss of acs:oss:`);
    expect(said).not.toContain('theirs');
    expect(said.includes('--yes removes them')).toBe(setting.answer === undefined && !setting.options?.yes);
  });

  it('tries all that should go, and names those that stay', async () => {
    const live = { ...stale, triggers: ['one/', 'two/', 'three/'].map((prefix) => remoteTrigger(prefix)) };
    const stuck = { 'oss_shop-photos_one': unavailable, 'oss_shop-photos_two': unavailable };
    const { failure, done, said } = await deploying({ live, stuck, options: { yes: true } });
    expect(done.slice(2)).toHaveLength(3);
    expect(said).toContain('deployed oss-autostyle\n');
    expect(failure).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/_one could not[\s\S]*_two could not/),
    });
  });

  it('shows a trigger that only looks like ours, and leaves it', async () => {
    const jane = remoteTrigger('billing/', { description: "oss-autostyle's sibling: billing, by Jane" });
    const { failure, said, state } = await deploying({ live: { ...stale, triggers: [jane] }, options: { yes: true } });
    expect(failure).toBeUndefined();
    expect(state.triggers).toEqual([jane]);
    expect(said).toMatch(/^left alone.*oss_shop-photos_billing/m);
  });

  describe('a trigger that hears what a new one is to hear', () => {
    const [wide, avatars] = ['oss_shop-photos', 'oss_shop-photos_avatars'];
    const live: MemoryFunction = {
      name: 'oss-autostyle',
      triggers: [remoteTrigger(''), remoteTrigger('avatars/'), remoteTrigger('old/')],
    };

    it('goes before the deployment, and what may be missed is told', async () => {
      const { done, said } = await deploying({ live, options: { yes: true } });
      expect(done.slice(1)).toEqual([`remove ${wide}`, `remove ${avatars}`, 's deploy -y', `remove ${old}`]);
      expect(said).toContain('no trigger covers uploads in oss://shop-photos/;');
      expect(said).not.toContain('until a deployment succeeds');
    });

    it.each([
      ['there is nobody to ask', {}],
      ['the answer is no', { answer: false }],
      ['it is a dry run that could not go on', { options: { dryRun: true } }],
    ])('keeps everything from being deployed when %s', async (_, setting) => {
      const { failure, done, state } = await deploying({ live, ...setting });
      expect(failure).toMatchObject({
        exitCode: 1,
        message: expect.stringMatching(/^nothing was deployed[\s\S]*--yes/),
      });
      for (const name of [wide, avatars]) expect(failure?.message).toContain(`${name} (oss://shop-photos/`);
      expect(failure?.message).not.toContain(old);
      expect(done).not.toContain('s deploy -y');
      expect(state.triggers).toHaveLength(3);
    });

    it('keeps everything from being deployed when it is not ours to remove', async () => {
      const theirs = remoteTrigger('', { name: 'theirs', description: 'x' });
      const blocked = { ...live, triggers: [theirs, remoteTrigger('old/')] };
      const { failure, done, state } = await deploying({ live: blocked, options: { yes: true } });
      expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('theirs (oss://shop-photos/)') });
      expect(done).toEqual(['check']);
      expect(state.triggers).toHaveLength(2);
    });

    it('is missed when the deployment fails', async () => {
      const { failure, done, said } = await deploying({ live, options: { yes: true }, codes: { s: 1 } });
      expect(failure).toMatchObject({ exitCode: 1 });
      expect(done.at(-1)).toBe('s deploy -y');
      for (const place of ['', 'avatars/']) {
        expect(said).toContain(`no trigger covers uploads in oss://shop-photos/${place} until a deployment succeeds`);
      }
    });

    const unheard = (said: string) =>
      [...said.matchAll(/^no trigger covers uploads in (\S+) until a deployment/gm)].map(([, place]) => place);

    it.each<[string, Record<string, FunctionComputeError>, string[]]>([
      ['the first may not go', { [wide]: new FunctionComputeError('no', { code: 'AccessDenied', status: 403 }) }, []],
      ['nobody says whether it is gone', { [wide]: refusedConnection }, ['oss://shop-photos/']],
      [
        'the second may not go',
        { [avatars]: new FunctionComputeError('no', { code: 'x', status: 403 }) },
        ['oss://shop-photos/'],
      ],
      [
        'of the second nobody says it',
        { [avatars]: unavailable },
        ['oss://shop-photos/', 'oss://shop-photos/avatars/'],
      ],
    ])('is missed, and nothing is deployed, when %s', async (_, stuck, places) => {
      const { failure, done, said } = await deploying({ live, stuck, options: { yes: true } });
      expect(failure).toMatchObject({
        exitCode: 1,
        message: expect.stringMatching(/^nothing was deployed: trigger oss_shop-photos\S* could not be removed: /),
      });
      expect(done.at(-1)).toBe(`remove ${Object.keys(stuck)[0]}`);
      expect(unheard(said)).toEqual(places);
    });
  });

  describe('a new function', () => {
    it('is stopped before it has a trigger, and starts when it has all', async () => {
      const { failure, done, state } = await deploying({ live: {} });
      expect(failure).toBeUndefined();
      expect(done.slice(-2)).toEqual([create, 's deploy -y']);
      expect(state.calls).toContain('putReservedConcurrency oss-autostyle');
      expect(state.reservedConcurrency).toBe(5);
    });

    it('of which nothing was made needs no brake', async () => {
      const { failure, done, state } = await deploying({ live: {}, codes: { create: 2 } });
      expect(done.at(-1)).toBe(create);
      expect(failure?.message).toMatch(/^s deploy failed \(exit code 2\)[\s\S]*there is no function oss-autostyle/);
      expect(state.calls.filter((call) => call.startsWith('put'))).toEqual([]);
    });

    const half = { live: {}, codes: { s: 1 }, leaves: { triggers: [remoteTrigger('avatars/')] } };

    it('whose deployment fails half way stays stopped, and what there is, is listed', async () => {
      const { failure, said, state } = await deploying(half);
      expect(state.reservedConcurrency).toBe(0);
      expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('oss-autostyle is stopped') });
      expect(failure?.message).toContain('npm run deploy -- --resume');
      expect(said).toContain(
        'what there is now:\n  function oss-autostyle\n  triggers: oss_shop-photos_avatars\n' +
          '  retries: not set: three, and what is given up is lost\n  limit: 0',
      );
    });

    const denied = new FunctionComputeError('AccessDenied: no', { code: 'AccessDenied', status: 403 });

    it('that could not be stopped at first is stopped once it fails', async () => {
      const live = { failing: { putReservedConcurrency: [denied] } };
      const { failure, said, state } = await deploying({ ...half, live });
      expect(said).toContain('note: it could not be stopped before it has its triggers: AccessDenied: no');
      expect(state.reservedConcurrency).toBe(0);
      expect(failure?.message).toContain('oss-autostyle was stopped (reserved concurrency 0)');
    });

    it('that cannot be stopped is shouted about, with the commands', async () => {
      const live = { failing: { putReservedConcurrency: [denied, denied] } };
      const { failure, state } = await deploying({ ...half, live });
      expect(state.reservedConcurrency).toBeUndefined();
      expect(failure?.message).toContain('!!! oss-autostyle MAY RUN WITHOUT A LIMIT');
      expect(failure?.message).toContain('AccessDenied: no');
      expect(failure?.message).toContain('npm run stop');
      expect(failure?.message).toContain(
        'aliyun fc PUT /2023-03-30/functions/oss-autostyle/concurrency --region cn-hangzhou --header Content-Type=application/json --body \'{"reservedConcurrency":0}\'',
      );
    });
  });

  describe('an update that fails', () => {
    it.each<[string, MemoryFunction, number | undefined, string]>([
      ['with its limit goes on', { reservedConcurrency: 5 }, 5, 'goes on with the limit that it had, 5'],
      ['without one is stopped', {}, 0, 'was stopped (reserved concurrency 0)'],
      ['that was stopped stays so', { reservedConcurrency: 0 }, 0, 'is stopped; once this is mended'],
    ])('of a function %s', async (_, live, limit, message) => {
      const { failure, state } = await deploying({ live: { name: 'oss-autostyle', ...live }, codes: { s: 1 } });
      expect(failure?.message).toContain(message);
      expect(state.reservedConcurrency).toBe(limit);
    });
  });

  it('keeps a stopped function stopped, and says so', async () => {
    const { done, said, environments } = await deploying({ live: { name: 'oss-autostyle', reservedConcurrency: 0 } });
    expect(done.at(-1)).toBe('s deploy -y');
    expect(environments[0]).toMatchObject({ RESERVED_CONCURRENCY: '0' });
    expect(said).toContain('npm run resume');
    expect(said).not.toContain('upload this');
  });

  it('starts it again with --resume', async () => {
    const live = { name: 'oss-autostyle', reservedConcurrency: 0 };
    const { said, environments } = await deploying({ live, options: { resume: true } });
    expect(environments[0]).not.toHaveProperty('RESERVED_CONCURRENCY');
    expect(said).toContain('upload this');
  });

  it('refuses to start a stopped function by an s.yaml that has a number of its own', async () => {
    const live = { name: 'oss-autostyle', reservedConcurrency: 0 };
    const { failure, done } = await deploying({ live, fixedConcurrency: true });
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('--resume') });
    expect(done).not.toContain('s deploy -y');
  });

  describe('a function of which nobody can tell whether it was stopped', () => {
    const denied = new FunctionComputeError('AccessDenied: no', { code: 'AccessDenied', status: 403 });
    const forged = new FunctionComputeError('SignatureNotMatch: no', { code: 'SignatureNotMatch', status: 403 });
    const thrice = (error: FunctionComputeError) => [error, error, error];
    const blind: [string, MemoryFunction][] = [
      ['a 503', { failing: { getReservedConcurrency: thrice(unavailable) } }],
      ['no connection', { failing: { getFunction: thrice(refusedConnection) } }],
      ['AccessDenied', { failing: { getReservedConcurrency: [denied] } }],
      ['AccessDenied for all', { refused: ['getFunction', 'listTriggers', 'getReservedConcurrency'] }],
      [
        'SignatureNotMatch',
        { failing: { getFunction: [forged], listTriggers: [forged], getReservedConcurrency: [forged] } },
      ],
    ];
    const live = { name: 'oss-autostyle', reservedConcurrency: 0 };

    it.each(blind)('is not deployed after %s, and why is told', async (_, failing) => {
      for (const dryRun of [false, true]) {
        const { failure, done } = await deploying({ live: { ...live, ...failing }, options: { yes: true, dryRun } });
        expect(failure).toMatchObject({ name: 'UserError', exitCode: 1 });
        expect(failure?.message).toMatch(/^nothing was deployed: it cannot be seen whether oss-autostyle is stopped/);
        expect(failure?.message).toMatch(/could not be read: .*(503|refused|AccessDenied|SignatureNotMatch)/);
        expect(failure?.message).toMatch(/--resume.*--stopped/);
        expect(done).not.toContain('s deploy -y');
      }
    });

    it.each(blind)('is deployed after %s when someone says which it is', async (_, failing) => {
      const stopped = await deploying({ live: { ...live, ...failing }, options: { stopped: true } });
      expect(stopped.failure).toBeUndefined();
      expect(stopped.environments).toEqual([expect.objectContaining({ RESERVED_CONCURRENCY: '0' })]);
      expect(stopped.said).not.toContain('upload this');
      const resumed = await deploying({ live: { ...live, ...failing }, options: { resume: true } });
      expect(resumed.failure).toBeUndefined();
      expect(resumed.environments[0]).not.toHaveProperty('RESERVED_CONCURRENCY');
      expect(resumed.said).toContain('upload this');
    });

    it('is deployed, and stays stopped, when the service answers after all', async () => {
      const failing = { getReservedConcurrency: [unavailable, unavailable] };
      const { failure, environments } = await deploying({ live: { ...live, failing } });
      expect(failure).toBeUndefined();
      expect(environments).toEqual([expect.objectContaining({ RESERVED_CONCURRENCY: '0' })]);
    });
  });

  it('stops a function that runs, or a new one, with --stopped', async () => {
    for (const live of [{ name: 'oss-autostyle', reservedConcurrency: 5 }, {}]) {
      const { environments, said } = await deploying({ live, options: { stopped: true } });
      expect(environments.map((env) => env['RESERVED_CONCURRENCY'])).toEqual('name' in live ? ['0'] : ['0', '0']);
      expect(said.split('\n').at(-1)).toBe('it is stopped: npm run resume starts it');
    }
  });

  it('asks for no upload where s.yaml itself says 0', async () => {
    const { said } = await deploying({ props: { concurrencyConfig: { reservedConcurrency: 0 } } });
    expect(said).not.toContain('upload this');
    expect(said).toContain('its reservedConcurrency is 0');
  });

  it('goes on without a look at the triggers, and says so', async () => {
    const { failure, said } = await deploying({ live: { name: 'oss-autostyle', refused: ['listTriggers'] } });
    expect(failure).toBeUndefined();
    expect(said).toMatch(/^note: its triggers .*AccessDenied/m);
  });

  describe('a log that s.yaml leaves to fc3', () => {
    const project = 'oss-autostyle-1234567890123456-cn-hangzhou';
    const glued = { project, logstore: 'function', logBeginRule: 'DefaultRegex' };
    const auto = { props: { logConfig: 'auto' } };
    const second = 's deploy -y --function config --skip-actions';

    it('is told not to glue lines together', async () => {
      const { done, said, environments } = await deploying({ ...auto, live: {}, madeLog: glued });
      expect(done.slice(-3)).toEqual([create, 's deploy -y', second]);
      for (const env of environments.slice(0, 2)) {
        expect(env).toMatchObject({ FC_GENERATE_PROJECT_NAME: project, FC_GENERATE_LOGSTORE_NAME: 'function' });
        expect(env).not.toHaveProperty('LOG_PROJECT');
      }
      expect(environments[2]).toMatchObject({ LOG_PROJECT: project, LOG_STORE: 'function' });
      expect(said).toContain(project);
    });

    it('is told so by the deployment after one that failed, with the names that it has', async () => {
      const log = { project: 'another-project', logstore: 'another-store', logBeginRule: 'DefaultRegex' };
      const live = { name: 'oss-autostyle', reservedConcurrency: 0, log };
      const { done, environments } = await deploying({ ...auto, live });
      expect(done.slice(-2)).toEqual(['s deploy -y', second]);
      expect(environments[1]).toMatchObject({
        LOG_PROJECT: log.project,
        LOG_STORE: log.logstore,
        RESERVED_CONCURRENCY: '0',
      });
    });

    it('is left as it is when it knows', async () => {
      const live = { name: 'oss-autostyle', log: { ...glued, logBeginRule: 'None' } };
      const { done } = await deploying({ ...auto, live });
      expect(done.at(-1)).toBe('s deploy -y');
      // Nor is it of interest where s.yaml says all of it.
      const own = await deploying({ live: { ...live, log: glued } });
      expect(own.done.at(-1)).toBe('s deploy -y');
    });

    it('is told by its name when a new function cannot be looked at', async () => {
      const live = { failing: { getFunction: [] }, refused: [] };
      const { environments } = await deploying({ ...auto, live });
      expect(environments.at(-1)).toMatchObject({ LOG_PROJECT: project, LOG_STORE: 'function' });
    });

    it.each<[string, Setting]>([
      ['it cannot be seen', { live: { name: 'oss-autostyle', reservedConcurrency: 5, refused: ['getFunction'] } }],
      ['s fails', { live: { name: 'oss-autostyle', log: glued }, codes: { 's again': 1 } }],
    ])('may glue them, which is told, when %s', async (_, setting) => {
      const { failure, said } = await deploying({ ...auto, ...setting });
      expect(failure).toBeUndefined();
      expect(said).toMatch(/^note: .*set LOG_PROJECT and LOG_STORE/m);
      expect(said).toContain('upload this');
    });

    it('may glue them, which is told, when s.yaml cannot name it', async () => {
      const live = { name: 'oss-autostyle', log: { ...glued, project: 'No Such Project' } };
      const { failure, done, said } = await deploying({ ...auto, live });
      expect(failure).toBeUndefined();
      expect(done.at(-1)).toBe('s deploy -y');
      expect(said).toMatch(/^note: .*logBeginRule: None/m);
    });
  });

  describe('with rules that are kept elsewhere', () => {
    const config = '/somewhere/my rules.json';
    const kept = { environmentVariables: { CONFIG_URI: 'oss://shop-photos/rules.json' } };

    it('has them checked, here and by s.yaml', async () => {
      const { failure, stepArgs, environments, said } = await deploying({ options: { config }, props: kept });
      expect(failure).toBeUndefined();
      expect(stepArgs).toEqual([['--smoke', '--config', config]]);
      expect(environments[0]).toMatchObject({ CHECK_CONFIG: config });
      expect(said).toContain(`npm run check -- --smoke --config ${config}\n`);
    });

    it('refuses them where the function would not read them', async () => {
      const { failure, done } = await deploying({ options: { config } });
      expect(failure).toMatchObject({ exitCode: 2, message: expect.stringContaining('CONFIG_URI') });
      expect(done).toEqual([]);
    });

    it('checks no others than those that it was given', async () => {
      const { environments } = await deploying({ env: { ...credentials, CHECK_CONFIG: '/left/over.json' } });
      expect(environments[0]).toMatchObject({ CHECK_CONFIG: '' });
    });
  });

  it('fails when s fails, and claims nothing', async () => {
    const { failure, said } = await deploying({ codes: { s: 101 } });
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('exit code 101') });
    expect(said).not.toContain('deployed oss-autostyle');
    expect(said).not.toContain('upload this');
  });

  it('changes nothing with --dry-run', async () => {
    const { failure, done, said, state } = await deploying({ live: stale, options: { dryRun: true, yes: true } });
    expect(failure).toBeUndefined();
    expect(done).toEqual(['check']);
    expect(said).toContain(`${old} (oss`);
    expect(state.triggers).toHaveLength(3);
  });
});
