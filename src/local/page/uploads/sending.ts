// Uploads that are on their way from this page: a few at a time, each by a signed PUT, with its progress.
import { signal } from '@preact/signals';
import { call, refusalIn, ServerError, signed } from '../server.js';

/** What is sent, until it is there. */
export interface Sending {
  readonly id: number;
  readonly bucket: string;
  readonly key: string;
  /** Bytes; undefined for a sample, which the server makes. */
  readonly size?: number | undefined;
  /** Bytes; undefined: it waits. */
  readonly sent?: number | undefined;
  readonly error?: ServerError | undefined;
}

/** The source of the bytes. */
type Cargo = { readonly file: Blob } | { readonly photo: string };

export type Order = Cargo & { readonly bucket: string; readonly key: string };

export const sending = signal<readonly Sending[]>([]);

const mostAtOnce = 3;
const waiting: { readonly id: number; readonly order: Order }[] = [];
/** The orders of what has failed, for another try. */
const failed = new Map<number, Order>();
let busy = 0;
let lastId = 0;

/** Sends all of these; what is sent leaves the list, what fails stays there with its error. */
export function send(orders: readonly Order[]): void {
  const added = orders.map((order) => ({ id: ++lastId, order }));
  waiting.push(...added);
  sending.value = [
    ...sending.value,
    ...added.map(({ id, order: { bucket, key, ...cargo } }) => {
      return { id, bucket, key, size: 'file' in cargo ? cargo.file.size : undefined };
    }),
  ];
  while (busy < mostAtOnce && waiting.length > 0) void work();
}

/** Takes one that has failed off the list. */
export function dismiss(id: number): void {
  failed.delete(id);
  sending.value = sending.value.filter((one) => one.id !== id);
}

export function tryAgain(id: number): void {
  const order = failed.get(id);
  dismiss(id);
  if (order !== undefined) send([order]);
}

async function work(): Promise<void> {
  busy += 1;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { id, order } = next;
    try {
      change(id, { sent: 0 });
      await deliver(order, (sent) => change(id, { sent }));
      dismiss(id);
    } catch (error) {
      failed.set(id, order);
      change(id, { error: error instanceof ServerError ? error : new ServerError('failed', String(error)) });
    }
  }
  busy -= 1;
}

function change(id: number, to: Partial<Sending>): void {
  sending.value = sending.value.map((one) => (one.id === id ? { ...one, ...to } : one));
}

async function deliver({ bucket, key, ...cargo }: Order, progress: (sent: number) => void): Promise<void> {
  if ('photo' in cargo) {
    await call('sample', { photo: cargo.photo, bucket, key });
    return;
  }
  const { file } = cargo;
  const contentType = file.type || undefined;
  await put(await signed({ method: 'PUT', bucket, key, contentType }), file, progress);
}

/** Not by fetch, which tells nothing of how far it is. A browser sends the type of a file by itself. */
function put(url: string, file: Blob, progress: (sent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    if (file.type !== '') request.setRequestHeader('Content-Type', file.type);
    request.upload.onprogress = ({ loaded }) => progress(loaded);
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(refusalIn(request.status, request.responseText));
    };
    request.onerror = () => reject(new ServerError('offline', 'The server does not answer, or the file is gone.'));
    request.send(file);
  });
}
