// Verdicts and the report that a person reads.
import { describe, expect, it } from 'vitest';
import { judge, needless, reportOf } from './report.js';

const passed = (group: string, test: string) => ({ group, test, status: 'passed' }) as const;
const failed = (group: string, test: string, message = '') => ({ group, test, status: 'failed', message }) as const;

describe('verdicts', () => {
  it.each([
    ['python', passed('test_client', 'test_put_object'), 'passed', undefined],
    ['php', passed('ClientBucketLifecycleTest', 'testBucketLifecycleFail'), 'left out', 'lifecycle'],
    ['go', failed('Object', 'TestSelectObject'), 'left out', 'select'],
    ['go', failed('Bucket', 'TestCname'), 'known', 'bucket configuration that is refused: custom domains'],
    ['python', failed('test_client', 'test_put_object', 'wrong'), 'unexplained', undefined],
    // A reason that asks for a message explains no other failure of that test.
    ['python', failed('test_presign', 'test_presign_v1', 'no such bucket'), 'unexplained', undefined],
  ])('%s %o: %s', (suite, outcome, verdict, reason) => {
    expect(judge(suite, [outcome])).toEqual([{ suite, ...outcome, verdict, ...(reason && { reason }) }]);
  });
});

describe('the report', () => {
  it('shows figures for each group, before and after, and each failure under its reason', () => {
    const before = judge('go', [failed('Bucket', 'TestCname'), failed('Object', 'TestGetObject')]);
    const after = judge('go', [
      failed('Bucket', 'TestCname'),
      passed('Object', 'TestGetObject'),
      failed('Object', 'TestPut', 'Error Code: NoSuchKey\nMessage: gone'),
    ]);
    expect(reportOf(after, before)).toBe(`go (before → after)
  Bucket                                         0 → 0 passed, 1 failed, 0 left out
  Object                                         0 → 1 passed, 1 failed, 0 left out
  all                                            0 → 1 passed, 2 failed, 0 left out

bucket configuration that is refused: custom domains (1)
    go Bucket TestCname
UNEXPLAINED (1)
    go Object TestPut: Error Code: NoSuchKey, Message: gone
`);
  });
});

describe('reasons that fit nothing', () => {
  it('are those whose tests pass, or are gone', () => {
    const cname = 'bucket configuration that is refused: custom domains: /cname/i';
    const select = 'left out, select: /select_object|SelectObject/i';
    const all = needless([]);
    expect(all).toEqual(expect.arrayContaining([cname, select]));
    const used = judge('go', [failed('Bucket', 'TestCname'), passed('Object', 'TestSelectObject')]);
    expect(needless(used)).toEqual(all.filter((reason) => reason !== cname && reason !== select));
    expect(needless(judge('go', [passed('Bucket', 'TestCname')]))).toEqual(all);
  });
});
