// What the studio asks of the embedded OSS by ali-oss: a refusal is a mistake of the call, not of the studio.
import { StudioMistake } from './mistake.js';

/** @throws {StudioMistake} with OSS's code and message where it answers with a status from 400 to 499 */
export async function fromOss<Answer>(bucket: string, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (cause) {
    const { status, code, message } = Object(cause) as { status?: unknown; code?: unknown; message?: unknown };
    if (typeof status !== 'number' || status < 400 || status >= 500) throw cause;
    if (code === 'NoSuchBucket') throw new StudioMistake('unknown', `There is no bucket ${bucket}.`, { cause });
    throw new StudioMistake('invalid', `${String(code)}: ${String(message)}`, { cause });
  }
}
