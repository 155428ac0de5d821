// Reads a form upload as it arrives: the fields in front of the file, then the file. Nothing of the file is kept before
// the fields have been checked, and what an unknown client sends stays small.
// https://www.alibabacloud.com/help/en/oss/developer-reference/postobject ; the limits of fields:
// https://help.aliyun.com/zh/oss/support/0006-00000110 (a name), https://help.aliyun.com/document_detail/480528.html (a
// value), https://help.aliyun.com/en/oss/user-guide/0006-00000112 (all in front of the file)

import type { IncomingHttpHeaders } from 'node:http';
import { Dicer } from '@fastify/busboy';
import { refuse, type ServiceError } from '../error.js';
import { type Gathering, gatherBytes, lengthOf } from '../request/body.js';
import { boundaryOf, dispositionOf, fieldText, malformedForm, type PartHeader } from './part.js';

const maxValue = 2 * 1024 * 1024;
const maxFields = 8 * 1024 * 1024;
/** Of a part's headers; a name of the greatest length fits. The parser's types do not have this option. */
const limits = { maxHeaderSize: 16 * 1024 };
/** No form has as many; OSS documents no limit. */
const maxParts = 1000;

/** Fields by their names in lower case: OSS compares names without case. */
export type FormFields = ReadonlyMap<string, string>;

/** What a form says of its file: the name without a path, and the type of its part. */
export interface FormFile {
  name: string;
  type: string | undefined;
}

/** A form that was read as a whole; `body` is its file's content. */
export interface Form {
  fields: FormFields;
  file: FormFile;
  body: Buffer;
}

/**
 * Called when the file begins, with all fields in front of it. Returns how many bytes the file may have, or throws what
 * refuses the form. A refusal that it returns is thrown at the end, unless a `required` field follows the file: then
 * that is what is wrong with the form.
 */
export type OnFile = (fields: FormFields, file: FormFile) => number | ServiceError;

/** Takes bytes of a part; null at its end. */
type Take = (chunk: Buffer | null) => void;

/**
 * The form in a body that is multipart/form-data, as its `headers` say. Fields behind the file are ignored, as OSS
 * ignores them.
 * @throws ServiceError MalformedPOSTRequest, IncorrectNumberOfFilesInPOSTRequest, FieldItemTooLong,
 *   MaxPOSTPreDataLengthExceededError, EntityTooLarge, and what `onFile` and `chunks` throw.
 */
export async function readForm(
  chunks: AsyncIterable<Buffer>,
  headers: IncomingHttpHeaders,
  required: readonly string[],
  onFile: OnFile,
): Promise<Form> {
  const fields = new Map<string, string>();
  let file: FormFile | undefined;
  let gathered: Gathering | undefined;
  let refusal: ServiceError | undefined;
  let fieldBytes = 0;
  let parts = 0;

  const fieldPart = (name: string): Take => {
    if (refusal && required.includes(name) && !fields.has(name)) {
      throw malformedForm('The file must be the last field of the form.', '0006-00000104');
    }
    if (file) return () => {};
    if (fields.has(name)) throw malformedForm(`The form has the field ${name} twice.`);
    const value: Buffer[] = [];
    let length = 0;
    return (chunk) => {
      if (chunk === null) {
        fields.set(name, fieldText(Buffer.concat(value), name));
        return;
      }
      length += chunk.length;
      fieldBytes += chunk.length;
      if (length > maxValue) throw refuse('FieldItemTooLong', { extra: { MaxSizeAllowed: String(maxValue) } });
      if (fieldBytes > maxFields) throw tooMuch();
      value.push(chunk);
    };
  };
  const filePart = (begun: FormFile): Take => {
    // https://help.aliyun.com/document_detail/600185.html
    if (file) throw refuse('IncorrectNumberOfFilesInPOSTRequest');
    file = begun;
    const verdict = onFile(fields, begun);
    if (typeof verdict !== 'number') {
      refusal = verdict;
      return () => {};
    }
    const bytes = gatherBytes(verdict, lengthOf(headers));
    gathered = bytes;
    return (chunk) => {
      if (chunk === null || bytes.add(chunk)) return;
      throw refuse('EntityTooLarge', { ec: '0006-00000003', extra: { MaxSizeAllowed: String(verdict) } });
    };
  };

  const parser = new Dicer({ boundary: boundaryOf(headers['content-type']), ...limits });
  let complete = false;
  parser.on('finish', () => {
    complete = true;
  });
  parser.on('part', (part) => {
    parts++;
    if (parts > maxParts) throw tooMuch();
    let take: Take | undefined;
    part.on('header', (header: PartHeader) => {
      const { name, fileName } = dispositionOf(header);
      fieldBytes += name.length;
      take = name === 'file' ? filePart({ name: fileName, type: header['content-type']?.[0] }) : fieldPart(name);
    });
    // The parser hands a part over as a stream. Taken here, its bytes wait in no queue, and a field is complete when
    // the next part begins. The parser counts the ends.
    part.push = (chunk: Buffer | null) => {
      if (!take) throw malformedForm('A part of the form has no headers.', '0006-00000109');
      take(chunk);
      if (chunk === null) part.emit('end');
      return true;
    };
  });

  let before = 0;
  for await (const chunk of chunks) {
    if (complete) continue;
    if (!file) before += chunk.length;
    if (before > 2 * maxFields) throw tooMuch();
    parser.write(chunk);
  }
  // Also what a broken connection leaves: https://www.alibabacloud.com/help/en/oss/user-guide/0006-00000104
  if (!complete) throw malformedForm(undefined, '0006-00000104');
  if (refusal) throw refusal;
  if (!file || !gathered) throw malformedForm('The form has no file.', '0006-00000104');
  return { fields, file, body: gathered.bytes() };
}

function tooMuch(): ServiceError {
  const extra = { MaxSizeAllowed: String(maxFields) };
  return refuse('MaxPOSTPreDataLengthExceededError', { ec: '0006-00000112', extra });
}
