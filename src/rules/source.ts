// Which configuration is in force: the bundled one, or with CONFIG_URI the one that is kept elsewhere and can change
// without a redeploy. The bundled one is never the fallback of the other: rules that someone has replaced must not come
// back because a file is missing.

import { readFile as readFileAsText } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConfigError, invalid } from './config-error.js';
import { showText } from './issue.js';
import { loadConfig } from './load.js';
import { findLoops } from './loops.js';
import type { Config } from './rule.js';
import { bucketProblem, type Environment, objectKeyProblem } from './values.js';

/** Reads an object of OSS with the credentials of the invocation that asks; `etag` makes it conditional. */
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
   * The version that the one in force replaced, as long as another instance may still run it, if the two together could
   * start themselves: nothing may be saved where a rule of it listens.
   */
  former(): Config | undefined;
}

export interface ConfigSourceOptions {
  /** `oss://bucket/key.json`, never percent-decoded, or `file:///path.json`. Without it the bundled configuration counts. */
  readonly uri?: string | undefined;
  readonly bundled: unknown;
  readonly environment: Environment;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  readonly readFile?: (path: string) => Promise<string>;
}

const lookAgainMs = 60_000;
/** How long another instance may run a version that it has loaded: until it looks again, and to the end of what it began. */
const formerMs = 600_000;
/** A configuration of 10,000 rules is about 3 MB of JSON. */
export const maxConfigBytes = 8_000_000;

/** Made once per process; reads nothing until the first event. */
export function createConfigSource(options: ConfigSourceOptions): ConfigSource {
  const { uri, bundled, environment } = options;
  return uri === undefined ? bundledSource(() => loadConfig(bundled, environment)) : remoteSource(uri, options);
}

function bundledSource(load: () => Config): ConfigSource {
  let loaded: Config | ConfigError | undefined;
  return {
    async current() {
      loaded ??= attempt(load);
      if (loaded instanceof ConfigError) throw loaded;
      return loaded;
    },
    former: () => undefined,
  };
}

/** A version of the text: by ETag where there is one. */
interface Version {
  readonly etag: string | undefined;
  readonly text: string;
}

function remoteSource(uri: string, { environment, now, log, readFile = readUtf8 }: ConfigSourceOptions): ConfigSource {
  let inForce: Config | undefined;
  let former: { readonly config: Config; readonly until: number } | undefined;
  let seen: Version | undefined;
  let lookedAt = 0;
  let looking: Promise<Config> | undefined;

  // The version there is now, or nothing when it is the one last seen.
  async function read(readObject: ReadObject): Promise<Version | undefined> {
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

  function changed(version: Version): Version | undefined {
    const same = version.etag === undefined ? version.text === seen?.text : version.etag === seen?.etag;
    return same ? undefined : version;
  }

  async function look(readObject: ReadObject): Promise<Config> {
    const replaced = inForce;
    try {
      const version = await read(readObject);
      if (version !== undefined) {
        // Only a version that follows a good one is remembered when it is bad: until then every event tries afresh.
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
    const config = loadConfig(parseJson(text, uri), environment);
    // Going on with the old one would be worse: an instance that starts afresh loads the new one, and the two would feed
    // each other for as long as both run.
    const issues = replaced ? findLoops(config, replaced) : [];
    if (replaced !== undefined && issues.length > 0) {
      former = { config: replaced, until: now() + formerMs };
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
    former: () => (former !== undefined && now() < former.until ? former.config : undefined),
  };
}

function attempt(load: () => Config): Config | ConfigError {
  try {
    return load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
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
  // What it is is not repeated: a signed address would carry its signature into the log.
  throw new ConfigError('ConfigUriInvalid', badUri);
}

const badUri = 'CONFIG_URI is neither oss://bucket/key.json nor file:///path.json';

function parseJson(text: string, uri: string): unknown {
  if (text.length > maxConfigBytes || Buffer.byteLength(text) > maxConfigBytes) {
    throw new ConfigError('ConfigInvalid', `the configuration ${uri} has more than ${maxConfigBytes} bytes`);
  }
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    const why = cause instanceof Error ? `: ${showText(cause.message)}` : '';
    throw new ConfigError('ConfigInvalid', `the configuration ${uri} is not JSON${why}`, [], { cause });
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? `: ${error.code}` : '';
}

function readUtf8(path: string): Promise<string> {
  return readFileAsText(path, 'utf8');
}
