// Which configuration is in force: the bundled one, or with CONFIG_URI one that is kept elsewhere and can change
// without a deployment. The bundled one never takes the place of the other: rules that someone has replaced must not
// come back because a file is missing.

import * as fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConfigError, invalid } from './config-error.js';
import { showText } from './issue.js';
import { parseJson } from './json.js';
import { loadConfig } from './load.js';
import { findLoops } from './loops.js';
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

export interface ConfigSource {
  /**
   * The configuration in force for an event; the same object until it changes.
   * @throws {ConfigError} as long as no good version has been loaded
   */
  current(readObject: ReadObject): Promise<Config>;
  /**
   * The version that the one in force replaced, if the two together could start themselves, and as long as another
   * instance may still run it: nothing may be saved where a rule of it listens.
   */
  previous(): Config | undefined;
}

export interface ConfigSourceOptions {
  /** `oss://bucket/key.json`, never percent-decoded, or `file:///path.json`. Without it, `bundled` is in force. */
  readonly uri?: string | undefined;
  readonly bundled: unknown;
  readonly environment: Environment;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  readonly readFile?: (path: string) => Promise<string>;
}

const lookAgainMs = 60_000;
/**
 * How long another instance may run a version that was replaced: until it looks again, and until its last event ends.
 */
const previousMs = 600_000;
/** A configuration of 10,000 rules is about 3 MB of JSON. */
export const maxConfigBytes = 8_000_000;

/** Made once per process; reads nothing until the first event. */
export function createConfigSource(options: ConfigSourceOptions): ConfigSource {
  const { uri, bundled, environment } = options;
  return uri === undefined ? bundledSource(() => loadConfig(bundled, environment)) : remoteSource(uri, options);
}

function bundledSource(load: () => Config): ConfigSource {
  let loaded: Promise<Config> | undefined;
  return {
    async current() {
      loaded ??= (async () => load())();
      return loaded;
    },
    previous: () => undefined,
  };
}

/** The text of a configuration; two are of one version when their ETags are equal, or without one their texts. */
interface ConfigText {
  readonly etag: string | undefined;
  readonly text: string;
}

function remoteSource(uri: string, options: ConfigSourceOptions): ConfigSource {
  const { environment, now, log, readFile = (path) => fs.readFile(path, 'utf8') } = options;
  let inForce: Config | undefined;
  let previous: { readonly config: Config; readonly until: number } | undefined;
  let seen: ConfigText | undefined;
  let lookedAt = 0;
  let looking: Promise<Config> | undefined;

  // The present text; undefined when it is the one last seen.
  async function read(readObject: ReadObject): Promise<ConfigText | undefined> {
    const place = parseUri(uri);
    try {
      if ('path' in place) return changed({ etag: undefined, text: await readFile(place.path) });
      const got = await readObject(place.bucket, place.key, seen?.etag);
      if (!got.unchanged) return changed({ etag: got.etag, text: got.text });
      if (seen?.etag === undefined) throw new TypeError('"unchanged" is no answer to an unconditional read');
      return undefined;
    } catch (cause) {
      throw new ConfigError('ConfigUnreadable', `the configuration ${uri} could not be read${codeOf(cause)}`, [], {
        cause,
      });
    }
  }

  function changed(version: ConfigText): ConfigText | undefined {
    const same = version.etag === undefined ? version.text === seen?.text : version.etag === seen?.etag;
    return same ? undefined : version;
  }

  async function look(readObject: ReadObject): Promise<Config> {
    const replaced = inForce;
    try {
      const version = await read(readObject);
      if (version !== undefined) {
        // A bad version is remembered only when a good one is in force: until there is one, every event reads it again.
        if (replaced !== undefined) seen = version;
        inForce = accept(version.text, replaced);
        seen = version;
      }
    } catch (error) {
      if (replaced === undefined || !(error instanceof ConfigError)) throw error;
      log({ level: 'error', event: 'config-kept', uri, code: error.code, message: error.message });
    }
    if (inForce === undefined) throw new ConfigError('ConfigUnreadable', `the configuration ${uri} could not be read`);
    return inForce;
  }

  function accept(text: string, replaced: Config | undefined): Config {
    const config = loadConfig(parseRules(text, uri), environment);
    // Also where the two could start each other, the new version is taken: a new instance loads it in any case, and the
    // two would start each other as long as both run.
    const issues = replaced ? findLoops(config, replaced) : [];
    if (replaced !== undefined && issues.length > 0) {
      previous = { config: replaced, until: now() + previousMs };
      log({ level: 'error', event: 'config-loops-with-former', uri, message: invalid(issues).message });
    }
    return config;
  }

  return {
    async current(readObject) {
      if (looking !== undefined) return looking;
      const age = now() - lookedAt;
      if (inForce !== undefined && age >= 0 && age < lookAgainMs) return inForce;
      lookedAt = now();
      looking = look(readObject).finally(() => {
        looking = undefined;
      });
      return looking;
    },
    previous: () => (previous !== undefined && now() < previous.until ? previous.config : undefined),
  };
}

function parseUri(uri: string): { bucket: string; key: string } | { path: string } {
  const [, bucket, key] = /^oss:\/\/([^/]+)\/(.+)$/su.exec(uri) ?? [];
  if (bucket !== undefined && key !== undefined) {
    const expected = bucketProblem(bucket) ?? objectKeyProblem(key);
    if (expected === undefined) return { bucket, key };
    throw new ConfigError('ConfigUriInvalid', `CONFIG_URI ${showText(uri)}: expected ${expected}`);
  }
  try {
    const url = new URL(uri);
    if (url.protocol === 'file:' && url.search === '' && url.hash === '') return { path: fileURLToPath(url) };
  } catch (cause) {
    throw new ConfigError('ConfigUriInvalid', badUri, [], { cause });
  }
  // The message does not repeat the value: a signed address would bring its signature into the log.
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
