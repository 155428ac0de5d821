// What the studio's interface answers to a call that it cannot do: a status, a code for the page, and a sentence.

export type MistakeCode = 'forbidden' | 'unknown' | 'invalid' | 'tooLarge' | 'failed';

const statuses: Readonly<Record<MistakeCode, number>> = {
  forbidden: 403,
  unknown: 404,
  invalid: 400,
  tooLarge: 413,
  failed: 500,
};

export class StudioMistake extends Error {
  override readonly name = 'StudioMistake';
  readonly status: number;

  constructor(
    readonly code: MistakeCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.status = statuses[code];
  }
}
