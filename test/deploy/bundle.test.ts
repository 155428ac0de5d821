import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BundledFile, bundle } from '../../src/deploy/bundle.js';
import type { WireRequest } from '../../src/oss/connection.js';
import * as whole from '../oss/entry.js';
import { inPieces } from '../oss/in-pieces.js';
import { listen, listenRaw, noWholeAnswer } from '../oss/stub.js';
import { nodeOfFunction } from '../support/function.js';
import { shippedFunction, shippedProject } from '../support/shipped.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(root, 'test/oss/entry.ts');

/** Bytes of the function as it is deployed with the shipped rules: a cold start reads and compiles them. */
const bundleBudget = 223_500;

let dir = '';
let built: readonly BundledFile[];
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'bundle-')));
  built = (await bundle({ entry, outdir: join(dir, 'dist') })).files;
});
afterAll(() => rm(dir, { recursive: true }));

const output = (file: string) => readFile(join(dir, file), 'utf8');

test('holds no fetch, no HTTP/2, and one parser', async () => {
  const code = await output('dist/index.js');
  const [{ bytes } = { bytes: 0 }, ...others] = built;
  expect(others.map(({ name }) => name)).toEqual(['relay.js']);
  expect(Buffer.byteLength(code)).toBe(bytes);
  // The first bytes of a WebAssembly module, in base64.
  expect(code.split('AGFzbQEAAAAB').length - 1).toBe(1);
  expect(code).not.toMatch(/node:http2|node:zlib|node:worker_threads|node:sqlite|node:perf_hooks|FormData body/);
  expect(bytes).toBeLessThan(200_000);
  expect(JSON.parse(await output('dist/package.json'))).toEqual({ type: 'commonjs' });
});

describe('the function’s own bundle', () => {
  // As they lie in their project; its packages may be elsewhere. What stands in for a module of Node is no file.
  const file = (name: string) => shippedFunction().files.find((one) => one.name === name);
  const inputs = (name = 'index.js'): string[] =>
    (file(name)?.inputs ?? []).map((input) => {
      const [, inPackages] = /(?:^|\/)node_modules\/(.*)$/.exec(input) ?? [];
      return inPackages ?? (input.startsWith('lean:') ? input : relative(shippedProject(), join(root, input)));
    });
  const ours = (input: string): boolean => input.startsWith('src/');

  test(`has ${bundleBudget} bytes at most`, () => {
    expect(file('index.js')?.bytes).toBeLessThanOrEqual(bundleBudget);
  });

  test('holds the rooms of the function, and nothing of commands, of the embedded OSS, of deployments', () => {
    const rooms = new Set(inputs().filter(ours).map(dirname));
    expect([...rooms].sort()).toEqual([
      'src',
      'src/journal',
      'src/oss',
      'src/pipeline',
      'src/rules',
      'src/style',
      'src/sweep',
    ]);
    expect(inputs()).toContain('src/config.ts');
  });

  test('has what a sweep needs in a second file, with nothing that is in the first', () => {
    const second = inputs('sweep.js');
    expect(second).toContain('src/sweep/tick.ts');
    expect([...new Set(second.map(dirname))].sort()).toEqual(['src/rules', 'src/sweep']);
    expect(second.filter((input) => inputs().includes(input))).toEqual([]);
  });

  test('has what a relay needs in another, with nothing that is in the first', () => {
    const second = inputs('relay.js');
    expect(second).toContain('src/oss/relay/relay.ts');
    expect([...new Set(second.map(dirname))].sort()).toEqual(['src/oss/relay']);
    expect(second.filter((input) => inputs().includes(input))).toEqual([]);
  });

  test('holds these files of undici, and no other package', () => {
    const dispatchers = ['client-h1', 'client-h2', 'client', 'dispatcher-base', 'dispatcher'];
    const files = {
      core: ['connect', 'constants', 'diagnostics', 'errors', 'request', 'symbols', 'tree', 'util'],
      dispatcher: dispatchers,
      handler: ['unwrap-handler', 'wrap-handler'],
      llhttp: ['constants', 'llhttp-wasm', 'llhttp_simd-wasm'],
      util: ['stats', 'timers'],
      'web/fetch': ['body'],
    };
    const undici = Object.entries(files).flatMap(([folder, names]) =>
      names.map((name) => `undici/lib/${folder}/${name}.js`),
    );
    const others = inputs().filter((input) => !ours(input));
    expect(others).toEqual(['lean:node:assert', 'lean:node:http', ...undici].sort());
  });
});

test('a folder that is a file is refused', async () => {
  const refused = expect(bundle({ entry, outdir: join(dir, 'dist/index.js') })).rejects;
  await refused.toThrow(`${join(dir, 'dist/index.js')} cannot be written to: `);
});

