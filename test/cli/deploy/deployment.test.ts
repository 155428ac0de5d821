import { describe, expect, it } from 'vitest';
import { deploy, type Step, type Wishes, type World } from '../../../src/cli/deploy/deployment.js';
import { validated } from '../../../src/deploy/project.js';
import { type MemoryFunction, memoryFunctionCompute, remoteTrigger } from '../../support/memory-function-compute.js';
import { someProps } from '../../support/project.js';

const credentials = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIabcdefgh',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'a-secret-of-mine',
};
const nothing: Wishes = { skipTests: false, yes: false, resume: false, dryRun: false };

interface Setting {
  readonly live?: MemoryFunction;
  readonly wishes?: Partial<Wishes>;
  readonly env?: NodeJS.ProcessEnv;
  readonly unset?: readonly string[];
  readonly props?: object;
  /** s.yaml with a concurrency that no variable changes. */
  readonly fixedConcurrency?: boolean;
  readonly codes?: Partial<Record<Step | 's' | 's again', number>>;
  readonly answer?: boolean;
}

/** Deploys in a world of which all is known, and tells what was done in which order. */
async function deploying(setting: Setting) {
  const { live = { name: 'oss-autostyle', reservedConcurrency: 5 }, env = credentials, codes = {}, answer } = setting;
  const { fc, state } = memoryFunctionCompute(live);
  const done: string[] = [];
  const said: string[] = [];
  const environments: NodeJS.ProcessEnv[] = [];
  const world: World = {
    env: { ...env },
    async readProject(variables) {
      const reserved = setting.fixedConcurrency ? 5 : Number(variables['RESERVED_CONCURRENCY'] ?? 5);
      const props = { ...someProps(), concurrencyConfig: { reservedConcurrency: reserved }, ...setting.props };
      const document = {
        edition: '3.0.0',
        name: 'x',
        access: 'default',
        resources: { autostyle: { component: 'fc3@0.1.22', props } },
      };
      return { file: 's.yaml', unset: setting.unset ?? [], ...validated(document) };
    },
    async runStep(step) {
      done.push(step);
      return codes[step] ?? 0;
    },
    connect: () => ({
      ...fc,
      async deleteTrigger(name, trigger) {
        done.push(`remove ${trigger}`);
        await fc.deleteTrigger(name, trigger);
      },
    }),
    async runS(args, variables, { accountId, accessKeySecret }) {
      done.push(`s ${args.join(' ')}`);
      environments.push(variables);
      expect({ accountId, accessKeySecret }).toEqual({
        accountId: '1234567890123456',
        accessKeySecret: credentials.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
      });
      return (environments.length === 1 ? codes.s : codes['s again']) ?? 0;
    },
    ask:
      answer === undefined
        ? undefined
        : async (question) => {
            done.push(question);
            return answer;
          },
    say: (line) => said.push(line),
    nextSteps: () => ['upload this'],
  };
  const failure = await deploy({ ...nothing, ...setting.wishes }, world).then(
    () => undefined,
    (error: Error) => error,
  );
  return { failure, done, said: said.join('\n'), environments, state };
}

const stale = {
  name: 'oss-autostyle',
  triggers: [remoteTrigger('avatars'), remoteTrigger('old'), remoteTrigger('theirs', 'x')],
};

