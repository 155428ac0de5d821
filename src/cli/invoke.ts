// `npm run invoke -- EVENT.json`: one event through the built function on the embedded OSS; with --remote through the
// deployed one.
import { asUserErrors } from '../remote/error.js';
import { functionNotes, functionOptions } from '../remote/function-account.js';
import { openRemoteEngine } from '../remote/invoke/remote-engine.js';
import { refusalJson, report } from '../remote/invoke/report.js';
import { readBytes, userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, type Input, runAsProcess } from './support/command.js';
import { localEngine } from './support/embedded.js';

const options = {
  config: { value: 'FILE.json', help: 'rules to use instead of src/config.ts; not with --remote' },
  log: { help: 'print the end of the log as well (4 KB)' },
  json: { help: 'one JSON object: what the function returns, or its error' },
  remote: { help: 'invoke the deployed function; the flags below are for it alone' },
  async: { help: 'let Function Compute queue the event (at most 128 KB; without --async 32 MB)' },
  qualifier: { value: 'NAME', help: 'a version or an alias (default LATEST)' },
  timeout: { value: 'SECONDS', help: 'how long to wait (default 330)' },
  via: { value: 's', help: 'use `s invoke`, which signs requests in another way' },
  ...functionOptions,
} as const;

type Flags = Input<typeof options>['flags'];

const remoteOnly = ['async', 'qualifier', 'timeout', 'via', 'function', 'region', 'endpoint'] as const;

export const command: Command<typeof options> = {
  name: 'invoke',
  summary: 'Runs an event through the built function on an embedded OSS; with --remote through the deployed function.',
  operands: ['EVENT.json'],
  notes: `Sample events are in events/; the embedded OSS holds their photos. Exit code 1: something failed.\n${functionNotes}`,
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
