// The page's heap stays flat, however many uploads it has heard of: a studio in a real browser, whose activity the test
// fills with entries as the embedded cloud makes them.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CDPSession } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { samplePhotos } from '../../../src/local/samples.js';
import { type Activity, createActivity } from '../../../src/local/studio/activity.js';
import { createStudio } from '../../../src/local/studio/studio.js';
import type { StudioTools } from '../../../src/local/studio/tools.js';
import { noBrowser, startBrowser } from '../../support/browser.js';
import { openStudio } from '../../support/studio.js';

/** A server that has the studio, and one picture for whatever else is asked. */
async function serve(activity: Activity): Promise<string> {
  const [logo] = await samplePhotos(new Set(['logo.png']));
  const server = createServer((request, response) => {
    if (studio.handle(request, response, undefined)) return;
    response.writeHead(200, { 'Content-Type': 'image/png' }).end(logo?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const none = { count: 0, more: false, records: [] };
  const tools = {
    journal: { list: async () => ({ where: undefined, groups: { due: none, setup: none, permanent: none } }) },
  } as unknown as StudioTools;
  const never = () => {
    throw new Error('the page asks for nothing but what it hears of');
  };
  const studio = createStudio({ url, now: Date.now, activity, tools, runAgain: never, tick: never, onBug: () => {} });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return url;
}

function addUpload(activity: Activity, n: number): void {
  const [key, request] = [`avatars/photo-${n}.jpg`, `1-${n.toString(16).padStart(8, '0')}-0123456789ab`];
  const source = `oss://photos/${key}`;
  const line = (entry: object) => {
    const text = JSON.stringify({ level: 'info', ...entry, fcRequestId: request });
    activity.add({ kind: 'log', request, stream: 'stdout', line: text });
  };
  const object = { event: 'ObjectCreated:PutObject', bucket: 'photos', size: 81_920, etag: `E${n}` };
  activity.add({ kind: 'object', ...object, key, requests: [request] });
  activity.add({ kind: 'log', request, stream: 'runtime', line: `FC Invoke Start RequestId: ${request}` });
  for (const target of [`oss://photos-out/${key}.128.webp`, `oss://photos-out/square/${key}`]) {
    const style = 'image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp';
    const answer = { bytes: 3_267, ms: 41 + (n % 30), httpStatus: 200, processStatus: 'OK', bucket: 'photos-out' };
    line({ event: 'result', status: 'saved', source, rule: 'avatars', style, target, ...answer });
  }
  line({ event: 'summary', saved: 2, skipped: 0, failed: 0, removed: 0, journaled: 0, unsettled: 0, ms: 84 });
  activity.add({ kind: 'log', request, stream: 'runtime', line: `FC Invoke End RequestId: ${request}` });
  activity.add({ kind: 'invocation', request, attempt: 1, ms: 84, coldStart: n % 500 === 0, memoryMB: 61 });
}

/** Bytes, when nothing is left to collect. */
async function heapOf(session: CDPSession): Promise<number> {
  for (let pass = 0; pass < 3; pass++) await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

describe.skipIf(noBrowser)(`the page’s heap${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  it.each(['uploads', 'running'])(
    'in the view %s, after 10,000 uploads it is at most 1.2 × that after 1,000',
    async (view) => {
      const browser = await startBrowser();
      onTestFinished(() => browser.close());
      const activity = createActivity(Date.now);
      const url = await serve(activity);
      const { page } = await openStudio(browser, url, { at: `#/${view}` });
      const session = await page.context().newCDPSession(page);
      await session.send('HeapProfiler.enable');
      const heap = new Map<number, number>();
      // In portions that are fewer entries than are kept for a page.
      for (let n = 1; n <= 10_000; n++) {
        addUpload(activity, n);
        if (n % 200 !== 0) continue;
        const last = view === 'uploads' ? page.locator('.view.uploads') : page.locator('.lines');
        await last.getByText(`photo-${n}.jpg`).first().waitFor();
        if (n === 1_000 || n === 10_000) heap.set(n, await heapOf(session));
      }
      const [few = 0, many = 0] = [heap.get(1_000), heap.get(10_000)];
      console.log(`${view}: ${few} bytes after 1,000 uploads, ${many} after 10,000: ${(many / few).toFixed(3)}`);
      expect(few).toBeGreaterThan(1_000_000);
      expect(many / few).toBeLessThanOrEqual(1.2);
    },
  );
});
