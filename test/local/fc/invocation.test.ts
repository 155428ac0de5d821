/** What one invocation sees and gives, in a real instance. */
import { describe, expect, it } from 'vitest';
import type { LogSource } from '../../../src/local/fc/invocation.js';
import { startFc, until } from './fixture.js';

describe('the context', () => {
  it('holds what FC documents, and a logger with the request id', async () => {
    const fc = startFc(
      `exports.handler = async (event, context) => {
        context.logger.warn('careful');
        return { isBuffer: Buffer.isBuffer(event), event: event.toString(), parent: typeof process.send, context,
          logger: Object.keys(context.logger).sort() };
      };`,
      { memorySize: 512, timeout: 7, logProject: 'project', logStore: 'store' },
      { accountId: '42', region: 'cn-shanghai' },
    );
    const report = await fc.invoke('fn', { a: '图' }, { requestId: 'req-1' });
    expect(JSON.parse(report.result.toString())).toEqual({
      isBuffer: true,
      event: '{"a":"图"}',
      parent: 'undefined',
      logger: ['debug', 'error', 'info', 'log', 'warn'],
      context: {
        requestId: 'req-1',
        credentials: {},
        function: { name: 'fn', handler: 'index.handler', memory: 512, timeout: 7 },
        service: { logProject: 'project', logStore: 'store', qualifier: 'LATEST', versionId: 'LATEST' },
        region: 'cn-shanghai',
        accountId: '42',
        logger: {},
        retryCount: 0,
        tracing: { openTracingSpanContext: '', openTracingSpanBaggages: {}, jaegerEndpoint: '' },
        waitsForEmptyEventLoopBeforeCallback: false,
      },
    });
    expect(report.logTail.toString()).toContain(' req-1 [warn] careful\n');
  });

  it('has the credentials of this invocation; the environment keeps the first', async () => {
    let issued = 0;
    const fc = startFc(
      'exports.handler = async (_, { credentials }) => [credentials, process.env.ALIBABA_CLOUD_ACCESS_KEY_ID];',
      {},
      {
        issueCredentials: () => {
          issued++;
          return { accessKeyId: `STS.${issued}`, accessKeySecret: `secret${issued}`, securityToken: `token${issued}` };
        },
      },
    );
    const invoke = async () => JSON.parse((await fc.invoke('fn', '')).result.toString());
    const [first, inEnvironment] = await invoke();
    const [second, still] = await invoke();
    expect(second).not.toEqual(first);
    expect(second).toEqual({ accessKeyId: 'STS.3', accessKeySecret: 'secret3', securityToken: 'token3' });
    expect([inEnvironment, still]).toEqual(['STS.1', 'STS.1']);
  });
});

describe('a function that says what it must keep', () => {
  const credentials = {
    accessKeyId: 'STS.local',
    accessKeySecret: 'a secret of the role /+=',
    securityToken: 'a token of the role',
  };

  it.each([
    ['in its log', 'console.log(credentials.accessKeySecret)', 'accessKeySecret'],
    ['in its result', 'return { url: encodeURIComponent(credentials.accessKeySecret) }', 'accessKeySecret'],
    ['in an error', 'throw new Error(credentials.securityToken)', 'securityToken'],
    ['in its environment', 'console.error(process.env)', 'accessKeySecret and securityToken'],
  ])('%s fails', async (_, code, what) => {
    const fc = startFc(
      `exports.handler = async (event, { credentials }) => { ${code} };`,
      {},
      { issueCredentials: () => credentials },
    );
    const { errorType, result } = await fc.invoke('fn', '');
    expect(errorType).toBe('UnhandledInvocationError');
    expect(JSON.parse(result.toString())).toEqual({
      errorType: 'CredentialsLeaked',
      errorMessage: `the function said the ${what} of its role`,
    });
  });

  it('may say which key it was', async () => {
    const fc = startFc(
      'exports.handler = async (_, { credentials }) => credentials.accessKeyId;',
      {},
      {
        issueCredentials: () => credentials,
      },
    );
    expect((await fc.invoke('fn', '')).result.toString()).toBe('STS.local');
  });
});

