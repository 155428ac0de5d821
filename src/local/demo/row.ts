// A row of the demo's table: what became of one output of one photo.
export interface DemoRow {
  /** `oss://bucket/key`; of a photo that was not uploaded, its path below the folder of photos. */
  readonly source: string;
  /** Below the folder of originals. */
  readonly original: string;
  readonly rule: string;
  readonly style: string;
  /** Absent where no result was asked for. */
  readonly target?: string | undefined;
  /** Below the folder of results; absent where there is no result. */
  readonly file?: string | undefined;
  readonly bytes?: number | undefined;
  /** Absent where the result is no picture. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly ms?: number | undefined;
  /** What was read out of a blind watermark. */
  readonly hidden?: string | undefined;
  /** Why nothing was to be made. */
  readonly skipped?: string | undefined;
  /** What has failed, or differs from what was expected. */
  readonly problem?: string | undefined;
}

/** What the function has logged of one output. */
export type LoggedResult = Readonly<Record<string, unknown>>;

/** The results in the lines of a log. */
export function resultsIn(log: readonly string[]): LoggedResult[] {
  return log.flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const entry = JSON.parse(line) as LoggedResult;
    return entry['event'] === 'result' ? [entry] : [];
  });
}

/** Why there is no result. */
export function failureOf(result: LoggedResult | undefined): string {
  const error = result?.['error'] as { code?: string; message?: string } | undefined;
  const { code = '', message = '' } = error ?? {};
  if (error === undefined) return 'there is no result';
  return message.startsWith(code) ? message : `${code}: ${message}`;
}
