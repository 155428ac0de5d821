// What OSS has of one object: whether it is there, its size and its time; or why that could not be seen.
import type { Oss } from '../../oss/client.js';
import { OssError } from '../../oss/error.js';
import type { ObjectName } from '../../oss/object-name.js';

export type Look =
  | {
      readonly state: 'there';
      readonly bytes: number;
      /** When it was stored, epoch ms, whole seconds. */
      readonly modified: number;
      readonly etag: string;
      readonly versionId?: string | undefined;
    }
  | { readonly state: 'absent' }
  | { readonly state: 'unseen'; readonly code: string; readonly message: string };

/** Looks at an object; an answer of OSS that is an error is a result too. */
export async function lookAt(oss: Pick<Oss, 'headObject'>, name: ObjectName): Promise<Look> {
  try {
    const head = await oss.headObject(name);
    if (head === undefined) return { state: 'absent' };
    const { size, lastModified, etag, versionId } = head;
    return { state: 'there', bytes: size, modified: lastModified, etag, versionId };
  } catch (error) {
    if (error instanceof OssError) return { state: 'unseen', code: error.code, message: error.message };
    throw error;
  }
}
