// The parts of undici's client that the bundle does without: what stands in for its files, and for the modules of Node
// that it asks for. A part that is moved, and an export that is left out and that undici begins to use, fail the build;
// that it begins to use what stands here as an error when it is called, only the tests of the bundle can find.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { esModule } from './es-module.js';

const require = createRequire(import.meta.url);

const unreachable = (what: string) => `throw new Error(${JSON.stringify(`oss-autostyle is bundled without ${what}`)});`;

/** What stands in for a file of undici, as source, given its path. */
const replaced: Readonly<Record<string, (path: string) => string | Promise<string>>> = {
  // Of the two copies of the HTTP parser, the one that Node 20 runs: WebAssembly with SIMD.
  'lib/llhttp/llhttp-wasm.js': () => unreachable('the HTTP parser for machines without WebAssembly SIMD'),
  'lib/dispatcher/client-h2.js': () => `export default () => { ${unreachable('HTTP/2')} };`,
  // Reached by bodies that are FormData only; with it come the whole of fetch and its WebIDL.
  'lib/web/fetch/body.js': () => unreachable('FormData bodies'),
  'lib/handler/wrap-handler.js': () => `export default { wrap: () => { ${unreachable('undici interceptors')} } };`,
  // A table of character classes and methods in the original; the parser needs the names of a few codes.
  'lib/llhttp/constants.js': async (path) => {
    const parser = await readFile(join(path, '../../dispatcher/client-h1.js'), 'utf8');
    const names = [...new Set(Array.from(parser.matchAll(/\bconstants\.([A-Z]\w*)/g), ([, name = '']) => name))];
    const constants = require(path) as Record<string, Record<string, number>>;
    const kept = names.map((name) => [name, Object.entries(constants[name] ?? {})] as const);
    if (kept.some(([, codes]) => codes.length === 0 || codes.some(([, code]) => typeof code !== 'number'))) {
      throw new Error(
        'undici has changed: its parser constants are not tables of numbers; revise src/deploy/lean-undici.ts',
      );
    }
    return `export default ${JSON.stringify(Object.fromEntries(kept.map(([name, codes]) => [name, Object.fromEntries(codes)])))};`;
  },
  // The channels stay, for programs that trace the function; the debug log goes.
  'lib/core/diagnostics.js': (path) => {
    const { channels } = require(path) as { channels: Record<string, { name: string }> };
    const entries = Object.entries(channels).map(([key, { name }]) => `${key}: channel(${JSON.stringify(name)})`);
    return `const { channel } = require('node:diagnostics_channel'); export const channels = { ${entries.join(', ')} };`;
  },
};

/** What stands in for functions, by file; '': it is never called. */
const functions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'lib/dispatcher/client-h1.js': {
    writeStream: '',
    writeBlob: '',
    // The original also takes what comes with time, and sends what has no known length in chunks.
    writeIterable: `async function writeIterable (abort, body, client, request, socket, length, header) {
      const drained = () => new Promise((resolve) => {
        const done = () => resolve(socket.off('drain', done).off('close', done))
        socket.on('drain', done).on('close', done)
      })
      socket[kWriting] = true
      try {
        socket.write(header + 'content-length: ' + length + '\\r\\n\\r\\n', 'latin1')
        for (const chunk of body) {
          if (!socket.write(chunk) && !socket.destroyed) await drained()
          if (socket.destroyed) return
          request.onBodySent(chunk)
        }
        request.onRequestSent()
        socket[kWriting] = false
        client[kResume]()
      } catch (error) {
        socket[kWriting] = false
        abort(error)
      }
    }`,
  },
};

/** What stands in for modules of Node where undici asks for them: it uses little of them, and they load slowly. */
const builtins: Readonly<Record<string, string>> = {
  'node:assert': `module.exports = (value, message = 'assertion failed') => {
    if (!value) throw Object.assign(new Error(message), { code: 'ERR_ASSERTION' });
  };`,
  'node:http': `module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} };`,
};

/** What stands in for a file of undici of which little is used: the exports that stay, each as an expression. */
interface Remainder {
  readonly exports: Readonly<Record<string, string>>;
  /** Code that the expressions need. */
  readonly before?: string;
}

const remainders: Readonly<Record<string, (original: object) => Remainder>> = {
  'lib/core/errors.js': plainErrors,
  // Header names in lower case, made anew at every start; without them the string method does it. What is looked up may
  // be `constructor`, so it inherits nothing.
  'lib/core/constants.js': () => ({ exports: { headerNameLowerCasedRecord: 'Object.create(null)' } }),
  // A search tree for the same.
  'lib/core/tree.js': () => ({ exports: { tree: '{ lookup: () => undefined }' } }),
};

