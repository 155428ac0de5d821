// An embedded OSS in a process of its own, which keeps objects in the folder that it is given. Prints its port, and
// for each line on its input the most memory that it has had, in MB.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { processImage } from '../../../../src/local/image/pipeline.js';
import { createLocalOss } from '../../../../src/local/oss/server.js';
import { directoryStorage } from '../../../../src/local/oss/storage/directory.js';

const oss = createLocalOss({ processImage, storage: directoryStorage(process.argv[2] ?? '') });
oss.keys.set('autostyle', { secret: 'autostyle-secret' });
oss.createBucket('photos');
const server = createServer((request, response) => oss.handle(request, response));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));

/** On Linux, maxRSS begins with what the parent had. */
function peakMB(): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
createInterface({ input: process.stdin }).on('line', () => process.stdout.write(`${peakMB()}\n`));
