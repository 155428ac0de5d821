// A relay: OSS processes an object in answer to a GET, and the function stores the result with headers and tags, which
// sys/saveas cannot give it. The pixels are OSS's work here too. GET and PUT are one call, tried again together.
//
// A GET writes nothing, so it does not matter to `confirmed` whether OSS has answered it. A PUT without an answer may
// store the result later.
import type { Relay } from '../../rules/rule.js';
import { checkOfOss, unexpectedAnswer } from '../answer.js';
import { OssError } from '../error.js';
import { lookAfter, whenMissing } from '../missing-source.js';
import type { ObjectName } from '../object-name.js';
import { checkProcess } from '../process.js';
import type { Calls } from '../request.js';
import { type SavedObject, savedObject } from '../save-as.js';
import { type Body, createBody } from './body.js';
import { derivativeHeaders, type ValueOf } from './headers.js';
import { type PictureHead, pictureHead } from './picture.js';

export interface RelayRequest extends ObjectName {
  readonly style: string;
  readonly target: ObjectName;
  readonly relay: Relay;
  /** A variable's value for the upload. */
  readonly value: ValueOf;
  /** The ETag of the version that is meant, where it is known. */
  readonly etag?: string | undefined;
}

/** ms, for each of the two. */
const timeout = 90_000;

/** The code of a GET that the condition refuses, until a look has found out why. */
const changed = 'SourceChanged';

/**
 * Has OSS process an object, and stores the result.
 *
 * @throws OssError; kind `gone`: there is no source; `setup` with `NoSuchKey`: an image that the style names is
 *   missing; code `SourceChanged`: the source is another version than the one that is meant
 */
export async function relayObject(
  { call, repeat, once }: Calls,
  { bucket, key, style, target, relay, value, etag }: RelayRequest,
): Promise<SavedObject> {
  checkProcess({ style, target });
  const headers = derivativeHeaders(relay, value);
  const source = { bucket, key };
  const query = [['x-oss-process', style]] as const;
  const missing = whenMissing(call, source);
  // A saving, not a proof: no document says what OSS makes of it on a GET that processes.
  let ifMatch = /^[\w-]+$/.test(etag ?? '') ? etag : undefined;

  async function picture(got: Got): Promise<void> {
    const condition = ifMatch === undefined ? undefined : { 'if-match': `"${ifMatch}"` };
    const answer = await once({
      ...source,
      method: 'GET',
      query,
      headers: condition,
      timeout,
      receive(answer, flow) {
        const head = pictureHead(answer);
        got.head = head;
        got.body = createBody(head.length, head.canWait ? flow : undefined);
        return got.body.write;
      },
    });
    const { length = 0 } = got.body ?? {};
    if (length === 0 || length < (got.head?.length ?? 0)) throw unexpectedAnswer(answer, 'the picture is not whole');
  }

  async function store({ contentType }: PictureHead, body: Body) {
    const answer = await once({
      ...target,
      method: 'PUT',
      headers: {
        ...headers,
        'content-type': contentType,
        'content-md5': body.md5(),
        'content-length': String(body.length),
      },
      body: body.content(),
      timeout,
    });
    checkOfOss(answer);
    if (!body.isSent()) throw unexpectedAnswer(answer, 'it came before the end of the result', { confirmed: false });
    return answer;
  }

  return repeat<SavedObject>(
    async (attempt) => {
      const got: Got = {};
      try {
        await picture(got).catch((error) => {
          const isOther = ifMatch !== undefined && error.status === 412;
          throw told(error, 'processed GET', { confirmed: true, ...(isOther && { code: changed }) });
        });
        const body = got.body as Body;
        const answer = await store(got.head as PictureHead, body).catch((error) => {
          throw told(error, 'storing the result', ofPut(error));
        });
        return savedObject(answer, attempt, target, body.length);
      } finally {
        got.body?.close();
      }
    },
    {
      async fail(error): Promise<'again'> {
        if (error.code !== changed) return missing(error);
        const head = await lookAfter(call, error, source);
        if (head === undefined) throw told(error, 'no such source any more', { kind: 'gone', code: 'NoSuchKey' });
        if (head.etag.toUpperCase() === ifMatch?.toUpperCase()) {
          ifMatch = undefined;
          return 'again';
        }
        throw told(error, 'another version of the source', { kind: 'transient' });
      },
    },
  );
}

/**
 * What a failure of the PUT is. What the body lost on its way, it may keep the next time. Neither is the source missing
 * nor are its bytes refused, as the same codes of a GET say: pipeline/save.ts would forget an earlier PUT.
 */
function ofPut({ code, kind }: OssError): Pick<OssError, 'code' | 'kind'> {
  if (code === 'InvalidDigest' || code === 'BadDigest') return { code, kind: 'transient' };
  return {
    code: /^(?:BadRequest$|Image)/.test(code) ? 'PutRefused' : code,
    kind: kind === 'gone' ? 'permanent' : kind,
  };
}

/** What has come of the GET. */
interface Got {
  head?: PictureHead;
  body?: Body;
}

/** The error, with what it is about before its message. Any other is a mistake in the program. */
function told(error: unknown, what: string, more: Partial<Pick<OssError, 'kind' | 'code' | 'confirmed'>>): unknown {
  if (!(error instanceof OssError)) return error;
  return new OssError({ ...error, ...more, message: `${what}: ${error.message}`, cause: error.cause });
}
