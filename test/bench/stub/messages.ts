// What the bench and the stub say to each other: the bench sets the stub up, and asks what it has counted since.

export interface StubSetup {
  /** Ms before the answer. */
  readonly delays: { readonly process: number; readonly head: number };
  /** What a GET of any object is answered with. */
  readonly object?: string | undefined;
}

/** Since the last setup. */
export interface StubCounts {
  readonly requests: { readonly process: number; readonly head: number; readonly get: number; readonly other: number };
  /** Bytes as they arrived and as they were sent, of all connections; over TLS, before encryption. */
  readonly received: number;
  readonly sent: number;
  readonly connections: number;
}

export type ToStub = { readonly setup: StubSetup } | 'count';

export interface StubAddress {
  readonly http: string;
  readonly tls: string;
}

/** First the addresses, then an answer to each message. */
export type FromStub = { readonly address: StubAddress } | { readonly counts: StubCounts };

/** Names of the environment variables with the key and the certificate, PEM. */
export const tlsVariables = { key: 'BENCH_TLS_KEY', certificate: 'BENCH_TLS_CERTIFICATE' } as const;
