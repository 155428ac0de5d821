// How reports of test runners are read. The samples are written by hand, in the form that each runner gives.
import { describe, expect, it } from 'vitest';
import { outcomeOfGo } from './go-test.js';
import { outcomesOfJunit } from './junit.js';
import { outcomesOfMocha } from './mocha.js';

describe('JUnit reports', () => {
  const read = (cases: string) =>
    outcomesOfJunit(`<testsuites><testsuite>${cases}</testsuite></testsuites>`, (name) => name);

  it('tells what passed, failed and was skipped', () => {
    expect(
      read(`<testcase classname="a.B" name="one" time="0.1"/>
        <testcase classname="a.B" name="two"><failure message="1 != 2 &amp; more">line &lt;1&gt;</failure></testcase>
        <testcase classname="a.B" name="three"><skipped message="no"/></testcase>`),
    ).toEqual([
      { group: 'a.B', test: 'one', status: 'passed', message: undefined },
      { group: 'a.B', test: 'two', status: 'failed', message: '1 != 2 & more\nline <1>' },
      { group: 'a.B', test: 'three', status: 'skipped', message: undefined },
    ]);
  });

  it('does not count what fails while a class clears up', () => {
    const outcomes =
      read(`<testcase classname="a.B" name="one"><error message="failed on teardown with &quot;x&quot;"/></testcase>
      <testcase classname="a.B" name="two"><failure message="wrong"/></testcase>
      <testcase classname="a.B" name="two"><error message="failed on teardown with &quot;x&quot;"/></testcase>
      <testcase classname="B" name="tearDownAfterClass"><error>no</error></testcase>`);
    expect(outcomes.map(({ test, status }) => `${test} ${status}`)).toEqual(['one passed', 'two failed']);
  });
});

describe('mocha’s reports', () => {
  const test = (title: string, err?: { message: string; code?: string }) => ({
    title,
    fullTitle: `suite ${title}`,
    file: '/sdk/test/bucket.test.js',
    ...(err && { err }),
  });

  it('gives a test that did not run the reason of the hook', () => {
    const listed = { tests: [test('one'), test('two'), test('three')] };
    const hook = test('"before each" hook for "two"', { message: 'no bucket', code: 'NoSuchBucket' });
    const outcomes = outcomesOfMocha(listed, {
      tests: [test('one')],
      passes: [test('one')],
      failures: [hook],
      pending: [test('three')],
    });
    expect(outcomes).toEqual([
      { group: 'bucket', test: 'suite one', status: 'passed' },
      { group: 'bucket', test: 'suite two', status: 'failed', message: 'did not run: NoSuchBucket: no bucket' },
      { group: 'bucket', test: 'suite three', status: 'skipped' },
    ]);
  });

  it('tells a failure with its code', () => {
    const failed = test('one', { message: 'gone', code: 'NoSuchKey' });
    const outcomes = outcomesOfMocha(
      { tests: [test('one')] },
      { tests: [], passes: [], failures: [failed], pending: [] },
    );
    expect(outcomes).toEqual([{ group: 'bucket', test: 'suite one', status: 'failed', message: 'NoSuchKey: gone' }]);
  });
});

describe('a test of a Go package', () => {
  it.each([
    ['--- PASS: TestA (0.1s)\nPASS\n', 0, { status: 'passed' }],
    ['    --- SKIP: TestA (0.0s)\nPASS\n', 0, { status: 'skipped' }],
    [
      '\tError:   \tShould be\n\t\tfalse\n\tTest:  \tTestA\npanic: nil [recovered]\n',
      2,
      { message: 'Should be false\npanic: nil [recovered]' },
    ],
    ['', undefined, { status: 'failed', message: 'ended for its time' }],
  ])('reads %j', (output, exitCode, expected) => {
    expect(outcomeOfGo('group', 'TestA', output, exitCode)).toMatchObject(expected);
  });
});
