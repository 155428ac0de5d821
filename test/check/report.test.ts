import { expect, it } from 'vitest';
import type { CheckResult, FindingInFile } from '../../src/check/check.js';
import { checkReport } from '../../src/check/report.js';

const result = (findings: readonly FindingInFile[], over: Partial<CheckResult> = {}): CheckResult => ({
  findings,
  rules: 1,
  outputs: 2,
  triggers: 3,
  unset: [],
  relayed: [],
  ...over,
});
const one: FindingInFile = {
  severity: 'warning',
  code: 'x',
  file: 's.yaml',
  where: 'props',
  message: 'what',
  fix: 'how',
};

it('prints in one line that nothing was found, and what is not set', () => {
  expect(checkReport(result([]))).toBe('no finding: looked at 1 rule, 2 outputs, 3 triggers\n');
  expect(checkReport(result([], { unset: ['A', 'B'] }))).toBe(
    'no finding: looked at 1 rule, 2 outputs, 3 triggers\nnot set yet, stand-ins were used: A, B\n',
  );
});

it('says which outputs are relayed, and why', () => {
  const cached = ['a', 'b', 'c', 'd', 'e'].map((path) => ({ path, because: ['cache-control', 'tags'] }));
  const relayed = [...cached, { path: 'f', because: ['format,avif'] }];
  expect(checkReport(result([], { relayed, outputs: 9 }))).toBe(
    'no finding: looked at 1 rule, 9 outputs, 3 triggers\n' +
      'relayed, as sys/saveas cannot do it: 6 of 9 outputs\n' +
      '  because of cache-control, tags: a, b, c and 2 more\n' +
      '  because of format,avif: f\n',
  );
  const all = Array.from({ length: 12 }, (_, at) => ({ path: `${at}`, because: [`x-oss-meta-${at}`] }));
  expect(checkReport(result([], { relayed: all }))).toContain(
    '  because of x-oss-meta-9: 9\n  … and for 2 more reasons (--all)\n',
  );
});

it('says how much of the concurrency limit a sweep in the cloud takes', () => {
  const sweep = { workers: 4, seconds: 230, instances: 5, concurrency: 5 };
  expect(checkReport(result([], { sweep }))).toBe(
    'no finding: looked at 1 rule, 2 outputs, 3 triggers\n' +
      'a sweep in the cloud: 4 workers of 230 s a tick at most, 20 of 25 calls at a time\n',
  );
});

it('puts findings under their files, and cuts many of a kind', () => {
  const many = Array.from({ length: 12 }, () => one);
  const text = checkReport(
    result([{ ...one, severity: 'error', file: 'src/config.ts', where: '' }, ...many], { rules: undefined }),
  );
  expect(text.split('\n').slice(0, 5)).toEqual([
    'src/config.ts',
    '  error    [x]',
    '           what',
    '           → how',
    '',
  ]);
  expect(text).toContain('  warning  props  [x]\n           what\n           → how\n');
  expect(text).toContain('  … and 2 more [x] (--all)\n');
  expect(text).toMatch(/\n1 error, 12 warnings: looked at rules that cannot be loaded, 3 triggers\n$/);
  expect(checkReport(result(many), Number.POSITIVE_INFINITY).match(/→ how/g)).toHaveLength(12);
});
