// Holds the demo's results against their literal sizes: fetched with the OSS client, read with sharp.
import sharp from 'sharp';
import { readBlindWatermark } from '../image/blind-watermark/read.js';
import { localClient } from '../samples/objects.js';
import { type DemoRow, failureOf, resultsIn } from './row.js';
import { demoResults, resultBucket, sourceBucket } from './rules.js';

/** Fetches every expected result, hands it to `save`, and compares it. `log`: the lines that the function logged. */
export async function checkResults(
  url: string,
  log: readonly string[],
  save: (key: string, body: Buffer) => void,
): Promise<DemoRow[]> {
  const client = localClient(url, resultBucket);
  const logged = resultsIn(log);
  const rows: DemoRow[] = [];
  for (const [sourceKey, key, width, height, format, text] of demoResults) {
    const source = `oss://${sourceBucket}/${sourceKey}`;
    const target = `oss://${resultBucket}/${key}`;
    const result = logged.find((one) => one['source'] === source && one['target'] === target);
    const [rule, style] = ['rule', 'style'].map((name) => String(result?.[name] ?? '?')) as [string, string];
    const row = { source, original: sourceKey, rule, style, target };
    if (result?.['status'] !== 'saved') {
      rows.push({ ...row, problem: failureOf(result) });
      continue;
    }
    const { content } = await client.get(key);
    save(key, content);
    const found = await sharp(content).metadata();
    const hidden = text === undefined ? undefined : (await readBlindWatermark(content))?.text;
    const problem =
      difference('is', `${found.format} ${found.width}×${found.height}`, `${format} ${width}×${height}`) ??
      difference('hides', JSON.stringify(hidden), JSON.stringify(text));
    const size = { file: key, bytes: content.length, width: found.width, height: found.height };
    rows.push({ ...row, ...size, ms: Number(result['ms']), hidden, problem });
  }
  return rows;
}

function difference(verb: string, found: string | undefined, wanted: string | undefined): string | undefined {
  return found === wanted ? undefined : `${verb} ${found}, not ${wanted}`;
}
