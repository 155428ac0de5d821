// Publishing: checks new rules, keeps the version in force beside them, and replaces it. OSS has no conditional
// overwrite, so that two who publish within the same moment are found out, not kept apart: the one who ends second sees
// the other's version, or has written over it after having seen the same previous one.

import { readConfig } from '../deploy/configuration.js';
import type { DeployedEnvironment } from '../deploy/deployed-environment.js';
import { type Setting, settingIn, settingOf } from '../deploy/policy/setting.js';
import { type Published, readPublished } from '../deploy/published.js';
import type { ResourceProps } from '../deploy/s-schema.js';
import { sweepThatStops } from '../deploy/sweep-that-stops.js';
import type { Oss } from '../oss/client.js';
import { objectUri } from '../oss/object-name.js';
import type { ConfigObject } from '../rules/own-objects.js';
import { previousKey } from '../rules/own-objects.js';
import type { Config } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { shellWord } from '../terminal/shell-quote.js';
import { UserError } from '../terminal/user-error.js';
import { checkCandidate } from './candidate.js';
import { missingFor } from './missing.js';
import type { PublishReport } from './report.js';

/** What is known of the function that reads the rules. */
export interface PublishContext {
  /** The function's variables. */
  readonly environment: Environment;
  readonly setting: Setting;
  /** What is deployed: the envelope of what is published, and what runs without CONFIG_URI. */
  readonly bundled: Config;
  /** The function is that of `npm start`. */
  readonly local: boolean;
  /** What s.yaml says, where it can be used. */
  readonly deployed?: Pick<ResourceProps, 'triggers'> | undefined;
}

/**
 * @param env the command's environment
 * @param flags where the user names a region, and whether the function is that of `npm start`
 * @throws {UserError} when src/config.ts is wrong
 */
export function publishContext(
  { environment, region: deployedRegion, resource }: DeployedEnvironment,
  env: NodeJS.ProcessEnv,
  { region = deployedRegion, local }: { readonly region?: string | undefined; readonly local: boolean },
): PublishContext {
  const own = settingOf(env);
  const setting = { ...(resource === undefined ? own : settingIn(resource, own)), region };
  const bundled = readConfig(undefined, environment).config;
  return { environment, setting, bundled, local, deployed: resource };
}

/**
 * Checks the rules and, unless they are refused, publishes them.
 * @param file undefined: the previous version is published again
 * @throws {UserError | OssError} there is no previous version, or somebody else has published meanwhile
 */
export async function publish(
  oss: Pick<Oss, 'getObject' | 'headObject' | 'putObject' | 'listObjects'>,
  place: ConfigObject,
  file: { readonly name: string; readonly body: Buffer } | undefined,
  { environment, setting, bundled, local, deployed }: PublishContext,
  dryRun: boolean,
): Promise<PublishReport> {
  const current = await readPublished(oss, place);
  const { name, body } = file ?? (await previousVersion(oss, place));
  const { region } = setting;
  const { config, previous, findings } = checkCandidate({
    body,
    name,
    place,
    current,
    envelope: bundled,
    environment,
    region,
    local,
  });
  const refused = findings.some(({ severity }) => severity === 'error');
  const unchanged = current?.body.equals(body) ?? false;
  const about = {
    uri: objectUri(place.bucket, place.key),
    isRead: environment['CONFIG_URI'] === objectUri(place.bucket, place.key),
    name,
    copy: file === undefined ? 'FILE.json' : shellWord(file.name),
    readTriggers: deployed !== undefined,
    replaces: current !== undefined,
    findings,
    refused,
    unchanged,
    dryRun,
  };
  if (config === undefined) return { ...about, published: false };
  const own = { ...setting, configObject: place };
  // What is deployed was deployed for these.
  const before = current === undefined ? { config: bundled, setting } : { config: previous, setting: own };
  const lacks = missingFor({ config, setting: own }, before, deployed);
  const stops = about.isRead && !refused && !unchanged ? await sweepThatStops(config, oss) : undefined;
  if (refused || unchanged || dryRun) return { ...about, lacks, stops, published: false };
  return { ...about, lacks, stops, published: true, etag: await replace(oss, place, body, current) };
}

async function previousVersion(
  oss: Pick<Oss, 'getObject'>,
  { bucket, key }: ConfigObject,
): Promise<{ name: string; body: Buffer }> {
  const name = objectUri(bucket, previousKey(key));
  const kept = await readPublished(oss, { bucket, key: previousKey(key) });
  if (kept === undefined) throw new UserError(`there is no previous version: ${name} does not exist`);
  return { name, body: kept.body };
}

const contentType = 'application/json';

/**
 * Replaces what is there.
 * @param current what was checked against; undefined: nothing was there
 * @returns the ETag of the new version
 */
async function replace(
  oss: Pick<Oss, 'headObject' | 'putObject'>,
  place: ConfigObject,
  body: Buffer,
  current: Published | undefined,
): Promise<string> {
  const uri = objectUri(place.bucket, place.key);
  const isInForce = async (etag: string | undefined) =>
    (await oss.headObject(place))?.etag.toLowerCase() === etag?.toLowerCase();
  const changed = `${uri} has been changed since it was read: nothing was published; look, and try again`;
  if (!(await isInForce(current?.etag))) throw new UserError(changed);
  if (current !== undefined) {
    await oss.putObject({ bucket: place.bucket, key: previousKey(place.key), body: current.body, contentType });
    if (!(await isInForce(current.etag))) throw new UserError(changed);
  }
  const { etag } = await oss.putObject({ ...place, body, contentType });
  if (await isInForce(etag)) return etag;
  throw new UserError(`${uri} was published, and at once replaced by somebody else: theirs is in force`);
}
