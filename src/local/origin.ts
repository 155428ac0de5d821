// Which requests the port of the embedded servers serves at all. Their access key is public, so a signature says
// nothing of who asks, and any page that is open in a browser on this machine can send requests here. This is asked
// before each route, and what it refuses does nothing.
//
// By Host: a request has to name this machine. A page whose own name was made to lead here (DNS rebinding) is in a
// browser's eyes of the same origin as this server; only its Host gives it away.
// By origin: what a browser marks as sent by a page of another origin (`Origin`, `Sec-Fetch-Site`) is served as far as
// the CORS rules of the bucket allow that origin and method, preflight or not: a browser sends forms, images and
// no-cors requests without asking. Programs other than browsers send no such marks and are served as before.
// https://developer.mozilla.org/en-US/docs/Glossary/Fetch_metadata_request_header
// A link or an address typed in (a visit: top-level navigation by GET) is served: by GET, OSS changes nothing and STS
// at most makes a temporary key, and the page that holds the link cannot read what it opens. A document that is opened
// so has this server's origin, which is why objects that a browser would run as one are downloaded instead
// (oss/answer/force-download.ts).
// Not caught: a GET of a browser that marks nothing (Safari before 16.4). Its page cannot read the answer either.

import type { IncomingMessage } from 'node:http';
import type { CorsConfiguration } from './oss/answer/cors.js';

/** Names that can only mean this machine, with or without a port. */
const ownHost = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)*localhost)(?::\d{1,5})?$/;

/**
 * What ali-oss writes as Host to an endpoint that is an IP address. Without a port: a browser that was led here under
 * such a name by a forged DNS answer names the port, unless it is 80. There nothing tells the two apart.
 */
const ossHost = /^(?:[a-z0-9-]*\.)?oss-[a-z0-9-]+\.aliyuncs\.com$/;

/**
 * Why a request to `port` is refused; undefined when it is to be served. `allows`: whether a page of that origin may
 * send it.
 */
export function refusalOf(
  { method, url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  port: number,
  allows: (origin: string) => boolean,
): string | undefined {
  // A target with a host of its own, as proxies get it, would make Host meaningless.
  if (!url.startsWith('/')) return 'The request target must start with "/".';
  const host = headers.host?.toLowerCase() ?? '';
  if (port === 80 && ossHost.test(host)) {
    return `On port 80, a page that was led here could have the Host "${host}" too; take another port for this client.`;
  }
  if (!ownHost.test(host) && !ossHost.test(host)) {
    return `This server serves requests whose Host is 127.0.0.1, localhost, NAME.localhost or [::1], not "${host}".`;
  }
  const origin = otherOrigin(headers, host);
  if (origin === undefined || isVisit(method, headers) || allows(origin)) return undefined;
  const page = origin === 'null' ? 'a page that hides its origin' : `a page of ${origin}`;
  return `This request comes from ${page}, and no CORS rule allows that: only those of a bucket can.`;
}

/**
 * The origin of the page that a browser says has sent the request, unless it is the origin of this server; `null` when
 * the browser keeps it to itself. A page of the same site is at another port of this host: of the pages that keep their
 * origin to themselves (Referrer-Policy: no-referrer) that much is known.
 */
function otherOrigin({ origin, referer, 'sec-fetch-site': site }: IncomingMessage['headers'], host: string) {
  const marked = site === 'cross-site' || site === 'same-site';
  const own = ownHost.test(host) && origin === `http://${host}`;
  if (!marked && (origin === undefined || own)) return undefined;
  const stated = origin ?? (URL.canParse(referer ?? '') ? new URL(referer ?? '').origin : 'null');
  const hidden = stated === 'null' && site === 'same-site' && ownHost.test(host);
  return hidden ? `http://${host.replace(/:\d+$/, '')}` : stated;
}

function isVisit(method: string | undefined, { origin, ...headers }: IncomingMessage['headers']): boolean {
  const navigated = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return method === 'GET' && origin === undefined && navigated;
}

const localOrigins = ['localhost', '*.localhost', '127.0.0.1', '[::1]'].flatMap((host) =>
  ['http', 'https'].flatMap((scheme) => [`${scheme}://${host}`, `${scheme}://${host}:*`]),
);

/**
 * The pages inside of apps that are tried on this machine: https://capacitorjs.com/docs/config, https://v2.tauri.app
 */
const appOrigins = ['capacitor://localhost', 'tauri://localhost'];

/**
 * WeChat runs mini-programs on a computer in a browser engine, which marks their requests as cross-site and names this
 * page. https://developers.weixin.qq.com/miniprogram/en/dev/framework/ability/network.html
 */
const miniPrograms = 'https://servicewechat.com';

/**
 * The CORS rules of a bucket for which nobody has set any: pages that a developer serves on this machine may do
 * everything.
 */
export const localPages: CorsConfiguration = {
  rules: [
    {
      allowedOrigins: [...localOrigins, ...appOrigins, miniPrograms],
      allowedMethods: ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'],
      allowedHeaders: ['*'],
      exposeHeaders: [
        'Accept-Ranges',
        'Content-Disposition',
        'Content-Encoding',
        'Content-MD5',
        'Content-Range',
        'Date',
        'ETag',
        'Location',
        'x-oss-copy-source-version-id',
        'x-oss-delete-marker',
        'x-oss-ec',
        'x-oss-err',
        'x-oss-force-download',
        'x-oss-hash-crc64ecma',
        'x-oss-next-append-position',
        'x-oss-object-acl',
        'x-oss-object-type',
        'x-oss-request-id',
        'x-oss-server-time',
        'x-oss-storage-class',
        'x-oss-symlink-target',
        'x-oss-tagging-count',
        'x-oss-version-id',
      ],
    },
  ],
  responseVary: true,
};
