// Runs the vendor's test suites against the embedded OSS, and reports for each group what passes and why the rest does
// not. Each suite's checkout is named by a variable; test/README.md says how.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, runAsProcess } from '../../src/cli/support/command.js';
import { readRules } from '../../src/deploy/rules-file.js';
import { UserError } from '../../src/terminal/user-error.js';
import { aliOssSuite } from './ali-oss.js';
import { goSuite } from './go.js';
import { ossutilSuite } from './ossutil.js';
import { phpSuite } from './php.js';
import { pythonSuite } from './python.js';
import { type Judged, judge, judgeAgain, needless, reportOf } from './report.js';
import { withServer } from './server.js';
import { withFolder } from './workbench.js';

const suites = [pythonSuite, aliOssSuite, phpSuite, goSuite, ossutilSuite];

const options = {
  server: { value: 'DIR', help: 'the working tree whose `npm start` is tested (default: this one)' },
  of: { value: 'FILE.json', help: 'run nothing: report on what --json printed' },
  before: { value: 'FILE.json', help: 'what --json printed earlier: its figures are shown beside the new ones' },
  json: { help: 'the outcomes as one JSON object' },
} as const;

export const command: Command<typeof options> = {
  name: 'suites',
  summary: 'Runs the test suites of the vendor’s SDKs against the embedded OSS.',
  notes:
    `Names of checkouts are taken from the environment: ${suites.map(({ variable }) => variable).join(' ')}.\n` +
    'Nothing is written into them. Exit code 1: a test fails and test/vendor/known-failures.ts has no reason for it.',
  options,
  async run({ flags, out, error }) {
    const show = (judged: readonly Judged[]): number => {
      out(flags.json ? `${JSON.stringify(judged, null, 1)}\n` : reportOf(judged, before));
      const all = suites.every(({ name }) => judged.some(({ suite }) => suite === name));
      for (const reason of all ? needless(judged) : []) error(`fits nothing any more: ${reason}\n`);
      return judged.some(({ verdict }) => verdict === 'unexplained') ? 1 : 0;
    };
    const read = (file: string) => {
      const outcomes = readRules(file);
      if (!Array.isArray(outcomes)) throw new UserError(`${file}: expected what --json printed`, 2);
      return judgeAgain(outcomes as Judged[]);
    };
    const before = flags.before === undefined ? [] : read(flags.before);
    if (flags.of !== undefined) return show(read(flags.of));
    const chosen = suites.filter(({ variable }) => process.env[variable] !== undefined);
    if (chosen.length === 0)
      throw new UserError(`none of ${suites.map(({ variable }) => variable).join(' ')} is set`, 2);
    for (const { variable } of chosen) {
      const path = resolve(process.env[variable] ?? '');
      if (!existsSync(path)) throw new UserError(`${variable}: there is no ${path}`, 2);
    }
    const tree = resolve(flags.server ?? fileURLToPath(new URL('../..', import.meta.url)));
    const judged: Judged[] = [];
    for (const { name, variable, run } of chosen) {
      error(`${name} …\n`);
      const checkout = resolve(process.env[variable] ?? '');
      const outcomes = await withServer(tree, (url) => withFolder((folder) => run({ checkout, url, folder })));
      judged.push(...judge(name, outcomes));
    }
    return show(judged);
  },
};

await runAsProcess(command, import.meta.url);
