// The program of an instance that is counted, compiled to one CommonJS file and run by plain Node.js. It plays events,
// and writes down what each stage loaded and computed. It loads no module of its own before it writes, not even one
// that Node has at its start: asking for it would load what belongs to it.
import type fs from 'node:fs';

export interface Order {
  /** The folder of the built function. */
  readonly codeDir: string;
  readonly events: readonly object[];
  /** The role of each event: the last part of its access key. */
  readonly roles: readonly string[];
  /** Counts calls of node:crypto, which it has to load for that before the function does. */
  readonly countsCrypto: boolean;
  /** Where the stages go. */
  readonly stages: string;
}

/** Loading the bundle, `initialize`, or one event. */
export interface Stage {
  /** The modules of Node that were loaded, but for its internal ones, in order. */
  readonly modules: readonly string[];
  /** How often each function of node:crypto was called. */
  readonly crypto: Readonly<Record<string, number>>;
  readonly saved: number;
}

interface Built {
  readonly handler: (event: Buffer, context: object) => Promise<{ readonly saved: number }>;
  readonly initialize: () => Promise<void>;
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const stages: Stage[] = [];
let crypto: Record<string, number> = {};
if (order.countsCrypto) countCrypto(require('node:crypto'));

const known = new Set(loaded());

function loaded(): string[] {
  const { moduleLoadList } = process as unknown as { moduleLoadList: readonly string[] };
  return moduleLoadList.flatMap((entry) => /^NativeModule (?!internal\/|_)(.+)$/.exec(entry)?.[1] ?? []);
}

function countCrypto(functions: Record<string, unknown>): void {
  // Those that cannot be replaced are getters, which load what belongs to them, and what is out of use.
  for (const [name, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(functions))) {
    if (!writable || typeof value !== 'function' || !/^[a-z]/.test(name)) continue;
    functions[name] = (...args: unknown[]) => {
      crypto[name] = (crypto[name] ?? 0) + 1;
      return Reflect.apply(value, functions, args);
    };
  }
}

function end({ saved }: { readonly saved: number }): void {
  const modules = loaded().filter((name) => !known.has(name));
  for (const name of modules) known.add(name);
  stages.push({ modules, crypto, saved });
  crypto = {};
}

async function play(): Promise<void> {
  // Signing keys are made anew at midnight, and connections after a pause of the machine.
  const at = Date.UTC(2026, 10, 22, 8, 30, 5);
  Date.now = () => at;
  const { handler, initialize } = require(`${order.codeDir}/index.js`) as Built;
  end({ saved: 0 });
  await initialize();
  end({ saved: 0 });
  for (const [nth, event] of order.events.entries()) {
    const role = order.roles[nth];
    const context = {
      requestId: `request-${nth}`,
      region: 'cn-hangzhou',
      credentials: { accessKeyId: `STS.${role}`, accessKeySecret: `secret-${role}`, securityToken: `token-${role}` },
      function: { timeout: 60 },
    };
    end(await handler(Buffer.from(JSON.stringify(event)), context));
  }
  (require('node:fs') as typeof fs).writeFileSync(order.stages, JSON.stringify(stages));
  process.exit();
}

void play();
