// `npm run publish -- oss://bucket/key`: new rules for a function that reads them by CONFIG_URI, without a redeploy.

import { type DeployedEnvironment, deployedEnvironment } from '../deploy/deployed-environment.js';
import { plainRules } from '../deploy/rules-file.js';
import { OssError } from '../oss/error.js';
import { publish, publishContext } from '../publish/publish.js';
import { publishReport } from '../publish/report.js';
import { accountNotes, accountOptions, commandEnvironment, isLocal, openAccount } from '../remote/account.js';
import { configObjectOf } from '../rules/config-source.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, jsonOption, runAsProcess } from './support/command.js';

const options = {
  config: { value: 'FILE', help: 'the rules to publish: JSON, also with comments, or src/config.ts' },
  return: { help: 'publish the previous rules again; a second --return undoes the first' },
  'dry-run': { help: 'only check, change nothing' },
  ...accountOptions,
  json: jsonOption,
} as const;

export const command: Command<typeof options> = {
  name: 'publish',
  summary: 'Checks rules and puts them where the function reads them by CONFIG_URI. The previous rules are kept.',
  operands: ['oss://BUCKET/KEY'],
  notes:
    'Rules are refused that are wrong, that could start the function by themselves, or that ask for what\n' +
    'src/config.ts does not: it is the envelope in which the function runs them. New prefixes need new triggers,\n' +
    'and so a deployment. What is uploaded is plain JSON. Exit code 1: the rules were refused, or somebody else\n' +
    'published at the same time.\n' +
    accountNotes,
  options,
  async run({ flags, operands: [uri = ''], out, error }) {
    const place = configObjectOf(uri);
    if (place === undefined) throw new UserError(`${uri}: expected oss://BUCKET/KEY`, 2);
    if ((flags.config === undefined) === !flags.return) {
      throw new UserError('expected one of --config FILE and --return', 2);
    }
    const file = flags.config === undefined ? undefined : { name: flags.config, body: await plainRules(flags.config) };
    const env = commandEnvironment(flags.endpoint);
    const local = isLocal(flags.endpoint ?? env['OSS_ENDPOINT']);
    const deployed = local ? localEnvironment(env) : await deployedEnvironment();
    // That CONFIG_URI is set is why one publishes.
    if (deployed.note !== undefined && !deployed.environment['CONFIG_URI']) error(`${deployed.note}\n`);
    const account = openAccount({ ...flags, region: flags.region ?? deployed.region }, env);
    try {
      const context = publishContext(deployed, env, { region: flags.region, local });
      const report = await publish(account.oss, place, file, context, flags['dry-run'] ?? false);
      out(flags.json ? `${JSON.stringify(report, null, 2)}\n` : publishReport(report));
      return report.refused ? 1 : 0;
    } catch (cause) {
      if (!(cause instanceof OssError)) throw cause;
      throw new UserError(`${uri}: ${cause.message}`, 1, { cause });
    } finally {
      await account.close();
    }
  },
};

/** The function of `npm start` has the variables of whoever starts it: those that are set here, as far as is known. */
function localEnvironment(env: NodeJS.ProcessEnv): DeployedEnvironment {
  return { environment: env, region: env['REGION'] ?? 'cn-hangzhou' };
}

await runAsProcess(command, import.meta.url);
