// What the headers of a form say: the boundary of its parts, and of each part its name and the name of a file.

import { refuse, type ServiceError } from '../error.js';
import { utf8 } from '../request/percent.js';

/** The headers of a part by their names in lower case; a character of a value stands for a byte. */
export type PartHeader = Readonly<Record<string, string[]>>;

/** https://help.aliyun.com/zh/oss/support/0006-00000110 */
const maxName = 8 * 1024;

/** RFC 2046 has at most 70 characters. @throws ServiceError MalformedPOSTRequest */
export function boundaryOf(contentType = ''): string {
  const form = /^multipart\/form-data *;(?:.*?;)? *boundary=(?:"([ !#-~]{1,70})"|([!#-:<-~]{1,70}))(?: *;|$)/i;
  const match = form.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary) return boundary;
  throw malformedForm('The Content-Type must be like "multipart/form-data; boundary=BOUNDARY".');
}

/**
 * The name of a part, in lower case, and of its file, without a path, from the part's Content-Disposition.
 * @throws ServiceError MalformedPOSTRequest, FieldItemTooLong
 */
export function dispositionOf(header: PartHeader): { name: string; fileName: string } {
  const text = fieldText(Buffer.from(header['content-disposition']?.[0] ?? '', 'latin1'), 'Content-Disposition');
  const parameters = new Map<string, string>();
  for (const [, key = '', quoted, plain] of text.matchAll(/; *([\w*-]+) *= *(?:"((?:\\"|[^"])*)"|([^;"\s]*))/g)) {
    parameters.set(key.toLowerCase(), quoted?.replace(/\\(["\\])/g, '$1') ?? plain ?? '');
  }
  const name = parameters.get('name')?.toLowerCase();
  if (!/^form-data *;/i.test(text) || !name) throw malformedForm('A part of the form has no name.', '0006-00000109');
  if (Buffer.byteLength(name) > maxName) {
    throw refuse('FieldItemTooLong', { ec: '0006-00000110', extra: { MaxSizeAllowed: String(maxName) } });
  }
  const fileName = extended(parameters.get('filename*')) ?? parameters.get('filename') ?? '';
  return { name, fileName: fileName.replace(/^.*[/\\]/s, '') };
}

/** The text of an RFC 5987 value, `UTF-8''%E5%90%8D`. */
function extended(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(/^utf-8'[^']*'(.*)$/is.exec(value)?.[1] ?? '') || undefined;
  } catch (cause) {
    throw malformedForm('A filename* of the form is not UTF-8 in percent-encoding.', undefined, cause);
  }
}

/** The text of a field, or of what is said of one. @throws ServiceError MalformedPOSTRequest unless it is UTF-8 */
export function fieldText(bytes: Buffer, what: string): string {
  return utf8(bytes, (cause) => malformedForm(`The form is not UTF-8 in ${what}.`, undefined, cause));
}

/** The refusal of a body that is no form, or not one that OSS takes. */
export function malformedForm(message?: string, ec?: string, cause?: unknown): ServiceError {
  return refuse('MalformedPOSTRequest', { message, ec, cause });
}
