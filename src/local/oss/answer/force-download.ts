// Objects that a browser would open as a page are downloaded instead: opened, their scripts would run with the origin
// of this server, whose access key is public. OSS does the same on its own domains, for HTML and SVG among others, with
// these two headers, and no header of the object or of the request undoes it.
// https://www.alibabacloud.com/help/en/oss/user-guide/how-to-ensure-an-object-is-previewed-when-you-access-the-object
// Pages are not disturbed: a browser heeds Content-Disposition only in what it opens, not in what a page loads.
// Narrower than OSS: pictures other than SVG, which it downloads too, are shown.

import type { Reply } from '../call.js';
import { lowerCaseHeaders } from './headers.js';

/** For every object: no other type is guessed. */
const asTyped = { 'x-content-type-options': 'nosniff' };
/**
 * Should a browser still open it as a page: its scripts do not run and have no origin. PDF is exempt, since browsers do
 * not show it in a sandbox; a script in one has no access to this origin.
 */
const sandboxed = { 'content-security-policy': 'sandbox' };

/** The reply to a GET or HEAD of an object, as a download if a browser would run it as a page. */
export function withForcedDownload(reply: Reply): Reply {
  const given = lowerCaseHeaders(reply);
  const { 'content-type': type = '', 'content-disposition': disposition = '' } = given;
  const headers = { ...given, ...asTyped, ...(type !== 'application/pdf' && sandboxed) };
  if (!opensAsPage(type)) return { ...reply, headers };
  const download = /^attachment\s*(?:;|$)/i.test(disposition) ? disposition : 'attachment';
  return { ...reply, headers: { ...headers, 'content-disposition': download, 'x-oss-force-download': 'true' } };
}

/**
 * HTML and XML of any kind, what may hold such parts, and what makes a browser look at the bytes and guess. Between
 * commas there are several types, of which browsers take the last:
 * https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
function opensAsPage(contentType: string): boolean {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const known = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) && !contentType.includes(',');
  return !known || /^multipart\/|html|xml|xsl|\/unknown$|^unknown\//.test(type);
}
