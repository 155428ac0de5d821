// Holds the demo's results against their literal sizes: fetched with the OSS client, read with sharp.
import sharp from 'sharp';
import { readBlindWatermark } from '../image/blind-watermark/read.js';
import { localClient } from '../samples/objects.js';
import { demoResults, resultBucket, sourceBucket } from './rules.js';

/** A row of the table: what was expected, what came, and what is wrong with it. */
export interface DemoRow {
  readonly source: string;
  readonly rule: string;
  readonly style: string;
  readonly target: string;
  readonly bytes?: number;
  readonly width?: number;
  readonly height?: number;
  readonly ms?: number;
  /** What was read out of a blind watermark. */
  readonly hidden?: string | undefined;
  /** Absent: as expected. */
  readonly problem?: string | undefined;
}

/** What the function logged of one output. */
type LoggedResult = Readonly<Record<string, unknown>>;

/** Fetches every expected result, hands it to `save`, and compares it. `log`: the lines that the function logged. */
export async function checkResults(
  url: string,
  log: readonly string[],
  save: (key: string, body: Buffer) => void,
): Promise<DemoRow[]> {
  const client = localClient(url, resultBucket);
  const logged = log.flatMap(readResult);
  const rows: DemoRow[] = [];
  for (const [sourceKey, key, width, height, format, text] of demoResults) {
    const source = `oss://${sourceBucket}/${sourceKey}`;
    const target = `oss://${resultBucket}/${key}`;
    const result = logged.find((one) => one['source'] === source && one['target'] === target);
    const row = { source, rule: String(result?.['rule'] ?? '?'), style: String(result?.['style'] ?? '?'), target };
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
    const size = { bytes: content.length, width: found.width, height: found.height };
    rows.push({ ...row, ...size, ms: Number(result['ms']), hidden, problem });
  }
  return rows;
}

function readResult(line: string): LoggedResult[] {
  if (!line.startsWith('{')) return [];
  const entry = JSON.parse(line) as LoggedResult;
  return entry['event'] === 'result' ? [entry] : [];
}

function difference(verb: string, found: string | undefined, wanted: string | undefined): string | undefined {
  return found === wanted ? undefined : `${verb} ${found}, not ${wanted}`;
}

function failureOf(result: LoggedResult | undefined): string {
  const error = result?.['error'] as { code?: string; message?: string } | undefined;
  return error === undefined ? 'there is no result' : `${error.code}: ${error.message}`;
}
