// Reads a form upload as it arrives: the fields in front of the file, then the file. Nothing of the file is kept before
// the fields have been checked, and what an unknown client sends stays small.
// https://www.alibabacloud.com/help/en/oss/developer-reference/postobject

import type { IncomingHttpHeaders } from 'node:http';
import { Dicer } from '@fastify/busboy';
import { lengthOf } from '../request/body.js';
import { collectForm, type Form, maxFields, type OnFile, type Take, tooMuch } from './collect.js';
import { boundaryOf, malformedForm, type PartHeader } from './part.js';

/** Of a part's headers; a name of the greatest length fits. The parser's types do not have this option. */
const limits = { maxHeaderSize: 16 * 1024 };

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
  const collected = collectForm(required, onFile, lengthOf(headers));
  const parser = new Dicer({ boundary: boundaryOf(headers['content-type']), ...limits });
  let complete = false;
  parser.on('finish', () => {
    complete = true;
  });
  parser.on('part', (part) => {
    let take: Take | undefined;
    part.on('header', (header: PartHeader) => {
      take = collected.begin(header);
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
    if (!collected.hasFile()) before += chunk.length;
    if (before > 2 * maxFields) throw tooMuch();
    parser.write(chunk);
  }
  // Also what a broken connection leaves: https://www.alibabacloud.com/help/en/oss/user-guide/0006-00000104
  if (!complete) throw malformedForm(undefined, '0006-00000104');
  return collected.form();
}
