import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/terminal/shell-quote.js';

it.each(['photos/a.jpg', 'oss://photos/a b.jpg', `it's "$(odd)" \`x\`\\`, '', '*', '~', '中文', 'a\nb', '{"a":["b"]}'])(
  'gives a shell the word %j',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);

it('quotes only where it must', () => {
  expect(['--config', '/x/y.json', 'it is'].map(shellWord)).toEqual(['--config', '/x/y.json', "'it is'"]);
});
