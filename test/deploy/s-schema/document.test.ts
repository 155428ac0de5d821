import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { editionMistake } from '../../../src/deploy/s-schema/document.js';

const rest = 'name: x\naccess: default\nresources: {}\n';

describe('editionMistake', () => {
  it.each([
    ['', 'is empty'],
    ['# nothing but a comment\n', 'is empty'],
    ['---\n', 'is empty'],
    ['null\n', 'is empty'],
    ['[]\n', 'holds no keys: expected edition: 3.0.0, name, access and resources'],
    ['some text\n', 'holds no keys: expected edition: 3.0.0, name, access and resources'],
    [rest, 'has no edition: expected the line edition: 3.0.0'],
    [`Edition: 3.0.0\n${rest}`, 'has no edition: expected the line edition: 3.0.0'],
    [`edition: 3\n${rest}`, 'has the edition 3: '],
    [`edition: 1.0.0\n${rest}`, 'has the edition "1.0.0": '],
    [`edition: 3.1.0\n${rest}`, 'has the edition "3.1.0": '],
    [`edition: [3.0.0]\n${rest}`, 'has an edition that is no text: '],
    [`edition: 3.0.0\n${rest}---\na: 1\n`, 'holds 2 YAML documents, divided by ---: expected one'],
  ])('says of %j that it %s', (text, expected) => {
    expect(editionMistake([...parseAllDocuments(text)])?.slice(0, expected.length)).toBe(expected);
  });

  it.each([`edition: 3.0.0\n${rest}`, `\ufeffedition: '3.0.0'\n${rest}`])(
    'finds nothing wrong with what Serverless Devs takes',
    (text) => {
      expect(editionMistake([...parseAllDocuments(text)])).toBeUndefined();
    },
  );
});
