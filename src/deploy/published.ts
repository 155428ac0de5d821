// The configuration object that CONFIG_URI names, as the function would read it.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { ConfigError } from '../rules/config-error.js';
import { maxConfigBytes } from '../rules/config-source.js';
import { parseJson } from '../rules/json.js';
import type { ConfigObject } from '../rules/own-objects.js';

/** The object: its bytes, and the ETag, by which a later change is noticed. */
export interface Published {
  readonly body: Buffer;
  readonly etag: string;
}

/** Undefined: there is no such object. @throws OssError */
export async function readPublished(oss: Pick<Oss, 'getObject'>, place: ConfigObject): Promise<Published | undefined> {
  try {
    const got = await oss.getObject({ ...place, maxBytes: maxConfigBytes });
    return got.unchanged ? undefined : got;
  } catch (error) {
    if (error instanceof OssError && error.kind === 'gone') return undefined;
    throw error;
  }
}

/** The JSON of a configuration object. @throws {ConfigError} when it is not JSON */
export function parsePublished(body: Buffer, uri: string): unknown {
  try {
    return parseJson(body.toString('utf8'));
  } catch (cause) {
    throw new ConfigError('ConfigInvalid', `the configuration ${uri} is not JSON`, [], { cause });
  }
}
