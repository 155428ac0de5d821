// The page's files: built by esbuild when the first of them is asked for, kept in memory, sent compressed.
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { safeHeaders } from './answer.js';
import { StudioMistake } from './mistake.js';

const entries = ['studio.tsx', 'studio.css'].map((name) => fileURLToPath(new URL(`../page/${name}`, import.meta.url)));

/**
 * Only the page's own script and style, by a number that nobody else knows: objects have the same origin. No frame
 * around it, no form that leads elsewhere. Pictures may also be made in the page.
 */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Readonly<Record<'identity' | 'gzip' | 'br', Buffer>>;
}

/** Answers a request for a file of the page, by its name; the page itself is ''. */
export type ServePageFile = (name: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** @param token is written into the page */
export function createPageFiles(token: string): ServePageFile {
  const nonce = randomBytes(18).toString('base64url');
  let built: Promise<ReadonlyMap<string, PageFile>> | undefined;
  return async (name, { method, headers }, response) => {
    if (method !== 'GET' && method !== 'HEAD') throw new StudioMistake('unknown', 'The page is read by GET only.');
    built ??= buildPage(html(token, nonce));
    const file = (await built).get(name);
    if (file === undefined) throw new StudioMistake('unknown', 'The studio has no such file.');
    const codings = (headers['accept-encoding'] ?? '').split(',').map((one) => one.trim().split(';', 1)[0]);
    const coding = (['br', 'gzip'] as const).find((one) => codings.includes(one)) ?? 'identity';
    const unchanged = headers['if-none-match'] === file.etag;
    response.writeHead(unchanged ? 304 : 200, {
      ...safeHeaders,
      'Content-Type': file.type,
      'Content-Security-Policy': policy(nonce),
      // A page elsewhere that opens this one in a window has no hold of it.
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': name === '' ? 'no-store' : 'no-cache',
      Vary: 'Accept-Encoding',
      ETag: file.etag,
      ...(coding !== 'identity' && { 'Content-Encoding': coding }),
    });
    response.end(unchanged || method === 'HEAD' ? undefined : file.bytes[coding]);
  };
}

async function buildPage(page: string): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: entries,
    bundle: true,
    write: false,
    outdir: '/',
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const files = outputFiles.map(({ path, contents }): [string, PageFile] => {
    const name = path.replace(/^.*[\\/]/, '');
    const type = name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
    return [name, pageFile(type, Buffer.from(contents))];
  });
  return new Map([...files, ['', pageFile('text/html; charset=utf-8', Buffer.from(page))]]);
}

function pageFile(type: string, identity: Buffer): PageFile {
  const etag = `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`;
  return { type, etag, bytes: { identity, gzip: gzipSync(identity), br: brotliCompressSync(identity) } };
}

function html(token: string, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="studio-token" content="${token}">
<title>oss-autostyle studio</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="studio.css" nonce="${nonce}">
<script type="module" src="studio.js" nonce="${nonce}"></script>
<body><noscript>The studio needs JavaScript.</noscript><div id="studio"></div></body>
</html>
`;
}
