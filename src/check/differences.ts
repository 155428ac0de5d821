// Headers and tags of a derivative that is relayed, against what its rule asks for now. A derivative that was made
// before its rule asked for them has others: dates do not tell.
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import type { ObjectDetails } from '../remote/object-details.js';

/** One header, or tag, that is not as the rule asks. */
export interface Difference {
  /** `cache-control`, `tag of`. */
  readonly name: string;
  /** Undefined: the derivative has none. */
  readonly has?: string | undefined;
  /** Undefined: the rule asks for none. */
  readonly wants?: string | undefined;
}

export interface Differences {
  readonly differs: readonly Difference[];
  /** Why a part could not be looked at. */
  readonly unseen: readonly string[];
}

const tagging = 'x-oss-tagging';

/** @param wanted the headers with which the derivative is stored now, x-oss-tagging among them */
export async function differencesOf(
  target: ObjectName,
  { [tagging]: tags, ...headers }: Readonly<Record<string, string>>,
  details: ObjectDetails,
): Promise<Differences> {
  const unseen: string[] = [];
  const compared = async (wants: ReadonlyMap<string, string>, read: keyof ObjectDetails, prefix: string) => {
    try {
      const has = await details[read](target);
      return [...new Set([...wants.keys(), ...has.keys()])].flatMap((name) =>
        wants.get(name) === has.get(name) ? [] : [{ name: prefix + name, has: has.get(name), wants: wants.get(name) }],
      );
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      unseen.push(`its ${read} could not be looked at: ${error.message}`);
      return [];
    }
  };
  // Tags need a permission of their own, and are looked at only where the rule has some.
  const ofHeaders = await compared(new Map(Object.entries(headers)), 'headers', '');
  const ofTags = tags === undefined ? [] : await compared(new Map(new URLSearchParams(tags)), 'tags', 'tag ');
  return { differs: [...ofHeaders, ...ofTags], unseen };
}
