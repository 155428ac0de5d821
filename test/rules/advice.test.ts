import { describe, expect, it } from 'vitest';
import { adviceOn, adviceText } from '../../src/rules/advice.js';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';
import { image, style } from '../../src/style/builder.js';

function refusal(input: unknown): ConfigError {
  try {
    loadConfig(input, {});
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('was not refused');
}
const advised = (input: unknown) =>
  adviceOn(refusal(input), input).map(({ path, message, fix }) => `${path}: ${message} → ${fix}`);
const to = { bucket: 'out', key: '{key}' };
const rulesOf = (output: unknown, more: object = {}) => ({
  journal: 'throw',
  rules: [{ name: 'r', when: { bucket: 'photos', prefix: 'in/' }, outputs: [output], ...more }],
});
/** What a user writes whom TypeScript does not stop. */
const loose = image() as unknown as Record<string, (...given: unknown[]) => unknown>;

describe('a style', () => {
  const rows: readonly (readonly [given: unknown, expected: string])[] = [
    [loose['resize']?.({ width: 100 }), 'resize(): unknown parameter "width" → w (Width in pixels)'],
    [loose['resize']?.({ m: 'fil', w: 1 }), 'resize(): m is "fil" → fill'],
    [loose['resize']?.({ w: 0 }), 'resize(): w is 0 → write a whole number from 1 to 16384'],
    [loose['resize']?.({ w: '9' }), 'resize(): w is "9" → write a whole number from 1 to 16384'],
    [loose['resize']?.({}), 'resize(): missing: w, h, l, s, p, P → write at least one of these'],
    [loose['rotate']?.(), 'rotate(): missing: value → write a whole number from 0 to 360'],
    [loose['format']?.('jepg'), 'format(): value is "jepg" → jpg'],
    [image(), 'image(): style is "" → write at least one operation'],
    [style('a b'), 'style(): name is "a b" → write 1 to 63 characters A-Z a-z 0-9 _ . -'],
    ['video/snapshot,t_1', 'video/… is not for images. → image/… or style/NAME'],
    [
      'doc/convert,target_pdf',
      'doc/convert is not for images, and works only through the asynchronous interface (x-oss-async-process). → image/… or style/NAME',
    ],
    ['image/watermark,text_阿里', '"text_阿里": Input is not base64 decoding. → text_6Zi_6YeM'],
    // Of a style that is refused for something else, the warnings are left to `check`.
    [
      'image/watermark,text_5Zu+/rotate,9°',
      '"9°": The value: 9° of parameter: rotate is invalid.reason:Value must be digit → 0 to 360',
    ],
    [
      'image/resize，w_1',
      '"，": A style has no full-width characters: "/" separates actions, and "," what belongs to an action. → image/resize,w_1',
    ],
    ['image/resize, w_1', '" ": A style holds no white space. → image/resize,w_1'],
    [
      'x-oss-process=image/resize,w_1',
      'A rule has the style alone: what stands behind "x-oss-process=" in a request. → image/resize,w_1',
    ],
    [
      'image/resize,w_1,sys/saveas,o_YQ',
      '"sys/saveas,o_YQ": A style holds no "sys/". → the style up to here: where the result is saved is said by "to"',
    ],
    [
      'image/resize,w_1|sys/saveas,o_YQ',
      '"|sys/saveas,o_YQ": A style holds no "|". → the style up to here: where the result is saved is said by "to"',
    ],
    [42, 'got 42 → write a string, or an object that renders one'],
    [
      { toString: () => 7 },
      'got an object whose toString() gives no string → write a string, or an object that renders one',
    ],
  ];
  // Not as titles: they would be rendered.
  it.each(rows.map(([given, expected]) => ({ given: () => given, expected })))('$expected', ({ given, expected }) => {
    expect(advised(rulesOf({ style: given(), to }))).toEqual([`rules[0].outputs[0].style: ${expected}`]);
  });
});

describe('a key', () => {
  it.each<[object, string]>([
    [
      { to: { ...to, prefix: 'x/' } },
      'to.prefix: unknown key "prefix" → it stands in "when" and "journal"; possible here: bucket, key',
    ],
    [
      { to: { ...to, cacheControl: 'max-age=60' } },
      `to.cacheControl: unknown key "cacheControl" → headers: { 'Cache-Control': … }, in an output; possible here: bucket, key`,
    ],
    [{ to: { ...to, region: 'x' } }, 'to.region: unknown key "region" → s.yaml says that; possible here: bucket, key'],
    [{ to: { ...to, kye: 'x' } }, 'to.kye: unknown key "kye" → key'],
    [{ to, quality: 80 }, 'quality: unknown key "quality" → leave it out; possible here: style, to, headers, tags'],
    [{ to: { bucket: 'out' } }, "to.key: required, but missing → key: '{dir}{name}.webp'"],
  ])('%j', (output, expected) => {
    expect(advised(rulesOf({ style: 'image/resize,w_1', ...output }))).toEqual([`rules[0].outputs[0].${expected}`]);
  });

  it('that is missing everywhere has an example', () => {
    expect(advised({})).toEqual([
      "journal: required, but missing → journal: { bucket: 'photos-journal', prefix: 'autostyle/' }, or journal: 'throw'",
      'rules: required, but missing → rules: [ … ]',
    ]);
  });
});

describe('a template', () => {
  it('has all its mistakes once, with the variable that was meant', () => {
    const listed = '{bucket} {key} {dir} {file} {name} {ext} {rule} {etag} {year} {month} {day}';
    expect(advised(rulesOf({ style: 'image/resize,w_1', to: { key: '{kye}/{size}/x{' } }))).toEqual([
      `rules[0].outputs[0].to.key: "{kye}/{size}/x{", at character 1: unknown variable "{kye}"; there are ${listed} → {key}`,
      `rules[0].outputs[0].to.key: "{kye}/{size}/x{", at character 7: unknown variable "{size}"; there are ${listed} → a key such as '{dir}{name}.webp'`,
      `rules[0].outputs[0].to.key: "{kye}/{size}/x{", at character 15: "{" without its "}" (no template holds a literal brace) → a key such as '{dir}{name}.webp'`,
    ]);
  });
});

describe('a header or a tag', () => {
  const output = { style: 'image/resize,w_1', to };
  const at = 'rules[0].outputs[0]';

  it('is found in what was written elsewhere, or in other words', () => {
    const input = rulesOf({ ...output, 'cache-control': 1, metadata: 1, tagging: 1, contentType: 1, storageClass: 1 });
    const here = 'possible here: style, to, headers, tags';
    const ofBucket = 'leave it out: a derivative has the ACL and the storage class of its bucket';
    expect(adviceOn(refusal(input), input).map(({ fix }) => fix)).toEqual([
      `headers: { 'Cache-Control': … }, in an output; ${here}`,
      `headers: { 'x-oss-meta-…': … }, in an output; ${here}`,
      `tags: { … }, in an output; ${here}`,
      `leave it out: OSS says what type the result has; ${here}`,
      `${ofBucket}; ${here}`,
    ]);
    const above = rulesOf(output, { headers: {}, tags: {} });
    const possible = 'possible here: name, when, onDelete, outputs';
    expect(advised(above)).toEqual([
      `rules[0].headers: unknown key "headers" → it stands in an output; ${possible}`,
      `rules[0].tags: unknown key "tags" → it stands in an output; ${possible}`,
    ]);
  });

  it('has the name that was meant', () => {
    const input = rulesOf({ ...output, headers: { CacheControl: 'x' }, tags: { 'a?': '' } });
    const tagKey = 'a tag key of 1 to 128 letters, digits, spaces and + - = . _ : /';
    expect(advised(input)).toEqual([
      `${at}.headers.CacheControl: no header can have the name "CacheControl" → Cache-Control`,
      `${at}.tags["a?"]: no tag can have the name "a?" → write ${tagKey}`,
    ]);
  });

  it('has all mistakes of its template, and what else a value may be', () => {
    const headers = { 'x-oss-meta-a': '{kye} {', 'Content-Language': 'é', Expires: 'soon' };
    const listed = '{bucket} {key} {dir} {file} {name} {ext} {rule} {etag} {year} {month} {day}';
    expect(advised(rulesOf({ ...output, headers, tags: { a: 7 } }))).toEqual([
      `${at}.headers["x-oss-meta-a"]: "{kye} {", at character 1: unknown variable "{kye}"; there are ${listed} → {key}`,
      `${at}.headers["x-oss-meta-a"]: "{kye} {", at character 7: "{" without its "}" (no template holds a literal brace) → one of these variables, or no brace`,
      `${at}.headers["Content-Language"]: got "é" → write a header value; at character 1: printable ASCII only, not empty, no space at either end`,
      `${at}.headers.Expires: got "soon" → write a header value; a date such as Thu, 01 Jan 2032 00:00:00 GMT, and no variable`,
      `${at}.tags.a: got 7 → write a string: a tag value`,
    ]);
  });
});

it('never repeats the mistake in the fix', () => {
  const input = rulesOf({ style: 'image/resize,w_1', to }, { when: { bucket: 'Photos', size: { max: '20MB' } } });
  expect(advised(input)).toEqual([
    'rules[0].when.bucket: got "Photos" → write a bucket name: 3 to 63 characters a-z 0-9 -, no hyphen at either end',
    'rules[0].when.size.max: got "20MB" → write a size in bytes: a whole number from 0',
  ]);
});

describe('what a proof refuses keeps its sentence, and has an example', () => {
  it.each<[string, object, object, string]>([
    [
      'a loop',
      { bucket: 'photos', key: 'in/a' },
      {},
      'could start rule "r" (rules[0]): it can save to oss://photos where keys start with "in/a" and end with "in/a"; save to a bucket that no rule listens to, or below a prefix that is in the "exclude" of that rule. As it is, oss://photos/in/photo.jpg would be saved as oss://photos/in/a → write a target that no rule listens to',
    ],
    [
      'a removal',
      { bucket: 'out', key: '{dir}{name}.webp' },
      { onDelete: 'remove' },
      'write all of the source key, as {key} or as {dir} with {file}. As it is, oss://photos/in/photo.jpg and oss://photos/in/photo.png would both be saved as oss://out/in/photo.webp → write a key of its own for every source',
    ],
  ])('%s', (_, target, more, expected) => {
    const refused = rulesOf({ style: 'image/resize,w_1', to: target }, more);
    const [advice, ...others] = advised(refused);
    expect(others).toEqual([]);
    expect(advice?.slice(-expected.length)).toBe(expected);
    // The function has no need of examples.
    expect(refusal(refused).message).not.toContain('As it is');
  });
});

it('is text for a terminal: all of it, up to fifty', () => {
  const one = rulesOf({ styl: 'image/resize,w_1', style: 'image/resize,w_1', to });
  expect(adviceText(refusal(one), one)).toBe(
    'the configuration has one mistake:\n  rules[0].outputs[0].styl: unknown key "styl"\n    → style',
  );
  const many = { journal: 'throw', rules: Array.from({ length: 60 }, () => ({ ...one.rules[0], nam: 'x' })) };
  const lines = adviceText(refusal(many), many).split('\n');
  expect([lines[0], lines.length, lines.at(-1)]).toEqual([
    'the configuration has 120 mistakes:',
    1 + 2 * 50 + 1,
    '  … and 70 more',
  ]);
});

it('says of a condition on the type of a file that an event does not tell it', () => {
  const when = { bucket: 'photos', contentType: 'image/png' };
  const [only] = advised(rulesOf({ style: 'image/resize,w_1', to }, { when }));
  expect(only).toMatch(
    /^rules\[0\]\.when\.contentType: unknown key "contentType" → leave it out: an event does not tell it; suffix/,
  );
});