/**
 * The errors with their own names, codes and messages. In the original each also has a brand, by which one copy of
 * undici knows the errors of another; here there is only one copy.
 */
function plainErrors(errors: object): Remainder {
  const exports: Record<string, string> = {
    SocketError: `class extends error('SocketError', 'UND_ERR_SOCKET', 'Socket error') {
      constructor(message, socket) {
        super(message);
        this.socket = socket;
      }
    }`,
    HTTPParserError: `class extends Error {
      constructor(message, code, data) {
        super(message);
        Object.assign(this, { name: 'HTTPParserError', code: code && 'HPE_' + code, data: data?.toString() });
      }
    }`,
  };
  type Original = new (message?: string) => Error & { readonly code: string };
  for (const [key, Original] of Object.entries(errors as Record<string, Original>)) {
    // The others take more than a message.
    if (Original.length !== 1) continue;
    const { name, code, message } = new Original();
    exports[key] = `error(${[name, code, message].map((text) => JSON.stringify(text)).join(', ')})`;
  }
  const before = `const error = (name, code, text) => class extends Error {
    constructor(message) {
      super(message || text);
      Object.assign(this, { name, code });
    }
  };`;
  return { before, exports };
}

// All other files that undici imports as a whole export one value.
const exportsNames = (path: string) => /\/util(?:\.js)?$/.test(path);

// A function of a module stands at the beginning of a line, and so does the brace that ends it.
function withOwn(source: string, own: Readonly<Record<string, string>>): string {
  return Object.entries(own).reduce((text, [name, instead]) => {
    const code = new RegExp(`^(?:async )?function ${name} [^]*?\n}$`, 'm');
    if (!code.test(text)) throw new Error(`undici has changed: it has no ${name}; revise src/deploy/lean-undici.ts`);
    return text.replace(code, () => instead || `function ${name} () { ${unreachable(`undici's ${name}`)} }`);
  }, source);
}

async function asEsModule(path: string, file: string): Promise<string> {
  const source = withOwn(await readFile(path, 'utf8'), functions[file] ?? {});
  const code = esModule(source, exportsNames);
  // It would be given the modules of the others, and not their values.
  if (code === source && /require\('\./.test(source)) {
    throw new Error(`undici has changed: ${file} exports in another way; revise src/deploy/lean-undici.ts`);
  }
  return code;
}

/** `check` throws an Error where undici has changed so much that the bundle would not be what is meant here. */
export function leanUndici(): { readonly plugin: Plugin; readonly check: (code: string) => void } {
  const missing = new Set([replaced, remainders, functions].flatMap(Object.keys));
  const leftOut: string[] = [];
  const undici = /[\\/]node_modules[\\/]undici[\\/]/;

  async function contentsOf(path: string): Promise<string> {
    const [, file = ''] = path.replaceAll('\\', '/').split('/node_modules/undici/');
    missing.delete(file);
    const remainder = remainders[file];
    if (remainder === undefined) return (await replaced[file]?.(path)) ?? (await asEsModule(path, file));
    const original = require(path) as object;
    const { before = '', exports } = remainder(original);
    leftOut.push(...Object.keys(original).filter((name) => !Object.hasOwn(exports, name)));
    return (
      before +
      Object.entries(exports)
        .map(([name, code]) => `export const ${name} = /* @__PURE__ */ ${code};`)
        .join('\n')
    );
  }

  const plugin: Plugin = {
    name: 'lean-undici',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: undici }, async ({ path }) => ({ contents: await contentsOf(path), loader: 'js' }));
      onResolve({ filter: /^node:/ }, ({ path, importer }) =>
        builtins[path] !== undefined && undici.test(importer) ? { path, namespace: 'lean' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({ contents: builtins[path] ?? '', loader: 'js' }));
    },
  };
  const check = (code: string) => {
    const used = [...new Set(leftOut)].filter((name) => new RegExp(`\\b${name}\\b`).test(code));
    const wrong = [
      ...(missing.size > 0 ? [`nothing imports ${[...missing].join(', ')}`] : []),
      ...(used.length > 0 ? [`it uses ${used.join(', ')}, which the bundle does not have`] : []),
    ];
    if (wrong.length > 0) throw new Error(`undici has changed: ${wrong.join('; ')}; revise src/deploy/lean-undici.ts`);
  };
  return { plugin, check };
}
