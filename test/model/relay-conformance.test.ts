// Where conformance.test.ts takes a relay for one call, here it is the function's own, over HTTP: each request that
// arrives is the one that the model makes next, and the answer is one of those that the model has for it, chosen at
// random. In the end both leave the same records.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { derive } from '../../src/pipeline/derive.js';
import { indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { type Asked, clientOf, listen, type Reply } from '../oss/stub.js';
import { shipped } from './design.js';
import { etagAssumed, looked, type Next, type Setting, start } from './invocation.js';
import { epoch, leftByFunction, leftInModel, place, uploadOf } from './left-by-function.js';
import { requestSteps } from './requests.js';
import { bytesAfter, scriptsOf, seenAfter } from './script.js';
import type { Call, Run, State, Task } from './state.js';

const output = {
  style: 'image/resize,w_1',
  to: { bucket: 'out', key: '{key}.0' },
  headers: { 'x-oss-meta-of': '{etag}' },
};
const rule = { name: 'one', when: { bucket: 'photos' }, outputs: [output] };
const index = indexRules(loadConfig({ journal: place, rules: [rule] }, {}).rules);

const ids = { 'x-oss-request-id': 'R' };
const whole =
  (status: number, body: string, headers: Record<string, string> = ids): Reply =>
  (response, { method }) => {
    const length = method === 'HEAD' ? {} : { 'content-length': body.length };
    response.writeHead(status, { ...headers, ...length }).end(method === 'HEAD' ? '' : body);
  };
const error = (status: number, code: string) => whole(status, `<Error><Code>${code}</Code></Error>`);
const picture = (bytes: string) => whole(200, `made of ${bytes}`, { ...ids, 'content-type': 'image/png' });
const lost: Reply = (response) => response.socket?.resetAndDestroy();
const busy = error(503, 'ServiceUnavailable');

/** How a step of the model looks on the wire. */
interface OnTheWire {
  readonly answer: Reply;
  /** For what comes after it, until the function gives up. */
  readonly again?: Reply;
}

type Chosen = OnTheWire & { readonly to: Next };

/** A step by what it says. */
function onTheWire(what: string, bytes: string): OnTheWire {
  const isRepeated = !what.endsWith('asks again');
  if (what.startsWith('no answer to')) return isRepeated ? { answer: lost, again: busy } : { answer: lost };
  if (what.startsWith('OSS has no time') || what.endsWith('fails')) return { answer: busy, again: busy };
  if (what.endsWith('by 412')) return { answer: error(412, 'PreconditionFailed') };
  if (what.startsWith('GET gives')) return { answer: picture(bytes) };
  // The function looks whether the source is there.
  if (what === 'GET finds no source') return { answer: error(404, 'NoSuchKey'), again: error(404, 'NoSuchKey') };
  if (what.startsWith('GET of')) return { answer: error(400, 'ImageDamage') };
  if (what === 'PUT is refused for good') return { answer: error(400, 'BadRequest') };
  if (what.includes('is not of OSS')) {
    const page = whole(200, '<html>', {});
    const pictureOrPage: Reply = (...asked) => (asked[1].method === 'GET' ? picture(bytes) : page)(...asked);
    return isRepeated ? { answer: page, again: pictureOrPage } : { answer: page };
  }
  if (what.startsWith('PUT writes')) return { answer: whole(200, '', { ...ids, etag: '"E"' }) };
  throw new Error(`the model has a step of its own: ${what}`);
}

function head(setting: Setting, done: number): Reply {
  const seen = seenAfter(setting, done);
  if (seen === 'absent') return error(404, 'NoSuchKey');
  const { id, etag, modified } = seen.version;
  const headers = {
    etag: `"${etag}"`,
    'last-modified': new Date(epoch + modified).toUTCString(),
    'content-length': '1',
    ...(id === undefined ? {} : { 'x-oss-version-id': id }),
  };
  return whole(200, '', { ...ids, ...headers });
}

/** What a request is, in the words of the model. */
function requestOf({ method, url, headers, body }: Asked): object {
  if (method === 'HEAD') return { method, url };
  if (method === 'GET') return { method, url: url.split('?')[0], matches: headers['if-match'] };
  return { method, url, body, of: headers['x-oss-meta-of'] };
}

function requestOfModel(call: Call | undefined, run: Run): object {
  const etag = etagAssumed(run.settling).toUpperCase();
  if (call === undefined || call.asks === 'check') return { method: 'HEAD', url: '/photos/a' };
  if (call.asks === 'get') return { method: 'GET', url: '/photos/a', matches: call.matches ? `"${etag}"` : undefined };
  return { method: 'PUT', url: '/out/a.0', body: `made of ${call.read[0]}`, of: etag };
}

/** The function's requests come to the model, which has the answers. */
function meet(task: Task, setting: Setting, choose: (options: number) => number) {
  let done = task.about + 1;
  let next = start(task, setting);
  /** What the function asks for again gets the same answer; to the model it is one request. */
  let still: Reply | undefined;
  const differences: unknown[] = [];

  const replyTo = (asked: Asked): Reply => {
    const isLook = !('records' in next) && next.calls.length === 0 && asked.method === 'HEAD';
    if (still !== undefined && !isLook) return still;
    const expected = 'records' in next ? 'nothing more' : requestOfModel(next.calls[0], next);
    if ('records' in next || JSON.stringify(requestOf(asked)) !== JSON.stringify(expected)) {
      differences.push({ asked: requestOf(asked), expected });
      still = busy;
      return busy;
    }
    done = Math.min(setting.script.length, done + choose(3));
    const [call] = next.calls;
    const { answer, again, to } = call === undefined ? lookStep(next) : step(next, call);
    next = to;
    still = again;
    return answer;
  };

  function lookStep(run: Run): Chosen {
    if (choose(5) === 0) return { answer: busy, again: busy, to: looked(run, 'look-failed', setting) };
    return { answer: head(setting, done), to: looked(run, seenAfter(setting, done), setting) };
  }

  function step(run: Run, call: Call): Chosen {
    const steps: { readonly what: string; readonly to: Next }[] = [];
    const add = (what: string, _: State, to: Next): void => {
      // The function asks three times at most.
      if (!call.lost || !what.endsWith('asks again')) steps.push({ what, to });
    };
    requestSteps(add, { ...world, done }, run, call, setting);
    const usual = choose(3) > 0 ? steps.find(({ what }) => what.startsWith('GET gives')) : undefined;
    const { what, to } = usual ?? steps[choose(steps.length)] ?? { what: '', to: run };
    if (what.startsWith('HEAD after 412 sees')) return { answer: head(setting, done), to };
    return { ...onTheWire(what, call.asks === 'put' ? (call.read[0] ?? '') : bytesAfter(setting, done)), to };
  }

  return { replyTo, differences, end: () => next };
}

const faults = { lost: 1, killed: 0, head: 1, refused: 1, garbled: 1, rejected: 1, journal: 0, twice: 0 };
const nothingMade = { derivatives: [''], failed: 0, rejected: [''], accounted: 0, runs: [], late: [] };
const world: State = { ...nothingMade, done: 0, faults };

const tasks = fc
  .record({
    script: fc.constantFrom(...[1, 2, 3].flatMap((length) => scriptsOf(length, true))),
    tells: fc.boolean(),
    versions: fc.boolean(),
    ifMatch: fc.constantFrom<Setting['ifMatch']>('honoured', 'ignored', 'refused', 'in any way'),
  })
  .chain(({ script, versions, ...over }) =>
    fc.record({
      setting: fc.constant<Setting>({
        ...{ ...over, script, spacing: 10_000, versioned: versions || script.includes('<') },
        ...{ removes: false, outputs: ['relayed with headers'], design: shipped },
      }),
      task: fc.record({
        about: fc.nat({ max: script.length - 1 }),
        from: fc.constant('event' as const),
        anyVersion: fc.boolean(),
        unconfirmed: fc.boolean(),
      }),
      choices: fc.array(fc.nat({ max: 59 }), { minLength: 40, maxLength: 40 }),
    }),
  );

it('a relay asks what the model asks, and leaves what it leaves', async () => {
  let meeting: ReturnType<typeof meet> | undefined;
  await using stub = await listen((response, asked, nth) => meeting?.replyTo(asked)(response, asked, nth));
  await using client = clientOf(stub, { deadline: Number.POSITIVE_INFINITY });
  const context = { index, oss: client.oss, now: () => epoch, deadline: Number.POSITIVE_INFINITY };
  await fc.assert(
    fc.asyncProperty(tasks, async ({ setting, task, choices }) => {
      const stream = choices.values();
      meeting = meet(task, setting, (options) => (stream.next().value ?? 0) % options);
      const upload = uploadOf(task, setting);
      const { anyVersion, unconfirmed } = task;
      const derived = await derive({ upload, anyVersion, unconfirmed }, context);
      expect(meeting.differences).toEqual([]);
      const end = meeting.end();
      if (!('records' in end)) throw new Error('the model goes on where the function ends');
      expect(await leftByFunction(derived, upload, false)).toEqual(leftInModel(end));
    }),
    { numRuns: 300 },
  );
});
