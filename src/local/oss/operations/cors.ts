// PutBucketCors, GetBucketCors, DeleteBucketCors: the CORS rules of a bucket. OptionObject: a browser's question
// (preflight) whether they allow a request; it is not signed and changes nothing.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketcors
// https://www.alibabacloud.com/help/en/oss/developer-reference/options
// Where the service has default rules, they count until somebody puts or deletes the bucket's own. They are not shown.

import { type CorsConfiguration, type CorsRule, corsForms, noCors, preflightHeaders } from '../answer/cors.js';
import { authorize, type OssCall, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { invalidArgument, malformedXml, refuse, type ServiceError } from '../error.js';
import { readXml } from '../request/body.js';
import type { XmlElement } from '../xml.js';

const maxRules = 20;
const methods = ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'];

export const corsOperations = {
  async PutBucketCors(call) {
    authorize(call, 'oss:PutBucketCors');
    requireBucket(call);
    save(call, readConfiguration(readXml(await call.body(64 * 1024), 'CORSConfiguration')));
    return { status: 200 };
  },

  async GetBucketCors(call) {
    authorize(call, 'oss:GetBucketCors');
    const { rules, responseVary } = requireBucket(call).cors ?? noCors;
    if (rules.length === 0) throw refuse('NoSuchCORSConfiguration', { extra: { BucketName: call.bucketName } });
    const CORSRule = rules.map((rule) => ({
      AllowedOrigin: rule.allowedOrigins,
      AllowedMethod: rule.allowedMethods,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    }));
    return xmlReply('CORSConfiguration', { CORSRule, ResponseVary: responseVary });
  },

  async DeleteBucketCors(call) {
    authorize(call, 'oss:DeleteBucketCors');
    save(call, noCors);
    return { status: 204 };
  },

  async OptionObject(call) {
    const { origin, 'access-control-request-method': method, 'access-control-request-headers': names } = call.headers;
    if (call.bucketName === '') throw refuse('AccessForbidden');
    const { storage, defaultCors } = call.service;
    // Of a missing bucket the request itself tells, where default rules let its page read the answer.
    const cors = storage.bucket(call.bucketName)?.cors ?? defaultCors;
    const headers = preflightHeaders(cors, origin ?? '', String(method ?? ''), names);
    if (headers) return { status: 200, headers };
    requireBucket(call);
    if (cors.rules.length > 0) throw refuse('AccessForbidden');
    throw refuse('AccessForbidden', { message: 'CORSResponse: CORS is not enabled for this bucket.' });
  },
} satisfies OssOperations;

function save(call: OssCall, cors: CorsConfiguration): void {
  call.service.storage.saveBucket({ ...requireBucket(call), cors });
}

/** @throws ServiceError MalformedXML, InvalidArgument */
function readConfiguration(root: XmlElement): CorsConfiguration {
  const { CORSRule: rules, ResponseVary: vary } = childrenOf(root, ['CORSRule', 'ResponseVary']);
  if (rules.length === 0) throw malformedXml('expected at least one CORSRule', { ec: '0034-00000002' });
  if (rules.length > maxRules) throw invalidArgument(`A bucket may have at most ${maxRules} CORS rules.`);
  const responseVary = onlyText(vary) ?? 'false';
  if (responseVary !== 'true' && responseVary !== 'false') throw malformedXml('ResponseVary must be true or false');
  return { rules: rules.map(readRule), responseVary: responseVary === 'true' };
}

function readRule(element: XmlElement): CorsRule {
  const names = ['AllowedOrigin', 'AllowedMethod', 'AllowedHeader', 'ExposeHeader', 'MaxAgeSeconds'] as const;
  const children = childrenOf(element, names);
  const texts = (name: (typeof names)[number]) => children[name].map(({ text }) => text.trim());
  const allowedOrigins = texts('AllowedOrigin');
  const allowedMethods = texts('AllowedMethod');
  if (allowedOrigins.length === 0) throw malformedXml('a CORSRule needs an AllowedOrigin');
  if (allowedMethods.length === 0) throw malformedXml('a CORSRule needs an AllowedMethod');
  const wrong = allowedMethods.find((method) => !corsForms.method.test(method));
  if (wrong !== undefined) throw wrongValue('AllowedMethod', wrong, `one of ${methods.join(', ')}`, '0034-00000011');
  return {
    allowedOrigins: allowedOrigins.map((text) => checked('AllowedOrigin', text, corsForms.origin)),
    allowedMethods,
    allowedHeaders: texts('AllowedHeader').map((text) =>
      checked('AllowedHeader', text, corsForms.header).toLowerCase(),
    ),
    exposeHeaders: texts('ExposeHeader').map((text) => checked('ExposeHeader', text, corsForms.headerName)),
    maxAgeSeconds: maxAge(onlyText(children.MaxAgeSeconds)),
  };
}

/** A text that goes into headers and comparisons. @throws ServiceError InvalidArgument */
function checked(name: string, text: string, form: RegExp): string {
  if (form.test(text)) return text;
  const expected = name === 'ExposeHeader' ? 'a header name' : 'a text without spaces and with at most one *';
  throw wrongValue(name, text, expected);
}

function maxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw wrongValue('MaxAgeSeconds', text, 'a number of seconds up to 999999999');
  return Number(text);
}

/** The children by name. @throws ServiceError MalformedXML for a child of another name */
function childrenOf<Name extends string>(
  parent: XmlElement,
  names: readonly Name[],
): Readonly<Record<Name, readonly XmlElement[]>> {
  const unknown = parent.children.find(({ name }) => !names.some((known) => known === name));
  if (unknown) throw malformedXml(`${parent.name} has no element ${unknown.name}`);
  const found = names.map((name) => [name, parent.children.filter((child) => child.name === name)] as const);
  return Object.fromEntries(found) as Record<Name, XmlElement[]>;
}

/** @throws ServiceError MalformedXML when there are several */
function onlyText([first, second]: readonly XmlElement[]): string | undefined {
  if (second) throw malformedXml(`expected one ${second.name}`);
  return first?.text.trim();
}

function wrongValue(name: string, value: string, expected: string, ec?: string): ServiceError {
  const extra = { ArgumentName: name, ArgumentValue: value };
  return invalidArgument(`${name} must be ${expected}.`, { extra, ec });
}
