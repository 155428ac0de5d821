// Where figures are measured: the programs, the stub, and instances, each a fresh process of one contestant. Runs that
// are compared are interleaved: each round has all of them once, in another order than the round before.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { selfSigned } from './certificate.js';
import type { Contestant } from './contestants/contestants.js';
import { outputsVariable, prefix, source } from './contestants/upload.js';
import { type ColdResult, type Job, jobVariable, type WarmResult } from './instance/job.js';
import { spawnWithShare } from './processor-share.js';
import { makePrograms, type Programs } from './programs.js';
import type { StubSetup } from './stub/messages.js';
import { type Stub, startStub } from './stub/start.js';

export type Wire = 'http' | 'tls';

/** One run of an instance; what is left out is the plainest: one output, one event at a time. */
export interface Run
  extends Partial<Pick<Job, 'warming' | 'events' | 'atOnce' | 'prefix' | 'outputs' | 'records' | 'profiled'>> {
  readonly contestant: Contestant;
  readonly wire?: Wire | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stub?: StubSetup;
  /** Of one processor, 0.1 for a tenth; all that there is if left out. */
  readonly share?: number;
  /** Another file than the contestant's own. */
  readonly module?: string;
}

/** Results by the name of a run, one a round. */
export type Results<Name extends string, R> = Readonly<Record<Name, readonly R[]>>;

export interface Lab {
  /** Whether there is time for everything; else what the budgets need is measured. */
  readonly thorough: boolean;
  /** How to reach the stub, each to be measured. */
  readonly wires: readonly Wire[];
  readonly programs: Programs;
  readonly stub: Stub;
  /** Fresh processes: load, initialize, first event. */
  cold<Name extends string>(runs: Readonly<Record<Name, Run>>, rounds: number): Promise<Results<Name, ColdResult>>;
  /** Fresh processes: events after some for warming. */
  warm<Name extends string>(runs: Readonly<Record<Name, Run>>, rounds: number): Promise<Results<Name, WarmResult>>;
  /** A folder that is not there yet, to be removed with the bench. */
  folder(name: string): string;
  /** Writes a file that lasts as long as the bench; returns its path. */
  file(name: string, content: string): string;
  /** What `make` has given for this key before: for measurements that several figures share. */
  shared<T>(key: string, make: () => Promise<T>): Promise<T>;
}

interface Bench extends AsyncDisposable {
  /** A lab that remembers no measurement. */
  readonly fresh: () => Lab;
}

interface BenchOptions {
  readonly thorough: boolean;
  readonly wires: readonly Wire[];
  /** Hears of each run of an instance. */
  readonly step: (text: string) => void;
}

/** Whose certificate ali-oss asks for, though the endpoint is an address. */
const aliOssHost = `${source.bucket}.oss-cn-hangzhou.aliyuncs.com`;

/** Builds the programs and starts the stub. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-bench-'));
  // Ctrl-C ends the instances and the stub, too, and leaves nothing behind.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    return await benchIn(folder, options);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

async function benchIn(folder: string, { thorough, wires, step }: BenchOptions): Promise<Bench> {
  const freshFolder = (name: string): string => join(mkdtempSync(join(folder, `${name}-`)), name);
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  step('building');
  const programs = await makePrograms(folder);
  const tls = selfSigned(aliOssHost, new Date());
  const trusted = file('certificate.pem', tls.certificate);
  const stub = await startStub(programs.stub, tls);

  async function once(kind: Job['kind'], run: Run): Promise<unknown> {
    const { contestant, wire = 'http', warming = 0, events = 1, atOnce = 1, outputs = 1, profiled = false } = run;
    const answer = join(folder, 'answer.json');
    const job: Job = {
      answer,
      module: run.module ?? programs.modules[contestant],
      ...{ kind, warming, events, atOnce, outputs, profiled },
      records: run.records ?? 1,
      prefix: run.prefix ?? prefix,
    };
    await stub.setUp(run.stub ?? { delays: { process: 0, head: 0 } });
    await runInstance(programs.instance, run.share, {
      OSS_ENDPOINT: stub.address[wire],
      [jobVariable]: JSON.stringify(job),
      [outputsVariable]: String(outputs),
      ...(wire === 'tls' ? { NODE_EXTRA_CA_CERTS: trusted } : {}),
      ...run.environment,
    });
    return JSON.parse(readFileSync(answer, 'utf8'));
  }

  async function interleaved(
    kind: Job['kind'],
    runs: Readonly<Record<string, Run>>,
    rounds: number,
  ): Promise<Results<string, unknown>> {
    const names = Object.keys(runs);
    const results: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const name of rotated(names, round)) {
        const run = runs[name];
        if (run === undefined) continue;
        step(`${kind}: round ${round + 1} of ${rounds}, ${name}${run.wire === 'tls' ? ' over TLS' : ''}`);
        results[name]?.push(await once(kind, run));
      }
    }
    return results;
  }

  return {
    fresh() {
      const known = new Map<string, Promise<unknown>>();
      return {
        ...{ thorough, wires, programs, stub, file, folder: freshFolder },
        cold: (runs, rounds) => interleaved('cold', runs, rounds) as ReturnType<Lab['cold']>,
        warm: (runs, rounds) => interleaved('warm', runs, rounds) as ReturnType<Lab['warm']>,
        shared<T>(key: string, make: () => Promise<T>): Promise<T> {
          const made = known.get(key) ?? make();
          known.set(key, made);
          return made as Promise<T>;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await stub[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same in another order: each stands once in each place in as many rounds as there are names. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  const from = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}

async function runInstance(
  program: string,
  share: number | undefined,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const env = { PATH: process.env['PATH'], ...environment };
  const child = spawnWithShare(share, process.execPath, [program], env);
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [error, code] = await Promise.all([text(child.stderr), ended]);
  process.off('exit', kill);
  if (code !== 0) throw new Error(`an instance ended with ${code}: ${error}`);
}