describe('results', () => {
  it('carries 6 MB of arbitrary bytes in and out', async () => {
    const fc = startFc('exports.handler = async (event) => event.reverse();');
    const event = Buffer.from(Uint32Array.from({ length: 1_500_000 }, (_, n) => Math.imul(n, 2_654_435_761)).buffer);
    const { result } = await fc.invoke('fn', event);
    expect(result.equals(Buffer.from(event).reverse())).toBe(true);
  });

  it('answers errors as FC does', async () => {
    const fc = startFc(`
      class OssError extends Error { name = 'OssError'; }
      exports.handler = (event, context, callback) => {
        if (event.toString() === 'callback') return callback(new OssError('by callback'));
        if (event.toString() === 'text') throw 'a string';
        throw new OssError('thrown');
      };`);
    const thrown = await fc.invoke('fn', '');
    expect(thrown.errorType).toBe('UnhandledInvocationError');
    expect(JSON.parse(thrown.result.toString())).toMatchObject({
      errorMessage: 'thrown',
      errorType: 'OssError',
      stackTrace: expect.arrayContaining([expect.stringMatching(/index\.js:6/)]),
    });
    const handled = await fc.invoke('fn', 'callback');
    expect(handled.errorType).toBe('HandledInvocationError');
    expect(JSON.parse(handled.result.toString()).errorMessage).toBe('by callback');
    expect(JSON.parse((await fc.invoke('fn', 'text')).result.toString()).errorMessage).toBe('a string');
    // A function error does not cost the instance.
    expect(fc.instances()).toHaveLength(1);
  });
});

