// What the embedded OSS refuses with: each code with its HTTP status, usual message and EC, and the XML body that
// carries them. Codes and messages: https://help.aliyun.com/document_detail/32005.html ; ECs from the vendor's pages
// and SDK tests, except 0003-00000001, 0015-00000001, 0015-00000301 and 0026-00000121, which no page that we could read
// confirms.

import { toXml } from './xml.js';

type UsualAnswer = readonly [status: number, message: string, ec?: string];

const refusals = {
  AccessDenied: [403, 'You have no right to access this object because of bucket acl.', '0003-00000001'],
  AccessForbidden: [
    403,
    'CORSResponse: This CORS request is not allowed: no CORS rule of the bucket has its origin, method and headers.',
  ],
  BadRequest: [400, 'The request is invalid.'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty.', '0015-00000301'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size.'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed size.'],
  FieldItemTooLong: [400, 'A field of your POST request is too long.'],
  FileAlreadyExists: [409, 'The object you specified already exists and can not be overwritten.', '0026-00000121'],
  IncorrectNumberOfFilesInPOSTRequest: [400, 'POST requires exactly one file upload per request.'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  InvalidAccessKeyId: [403, 'The OSS Access Key Id you provided does not exist in our records.', '0002-00000902'],
  InvalidArgument: [400, 'The argument is invalid.'],
  InvalidBucketName: [400, 'The specified bucket is not valid.', '0015-00000001'],
  InvalidDigest: [400, 'The Content-MD5 you specified was invalid.'],
  InvalidObjectName: [400, 'The specified object is not valid.', '0016-00000001'],
  InvalidPart: [
    400,
    'One or more of the specified parts could not be found or the specified entity tag might not have matched.',
  ],
  InvalidPartOrder: [400, 'The list of parts was not in ascending order.'],
  InvalidPolicyDocument: [
    400,
    'The content of the form does not meet the conditions specified in the policy document.',
  ],
  InvalidRange: [416, 'The requested range cannot be satisfied.'],
  InvalidRequest: [400, 'The request is invalid.'],
  InvalidSecurityToken: [403, 'The security token you provided is invalid.', '0002-00000006'],
  InvalidTag: [400, 'The tags are invalid.', '0010-00000217'],
  InvalidTargetType: [400, 'The target of the symbolic link is itself a symbolic link.'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  MalformedPOSTRequest: [400, 'The body of your POST request is not well-formed multipart/form-data.'],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema.'],
  MaxPOSTPreDataLengthExceededError: [400, 'Your POST request fields preceding the upload file were too large.'],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size.'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist.', '0015-00000101'],
  NoSuchCORSConfiguration: [404, 'The CORS Configuration does not exist.', '0034-00000001'],
  NoSuchKey: [404, 'The specified key does not exist.', '0026-00000001'],
  NoSuchStyle: [404, 'The specified style does not exist.'],
  NoSuchUpload: [
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  ],
  NoSuchVersion: [404, 'The specified version does not exist.'],
  NotImplemented: [501, 'A header or query you provided implies functionality that is not implemented.'],
  NotSymlink: [400, 'The object is not a symbolic link.'],
  ObjectNotAppendable: [409, 'The object is not appendable.'],
  PositionNotEqualToLength: [409, 'Position is not equal to file length', '0026-00000016'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold.'],
  RequestTimeTooSkewed: [
    403,
    'The difference between the request time and the current time is too large.',
    '0002-00000504',
  ],
  SecondLevelDomainForbidden: [403, 'Please use virtual hosted style to access.'],
  SecurityTokenExpired: [403, 'The security token you provided has expired.', '0002-00000007'],
  ServiceUnavailable: [503, 'Please reduce your request rate.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    '0002-00000201',
  ],
  SymlinkTargetNotExist: [404, 'The target object of the symbolic link does not exist.'],
  TooManyPipe: [400, 'The process has too many pipes.', '0040-00000211'],
  TooManyStyles: [400, 'The bucket has as many styles as it may have.'],
} as const satisfies Record<string, UsualAnswer>;

/**
 * What a refusal has beside its code: a message or EC other than the usual ones, the elements that some codes add, and
 * headers.
 */
export interface RefusalDetail {
  message?: string | undefined;
  ec?: string | undefined;
  extra?: Readonly<Record<string, string>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  cause?: unknown;
}

/** A request that OSS refuses. Thrown anywhere below server.ts, which answers it and does not report it as a bug. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: RefusalDetail = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
  }
}

/** The refusal of that code. Its usual EC goes only with its usual message: another message has another cause. */
export function refuse(code: keyof typeof refusals, detail: RefusalDetail = {}): ServiceError {
  const [status, message, usualEc]: UsualAnswer = refusals[code];
  const ec = detail.ec ?? (detail.message === undefined ? usualEc : undefined);
  return new ServiceError(status, code, detail.message ?? message, { ...detail, ec });
}

/** InvalidArgument with a message of its own. */
export function invalidArgument(message: string, detail: Omit<RefusalDetail, 'message'> = {}): ServiceError {
  return refuse('InvalidArgument', { ...detail, message });
}

/** MalformedXML; `what` says what is wrong with the document. */
export function malformedXml(what: string, detail: Pick<RefusalDetail, 'ec' | 'cause'> = {}): ServiceError {
  return refuse('MalformedXML', { ...detail, extra: { ErrorDetail: what } });
}

/** 501 for something that live OSS has and this server has not; `what` names it. */
export function notImplemented(what: string): ServiceError {
  return refuse('NotImplemented', { message: `The embedded OSS does not implement ${what}.` });
}

/** The body of an error answer: `Error` with the elements that OSS documents, in its order. */
export function errorXml({ code, message, detail }: ServiceError, requestId: string, hostId: string): string {
  const { ec, extra } = detail;
  return toXml('Error', {
    Code: code,
    Message: message,
    RequestId: requestId,
    HostId: hostId,
    ...extra,
    EC: ec,
    RecommendDoc: ec && `https://api.aliyun.com/troubleshoot?q=${ec}`,
  });
}
