// `npm run invoke -- EVENT.json`: one event through the built function on the embedded OSS; with --remote through the
// deployed one.
import { asUserErrors } from '../remote/error.js';
import { functionFlags, functionNotes, functionOptions } from '../remote/function-account.js';
import { openRemoteEngine } from '../remote/invoke/remote-engine.js';
import { refusalJson, report } from '../remote/invoke/report.js';
import { readBytes, userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, type Input, runAsProcess } from './support/command.js';
import { localEngine } from './support/local-engine.js';

const options = {
  ...functionOptions,
  config: { type: 'string' },
  remote: { type: 'boolean' },
  async: { type: 'boolean' },
  log: { type: 'boolean' },
  qualifier: { type: 'string' },
  timeout: { type: 'string' },
  via: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Flags = Input<typeof options>['flags'];

const remoteOnly = ['async', 'qualifier', 'timeout', 'via', 'function', 'region', 'endpoint'] as const;

export const command: Command<typeof options> = {
  name: 'invoke',
  summary:
    'Runs one event through the built function on an embedded OSS that holds the sample photos; with --remote through\n' +
    'the deployed function.',
  operands: 'EVENT.json',
  minOperands: 1,
  flags: [
    '--config FILE.json  rules to use instead of src/config.ts; not with --remote',
    '--log  also the end of the log (4 KB)',
    '--json  one JSON object: what the function returns, or its error',
    '--remote  the deployed function; the flags below are for it alone',
    '--async  let Function Compute queue the event (at most 128 KB; else 32 MB)',
    '--qualifier NAME  a version or an alias (default LATEST)',
    '--timeout SECONDS  how long to wait (default 330)',
    '--via s  by `s invoke`, which signs its requests in another way',
    ...functionFlags,
  ],
  notes: `Sample events are in events/. Exit code 1: something failed.\n${functionNotes}`,
  options,
  async run({ flags, operands: [file = ''], out, error }) {
    const { json = false } = flags;
    refuseMixed(flags);
    const bytes = readBytes(file);
    const engine = flags.remote
      ? await openRemoteEngine(flags, bytes.length, error)
      : localEngine(file, { config: flags.config, log: flags.log ?? false });
    const invoked = await asUserErrors(
      () => engine({ bytes, file: userPath(file) }),
      (refusal) => json && out(refusalJson(refusal)),
    );
    return report(invoked, { json, out });
  },
};

function refuseMixed(flags: Flags): void {
  if (flags.remote && flags.config !== undefined) {
    throw new UserError('--config: the deployed function has its own rules', 2);
  }
  const given = flags.remote ? [] : remoteOnly.filter((name) => flags[name] !== undefined);
  if (given.length > 0) throw new UserError(`${given.map((name) => `--${name}`).join(', ')}: only with --remote`, 2);
}

await runAsProcess(command, import.meta.url);
