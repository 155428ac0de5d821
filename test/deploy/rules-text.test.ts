import { describe, expect, it } from 'vitest';
import { rulesOfText } from '../../src/deploy/rules-text.js';

const rule = (more: string, style = 'image/resize,w_9', key = '{key}') => `{
  // mine
  "journal": "throw",
  "rules": [
    { "name": "a", "when": { "bucket": "photos" }, ${more}
      "outputs": [{ "style": "${style}", "to": { "bucket": "photos-out", "key": "${key}" } },] }
  ],
}`;

describe('rulesOfText', () => {
  it('takes JSON with comments, its variables from the environment', () => {
    const read = rulesOfText(rule('').replace('"photos"', '{ "env": "SOURCE" }'), { SOURCE: 'pictures' });
    expect(read).toMatchObject({
      config: { rules: [{ name: 'a', when: { buckets: ['pictures'] } }] },
      input: { rules: [{ when: { bucket: { env: 'SOURCE' } } }] },
    });
  });

  it.each([
    ['{ "journal": ,', '', 'not JSON: a value is missing', ''],
    ['', '', 'not JSON: a value is missing', ''],
    ['[]', '', 'got a list of 0', '[]'],
    ['{ "journal": "throw" }', 'rules', 'required, but missing', '{ "journal": "throw" }'],
    [rule('"onDelete": "keep",'), 'rules[0].onDelete', 'got "keep"', '"keep"'],
    [rule('"onRemove": "x",'), 'rules[0].onRemove', 'unknown key "onRemove"', '"x"'],
    [rule('', 'image/resize,w_9', '{nam}.jpg'), 'rules[0].outputs[0].to.key', 'unknown variable', '"{nam}.jpg"'],
    [rule('', 'image/resize,w_0'), 'rules[0].outputs[0].style', 'is invalid', 'w_0'],
    [rule('', 'image/resise,w_9'), 'rules[0].outputs[0].style', 'resise', 'resise'],
    [rule('').replace('photos-out', 'photos'), 'rules[0].outputs[0].to.key', 'could start rule "a"', '"{key}"'],
    [rule('').replace('"bucket": "photos"', '"bucket": "x"'), 'rules[0].when.bucket', 'got "x"', '"x"'],
  ])('says what is wrong with %j, and where', (text, path, message, part) => {
    const read = rulesOfText(text, {});
    expect(read).toMatchObject({ mistakes: [{ path, message: expect.stringContaining(message) }] });
    const [mistake] = 'mistakes' in read ? read.mistakes : [];
    expect(text.slice(mistake?.start, mistake?.end)).toBe(part);
  });

  it('shows of a mistake in an object no more than its first line', () => {
    const text = '{ "journal": "throw", "rules": [\n{ "name": "a",\n "outputs": [] } ] }';
    const read = rulesOfText(text, {});
    const mistakes = 'mistakes' in read ? read.mistakes : [];
    expect(mistakes.map(({ path, start, end }) => [path, text.slice(start, end)])).toContainEqual([
      'rules[0].when',
      '{ "name": "a",',
    ]);
  });

  it('finds keys that are no words', () => {
    const headers = '"headers": { "X-Bad Header": "1" }, "style"';
    const text = rule('').replace('"style"', headers);
    const read = rulesOfText(text, {});
    const [mistake] = 'mistakes' in read ? read.mistakes : [];
    expect(text.slice(mistake?.start, mistake?.end)).toBe('"1"');
  });
});