describe('an instance that does not answer', () => {
  it('exits: the invocation fails, the next one has a new instance', async () => {
    const fc = startFc(
      `exports.handler = async (event) => { console.log('going'); if (event.length) process.exit(0); };`,
    );
    const report = await fc.invoke('fn', 'x');
    expect(report.errorType).toBe('UnhandledInvocationError');
    expect(JSON.parse(report.result.toString())).toEqual({
      errorMessage: expect.stringMatching(
        /^Process exited unexpectedly before completing request \(duration: \d+ms, maxMemoryUsage: \d+\.\d\dMB\)$/,
      ),
    });
    expect(report.logTail.toString()).toContain('[info] going');
    const next = await fc.invoke('fn', '');
    expect(next).toMatchObject({ coldStart: true });
    expect(next.instanceId).not.toBe(report.instanceId);
  });

  it('runs past its time limit, even in an endless loop: it is killed', async () => {
    const fc = startFc('exports.handler = () => { for (;;); };', { timeout: 1 });
    const report = await fc.invoke('fn', '');
    expect(JSON.parse(report.result.toString()).errorMessage).toMatch(
      /^Function timed out after 1 seconds \(maxMemoryUsage: /,
    );
    expect(report.errorType).toBe('UnhandledInvocationError');
    await expect.poll(() => fc.instances()).toEqual([]);
  });

  it.each([
    ['an uncaught exception', `setTimeout(() => { throw new RangeError('adrift'); }); return new Promise(() => {});`],
    ['an unhandled rejection', `Promise.reject(new RangeError('adrift')); return new Promise(() => {});`],
  ])('%s fails the invocation and ends the instance', async (_, body) => {
    const fc = startFc(`exports.handler = () => { ${body} };`);
    const report = await fc.invoke('fn', '');
    expect(report.errorType).toBe('UnhandledInvocationError');
    expect(JSON.parse(report.result.toString())).toMatchObject({ errorMessage: 'adrift', errorType: 'RangeError' });
    expect((await fc.invoke('fn', '')).coldStart).toBe(true);
  });
});

it('gets nothing more from an invocation that an uncaught exception has ended', async () => {
  const lines: string[] = [];
  const fc = startFc(
    `exports.handler = () => new Promise((_, reject) => {
      setTimeout(() => { process.nextTick(reject, new Error('second')); throw new Error('first'); });
    });`,
    {},
    { onLog: (line) => lines.push(line) },
  );
  const report = await fc.invoke('fn', '');
  expect(JSON.parse(report.result.toString()).errorMessage).toBe('first');
  await until(() => fc.instances().length === 0);
  expect(lines.filter((line) => line.includes('[error]'))).toHaveLength(1);
});

describe('the initializer', () => {
  it('runs once an instance, with a context, before the first event', async () => {
    const fc = startFc(
      `let calls = []; exports.initialize = (context, callback) => { calls.push(context.requestId); setImmediate(callback); };
       exports.handler = async () => calls;`,
      { initializer: 'index.initialize' },
    );
    const first = await fc.invoke('fn', '', { requestId: 'one' });
    expect(first.result.toString()).toBe('["one"]');
    expect(first.logTail.toString()).toContain(
      'FC Initialize Start RequestId: one\nFC Initialize End RequestId: one\n',
    );
    expect((await fc.invoke('fn', '', { requestId: 'two' })).result.toString()).toBe('["one"]');
  });

  it.each([
    ['throws', `exports.initialize = async () => { throw new TypeError('not ready'); };`, /not ready/],
    ['gives its callback an error', `exports.initialize = (_, cb) => cb(new TypeError('not ready'));`, /not ready/],
    ['is missing', '', /^Handler 'initialize' is missing/],
    ['never gets there because the module fails', `throw new Error('at load');`, /at load/],
    ['exits', 'exports.initialize = () => process.exit(1);', /^Process exited unexpectedly/],
  ])('%s: InitializationError, and a new instance each time', async (_, initializer, message) => {
    const fc = startFc(`exports.handler = async () => 'never'; ${initializer}`, { initializer: 'index.initialize' });
    const first = await fc.invoke('fn', '');
    expect(first.errorType).toBe('InitializationError');
    expect(JSON.parse(first.result.toString()).errorMessage).toMatch(message);
    const second = await fc.invoke('fn', '');
    expect(second).toMatchObject({ errorType: 'InitializationError', coldStart: true });
    expect(second.instanceId).not.toBe(first.instanceId);
  });

  it('is none: a module that does not load fails the invocation', async () => {
    const report = await startFc('syntax error').invoke('fn', '');
    expect(report.errorType).toBe('UnhandledInvocationError');
    expect(JSON.parse(report.result.toString()).errorType).toBe('SyntaxError');
  });
});

describe('the log', () => {
  it('is reported line by line with its source, and its tail is the report of this invocation alone', async () => {
    const lines: [string, LogSource][] = [];
    const fc = startFc(
      `exports.handler = async (event) => {
        console.log('said ' + event); process.stdout.write('{"raw":1}\\npartial ' + event); process.stderr.write('to stderr\\n');
      };`,
      {},
      { onLog: (line, source) => lines.push([line, source]) },
    );
    await fc.invoke('fn', 'first', { requestId: 'r1' });
    const second = await fc.invoke('fn', 'second', { requestId: 'r2' });
    const stdout = lines.filter(([, source]) => source.stream === 'stdout' && source.requestId === 'r2');
    expect(stdout.map(([line]) => line)).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z r2 \[info\] said second$/),
      '{"raw":1}',
      'partial second',
    ]);
    expect(lines.find(([, source]) => source.stream === 'stderr')?.[0]).toBe('to stderr');
    expect(lines.every(([, source]) => source.instanceId === second.instanceId)).toBe(true);
    const tail = second.logTail.toString();
    expect(tail).toMatch(/^FC Invoke Start RequestId: r2\n/);
    expect(tail).toMatch(
      /\nFC Invoke End RequestId: r2\n\nDuration: [\d.]+ ms, Billed Duration: \d+ ms, Memory Size: 256 MB, Max Memory Used: [\d.]+ MB\n$/,
    );
    expect(tail).not.toContain('first');
  });

  it('holds the last 4 KB, complete to the last line, however much is written', async () => {
    const fc = startFc(`exports.handler = async () => {
      for (let n = 0; n < 20000; n++) process.stdout.write('line ' + n + '\\n');
    };`);
    const { logTail } = await fc.invoke('fn', '');
    expect(logTail).toHaveLength(4096);
    expect(logTail.toString()).toContain('\nline 19999\nFC Invoke End');
  });

  it('leaves out console levels below ALIYUN_FC_LOG_LEVEL', async () => {
    const fc = startFc(`exports.handler = async () => { console.log('quiet'); console.warn('loud'); };`, {
      environmentVariables: { ALIYUN_FC_LOG_LEVEL: 'warn' },
    });
    const tail = (await fc.invoke('fn', '')).logTail.toString();
    expect(tail).toContain('[warn] loud');
    expect(tail).not.toContain('quiet');
  });
});
