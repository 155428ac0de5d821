// An embedded cloud for `reconcile`, with ali-oss as the one who looks: twelve pictures that are there already, and
// rules of two outputs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { command } from '../../src/cli/reconcile.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { createFaults } from '../../src/local/faults/faults.js';
import { localClient } from '../../src/local/samples/objects.js';
import { loadConfig } from '../../src/rules/load.js';
import { runHere } from '../support/run.js';
import { shippedFunction } from '../support/shipped.js';

const output = (width: number, key: string) => ({
  style: `image/resize,w_${width}`,
  to: { bucket: 'photos-out', key },
});
export const rulesOf = (...outputs: object[]) => ({
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [{ name: 'thumbs', when: { bucket: 'photos', prefix: 'in/' }, outputs }],
});
export const input = rulesOf(output(10, '{key}.webp'), output(20, 'large/{key}'));

export const photos = Array.from({ length: 12 }, (_, at) => `in/${String(at).padStart(2, '0')}.jpg`);

/** Starts it before the tests of a file, and gives each test the pictures anew. */
export function reconcileCloud() {
  let cloud: LocalCloud;
  let folder: string;
  let config: string;
  let jpeg: Buffer;
  /** All requests on the wire. */
  let requests = 0;

  beforeAll(async () => {
    const { codeDir } = shippedFunction();
    folder = mkdtempSync(join(tmpdir(), 'autostyle-reconcile-'));
    config = join(folder, 'rules.json');
    writeFileSync(config, JSON.stringify(input));
    const faults = createFaults(['any:403'], {
      seed: 1,
      only: () => {
        requests += 1;
        return false;
      },
    });
    cloud = await startLocalCloud({
      codeDir,
      config: loadConfig(input, {}),
      environmentVariables: { CONFIG_URI: `file://${config}` },
      triggers: false,
      runTimers: false,
      faults,
    });
    jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#369' } })
      .jpeg()
      .toBuffer();
  });

  afterAll(async () => {
    await cloud.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    for (const bucket of ['photos', 'photos-out', 'photos-journal']) {
      for (const key of await keysIn(bucket)) await localClient(cloud.url, bucket).delete(key);
    }
    for (const key of photos) await localClient(cloud.url, 'photos').put(key, jpeg);
    requests = 0;
  });

  async function keysIn(bucket: string): Promise<string[]> {
    const { objects } = await localClient(cloud.url, bucket).listV2({ 'max-keys': '1000' });
    return (objects ?? []).map(({ name }) => name);
  }

  const flags = () => ['--endpoint', cloud.url, '--config', config];
  const reconcile = (...argv: string[]) => runHere(command, [...flags(), ...argv]);
  const sweeps = async () => (await keysIn('photos-journal')).filter((key) => key.endsWith('/sweep.json'));

  return {
    get cloud() {
      return cloud;
    },
    get config() {
      return config;
    },
    get folder() {
      return folder;
    },
    get jpeg() {
      return jpeg;
    },
    get requests() {
      return requests;
    },
    keysIn,
    reconcile,
    sweeps,
  };
}
