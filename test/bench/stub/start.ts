// Starts the stub in a process of its own.
import { fork } from 'node:child_process';
import {
  type FromStub,
  type StubAddress,
  type StubCounts,
  type StubSetup,
  type ToStub,
  tlsVariables,
} from './messages.js';

export interface Stub extends AsyncDisposable {
  readonly address: StubAddress;
  /** From now on, answers as told, and counts from zero. */
  setUp(setup: StubSetup): Promise<void>;
  counts(): Promise<StubCounts>;
}

/** `program`: the compiled stub/stub.ts. */
export async function startStub(program: string, tls: { key: string; certificate: string }): Promise<Stub> {
  const child = fork(program, [], {
    execArgv: [],
    env: { PATH: process.env['PATH'], [tlsVariables.key]: tls.key, [tlsVariables.certificate]: tls.certificate },
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const said = (): Promise<FromStub> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the stub ended with ${code}`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message as FromStub);
      });
    });
  const ask = async (message: ToStub): Promise<StubCounts> => {
    const answer = said();
    child.send(message);
    const got = await answer;
    if ('counts' in got) return got.counts;
    throw new Error('the stub has started again');
  };
  const first = await said();
  if (!('address' in first)) throw new Error('the stub has not said where it listens');
  return {
    address: first.address,
    setUp: async (setup) => void (await ask({ setup })),
    counts: () => ask('count'),
    async [Symbol.asyncDispose]() {
      process.off('exit', kill);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}
