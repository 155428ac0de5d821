// undici's pool by its own path: the package's main module loads fetch, WebSocket, caches and proxies with it.
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici';

  const pool: typeof Pool;
  export default pool;
}
