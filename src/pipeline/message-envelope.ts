// What wraps OSS records on their way: CloudEvents, messages of queues and topics, what Function Compute hands to a
// destination, base64. Each envelope is opened by what it holds, whoever sent it; event.ts reads what is inside.
import { parseJson } from '../rules/json.js';

export type Json = Readonly<Record<string, unknown>>;

/** Whose envelope it is, where that is not OSS. */
export interface Origin {
  readonly source: string;
  readonly type: string;
}

export interface MessageEnvelope {
  /** The field that holds the content. */
  readonly field: string;
  /** Undefined where the field is absent. */
  readonly content: unknown;
  /** Absent where it is OSS's own. */
  readonly origin?: Origin | undefined;
  /** The id that its sender gave it. */
  readonly id: string;
  /** Of a CloudEvent. */
  readonly type?: string | undefined;
  /** Function Compute has given this event up: an earlier invocation may have been ended in the middle of a call. */
  readonly givenUp?: true | undefined;
}

/** The envelope that an object is; undefined when it is none. */
export function messageEnvelopeOf(value: Json): MessageEnvelope | undefined {
  if (isText(value['specversion'])) return cloudEvent(value);
  if (typeof value['requestPayload'] === 'string' && isObject(value['requestContext'])) {
    return destinationBody(value['requestPayload'], value['requestContext']);
  }
  const field = messageFields.find((name) => ['string', 'object'].includes(typeof value[name]));
  if (field === undefined) return undefined;
  const [topic = '', id = ''] = [value['TopicName'] ?? value['topic'], value['MessageId'] ?? value['messageId']];
  const origin = { source: `message${isText(topic) ? ` of ${shorten(topic)}` : ''}`, type: field };
  return { field, content: value[field], origin, id: isText(id) ? shorten(id) : '' };
}

/**
 * Where messages have their content: SMQ's topics (JSON; STREAM with attributes), its queues, RocketMQ's topics.
 * https://www.alibabacloud.com/help/en/functioncompute/fc/formats-of-event-for-different-triggers-1
 */
const messageFields = ['Message', 'messageBody', 'body'] as const;

/** https://github.com/cloudevents/spec (1.0). EventBridge puts one OSS record, or one message, into `data`. */
function cloudEvent(event: Json): MessageEnvelope {
  const [source, type, id] = [event['source'], event['type'], event['id']];
  const foreign = isText(source) && source !== 'acs.oss' && source !== 'acs:oss';
  return {
    field: 'data',
    content: event['data'] ?? event['data_base64'],
    origin: foreign ? { source: shorten(source), type: isText(type) ? shorten(type) : '' } : undefined,
    id: isText(id) ? shorten(id) : '',
    type: isText(type) ? type : undefined,
  };
}

/**
 * What Function Compute hands to a destination. Only an event that has failed is opened: one that has succeeded is
 * done, and its `condition` is empty.
 * https://help.aliyun.com/zh/functioncompute/fc/user-guide/configure-the-async-invocation-destination
 */
function destinationBody(payload: string, { condition, functionArn, requestId }: Json): MessageEnvelope {
  const failed = isText(condition) && !/^succe/i.test(condition);
  return {
    field: 'requestPayload',
    content: failed ? payload : undefined,
    origin: {
      source: isText(functionArn) ? shorten(functionArn, 200) : 'acs:fc',
      type: failed ? shorten(condition) : 'succeeded',
    },
    id: isText(requestId) ? shorten(requestId) : '',
    givenUp: true,
  };
}

/** The value that a text holds: JSON, or base64 of JSON, perhaps twice, as clients of SMQ send it; else undefined. */
export function valueOfText(text: string): unknown {
  let inner: string | undefined = text;
  for (let layers = 0; layers < 3 && inner !== undefined; layers += 1) {
    const value = jsonIn(inner);
    if (value !== undefined) return value;
    inner = decodeBase64(inner);
  }
  return undefined;
}

function jsonIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function decodeBase64(text: string): string | undefined {
  if (!/^[\s]*[A-Za-z0-9+/_-]/.test(text)) return undefined;
  const compact = text.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(compact) ? Buffer.from(compact, 'base64').toString('utf8') : undefined;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function shorten(text: string, length = 64): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
