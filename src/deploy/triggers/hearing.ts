// What the OSS triggers of s.yaml hear: which bucket, keys and events each is for. OSS compares prefix and suffix with
// case; our rules compare suffixes without.

import { objectUri } from '../../oss/object-name.js';
import { foldCase } from '../../rules/target-pattern.js';
import type { ResourceProps } from '../s-schema.js';

/** One OSS trigger. */
export interface Hearer {
  readonly name: string;
  /** Its place in s.yaml. */
  readonly path: string;
  readonly region: string;
  readonly account: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly events: readonly string[];
}

/** Keys that start and end so; the suffix in lower case. */
export interface Keys {
  readonly prefix: string;
  readonly suffix: string;
}

/** The OSS triggers of a deployment. */
export function hearersOf({ triggers }: Pick<ResourceProps, 'triggers'>): Hearer[] {
  return triggers.flatMap((trigger, index) => {
    if (trigger.triggerType !== 'oss') return [];
    const [, , , region = '', account = '', bucket = ''] =
      /^(acs):(oss):(([^:]*):([^:]*):([^:]*))$/.exec(trigger.sourceArn)?.slice(1) ?? [];
    const { events, filter } = trigger.triggerConfig;
    const { prefix, suffix } = filter.key;
    return [
      { name: trigger.triggerName, path: `props.triggers[${index}]`, region, account, bucket, prefix, suffix, events },
    ];
  });
}

/** Whether a trigger hears all of these keys, in whatever case their suffix is written. */
export function hearsAll({ prefix, suffix }: Keys, hearer: Keys): boolean {
  if (!prefix.startsWith(hearer.prefix)) return false;
  return suffix.endsWith(hearer.suffix) && !/[a-z]/i.test(hearer.suffix);
}

/** Whether a trigger may hear some of these keys. */
export function hearsSome({ prefix, suffix }: Keys, hearer: Keys): boolean {
  const heard = foldCase(hearer.suffix);
  return (
    (prefix.startsWith(hearer.prefix) || hearer.prefix.startsWith(prefix)) &&
    (suffix.endsWith(heard) || heard.endsWith(suffix))
  );
}

/** The events of uploads, and of removals, that the function acts on; with the prefix `oss:`. */
export function isUpload(event: string): boolean {
  return event.startsWith('oss:ObjectCreated:');
}

/** `oss://photos/avatars/*.jpg`: the keys, for a reader. */
export function keysUri(bucket: string, { prefix, suffix }: Keys): string {
  return objectUri(bucket, `${prefix}*${suffix}`);
}
