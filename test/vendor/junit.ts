// Reads the JUnit report that pytest and PHPUnit write. What fails while a class clears up is no test's failure: it
// addresses the live host of the bucket's region, which is out of reach here.
import { type Outcome, worstOfEach } from './outcome.js';

/** `groupOf`: the group of a test whose class has this name, such as `tests.integration.test_client.TestClient`. */
export function outcomesOfJunit(xml: string, groupOf: (className: string) => string): Outcome[] {
  const outcomes: Outcome[] = [];
  for (const [, head = '', body = ''] of xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const group = groupOf(attribute(head, 'classname'));
    const test = attribute(head, 'name');
    if (test === 'tearDownAfterClass') continue;
    const bad = [...body.matchAll(/<(failure|error|warning)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/\1>)/g)]
      .map(([, , attributes = '', text = '']) => `${attribute(attributes, 'message')}\n${unescaped(text)}`.trim())
      .filter((message) => !message.startsWith('failed on teardown'));
    const status = bad.length > 0 ? 'failed' : /<skipped\b/.test(body) ? 'skipped' : 'passed';
    outcomes.push({ group, test, status, message: bad[0] });
  }
  return worstOfEach(outcomes);
}

function attribute(head: string, name: string): string {
  return unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1] ?? '');
}

const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
]);

function unescaped(text: string): string {
  return text
    .replace(/^<!\[CDATA\[|\]\]>$/g, '')
    .replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
      if (name !== undefined) return entities.get(name) ?? whole;
      return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
    });
}
