// One signed question to a service of the account (RAM, SMQ, IMM): is there such a thing? All of them answer the same
// kind of request: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
import type { Connection, WireAnswer } from '../oss/connection.js';
import { wireQuery } from '../oss/endpoint.js';
import { OssError } from '../oss/error.js';
import { redact } from '../oss/redact.js';
import type { Credentials } from '../oss/sign.js';
import { jsonObjectIn } from '../terminal/text.js';
import { signAcs3 } from './acs3.js';

export interface Question {
  /** Scheme and host of the service. */
  readonly origin: string;
  /** Of its API. */
  readonly version: string;
  readonly action: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The answer; or that there is no such thing; or why that could not be found out. */
export type Found =
  | { readonly found: Readonly<Record<string, unknown>> }
  | { readonly missing: true }
  | { readonly unseen: string };

const timeout = 10_000;
const maxBytes = 1_000_000;

/** Asks. A refusal, or no answer, is no error: the caller goes on without. */
export async function ask(
  { origin, version, action, query }: Question,
  credentials: Credentials,
  connection: Connection,
): Promise<Found> {
  const method = 'POST';
  const { accessKeyId, accessKeySecret, securityToken = '' } = credentials;
  const headers = signAcs3(
    { method, path: '/', query, headers: { host: new URL(origin).host }, body: undefined },
    { action, version },
    credentials,
    Date.now(),
  );
  let answer: WireAnswer;
  try {
    const path = `/${wireQuery(Object.entries(query))}`;
    answer = await connection.send({ origin, method, path, headers, timeout, maxBytes });
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { unseen: `${action}: ${error.message}` };
  }
  const body = jsonObjectIn(answer.body.toString('utf8'));
  const code = typeof body?.['Code'] === 'string' ? body['Code'] : '';
  const succeeded = answer.status >= 200 && answer.status < 300 && body !== undefined && body['Success'] !== false;
  if (succeeded) return { found: body };
  // RAM: EntityNotExist.Role; SMQ: QueueNotExist, TopicNotExist; IMM: ResourceNotFound.
  if (/NotExist|NotFound/.test(code)) return { missing: true };
  const message = typeof body?.['Message'] === 'string' ? `: ${body['Message']}` : '';
  const why = `${action}: HTTP ${answer.status} ${code}${message}`;
  return { unseen: redact(why, [accessKeySecret, securityToken, accessKeyId]).trimEnd() };
}
