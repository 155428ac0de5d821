// undici's client by its own path: the package's main module loads fetch, WebSocket, caches and proxies with it.
declare module 'undici/lib/dispatcher/client.js' {
  import type { Client } from 'undici';

  const client: typeof Client;
  export default client;
}
