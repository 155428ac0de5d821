// Runs the built function in a process of its own and counts what it asks, over how many connections, and what it loads
// and computes for that.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { selfSigned } from '../bench/certificate.js';
import { listen } from '../oss/stub.js';
import { nodeOfFunction, ossReply, uploadEvent } from '../support/function.js';
import { shippedFunction } from '../support/shipped.js';
import type { Order, Stage } from './instance.js';

export interface Run {
  /** The roles of the events, one after another: each event is one upload. */
  readonly roles: readonly string[];
  /** How many outputs the upload has; without it, the bundled rules are in force. */
  readonly outputs?: number;
  readonly concurrency?: number;
  readonly countsCrypto?: boolean;
  readonly tls?: boolean;
}

export interface Counted {
  readonly load: Stage;
  readonly initialize: Stage;
  readonly events: readonly (Stage & { readonly requests: readonly string[] })[];
  readonly connections: number;
}

export async function count({ roles, outputs, concurrency, countsCrypto = false, tls = false }: Run): Promise<Counted> {
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-budget-'));
  try {
    const { key, certificate } = selfSigned('localhost', new Date());
    const trusted = join(folder, 'certificate.pem');
    writeFileSync(trusted, certificate);
    await using oss = await listen(ossReply(), tls ? { key, cert: certificate } : undefined);
    const program = join(folder, 'instance.cjs');
    const source = fileURLToPath(new URL('instance.ts', import.meta.url));
    buildSync({ entryPoints: [source], outfile: program, platform: 'node', format: 'cjs', target: 'node20' });
    const rules = join(folder, 'rules.json');
    writeFileSync(rules, JSON.stringify(rulesWith(outputs ?? 0)));
    const order: Order = {
      codeDir: shippedFunction().codeDir,
      events: roles.map((_, nth) => uploadEvent(keyOf(nth))),
      roles,
      countsCrypto,
      stages: join(folder, 'stages.json'),
    };
    const env = {
      PATH: process.env['PATH'],
      OSS_ENDPOINT: oss.origin,
      ...(tls ? { NODE_EXTRA_CA_CERTS: trusted } : {}),
      CONFIG_URI: outputs === undefined ? '' : pathToFileURL(rules).href,
      CONCURRENCY: String(concurrency ?? ''),
    };
    await promisify(execFile)(nodeOfFunction(), [program, JSON.stringify(order)], { env });
    const [load, initialize, ...events] = JSON.parse(readFileSync(order.stages, 'utf8')) as [Stage, Stage, ...Stage[]];
    const requestsOf = (key: string) => oss.asked.filter(({ url }) => url.includes(key)).map(({ method }) => method);
    return {
      load,
      initialize,
      events: events.map((stage, nth) => ({ ...stage, requests: requestsOf(keyOf(nth)) })),
      connections: oss.connections(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const keyOf = (nth: number): string => `avatars/upload-${nth}.jpg`;

function rulesWith(outputs: number): object {
  const output = (nth: number) => ({ style: 'image/resize,w_1', to: { bucket: 'out', key: `{key}.${nth}` } });
  const rules = [
    { name: 'r', when: { bucket: 'photos' }, outputs: Array.from({ length: outputs }, (_, n) => output(n)) },
  ];
  return { journal: { bucket: 'photos-journal', prefix: 'j/' }, rules };
}
