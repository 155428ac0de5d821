// One event through the built function on an embedded OSS, where the sample photos are.

import { functionName } from '../../local/cloud.js';
import { sampleObjects, upload } from '../../local/samples/objects.js';
import { EventError, readEvent, type Upload } from '../../pipeline/event.js';
import { type Engine, failureOf } from '../../remote/invoke/engine.js';
import { bucketName } from '../../rules/oss-limits.js';
import { UserError } from '../../terminal/user-error.js';
import { startEmbedded } from './embedded.js';

/** @param name of the file, as the user wrote it */
export function localEngine(name: string, { config, log }: { config?: string | undefined; log: boolean }): Engine {
  return async ({ bytes }) => {
    const uploads = readUploads(bytes, name);
    // Another name is no bucket, and no rule can listen to it.
    const buckets = new Set(uploads.map(({ bucket }) => bucket).filter((bucket) => bucketName.test(bucket)));
    const embedded = await startEmbedded({ configFile: config, buckets: [...buckets], instances: 1, triggers: false });
    try {
      for (const bucket of buckets) {
        const keys = new Set(uploads.filter((upload) => upload.bucket === bucket).map(({ key }) => key));
        await upload(embedded.url, bucket, await sampleObjects(keys));
      }
      const { errorType, result, logTail } = await embedded.fc.invoke(functionName, bytes);
      const text = result.toString('utf8');
      return {
        result: text,
        ...(errorType === undefined ? {} : { failure: failureOf(errorType, text) }),
        ...(log ? { log: logTail.toString('utf8') } : {}),
      };
    } finally {
      await embedded.close();
    }
  };
}

function readUploads(bytes: Buffer, name: string): readonly Upload[] {
  try {
    return readEvent(bytes).uploads;
  } catch (cause) {
    if (!(cause instanceof EventError)) throw cause;
    throw new UserError(`${name}: ${cause.message}`, 1, { cause });
  }
}
