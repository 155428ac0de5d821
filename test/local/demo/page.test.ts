import { expect, it } from 'vitest';
import { demoPage } from '../../../src/local/demo/page.js';

const evil = `<script>alert("1")</script>'&.jpg`;

it('shows every text as text, and every file by its address; without a script, in the look of the studio', () => {
  const page = demoPage([
    {
      source: `oss://photos/${evil}`,
      original: evil,
      rule: 'r',
      style: '<b>',
      target: `oss://out/${evil}`,
      file: `out/#1?/${evil}`,
      bytes: 5,
      width: 10,
      height: 20,
    },
    { source: `oss://photos/${evil}`, original: evil, rule: 'r', style: '', problem: '<img src=x onerror=alert(1)>' },
    { source: 'left.gif', original: 'left.gif', rule: '–', style: '', skipped: 'no rule takes it' },
    {
      source: 'info.jpg',
      original: 'info.jpg',
      rule: 'r',
      style: 'image/info',
      target: 'oss://out/i',
      file: 'out/i',
      bytes: 9,
    },
  ]);
  expect(page).not.toMatch(/<script|<b>|onerror=alert\(1\)>|javascript:/);
  expect([...page.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
    "originals/%3Cscript%3Ealert(%221%22)%3C/script%3E'%26.jpg",
    "results/out/%231%3F/%3Cscript%3Ealert(%221%22)%3C/script%3E'%26.jpg",
    'originals/left.gif',
    'originals/info.jpg',
    'results/out/i',
  ]);
  expect(page.match(/<section/g)).toHaveLength(3);
  expect(page).toContain('light-dark(');
  expect(page).toContain('skipped: no rule takes it');
});
