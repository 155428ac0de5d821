// Which configuration is in force: the deployed one, or with CONFIG_URI=oss://… one that is kept in OSS and can change
// without a deployment. The deployed one is the bundle's, or with CONFIG_URI=file:///… that file, which an instance
// reads once. It never takes the place of the one in OSS: rules that someone has replaced must not come back because an
// object is missing. But it bounds it, whatever is written there: its rules are the envelope (rules/loops.ts).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from './config-error.js';
import { showText } from './issue.js';
import { parseJson } from './json.js';
import { loadConfig } from './load.js';
import type { ConfigObject } from './own-objects.js';
import type { Config } from './rule.js';
import { bucketProblem, type Environment, objectKeyProblem } from './values.js';

/** Reads an object of OSS with the credentials of the present invocation; `etag` makes the request conditional. */
export type ReadObject = (
  bucket: string,
  key: string,
  etag?: string,
) => Promise<
  | { readonly unchanged: true }
  | { readonly text: string; readonly etag?: string | undefined; readonly unchanged?: false }
>;

/**
 * The configuration in force for an event; the same object until it changes.
 * @throws {ConfigError} as long as no good version has been loaded
 */
export type ConfigSource = (readObject: ReadObject) => Promise<Config>;

export interface ConfigSourceOptions {
  /** `oss://bucket/key.json`, never percent-decoded, or `file:///path.json`. Without it, `bundled` is in force. */
  readonly uri?: string | undefined;
  readonly bundled: unknown;
  readonly environment: Environment;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

const lookAgainMs = 60_000;
/** A configuration of 10,000 rules is about 3 MB of JSON. */
export const maxConfigBytes = 8_000_000;

/** Made once per process; reads nothing until the first event. */
export function createConfigSource(options: ConfigSourceOptions): ConfigSource {
  const { uri, bundled, environment } = options;
  if (uri === undefined) return onceGood(async () => loadConfig(bundled, environment));
  if (uri.startsWith('oss:')) return ossSource(uri, options);
  return onceGood(async () => loadConfig(parseRules(readFile(uri), uri), environment));
}

/** Loads until it has succeeded, and never again. */
function onceGood(load: () => Promise<Config>): ConfigSource {
  let loaded: Promise<Config> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

/** The text of a configuration; two are of one version when their ETags are equal, or without one their texts. */
interface ConfigText {
  readonly etag: string | undefined;
  readonly text: string;
}

function ossSource(uri: string, { bundled, environment, now, log }: ConfigSourceOptions): ConfigSource {
  let envelope: Config | undefined;
  let inForce: Config | undefined;
  let seen: ConfigText | undefined;
  let lookedAt = 0;
  let looking: Promise<Config> | undefined;

  // The present text; undefined when it is the one last seen.
  async function read({ bucket, key }: ConfigObject, readObject: ReadObject): Promise<ConfigText | undefined> {
    try {
      const got = await readObject(bucket, key, seen?.etag);
      if (!got.unchanged) return changed({ etag: got.etag, text: got.text });
      if (seen?.etag === undefined) throw new TypeError('"unchanged" is no answer to an unconditional read');
      return undefined;
    } catch (cause) {
      throw unreadable(uri, cause);
    }
  }

  function changed(version: ConfigText): ConfigText | undefined {
    const same = version.etag === undefined ? version.text === seen?.text : version.etag === seen?.etag;
    return same ? undefined : version;
  }

  async function look(readObject: ReadObject): Promise<Config> {
    const configObject = objectAt(uri);
    envelope ??= loadConfig(bundled, environment);
    try {
      const version = await read(configObject, readObject);
      if (version !== undefined) {
        // A bad version is remembered only when a good one is in force: until there is one, every event reads it again.
        if (inForce !== undefined) seen = version;
        inForce = loadConfig(parseRules(version.text, uri), environment, { envelope, configObject });
        seen = version;
      }
    } catch (error) {
      if (inForce === undefined || !(error instanceof ConfigError)) throw error;
      log({ level: 'error', event: 'config-kept', uri, code: error.code, message: error.message });
    }
    if (inForce === undefined) throw new ConfigError('ConfigUnreadable', `the configuration ${uri} could not be read`);
    return inForce;
  }

  return async (readObject) => {
    if (looking !== undefined) return looking;
    const age = now() - lookedAt;
    if (inForce !== undefined && age >= 0 && age < lookAgainMs) return inForce;
    lookedAt = now();
    looking = look(readObject).finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

// At once: an instance has nothing else to do until it has its rules, and fs/promises would have to be loaded first.
function readFile(uri: string): string {
  const path = pathOf(uri);
  try {
    // Faster for megabytes than to let readFileSync decode.
    return readFileSync(path).toString();
  } catch (cause) {
    throw unreadable(uri, cause);
  }
}

function unreadable(uri: string, cause: unknown): ConfigError {
  const message = `the configuration ${uri} could not be read${codeOf(cause)}`;
  return new ConfigError('ConfigUnreadable', message, [], { cause });
}

function partsOf(uri: string): ConfigObject | undefined {
  const [, bucket, key] = /^oss:\/\/([^/]+)\/(.+)$/su.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

const problemOf = ({ bucket, key }: ConfigObject) => bucketProblem(bucket) ?? objectKeyProblem(key);

/** The object of `oss://bucket/key`, never percent-decoded; undefined for any other text. */
export function configObjectOf(uri: string): ConfigObject | undefined {
  const parts = partsOf(uri);
  return parts === undefined || problemOf(parts) !== undefined ? undefined : parts;
}

function objectAt(uri: string): ConfigObject {
  const parts = partsOf(uri);
  if (parts === undefined) throw new ConfigError('ConfigUriInvalid', badUri);
  const expected = problemOf(parts);
  if (expected === undefined) return parts;
  throw new ConfigError('ConfigUriInvalid', `CONFIG_URI ${showText(uri)}: expected ${expected}`);
}

// The message does not repeat the value: a signed address would bring its signature into the log.
function pathOf(uri: string): string {
  try {
    const url = new URL(uri);
    if (url.protocol === 'file:' && url.search === '' && url.hash === '') return fileURLToPath(url);
  } catch (cause) {
    throw new ConfigError('ConfigUriInvalid', badUri, [], { cause });
  }
  throw new ConfigError('ConfigUriInvalid', badUri);
}

const badUri = 'CONFIG_URI is neither oss://bucket/key.json nor file:///path.json';

function parseRules(text: string, uri: string): unknown {
  if (text.length > maxConfigBytes || Buffer.byteLength(text) > maxConfigBytes) {
    throw new ConfigError('ConfigInvalid', `the configuration ${uri} has more than ${maxConfigBytes} bytes`);
  }
  try {
    return parseJson(text);
  } catch (cause) {
    const why = cause instanceof Error ? `: ${showText(cause.message)}` : '';
    throw new ConfigError('ConfigInvalid', `the configuration ${uri} is not JSON${why}`, [], { cause });
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? `: ${error.code}` : '';
}
