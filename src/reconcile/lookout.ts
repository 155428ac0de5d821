// Collects the objects to look for on a page, and looks for all of them at once: what may lie together is listed.
import type { ListedObject } from '../oss/list.js';
import { type ObjectName, objectUri } from '../oss/object-name.js';
import { type Present, type PresentOss, presentObjects, type Sought } from '../sweep/present.js';
import type { ReconcileRules } from '../sweep/reconcilable.js';
import { couldSave, type PossibleSource } from './possible-sources.js';

/** Collects what to look for, each once. */
export interface Lookout {
  /** @param group of what may lie together */
  add(sought: Sought, group: string): void;
  look(): Promise<void>;
  holds(object: ObjectName): boolean;
  /** Whether an object is there that could have been saved as the target; true also where that cannot be told. */
  isThere(possible: PossibleSource, target: ObjectName): boolean;
}

export function createLookout(oss: PresentOss, concurrency: number, rules: ReconcileRules): Lookout {
  const known = new Map<string, Sought>();
  const groups = new Map<string, Sought[]>();
  let present: Present = new Map();
  const idOf = ({ bucket, key, begins }: Sought): string => `${begins ? 'all' : 'one'} ${objectUri(bucket, key)}`;
  const found = (sought: Sought): readonly ListedObject[] | undefined => {
    const asked = known.get(idOf(sought));
    return asked && present.get(asked);
  };
  return {
    add(sought, group) {
      const id = idOf(sought);
      if (known.has(id)) return;
      known.set(id, sought);
      const name = `${sought.begins} ${group}`;
      const members = groups.get(name);
      if (members === undefined) groups.set(name, [sought]);
      else members.push(sought);
    },
    async look() {
      present = await presentObjects(oss, [...groups.values()], concurrency);
    },
    holds: (object) => found(object)?.length !== 0,
    isThere(possible, target) {
      const { source } = possible;
      const objects = found(source);
      if (objects === undefined || !source.begins) return objects?.length !== 0;
      return objects.some(({ key }) => couldSave(possible, { bucket: source.bucket, key }, target, rules));
    },
  };
}
