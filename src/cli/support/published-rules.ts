// The rules that are published in the embedded OSS, as the function reads them from there.
import { localClient } from '../../local/samples/objects.js';
import { ConfigError } from '../../rules/config-error.js';
import { parseJson } from '../../rules/json.js';
import { loadConfig } from '../../rules/load.js';
import type { ConfigObject } from '../../rules/own-objects.js';
import type { Config } from '../../rules/rule.js';
import type { Environment } from '../../rules/values.js';

export interface PublishedRules {
  /** Undefined: there are none. */
  readonly text: string | undefined;
  /** Undefined: they cannot be used. */
  readonly read: { readonly config: Config; readonly input: unknown } | undefined;
}

/** @param url of the embedded cloud @param envelope the rules of src/config.ts, in which they stay */
export async function publishedRules(
  url: string,
  rulesAt: ConfigObject,
  environment: Environment,
  envelope: Config,
): Promise<PublishedRules> {
  const text = await textAt(url, rulesAt);
  if (text === undefined) return { text, read: undefined };
  try {
    const input = parseJson(text);
    return { text, read: { input, config: loadConfig(input, environment, { envelope, configObject: rulesAt }) } };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof SyntaxError)) throw error;
    return { text, read: undefined };
  }
}

async function textAt(url: string, { bucket, key }: ConfigObject): Promise<string | undefined> {
  try {
    const { content } = await localClient(url, bucket).get(key);
    return String(content);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'NoSuchKey') return undefined;
    throw error;
  }
}
