// What the bundle's tests build: the OSS client alone, so that they say nothing about the rest of the function.
export { createOss } from '../../src/oss/client.js';
export { createConnection } from '../../src/oss/connection.js';
export { resolveEndpoint } from '../../src/oss/endpoint.js';
