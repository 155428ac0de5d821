// A certificate of its own for the stub, valid for a day at 127.0.0.1 and for one name, in the few forms of DER that it
// takes: Node reads certificates and makes none.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

interface KeyAndCertificate {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}

/**
 * Signed by itself: whoever trusts it, trusts the stub. `host` is another name than the address that it is valid for.
 * https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSigned(host: string, now: Date): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const day = 86_400_000;
  const name = sequence(set(sequence(oid('2.5.4.3'), der(0x0c, Buffer.from('bench')))));
  const signedContent = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(now.getTime() - day), time(now.getTime() + day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension('2.5.29.17', names(host)), authority)),
  );
  const signature = sign('sha256', signedContent, privateKey);
  const bytes = sequence(signedContent, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const { length } = Buffer.concat(content);
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), ...content]);
}

function sequence(...content: Buffer[]): Buffer {
  return der(0x30, ...content);
}

function set(...content: Buffer[]): Buffer {
  return der(0x31, ...content);
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const sevenBits = (value: number): number[] => (value < 128 ? [value] : [...sevenBits(value >> 7), value & 127]);
  // All but the last byte of a number have the high bit.
  const bytes = rest.flatMap((value) =>
    sevenBits(value).map((byte, at, all) => (at < all.length - 1 ? byte | 128 : byte)),
  );
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** UTCTime: YYMMDDhhmmssZ. */
function time(at: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replace(/\D/g, '')}Z`));
}

function extension(name: string, value: Buffer): Buffer {
  return sequence(oid(name), der(0x04, value));
}

/** subjectAltName: an address and a name. */
function names(host: string): Buffer {
  return sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from(host)));
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
/** basicConstraints: it may stand at the top of a chain. */
const authority = extension('2.5.29.19', sequence(der(0x01, Buffer.from([255]))));