test('what esbuild warns of is refused, with its place', async () => {
  const source = join(dir, 'twice.ts');
  await writeFile(source, '\nexport const rule = { style: 1, style: 2 };\n');
  const refused = expect(bundle({ entry: source, outdir: join(dir, 'never') })).rejects;
  await refused.toThrow(/^the bundle would be wrong:\n {2}\S*twice\.ts:2: Duplicate key "style" in object literal$/);
  await expect(output('never/index.js')).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('in another folder, from another working directory, at another time', () => {
  const child = (script: string, cwd: string) =>
    run(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script], { cwd });
  /** `build(outdir)`, in a process of its own. */
  const building = (script: string) => `
    import { bundle } from ${JSON.stringify(pathToFileURL(join(place, 'src/deploy/bundle.ts')).href)};
    const entry = ${JSON.stringify(join(place, 'test/oss/entry.ts'))};
    const build = (outdir) => bundle({ entry, outdir });
    ${script}`;

  let place = '';
  beforeAll(async () => {
    place = join(dir, 'elsewhere');
    await mkdir(join(place, 'node_modules'), { recursive: true });
    for (const path of ['package.json', 'tsconfig.json', 'src', 'test/oss/entry.ts', 'node_modules/undici']) {
      await cp(join(root, path), join(place, path), { recursive: true });
    }
    await symlink(join(root, 'node_modules/esbuild'), join(place, 'node_modules/esbuild'));
  });

  test('the bytes are the same', async () => {
    await child(building(`await build(${JSON.stringify(join(dir, 'again'))});`), tmpdir());
    expect((await output('again/index.js')) === (await output('dist/index.js'))).toBe(true);
  });

  test('an undici that has moved or uses what is left out is refused, not bundled whole', async () => {
    const dispatchers = join(place, 'node_modules/undici/lib/dispatcher');
    const [http1, http2, client] = ['client-h1.js', 'client-h2.js', 'client.js'].map((name) => join(dispatchers, name));
    const changes = [
      [
        `rename(${JSON.stringify(http2)}, ${JSON.stringify(join(dispatchers, 'client-http2.js'))});
        edit(${JSON.stringify(client)}, (code) => code.replace('./client-h2.js', './client-http2.js') +
          "Client.status = require('../core/errors.js').ResponseError;");`,
        /^undici has changed: nothing imports lib\/dispatcher\/client-h2\.js; it uses ResponseError, which/,
      ],
      [
        `edit(${JSON.stringify(http1)}, (code) => code.replaceAll('writeStream', 'sendStream'));`,
        /undici has changed: it has no writeStream; revise src\/deploy\/lean-undici\.ts/,
      ],
      [
        `edit(${JSON.stringify(http1)}, (code) => code.replace(
          'module.exports = connectH1', 'module.exports = connectH1\\nmodule.exports.f = 1'));`,
        /undici has changed: lib\/dispatcher\/client-h1\.js exports in another way/,
      ],
      [
        `edit(${JSON.stringify(client)}, (code) => code + 'Client.status = util.nowhere;');`,
        /^the bundle would be wrong:\n.*client\.js:\d+: Import "nowhere" will always be undef/,
      ],
    ] as const;
    // One process for all, with undici as it was before each.
    const { stdout } = await child(
      building(`
        import { readFileSync, renameSync as rename, writeFileSync } from 'node:fs';
        const files = ${JSON.stringify([http1, http2, client])}.map((file) => [file, readFileSync(file)]);
        const edit = (file, change) => writeFileSync(file, change(readFileSync(file, 'utf8')));
        const said = [];
        const refused = async () => {
          said.push(await build(${JSON.stringify(join(dir, 'never'))}).then(() => 'built', ({ message }) => message));
          for (const [file, code] of files) writeFileSync(file, code);
        };
        ${changes.map(([change]) => `${change}\nawait refused();`).join('\n')}
        console.log(JSON.stringify(said));`),
      tmpdir(),
    );
    expect(JSON.parse(stdout)).toEqual(changes.map(([, message]) => expect.stringMatching(message)));
    await expect(output('never/index.js')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('what undici does is the same with and without the bundle', () => {
  const wire = { method: 'POST', path: '/', headers: {}, body: 'b', timeout: 60_000, maxBytes: 9 } as const;

  /** In a process of its own, whose Node.js may be another one. */
  async function bundled(request: WireRequest): Promise<object> {
    const call = 'require(process.argv[1]).outcomeOf(JSON.parse(process.argv[2]))';
    const program = `${call}.then((outcome) => console.log(JSON.stringify(outcome)));`;
    const args = ['-e', program, join(dir, 'dist/index.js'), JSON.stringify(request)];
    return JSON.parse((await run(nodeOfFunction(), args)).stdout);
  }

  test.each(noWholeAnswer)('%s', async (_, code, misbehave) => {
    await using server = await listenRaw(misbehave);
    const request = { ...wire, origin: server.origin };
    const expected = await whole.outcomeOf(request);
    expect(expected).toMatchObject({ name: 'OssError', code });
    expect(await bundled(request)).toEqual(expected);
  });

  describe('a body that is sent in pieces', () => {
    inPieces(() => createRequire(import.meta.url)(join(dir, 'dist/index.js')).createConnection);
  });

  test('no TLS', async () => {
    await using server = await listenRaw(() => {});
    const request = { ...wire, origin: `https://127.0.0.1:${server.port}` };
    const [expected, found] = await Promise.all([whole.outcomeOf(request), bundled(request)]);
    expect(expected).toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
    expect(found).toEqual(expected);
  });

  test('a header that cannot be', async () => {
    const request = { ...wire, origin: 'http://127.0.0.1:9', headers: { 'bad header': 'x' } };
    const expected = await whole.outcomeOf(request);
    expect(expected).toMatchObject({ name: 'InvalidArgumentError', code: 'UND_ERR_INVALID_ARG' });
    expect(await bundled(request)).toEqual(expected);
  });

  test('headers of any name, sent and received', async () => {
    const names = ['ETag', 'X-Oss-Request-Id', 'Constructor', 'toString', '__proto__', 'hasOwnProperty'];
    const head = names.map((name) => `${name}: 1\r\n`).join('');
    const sent: string[] = [];
    await using server = await listenRaw((socket, bytes) => {
      sent.push(bytes);
      socket.write(`HTTP/1.1 200 OK\r\n${head}Content-Length: 0\r\n\r\n`);
    });
    const request = {
      ...wire,
      method: 'GET',
      body: undefined,
      origin: server.origin,
      headers: Object.fromEntries(names.map((name) => [name, '1'])),
    } as const;
    const expected = await whole.outcomeOf(request);
    expect(expected).toMatchObject({ headers: { etag: '1', 'x-oss-request-id': '1' } });
    expect(await bundled(request)).toEqual(expected);
    expect(sent[0]).toContain('Constructor: 1');
    expect(sent[1]).toBe(sent[0]);
  });
});

describe('run by plain Node', () => {
  const call = (port: number, before = '') => `
    ${before}
    const { createOss, createConnection, resolveEndpoint } = require(${JSON.stringify(join(dir, 'dist/index.js'))});
    const oss = createOss({
      endpoint: resolveEndpoint({ region: 'cn-hangzhou', override: 'http://127.0.0.1:${port}' }),
      region: 'cn-hangzhou',
      credentials: { accessKeyId: 'ak', accessKeySecret: 'sk' },
      connection: createConnection(),
      deadline: Date.now() + 10_000,
      sleep: async () => {},
    });
    const target = { bucket: 'photos-out', key: '目录/b.jpg' };
    oss.processObject({ bucket: 'photos', key: 'a b.jpg', style: 'image/flip', target }).then(
      (result) => console.log(JSON.stringify(result)),
      (error) => console.log(JSON.stringify({ ...error, cause: error.cause?.message })),
    );`;
  const reply = JSON.stringify({ bucket: 'photos-out', fileSize: 7, object: '目录/b.jpg', status: 'OK' });

  test.each([[{}], [{ UNDICI_NO_WASM_SIMD: '1', JEST_WORKER_ID: '1', NODE_DEBUG: 'undici' }]])(
    'it saves, with %j in the environment',
    async (env) => {
      await using server = await listen((response) => response.end(reply));
      const { stdout } = await run(nodeOfFunction(), ['-e', call(server.port)], {
        cwd: dir,
        env: { ...process.env, ...env },
      });
      expect(JSON.parse(stdout)).toMatchObject({ status: 'OK', bytes: 7, object: '目录/b.jpg' });
      expect(server.asked).toMatchObject([{ method: 'POST', url: '/photos/a%20b.jpg?x-oss-process' }]);
    },
  );

  test('where there is no WebAssembly SIMD it says what is missing', async () => {
    await using server = await listen((response) => response.end(reply));
    const without = 'WebAssembly.Module = class { constructor() { throw new Error("no SIMD"); } };';
    const { stdout } = await run(nodeOfFunction(), ['-e', call(server.port, without)], { cwd: dir });
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'OssError',
      cause: 'oss-autostyle is bundled without the HTTP parser for machines without WebAssembly SIMD',
    });
  });
});
