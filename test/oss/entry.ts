// What the bundle's tests build: the OSS client alone, so that they say nothing about the rest of the function.
import { createConnection, type WireRequest } from '../../src/oss/connection.js';

export { createOss } from '../../src/oss/client.js';
export { resolveEndpoint } from '../../src/oss/endpoint.js';
export { createConnection };

/** What came of one request over a connection of its own, in plain values: the answer's headers, or the error. */
export async function outcomeOf(request: WireRequest): Promise<object> {
  const connection = createConnection({ connectTimeout: 50 });
  try {
    return { headers: { ...(await connection.send(request)).headers } };
  } catch (error) {
    const { name, message, code, cause } = error as Error & { code?: string; cause?: Error };
    const { name: of, message: why, code: as, ...more } = (cause ?? {}) as Error & { code?: string };
    // Assertions are the one thing that the bundle has in a plainer form.
    const details = as === 'ERR_ASSERTION' ? {} : { of, why, more: Object.keys(more).sort() };
    return { name, message, code, cause: { as, ...details } };
  } finally {
    await connection.close();
  }
}
