// The rules that are published in the embedded OSS, as the function reads them from there.
import { localClient } from '../../local/samples/objects.js';
import type { RulesInForce } from '../../local/studio/rules-tools.js';
import { ConfigError } from '../../rules/config-error.js';
import { parseJson } from '../../rules/json.js';
import { loadConfig } from '../../rules/load.js';
import type { ConfigObject } from '../../rules/own-objects.js';
import type { Config } from '../../rules/rule.js';
import type { Environment } from '../../rules/values.js';
import { shownConfig } from './shown-config.js';

/** @param url of the embedded cloud @param envelope the rules of src/config.ts, in which they stay */
export async function publishedRules(
  url: string,
  rulesAt: ConfigObject,
  environment: Environment,
  envelope: Config,
): Promise<Pick<RulesInForce, 'input' | 'text' | 'loaded'>> {
  const text = await textAt(url, rulesAt);
  if (text === undefined) return { input: undefined };
  try {
    const input = parseJson(text);
    const loaded = shownConfig(loadConfig(input, environment, { envelope, configObject: rulesAt }));
    return { input, text, loaded };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof SyntaxError)) throw error;
    return { input: undefined, text };
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
