// Whatever can run one event: the embedded cloud, Function Compute through its own API, or Serverless Devs.

export interface Event {
  readonly bytes: Buffer;
  /** Full path. */
  readonly file: string;
}

/** How it ended. */
export interface Invoked {
  /** Queued, not run yet. */
  readonly accepted?: boolean | undefined;
  readonly requestId?: string | undefined;
  /** The function threw an error, or was ended. */
  readonly failure?: FunctionFailure | undefined;
  /** What the handler returned, as text; empty when there is nothing. */
  readonly result: string;
  /** The end of the invocation's log, where it was requested. */
  readonly log?: string | undefined;
}

export interface FunctionFailure {
  /** FC's own: UnhandledInvocationError, InitializationError, … */
  readonly type: string;
  readonly message: string;
  /** Of the error that was thrown, such as ConfigError. */
  readonly name?: string | undefined;
}

export type Engine = (event: Event) => Promise<Invoked>;

/** What FC reports of a function that failed: JSON with `errorMessage` and, where something was thrown, `errorType`. */
export function functionFailureOf(type: string, result: string): FunctionFailure {
  try {
    const { errorMessage, errorType } = JSON.parse(result) as Record<string, unknown>;
    if (typeof errorMessage === 'string') {
      return { type, message: errorMessage, name: typeof errorType === 'string' ? errorType : undefined };
    }
  } catch {
    // Any other text is the message.
  }
  return { type, message: result.slice(0, 1_000) };
}
