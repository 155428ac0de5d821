// Calls that the page never sends: each is answered as a mistake of the call, or like any other, never as a bug.
import { expect, it, onTestFinished } from 'vitest';
import { startStudio } from '../../support/studio.js';
import { send } from '../oss/fixture.js';
import { everyRoute } from './every-route.js';

const texts = [
  '',
  '\u0000',
  '\ud800',
  '../..',
  '\u202e',
  '%',
  '%00',
  '*',
  'a\r\nx: y',
  '<a>',
  '__proto__',
  'x'.repeat(5_000),
];
const others: readonly unknown[] = [null, 7, -1, 1e300, true, [], {}, ['a'], [['a']], { toString: 1 }];

it.each(everyRoute.filter(([, body]) => body !== undefined))('%s is never a bug', async (line, body) => {
  const bugs: unknown[] = [];
  const cloud = await startStudio({ triggers: false, runTimers: false, onBug: (bug) => void bugs.push(bug) });
  onTestFinished(() => cloud.close());
  const ask = (path: string, text: string) => {
    return send(cloud.port, { method: 'POST', path, headers: { 'x-studio-token': token }, signed: false, body: text });
  };
  const page = await send(cloud.port, { path: '/-/', headers: {}, signed: false });
  const token = /studio-token" content="([\w-]{32})"/.exec(page.text)?.[1] ?? '';
  const path = line.split(' ')[1] ?? '';
  const given = JSON.parse(body ?? '{}') as object;
  const fields = Object.keys(given);
  const bodies = [
    ...['', '{', '[]', 'null', '"a"', '\ufeff{}'],
    ...[...fields, 'prefix', 'after', 'query', 'contentType', 'event', 'time', 'size', 'etag'].flatMap((name) =>
      [...texts, ...others].map((value) => JSON.stringify({ ...given, [name]: value })),
    ),
  ];
  for (const text of bodies) {
    const { status } = await ask(path, text);
    expect([text.slice(0, 200), status < 500, bugs]).toEqual([text.slice(0, 200), true, []]);
  }
});
