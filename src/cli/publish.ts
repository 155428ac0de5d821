// `npm run publish -- oss://bucket/key`: new rules for a function that reads them by CONFIG_URI, without a redeploy.
import { word } from '../check/commands.js';
import { readConfig } from '../deploy/configuration.js';
import { deployedEnvironment } from '../deploy/deployed-environment.js';
import { type Setting, settingIn, settingOf } from '../deploy/policy/setting.js';
import { type Place, type Published, parsePlace, readPublished } from '../deploy/published.js';
import type { ResourceProps } from '../deploy/s-schema.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { objectUri } from '../oss/object-name.js';
import { type Candidate, examine, formerKey } from '../publish/examine.js';
import { lacksOf } from '../publish/lacks.js';
import { RaceError, replace } from '../publish/replace.js';
import { type Report, reportText } from '../publish/report.js';
import { accountNotes, accountOptions, commandEnvironment, openAccount } from '../remote/account.js';
import type { Config } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { readBytes } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, jsonOption, runAsProcess } from './support/command.js';

const options = {
  config: { value: 'FILE.json', help: 'the rules to publish' },
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
    'Rules are refused that are wrong, that could start themselves, or that could do so together with the rules\n' +
    'that they replace: for a minute and the time of one invocation, some instances run the old rules and some\n' +
    'the new ones. Exit code 1: the rules were refused, or somebody else published at the same time.\n' +
    accountNotes,
  options,
  async run({ flags, operands: [uri = ''], out, error }) {
    const place = parsePlace(uri);
    if (place === undefined) throw new UserError(`${uri}: expected oss://BUCKET/KEY`, 2);
    if ((flags.config === undefined) === !flags.return) {
      throw new UserError('expected one of --config FILE.json and --return', 2);
    }
    const file = flags.config === undefined ? undefined : { name: flags.config, body: readBytes(flags.config) };
    const env = commandEnvironment(flags.endpoint);
    const deployed = await deployedEnvironment();
    // That CONFIG_URI is set is why one publishes.
    if (deployed.note !== undefined && !deployed.environment['CONFIG_URI']) error(`${deployed.note}\n`);
    const account = openAccount({ ...flags, region: flags.region ?? deployed.region }, env);
    try {
      const { environment, region, resource } = deployed;
      const own = settingOf(env);
      const setting = { ...(resource === undefined ? own : settingIn(resource, own)), region: flags.region ?? region };
      const around = { environment, setting, bundled: bundledConfig(environment), deployed: resource };
      const report = await publish(account.oss, place, file, around, flags['dry-run'] ?? false);
      if (flags.json) out(`${JSON.stringify(report, null, 2)}\n`);
      else out(reportText(report));
      return report.refused ? 1 : 0;
    } catch (cause) {
      if (!(cause instanceof RaceError || cause instanceof OssError)) throw cause;
      throw new UserError(cause instanceof OssError ? `${uri}: ${cause.message}` : cause.message, 1, { cause });
    } finally {
      await account.close();
    }
  },
};

/** What is around the function. */
export interface Around {
  /** The function's variables. */
  readonly environment: Environment;
  readonly setting: Setting;
  /** What runs without CONFIG_URI; absent where it cannot be loaded. */
  readonly bundled: Config | undefined;
  /** What s.yaml says, where it can be used. */
  readonly deployed?: Pick<ResourceProps, 'triggers'> | undefined;
}

/**
 * Examines and, unless it is refused, publishes.
 * @param file absent: what is kept beside is published again
 * @throws {UserError | RaceError | OssError}
 */
export async function publish(
  oss: Pick<Oss, 'getObject' | 'headObject' | 'putObject'>,
  place: Place,
  file: { readonly name: string; readonly body: Buffer } | undefined,
  { environment, setting, bundled, deployed }: Around,
  dryRun: boolean,
): Promise<Report> {
  const uri = objectUri(place.bucket, place.key);
  const inForce = await readPublished(oss, place);
  const { name, body } = file ?? (await former(oss, place));
  const candidate: Candidate = { body, name, place, inForce, environment, region: setting.region };
  const { config, former: replaced, findings } = examine(candidate);
  const refused = config === undefined || findings.some(({ severity }) => severity === 'error');
  const unchanged = inForce?.body.equals(body) ?? false;
  const copy = file === undefined ? 'FILE.json' : word(file.name);
  const readTriggers = deployed !== undefined;
  const what = { uri, name, copy, readTriggers, replaces: inForce !== undefined };
  const about = { ...what, findings, refused, unchanged, dryRun };
  if (config === undefined) return { ...about, published: false };
  const own = { ...setting, configObject: place };
  // What is deployed was deployed for these.
  const before = inForce === undefined ? { config: bundled, setting } : { config: replaced, setting: own };
  const lacks = lacksOf({ config, setting: own }, before, deployed);
  if (refused || unchanged || dryRun) return { ...about, lacks, published: false };
  return { ...about, lacks, published: true, etag: await replace(oss, place, body, inForce) };
}

function bundledConfig(environment: Environment): Config | undefined {
  try {
    return readConfig(undefined, environment).config;
  } catch (cause) {
    if (cause instanceof UserError) return undefined;
    throw cause;
  }
}

async function former(oss: Pick<Oss, 'getObject'>, { bucket, key }: Place): Promise<{ name: string; body: Buffer }> {
  const place = { bucket, key: formerKey(key) };
  const name = objectUri(bucket, place.key);
  const kept: Published | undefined = await readPublished(oss, place);
  if (kept === undefined) throw new UserError(`there is no former version: ${name} does not exist`);
  return { name, body: kept.body };
}

await runAsProcess(command, import.meta.url);
