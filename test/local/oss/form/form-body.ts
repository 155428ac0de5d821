// Bodies of forms, byte for byte as a client would write them.

/** A part: a field, or a file when it has a `fileName` or a `type`. `headers` stand instead of all others. */
export interface PartToSend {
  name?: string;
  value: string | Buffer;
  fileName?: string;
  type?: string;
  headers?: string;
}

/** The body with these parts; `end` follows the last boundary. */
export function formBody(parts: readonly PartToSend[], { boundary = 'b', end = '--\r\n' } = {}): Buffer {
  const pieces = parts.flatMap(({ name, value, fileName, type, headers }) => {
    const fileNameParameter = fileName === undefined ? '' : `; filename="${fileName}"`;
    const typeHeader = type === undefined ? '' : `\r\nContent-Type: ${type}`;
    const lines = headers ?? `Content-Disposition: form-data; name="${name}"${fileNameParameter}${typeHeader}`;
    return [`--${boundary}\r\n${lines}\r\n\r\n`, value, '\r\n'].map((piece) => Buffer.from(piece));
  });
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}${end}`)]);
}

/** Fields as parts, in their order. */
export function fieldParts(fields: Readonly<Record<string, string>>): PartToSend[] {
  return Object.entries(fields).map(([name, value]) => ({ name, value }));
}
