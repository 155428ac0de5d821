// PostObject: an HTML form upload, signed by its policy.
// https://www.alibabacloud.com/help/en/oss/developer-reference/postobject
// Only the V4 form of the policy signature is accepted: x-oss-signature-version, x-oss-credential, x-oss-date,
// x-oss-signature, with x-oss-security-token for a temporary key.

import { authorize, type OssCall, type OssOperations, type Reply, requireBucket } from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { objectLabels } from '../labels.js';
import { checkPolicy } from '../policy.js';
import { checkKey } from '../resolve.js';
import { algorithm, encode, signature } from '../signature.js';
import type { StoredObject } from '../storage/storage.js';
import { forbidsOverwrite, objectHeaders, storedHeaders, storeObject } from '../store.js';
import { checkScope, credential, identify, parseTimestamp, same } from '../verify.js';
import { toXml } from '../xml.js';

interface Form {
  fields: Map<string, string>;
  file: Buffer;
  fileName: string;
}

export const postOperations = {
  async PostObject(anonymous) {
    const { bucketName, service } = anonymous;
    requireBucket(anonymous);
    const form = await readForm(anonymous);
    const caller = signer(anonymous, form);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the form's own variable
    const key = (form.fields.get('key') ?? '').replaceAll('${filename}', () => form.fileName);
    checkKey(key);
    const call = { ...anonymous, caller, key };
    authorize(call, 'oss:PutObject');
    if (caller) {
      const fields = new Map([...form.fields, ['bucket', bucketName], ['key', key]]);
      checkPolicy(form.fields.get('policy') ?? '', fields, form.file.length, service.now());
    }
    const headers = Object.fromEntries(
      [...form.fields].map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
    );
    const object = await storeObject(call, {
      body: form.file,
      headers: objectHeaders(headers),
      labels: objectLabels(headers),
      event: 'ObjectCreated:PostObject',
      forbidOverwrite: forbidsOverwrite(headers),
    });
    return answer(call, form, object);
  },
} satisfies OssOperations;

/**
 * The parts of the form. Names are compared without case, as the documented fields mix it. @throws MalformedPOSTRequest
 */
async function readForm(call: OssCall): Promise<Form> {
  const type = call.headers['content-type'] ?? '';
  if (!type.toLowerCase().startsWith('multipart/form-data')) {
    throw refuse('MalformedPOSTRequest', { message: 'A POST to a bucket must be multipart/form-data.' });
  }
  const body = await call.body();
  const data = await new Response(body, { headers: { 'content-type': type } }).formData().catch((cause: unknown) => {
    throw refuse('MalformedPOSTRequest', { cause });
  });
  const fields = new Map<string, string>();
  let file: Blob | string | undefined;
  for (const [name, value] of data) {
    if (name.toLowerCase() === 'file') file = value;
    else if (typeof value === 'string') fields.set(name.toLowerCase(), value);
  }
  if (file === undefined) throw invalidArgument('The form has no file field.', { ArgumentName: 'file' });
  if (typeof file === 'string') return { fields, file: Buffer.from(file), fileName: '' };
  return { fields, file: Buffer.from(await file.arrayBuffer()), fileName: 'name' in file ? String(file.name) : '' };
}

/** Who signed the policy; undefined for a form without one. */
function signer(call: OssCall, { fields }: Form): OssCall['caller'] {
  if (fields.has('ossaccesskeyid') || (fields.has('signature') && !fields.has('x-oss-signature'))) {
    throw invalidArgument(`The form does not hold a V4 signature; this server accepts ${algorithm} and nothing older.`);
  }
  if (!fields.has('x-oss-signature')) return undefined;
  if (fields.get('x-oss-signature-version') !== algorithm) {
    throw invalidArgument(`The form field x-oss-signature-version must be ${algorithm}.`);
  }
  const timestamp = fields.get('x-oss-date') ?? '';
  parseTimestamp(timestamp);
  const signed = {
    ...credential(fields.get('x-oss-credential'), 'form field x-oss-credential'),
    timestamp,
    securityToken: fields.get('x-oss-security-token'),
    provided: fields.get('x-oss-signature') ?? '',
  };
  const caller = identify(signed, call.service);
  checkScope(signed, call.service.region);
  const policy = fields.get('policy') ?? '';
  if (!same(signature(caller.key.secret, signed.scope, policy), signed.provided)) {
    throw refuse('SignatureDoesNotMatch', { extra: { SignatureProvided: signed.provided, StringToSign: policy } });
  }
  return caller;
}

function answer(call: OssCall, { fields }: Form, object: StoredObject): Reply {
  const { bucketName, key, service } = call;
  const { etag } = object;
  const location = `http://${bucketName}.oss-${service.region}.aliyuncs.com/${encode(key).replaceAll('%2F', '/')}`;
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