describe('deploy', () => {
  it('checks, tests, builds, deploys, and says what to do next', async () => {
    const { failure, done, said } = await deploying({});
    expect(failure).toBeUndefined();
    expect(done).toEqual(['check', 'test', 'build', 's deploy -y']);
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
    ['test', ['check', 'test']],
    ['build', ['check', 'test', 'build']],
  ])('stops when %s fails, before it looks at the cloud', async (step, steps) => {
    const { failure, done, state } = await deploying({ codes: { [step]: 3 }, live: stale, wishes: { yes: true } });
    expect(failure).toMatchObject({ exitCode: 1, message: `${step} failed (exit code 3): nothing was deployed` });
    expect({ done, calls: state.calls }).toEqual({ done: steps, calls: [] });
  });

  it('skips the tests aloud', async () => {
    const { done, said } = await deploying({ wishes: { skipTests: true } });
    expect(done).toEqual(['check', 'build', 's deploy -y']);
    expect(said).toContain('skipping the tests');
  });

  it.each<[string, Setting, string[], string[]]>([
    ['after a yes', { answer: true }, ['remove them?', 's deploy -y', 'remove old'], ['avatars', 'theirs']],
    ['with --yes', { wishes: { yes: true } }, ['s deploy -y', 'remove old'], ['avatars', 'theirs']],
    ['not after a no', { answer: false }, ['remove them?', 's deploy -y'], ['avatars', 'old', 'theirs']],
    ['not when there is nobody to ask', {}, ['s deploy -y'], ['avatars', 'old', 'theirs']],
  ])('removes triggers of ours that s.yaml lists no longer %s', async (_, setting, expected, left) => {
    const { failure, done, said, state } = await deploying({ live: stale, ...setting });
    expect(failure).toBeUndefined();
    expect(done.slice(3)).toEqual(expected);
    expect(state.triggers.map(({ triggerName }) => triggerName)).toEqual(left);
    expect(said).toContain('old (oss of acs:oss:');
    expect(said).not.toContain('theirs');
    expect(said.includes('--yes removes them')).toBe(setting.answer === undefined && !setting.wishes?.yes);
  });

  describe('a trigger that hears what a new one is to hear', () => {
    const live: MemoryFunction = {
      name: 'oss-autostyle',
      triggers: [remoteTrigger('wide', undefined, ''), remoteTrigger('old')],
    };

    it('goes before the deployment, and what may be missed is told', async () => {
      const { done, said } = await deploying({ live, wishes: { yes: true } });
      expect(done.slice(3)).toEqual(['remove wide', 's deploy -y', 'remove old']);
      expect(said).toContain('nobody hears uploads to oss://shop-photos/');
      expect(said).not.toContain('until a deployment succeeds');
    });

    it('is missed when the deployment fails', async () => {
      const { failure, done, said } = await deploying({ live, wishes: { yes: true }, codes: { s: 1 } });
      expect(failure).toMatchObject({ exitCode: 1 });
      expect(done.slice(3)).toEqual(['remove wide', 's deploy -y']);
      expect(said).toContain('nobody hears what the removed triggers heard until a deployment succeeds');
    });

    it('keeps everything from being deployed when it cannot be removed', async () => {
      const { failure, done } = await deploying({
        live: { ...live, refused: ['deleteTrigger'] },
        wishes: { yes: true },
      });
      expect(failure).toMatchObject({ exitCode: 1, message: expect.stringMatching(/^trigger wide .*AccessDenied/) });
      expect(done.at(-1)).toBe('remove wide');
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
    const { said, environments } = await deploying({ live, wishes: { resume: true } });
    expect(environments[0]).not.toHaveProperty('RESERVED_CONCURRENCY');
    expect(said).toContain('upload this');
  });

  it('refuses to start a stopped function by an s.yaml that has a number of its own', async () => {
    const live = { name: 'oss-autostyle', reservedConcurrency: 0 };
    const { failure, done } = await deploying({ live, fixedConcurrency: true });
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('--resume') });
    expect(done).not.toContain('s deploy -y');
  });

  it('deploys without what it may not see, and tells what that can mean', async () => {
    const refused = ['getFunction', 'listTriggers', 'getReservedConcurrency'] as const;
    const { failure, done, said } = await deploying({ live: { name: 'oss-autostyle', refused } });
    expect(failure).toBeUndefined();
    expect(done.at(-1)).toBe('s deploy -y');
    expect(said.match(/^note: .*AccessDenied/gm)).toHaveLength(3);
    expect(said).toContain('if someone has stopped the function, this deployment starts it again');
  });

  it('tells the log of a new function not to glue lines together', async () => {
    const { done, said, environments } = await deploying({ live: {}, props: { logConfig: 'auto' } });
    expect(done.slice(-2)).toEqual(['s deploy -y', 's deploy -y --function config --skip-actions']);
    const project = 'oss-autostyle-1234567890123456-cn-hangzhou';
    expect(environments[0]).toMatchObject({ FC_GENERATE_PROJECT_NAME: project, FC_GENERATE_LOGSTORE_NAME: 'function' });
    expect(environments[0]).not.toHaveProperty('LOG_PROJECT');
    expect(environments[1]).toMatchObject({ LOG_PROJECT: project, LOG_STORE: 'function' });
    expect(said).toContain(project);
    const failed = await deploying({ live: {}, props: { logConfig: 'auto' }, codes: { 's again': 1 } });
    expect(failed.failure).toBeUndefined();
    expect(failed.said).toContain('set LOG_PROJECT');
  });

  it('fails when s fails, and claims nothing', async () => {
    const { failure, said } = await deploying({ codes: { s: 101 } });
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('exit code 101') });
    expect(said).not.toContain('deployed oss-autostyle');
    expect(said).not.toContain('upload this');
  });

  it('changes nothing with --dry-run', async () => {
    const { failure, done, said, state } = await deploying({ live: stale, wishes: { dryRun: true, yes: true } });
    expect(failure).toBeUndefined();
    expect(done).toEqual(['check']);
    expect(said).toContain('old (oss');
    expect(state.triggers).toHaveLength(3);
  });
});
