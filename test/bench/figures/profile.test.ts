import { describe, expect, it } from 'vitest';
import { filesByLine, stagesOf } from './profile.js';

const code = [
  '"use strict";',
  '// ../../elsewhere/node_modules/undici/lib/dispatcher/client-h1.js',
  'function parse() {}',
  '// src/oss/sign.ts',
  'function sign() {',
  '  // src says why',
  '}',
  '// src/pipeline/event.ts',
  'function readEvent() {}',
].join('\n');

it('finds the file of each line', () => {
  const undici = '../../elsewhere/node_modules/undici/lib/dispatcher/client-h1.js';
  const sign = 'src/oss/sign.ts';
  const event = 'src/pipeline/event.ts';
  expect(filesByLine(code)).toEqual(['', undici, undici, sign, sign, sign, sign, event, event]);
});

describe('stagesOf', () => {
  const node = (id: number, functionName: string, url: string, lineNumber: number, children: number[] = []) => ({
    ...{ id, children },
    callFrame: { functionName, url, lineNumber },
  });
  const bundle = 'file:///tmp/f/index.js';
  const nodes = [
    node(1, '(root)', '', -1, [2, 5, 7, 8, 9]),
    node(2, 'readEvent', bundle, 8, [3]),
    node(3, 'sign', bundle, 4, [4]),
    node(4, 'update', 'node:internal/crypto/hash', 100),
    node(5, 'onread', 'node:internal/stream_base_commons', 10, [6]),
    node(6, 'parse', bundle, 2),
    node(7, '(idle)', '', -1),
    node(8, '(garbage collector)', '', -1),
    node(9, 'invoke', '/tmp/b/instance.js', 10, [10]),
    node(10, 'toString', '', -1),
  ];
  const times = (...ids: number[]) =>
    Object.fromEntries(
      stagesOf({ nodes, samples: ids, timeDeltas: [5, ...ids.map(() => 100)] }, '/tmp/f/index.js', code),
    );

  it('counts what Node does for a file as its own', () => {
    expect(times(4, 4, 2)).toEqual({ sign: 200, 'parse the event': 100 });
  });

  it('tells undici, Node itself, the collector and the bench apart', () => {
    expect(times(6, 5, 8, 10)).toEqual({
      'send: undici': 100,
      'Node.js: sockets, timers, promises': 100,
      'garbage collection': 100,
      'the bench': 100,
    });
  });

  it('leaves out the time in which the process waits', () => {
    expect(times(7, 7)).toEqual({});
  });
});
