// `invoke --via s`: the real `s`, with a component of our own in the place of fc3, prints what fc3 prints.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOutput, serverlessDevsEngine } from '../../../src/remote/invoke/serverless-devs.js';

/** As the component fc3 0.1.22 prints it. */
const printed = (type: string, result: string) =>
  '========= FC invoke Logs begin =========\nFC Invoke Start\nsaid: {"a":1}\n========= FC invoke Logs end =========\n\n' +
  `Invoke instanceId: c-1\nCode Checksum: 7\nQualifier: LATEST\nRequestId: 1-abc\n${type}\nInvoke Result:\n${result}`;

describe('invoke --via s', () => {
  it('hands the event over in a file, and takes a function error out of what is printed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-via-s-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'component'));
    const failure = '{"errorMessage":"no event","errorType":"EventError"}';
    writeFileSync(
      join(folder, 'component/index.js'),
      `module.exports = class {
        constructor({ logger }) { this.logger = logger; }
        async invoke({ args }) {
          require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'args.json'))}, JSON.stringify(args));
          this.logger.write(${JSON.stringify(printed('Error Type: UnhandledInvocationError\n', failure))});
        }
      };`,
    );
    writeFileSync(join(folder, 'component/package.json'), '{"name":"component","version":"0.0.1","main":"index.js"}');
    writeFileSync(
      join(folder, 's.yaml'),
      `edition: 3.0.0\nname: app\naccess: default\nresources:\n  f:\n    component: ${join(folder, 'component')}\n    props: {}\n`,
    );
    const engine = serverlessDevsEngine({
      functionName: 'oss-autostyle',
      region: 'cn-hangzhou',
      async: false,
      log: true,
      qualifier: 'v1',
      timeout: 1_500,
      run: {
        cwd: folder,
        env: process.env,
        home: folder,
        credentials: { accountId: '42', accessKeyId: 'LTAIexample', accessKeySecret: 'example-secret' },
      },
    });
    expect(await engine({ bytes: Buffer.from('{"private":1}'), file: '/events/e.json' })).toEqual({
      accepted: false,
      requestId: '1-abc',
      result: failure,
      failure: { type: 'UnhandledInvocationError', name: 'EventError', message: 'no event' },
      log: 'FC Invoke Start\nsaid: {"a":1}\n',
    });
    const args = JSON.parse(readFileSync(join(folder, 'args.json'), 'utf8')) as string[];
    const expected =
      '--event-file /events/e.json --function-name oss-autostyle --region cn-hangzhou --invocation-type Sync --qualifier v1 --timeout 2 --assume-yes';
    expect(args.join(' ')).toContain(expected);
    expect(args.join(' ')).not.toMatch(/private|example-secret/);
  });

  it('reads a result, in colour and with what `s` adds', () => {
    const stdout = `⌛  Steps\n\u001b[33m${printed('', '{"saved":1}\n✔ [f] completed (0.01s)\n')}\u001b[0m`;
    expect(readOutput(stdout, false)).toEqual({ requestId: '1-abc', result: '{"saved":1}' });
    expect(() => readOutput('✔ [f] completed', false)).toThrow(/printed no result/);
  });
});
