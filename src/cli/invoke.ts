// `npm run invoke -- EVENT.json`: one event through the built function on the embedded OSS; with --remote through the
// deployed one.

import { commandEnvironment } from '../remote/account.js';
import { eventLimits } from '../remote/event-limits.js';
import { functionNotes, functionOptions, openFunction } from '../remote/function-account.js';
import { remoteEngine } from '../remote/invoke/api.js';
import type { Engine } from '../remote/invoke/engine.js';
import { report, reportingRefusals } from '../remote/invoke/report.js';
import { serverlessDevsEngine } from '../remote/invoke/serverless-devs.js';
import { readBytes, userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, type Input, runAsProcess } from './support/command.js';
import { localEngine } from './support/local-engine.js';

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
  summary:
    'Runs one event through the built function on an embedded OSS that holds the sample photos; with --remote,\n' +
    'through the deployed function.',
  operands: ['EVENT.json'],
  notes: `Sample events are in events/. Exit code 1: something failed.\n${functionNotes}`,
  options,
  async run({ flags, operands: [file = ''], out, error }) {
    const streams = { json: flags.json ?? false, out };
    refuseMixed(flags);
    const bytes = readBytes(file);
    const engine = flags.remote
      ? await remote(flags, bytes.length, error)
      : localEngine(file, { config: flags.config, log: flags.log ?? false });
    return report(await reportingRefusals(streams, () => engine({ bytes, file: userPath(file) })), streams);
  },
};

function refuseMixed(flags: Flags): void {
  if (flags.remote) {
    if (flags.config !== undefined) throw new UserError('--config: the deployed function has its own rules', 2);
    return;
  }
  const given = remoteOnly.filter((name) => flags[name] !== undefined).map((name) => `--${name}`);
  if (given.length > 0) throw new UserError(`${given.join(', ')}: only with --remote`, 2);
}

async function remote(flags: Flags, size: number, error: (text: string) => void): Promise<Engine> {
  const { async = false, log = false, qualifier } = flags;
  if (async && log) throw new UserError('--log: an event that is only queued has no log yet; leave --async out', 2);
  if (flags.via !== undefined && flags.via !== 's') throw new UserError(`--via ${flags.via}: expected s`, 2);
  const timeout = flags.timeout === undefined ? undefined : milliseconds(flags.timeout);
  const limit = async ? eventLimits.async : eventLimits.sync;
  if (size > limit) {
    const larger = async ? 'leave --async out' : 'split it';
    throw new UserError(`the event has ${size} bytes; Function Compute takes ${limit}: ${larger}`);
  }
  const env = commandEnvironment(flags.endpoint);
  const { name, region, fc, accountId, credentials } = await openFunction(flags, { env, note: error });
  if (flags.via === undefined) return remoteEngine(fc, name, { async, log, qualifier, timeout });
  if (flags.endpoint !== undefined) {
    throw new UserError('--endpoint: `s` takes it from s.yaml (props.endpoint); leave --via out', 2);
  }
  const run = { env, credentials: { ...credentials, accountId } };
  return serverlessDevsEngine({ functionName: name, region, async, log, qualifier, timeout, run });
}

function milliseconds(seconds: string): number {
  const value = Number(seconds);
  if (/^\d{1,6}$/.test(seconds) && value >= 1 && value <= 86_400) return value * 1000;
  throw new UserError(`--timeout ${seconds}: expected whole seconds from 1 to 86400`, 2);
}

await runAsProcess(command, import.meta.url);
