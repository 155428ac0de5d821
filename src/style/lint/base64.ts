// Lint of texts that are not in URL-safe base64: what was meant by them, be it standard base64, whose `/` ends the
// step, or the text itself, not encoded.
import { decodeText, encodeText } from '../base64url.js';
import { catalogue, definitionOf, isOperationName } from '../catalogue.js';
import { type Argument, clip, type StyleStep } from '../grammar.js';
import { finding, type LintFinding } from './finding.js';
import { nearest } from './nearest.js';

interface MeantSteps {
  /** The steps as they were meant, with their texts in URL-safe base64. Places are those in the style. */
  readonly steps: readonly StyleStep[];
  readonly findings: readonly LintFinding[];
}

/** Puts texts together again that a `/` has cut; names those in standard base64, and those with a line break. */
export function withMeantTexts(steps: readonly StyleStep[]): MeantSteps {
  const meant: StyleStep[] = [];
  const findings: LintFinding[] = [];
  for (let index = 0; index < steps.length; ) {
    const step = steps[index];
    if (step === undefined) break;
    const pieces = piecesAfter(steps, index);
    const joined = pieces.length === 0 ? undefined : join(step, pieces);
    if (joined !== undefined) findings.push(joined.finding);
    const whole = joined?.step ?? step;
    findings.push(...whole.args.flatMap((argument) => decodedIn(whole, argument)));
    meant.push(whole);
    index += joined === undefined ? 1 : 1 + pieces.length;
  }
  return { steps: meant, findings };
}

/** The steps that may be the rest of the last text of this one: only the last of them can have arguments. */
function piecesAfter(steps: readonly StyleStep[], index: number): StyleStep[] {
  const step = steps[index];
  const last = step?.args.at(-1);
  if (step === undefined || last === undefined || !isText(step, last)) return [];
  const pieces: StyleStep[] = [];
  for (const piece of steps.slice(index + 1)) {
    if (isOperationName(piece.op) || nearest(piece.op, Object.keys(catalogue)) !== undefined) break;
    pieces.push(piece);
    if (piece.args.length > 0) break;
  }
  return pieces;
}

function join(step: StyleStep, pieces: readonly StyleStep[]): { step: StyleStep; finding: LintFinding } | undefined {
  const cut = step.args.at(-1);
  const last = pieces.at(-1);
  if (cut === undefined || last === undefined) return undefined;
  const whole = [cut.value, ...pieces.map(({ op }) => op)].join('/');
  const decoded = readable(unwrapped(whole));
  // What is no base64 even before the cut is the text itself.
  const text = decoded ?? (decodeText(cut.value) === undefined ? whole : undefined);
  if (text === undefined) return undefined;
  const end = last.start + last.op.length;
  const argument: Argument = { ...cut, value: encodeText(text), end };
  const how = decoded === undefined ? 'is not base64' : `is standard base64 of ${JSON.stringify(clip(text))}`;
  const message = `${clip(whole)} ${how}, and its "/" ends the action: styles take URL-safe base64.`;
  return {
    step: { ...step, args: [...step.args.slice(0, -1), argument, ...last.args], end: last.end },
    finding: finding('error', 'standardBase64', argument, message, `${cut.key}_${argument.value}`),
  };
}

function decodedIn(step: StyleStep, argument: Argument): LintFinding[] {
  const { key, value } = argument;
  const text = isText(step, argument) ? decodeText(value) : undefined;
  if (text === undefined) return [];
  const shown = JSON.stringify(clip(text));
  // `echo TEXT | base64` encodes the line break too.
  if (/\p{Cc}/u.test(text)) {
    const printed = text.replace(/\p{Cc}+/gu, ' ').trim();
    const message = `The text is ${shown}: with a line break, or another character that is not printed.`;
    const fix = printed === '' ? 'leave it out' : `${key}_${encodeText(printed)}`;
    return [finding('warning', 'unprintedText', argument, message, fix)];
  }
  if (!value.includes('+')) return [];
  const message = `"+" is of standard base64: OSS takes it for ${shown}, but its pages ask for URL-safe base64.`;
  return [finding('warning', 'standardBase64', argument, message, `${key}_${encodeText(text)}`)];
}

function isText(step: StyleStep, { key }: Argument): boolean {
  if (key === undefined || !isOperationName(step.op)) return false;
  const { parameters } = definitionOf(step.op);
  return Object.hasOwn(parameters, key) && parameters[key]?.type === 'base64url';
}

/**
 * What to write in place of a value that is no URL-safe base64 of a text.
 * @returns undefined where nothing can be guessed
 */
export function meantBase64(value: string): string | undefined {
  const plain = percentDecoded(value).trim();
  const bare = unwrapped(value);
  const decoded = bare === value ? undefined : readable(bare);
  if (decoded !== undefined) return encodeText(decoded);
  if (plain === '' || plain.length > 64) return undefined;
  // Base64 of other bytes, or a word that happens to have no other letters.
  return /^[\w+-]+={0,2}$/.test(plain)
    ? `${encodeText(plain)}, if ${JSON.stringify(plain)} is the text itself`
    : encodeText(plain);
}

/** Base64 without what is put around it on its way: percent-encoding, and the line breaks of what encodes it. */
function unwrapped(value: string): string {
  return percentDecoded(value)
    .trim()
    .replace(/\s*[\r\n]\s*/g, '');
}

/** Decoded as often as it was encoded: a style is encoded as a whole, of which a text was encoded before. */
export function percentDecoded(value: string): string {
  // `%25` is an encoded `%`: all such rounds at once, however many there are.
  const once = value.replace(/%(?:25)+/g, '%');
  try {
    const decoded = decodeURIComponent(once);
    return decoded === value ? value : percentDecoded(decoded);
  } catch {
    return once;
  }
}

/** The text of base64 in either alphabet, if all of it can be printed: else the value is hardly base64 of a text. */
function readable(value: string): string | undefined {
  const text = decodeText(value.replaceAll('/', '_'));
  return text === undefined || /\p{C}/u.test(text) ? undefined : text;
}
