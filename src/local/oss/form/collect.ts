// Makes a form of its parts as they arrive, within limits. Those of fields:
// https://help.aliyun.com/zh/oss/support/0006-00000110 (a name), https://help.aliyun.com/document_detail/480528.html (a
// value), https://help.aliyun.com/en/oss/user-guide/0006-00000112 (all in front of the file)

import { refuse, type ServiceError } from '../error.js';
import { type Gathering, gatherBytes } from '../request/body.js';
import { dispositionOf, fieldText, malformedForm, type PartHeader } from './part.js';

const maxValue = 2 * 1024 * 1024;
/** Bytes of all names and values in front of the file. */
export const maxFields = 8 * 1024 * 1024;
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
export type Take = (chunk: Buffer | null) => void;

/**
 * Makes a form of its parts, one after the other; `contentLength` is that of the whole body. The arguments are those of
 * readForm, and so is what it throws.
 */
export function collectForm(required: readonly string[], onFile: OnFile, contentLength: string | undefined) {
  const fields = new Map<string, string>();
  let file: FormFile | undefined;
  let gathered: Gathering | undefined;
  let refusal: ServiceError | undefined;
  let fieldBytes = 0;
  let parts = 0;

  function fieldPart(name: string): Take {
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
  }

  function filePart(begun: FormFile): Take {
    // https://help.aliyun.com/document_detail/600185.html
    if (file) throw refuse('IncorrectNumberOfFilesInPOSTRequest');
    file = begun;
    const verdict = onFile(fields, begun);
    if (typeof verdict !== 'number') {
      refusal = verdict;
      return () => {};
    }
    const bytes = gatherBytes(verdict, contentLength);
    gathered = bytes;
    return (chunk) => {
      if (chunk === null || bytes.add(chunk)) return;
      throw refuse('EntityTooLarge', { ec: '0006-00000003', extra: { MaxSizeAllowed: String(verdict) } });
    };
  }

  return {
    hasFile: () => file !== undefined,
    /** Takes the headers of a part; returns what takes its bytes. */
    begin: (header: PartHeader): Take => {
      parts++;
      if (parts > maxParts) throw tooMuch();
      const { name, fileName } = dispositionOf(header);
      fieldBytes += name.length;
      return name === 'file' ? filePart({ name: fileName, type: header['content-type']?.[0] }) : fieldPart(name);
    },
    form: (): Form => {
      if (refusal) throw refusal;
      if (!file || !gathered) throw malformedForm('The form has no file.', '0006-00000104');
      return { fields, file, body: gathered.bytes() };
    },
  };
}

/** The refusal of a form that has too much in front of its file. */
export function tooMuch(): ServiceError {
  const extra = { MaxSizeAllowed: String(maxFields) };
  return refuse('MaxPOSTPreDataLengthExceededError', { ec: '0006-00000112', extra });
}
