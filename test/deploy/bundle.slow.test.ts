// The bundle on the Node.js that Function Compute has: older than what undici asks for, and than what runs the tests.
import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runnableConfig } from '../../src/deploy/configuration.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { localClient, sampleObjects, upload } from '../../src/local/samples/objects.js';
import { aboutCase, casesOf, isSample } from '../recorder/cases.js';
import { play } from '../recorder/play.js';
import { difference, parseRecording } from '../recorder/recording.js';
import { nodeOfFc, versionOfFc } from '../support/node-of-fc.js';
import { shippedFunction, shippedRulesFile } from '../support/shipped.js';

let node: string | undefined;
beforeAll(async () => {
  node = await nodeOfFc();
});

describe(`the bundle on Node.js ${versionOfFc}`, () => {
  beforeEach(({ skip }) => skip(node === undefined, `no Node.js ${versionOfFc}`));

  it('is that version', async () => {
    expect((await promisify(execFile)(node ?? '', ['--version'])).stdout).toBe(`v${versionOfFc}\n`);
  });

  it('asks, answers, logs and writes down what it does on this one', async () => {
    const cases = casesOf().filter(isSample);
    const [here, there] = [parseRecording(await play(cases)), parseRecording(await play(cases, node))];
    const wrong = difference(here, there, (name) => aboutCase(cases, name));
    if (wrong !== undefined) throw new Error(wrong);
  });

  it('saves the derivatives of an upload, and runs the timer', async () => {
    const { config, environmentVariables } = runnableConfig(shippedRulesFile, {});
    const lines: string[] = [];
    const cloud: LocalCloud = await startLocalCloud({
      codeDir: shippedFunction().codeDir,
      config,
      environmentVariables,
      nodePath: node,
      runTimers: false,
      onLog: (line) => lines.push(line),
    });
    try {
      await upload(cloud.url, 'photos', await sampleObjects(new Set(['avatars/oranges.jpg'])));
      cloud.fc.tick();
      await cloud.idle();
      const { content } = await localClient(cloud.url, 'photos-out').get('avatars/oranges.jpg.128.webp');
      expect(content.toString('latin1', 8, 12)).toBe('WEBP');
      const [instance] = cloud.fc.instances();
      if (process.platform === 'linux') expect(readlinkSync(`/proc/${instance?.pid}/exe`)).toBe(node);
      expect(lines.filter((line) => line.includes('"status":"saved"'))).toHaveLength(2);
      expect(lines.join('\n')).toContain('"nothing-due"');
    } finally {
      await cloud.close();
    }
  });
});
