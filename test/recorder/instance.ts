// The program of the recorded instance, compiled to one file and run by plain Node.js: the built function and the stub
// in one process, so that the clock knows when nothing but a timer can go on. Reads cases, writes what they came to.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import type { Case, Step } from './case.js';
import { installClock } from './clock.js';
import { createOss, type Oss } from './oss.js';
import { startStub } from './stub.js';

/** What the recorder gives the instance, in the file that its argument names. */
export interface Order {
  /** The built function: its index.js. */
  readonly built: string;
  readonly cases: readonly Case[];
  /** CONFIG_URI for the rules that a case names; without one the bundled rules are in force. */
  readonly configUris: Readonly<Partial<Record<Case['rules'], string>>>;
  /** When each case begins, epoch milliseconds. */
  readonly began: number;
  /** Where the recording goes. */
  readonly recording: string;
}

/** A case as it went: a line for whatever can be seen from outside. */
export interface Recorded {
  readonly name: string;
  readonly lines: readonly string[];
}

interface Built {
  readonly handler: (event: Buffer, context: object) => Promise<unknown>;
  readonly initialize: () => Promise<void>;
}

/** The endpoint is never the stub's own, so that no port of this machine is in a message, a length or a hash. */
const environment = { OSS_ENDPOINT: 'http://127.0.0.1:9000', CONCURRENCY: '1' };

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Order;
const require = createRequire(order.built);
const clock = installClock();
let lines: string[] = [];
const stub = await startStub(clock, (line) => void lines.push(line));

const connect = net.connect as (options: object) => net.Socket;
net.connect = ((options: object) => connect({ ...options, host: '127.0.0.1', port: stub.port })) as typeof net.connect;
for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (text: unknown) => lines.push(`${name}: ${String(text).trimEnd()}`) > 0;
}

const instances = new Map<string, Built>();

/** Rules that are kept in OSS change with what a case puts there: each case has an instance of its own. */
async function instanceFor(rules: Case['rules']): Promise<Built> {
  const known = instances.get(rules);
  if (known !== undefined && rules !== 'published') return known;
  process.env['CONFIG_URI'] = order.configUris[rules] ?? '';
  delete require.cache[order.built];
  const built = require(order.built) as Built;
  instances.set(rules, built);
  await built.initialize();
  return built;
}

async function play(one: Case): Promise<Recorded> {
  lines = [];
  clock.set(order.began);
  const oss = createOss(one);
  stub.begin(oss);
  Object.assign(process.env, environment, one.environment);
  const { handler } = await instanceFor(one.rules);
  for (const [nth, step] of one.steps.entries()) await invoke(handler, step, oss, nth + 1);
  for (const [name, text] of [...oss.objects].sort()) {
    if (name.startsWith('photos-journal/')) lines.push(`left: oss://${name} ${text}`);
  }
  lines.push(`ended at ${new Date().toISOString()}, signatures and their dates: ${stub.signatures()}`);
  return { name: one.name, lines };
}

async function invoke(handler: Built['handler'], step: Step, oss: Oss, nth: number): Promise<void> {
  clock.advance((step.after ?? 0) * 60_000);
  if (step.mode !== undefined) oss.setMode(step.mode);
  for (const [name, text] of Object.entries(step.objects ?? {})) oss.objects.set(name, text);
  const event = Buffer.from(step.event, 'base64');
  const digest = createHash('sha256').update(event).digest('hex').slice(0, 8);
  lines.push(`invoked at ${new Date().toISOString()} with ${event.length} bytes, SHA-256 ${digest}…`);
  const role = { accessKeyId: 'STS.recorder', accessKeySecret: 'secret', securityToken: 'token/of+recorder=' };
  const context = {
    requestId: `request-${nth}`,
    region: 'cn-hangzhou',
    credentials: step.withoutRole ? {} : role,
    function: { timeout: step.timeout ?? 60 },
    retryCount: step.retryCount ?? 0,
  };
  try {
    lines.push(`returned ${JSON.stringify(await handler(event, context))}`);
  } catch (thrown) {
    const { name, message, code } = thrown as Error & { code?: unknown };
    lines.push(`thrown ${JSON.stringify({ name, message, code })}`);
  }
}

// One by one, so that whoever waits in vain knows for which.
for (const one of order.cases) appendFileSync(order.recording, `${JSON.stringify(await play(one))}\n`);
process.exit();
