// PostObject: an HTML form upload, signed by its policy.
// https://www.alibabacloud.com/help/en/oss/developer-reference/postobject
// The caller is known, and may store that object, before a byte of the file is kept.

import type { IncomingHttpHeaders } from 'node:http';
import { authorize, type OssCall, type OssOperations, type Reply, requireBucket } from '../call.js';
import { invalidArgument, notImplemented, refuse, ServiceError } from '../error.js';
import type { FormFields, FormFile } from '../form/collect.js';
import { readForm } from '../form/form.js';
import { malformedForm } from '../form/part.js';
import { checkPolicy, type FormPolicy, readPolicy } from '../form/policy.js';
import { formSigner, refuseV1, signatureFields } from '../form/signature.js';
import { forbidsOverwrite, objectHeaders, storedHeaders } from '../object/headers.js';
import { requestedLabels } from '../object/labels.js';
import { storeObject } from '../object/store.js';
import { objectUrl } from '../request/endpoints.js';
import { encode } from '../request/percent.js';
import { checkKey } from '../request/resolve.js';
import type { ObjectLabels, StoredObject } from '../storage/storage.js';
import { toXml } from '../xml.js';

/** Fields that this server honours, and `name` and `submit`, which browsers' forms have and OSS ignores. */
const knownFields = new Set([
  ...[...signatureFields, 'x-oss-security-token', 'key', 'success_action_redirect', 'success_action_status'],
  ...['cache-control', 'content-disposition', 'content-encoding', 'content-type', 'expires', 'x-oss-content-type'],
  ...['x-oss-forbid-overwrite', 'x-oss-object-acl', 'x-oss-storage-class', 'x-oss-tagging', 'name', 'submit'],
]);

/** A form whose sender may store what it holds. */
interface Admitted {
  call: OssCall;
  policy: FormPolicy | undefined;
  headers: Readonly<Record<string, string>>;
  labels: ObjectLabels;
  forbidOverwrite: boolean;
}

export const postOperations = {
  async PostObject(anonymous) {
    requireBucket(anonymous);
    let admitted: Admitted | undefined;
    const required = ['key', ...signatureFields];
    const form = await readForm(anonymous.chunks(), anonymous.headers, required, (fields, file) => {
      refuseV1(fields);
      try {
        admitted = admit(anonymous, fields, file);
        return Math.min(admitted.policy?.maxSize ?? Number.POSITIVE_INFINITY, anonymous.service.maxObjectSize);
      } catch (error) {
        // Perhaps the file stands before what is missing: the rest of the form tells.
        if (error instanceof ServiceError && required.some((name) => !fields.has(name))) return error;
        throw error;
      }
    });
    if (!admitted) throw new Error('readForm returned a form that nobody admitted');
    const { call, policy, ...stored } = admitted;
    const { body } = form;
    if (body.length < (policy?.minSize ?? 0)) {
      const extra = { ProposedSize: String(body.length), MinSizeAllowed: String(policy?.minSize) };
      throw refuse('EntityTooSmall', { ec: '0006-00000004', extra });
    }
    const object = await storeObject(call, { body, ...stored, event: 'ObjectCreated:PostObject' });
    return answer(call, form.fields, object);
  },
} satisfies OssOperations;

/** What can be known when the file begins. @throws ServiceError for what may not be stored */
function admit(anonymous: OssCall, fields: FormFields, file: FormFile): Admitted {
  const { service, bucketName } = anonymous;
  if (!fields.has('key')) throw malformedForm('The form has no key.', '0006-00000104');
  const caller = formSigner(fields, service);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the form's own variable
  const key = (fields.get('key') ?? '').replaceAll('${filename}', () => file.name);
  checkKey(key);
  const call = { ...anonymous, caller, key };
  authorize(call, 'oss:PutObject');
  const headers = headersOf(fields, file);
  const policy = caller && readPolicy(fields.get('policy') ?? '');
  if (policy) {
    // Assumed: without the field, a condition on Content-Type is one on the type that the object gets.
    const type = fields.get('content-type') ?? headers['content-type'];
    const subjects = new Map([...fields, ['bucket', bucketName]]);
    checkPolicy(policy, type === undefined ? subjects : subjects.set('content-type', type), service.now());
  }
  const conditions = new Set(policy?.conditions.map(({ field }) => field));
  for (const name of fields.keys()) {
    if (knownFields.has(name) || name.startsWith('x-oss-meta-')) continue;
    // A policy may have conditions on fields of its own; they have no other effect.
    if (conditions.has(name) && !/^(?:x-oss-|callback)/.test(name)) continue;
    throw notImplemented(`the form field ${name}`);
  }
  return {
    call,
    policy,
    headers: objectHeaders(headers),
    labels: requestedLabels(call, headers),
    forbidOverwrite: forbidsOverwrite(headers),
  };
}

/** The fields as the headers that a PutObject would have; the characters of their values stand for bytes. */
function headersOf(fields: FormFields, file: FormFile): IncomingHttpHeaders {
  const headers = new Map([...fields].map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));
  for (const name of headers.keys()) {
    if (/^x-oss-meta-/.test(name) && !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      throw invalidArgument(`The form field ${name} cannot be a header.`, { extra: { ArgumentName: name } });
    }
  }
  const type = headers.get('x-oss-content-type') || file.type || headers.get('content-type');
  if (type) headers.set('content-type', type);
  return Object.fromEntries(headers);
}

function answer(call: OssCall, fields: FormFields, object: StoredObject): Reply {
  const { bucketName, key, service } = call;
  const { etag } = object;
  const location = objectUrl(service.region, bucketName, key);
  const headers = { ...storedHeaders(call, object), Location: location };
  const redirect = fields.get('success_action_redirect');
  if (redirect && /^https?:\/\/[\u0021-\u007e]+$/.test(redirect)) {
    const parameters = `bucket=${bucketName}&key=${encode(key)}&etag=${encode(`"${etag}"`)}`;
    const redirected = `${redirect}${redirect.includes('?') ? '&' : '?'}${parameters}`;
    return { status: 303, headers: { ...headers, Location: redirected } };
  }
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers };
  if (status !== '201') return { status: 204, headers };
  const body = toXml('PostResponse', { Bucket: bucketName, ETag: `"${etag}"`, Key: key, Location: location });
  return { status: 201, headers, body };
}
