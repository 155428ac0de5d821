import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDelivery, type DeliveryOptions, type DestinationBody } from '../../../src/local/fc/delivery.js';
import type { InvocationReport, InvocationRequest } from '../../../src/local/fc/invocation.js';
import { readEvent } from '../../../src/pipeline/event.js';
import { startFc } from './fixture.js';

describe('asynchronous invocation', () => {
  it('tries again with the same request id and a rising retryCount, then calls onFailure', async () => {
    const bodies: [DestinationBody, string][] = [];
    const reports: InvocationReport[] = [];
    const delays: number[] = [];
    const fc = startFc(
      `exports.handler = async (event, { requestId, retryCount }) => { throw new Error(requestId + ' ' + retryCount); };`,
      { maxAsyncRetryAttempts: 2 },
      {
        accountId: '42',
        now: () => Date.UTC(2026, 0, 2),
        sleep: async (ms) => void delays.push(ms),
        onInvocation: (report) => reports.push(report),
        onFailure: (body, functionName) => bodies.push([body, functionName]),
      },
    );
    const requestId = fc.deliver('fn', { events: [] });
    await fc.idle();
    const messages = reports.map((report) => JSON.parse(report.result.toString()).errorMessage);
    expect(messages).toEqual([`${requestId} 0`, `${requestId} 1`, `${requestId} 2`]);
    expect(reports.map((report) => report.retryCount)).toEqual([0, 1, 2]);
    expect(delays).toEqual([500, 1000]);
    expect(bodies).toEqual([
      [
        {
          timestamp: '2026-01-02T00:00:00.000Z',
          requestContext: {
            requestId,
            functionArn: 'acs:fc:cn-hangzhou:42:functions/fn',
            condition: 'InvocationError',
            approximateInvokeCount: 3,
          },
          requestPayload: '{"events":[]}',
          responseContext: { statusCode: 200, functionError: 'UnhandledInvocationError' },
          responsePayload: reports[2]?.result.toString(),
        },
        'fn',
      ],
    ]);
  });

  it('gives onFailure what the function can read again, and onSuccess what it passes over', async () => {
    const bodies: DestinationBody[] = [];
    const fc = startFc(
      `exports.handler = async (event) => { if (String(event).includes('bad')) throw new Error('no'); };`,
      { maxAsyncRetryAttempts: 0 },
      { onFailure: (body) => bodies.push(body), onSuccess: (body) => bodies.push(body) },
    );
    const uploadOf = (key: string) => ({
      events: [{ eventName: 'ObjectCreated:PutObject', oss: { bucket: { name: 'photos' }, object: { key } } }],
    });
    fc.deliver('fn', uploadOf('bad.jpg'));
    await fc.idle();
    fc.deliver('fn', uploadOf('good.jpg'));
    await fc.idle();
    const [failed, done] = bodies.map((body) => readEvent(Buffer.from(JSON.stringify(body))));
    expect(failed).toMatchObject({ uploads: [{ key: 'bad.jpg', givenUp: true }], ignored: [] });
    expect(done).toMatchObject({ uploads: [], ignored: [{ reason: 'foreign-source', origin: { type: 'succeeded' } }] });
  });

  it('ends with the first success and calls onSuccess', async () => {
    const bodies: DestinationBody[] = [];
    const fc = startFc(
      `exports.handler = async (event, { retryCount }) => { if (retryCount < 1) throw new Error('not yet'); return { saved: 1 }; };`,
      {},
      { retryDelay: () => 0, onSuccess: (body) => bodies.push(body) },
    );
    fc.deliver('fn', 'x');
    await fc.idle();
    expect(bodies).toMatchObject([
      {
        requestContext: { condition: '', approximateInvokeCount: 2 },
        responseContext: { functionError: '' },
        responsePayload: '{"saved":1}',
      },
    ]);
  });

  it('refuses a function that does not exist', () => {
    const fc = startFc('');
    expect(() => fc.deliver('other', '')).toThrow(expect.objectContaining({ code: 'FunctionNotFound' }));
  });
});

describe('createDelivery', () => {
  /** A delivery over a clock that only its sleeps move, and a function that always fails. */
  function simulated(options: Partial<DeliveryOptions>) {
    let clock = 0;
    const requests: (InvocationRequest & { at: number })[] = [];
    const failures: DestinationBody[] = [];
    const delivery = createDelivery({
      functionArn: 'arn',
      maxAsyncRetryAttempts: 3,
      maxAsyncEventAgeInSeconds: 86_400,
      retryDelay: () => 60_000,
      now: () => clock,
      sleep: async (ms) => {
        clock += ms;
      },
      run: async (request) => {
        requests.push({ ...request, at: clock });
        return {
          ...request,
          functionName: 'fn',
          instanceId: 'c-1',
          result: Buffer.from('{}'),
          errorType: 'UnhandledInvocationError',
          coldStart: false,
          coldStartMs: 0,
          durationMs: 1,
          billedDurationMs: 1,
          maxMemoryMB: 1,
          logTail: Buffer.alloc(0),
        };
      },
      onSuccess: () => {},
      onFailure: (body) => failures.push(body),
      ...options,
    });
    return { delivery, requests, failures };
  }

  it('makes one attempt more than there are retries', async () => {
    for (const maxAsyncRetryAttempts of [0, 8]) {
      const { delivery, requests, failures } = simulated({ maxAsyncRetryAttempts });
      await delivery.deliver('r', Buffer.alloc(0), 0);
      expect(requests).toHaveLength(maxAsyncRetryAttempts + 1);
      expect(failures).toHaveLength(1);
    }
  });

  it('starts after its delay', async () => {
    const { delivery, requests } = simulated({ maxAsyncRetryAttempts: 0 });
    await delivery.deliver('r', Buffer.alloc(0), 5000);
    expect(requests.map(({ at }) => at)).toEqual([5000]);
  });

  it('drops an event past its age, which still reaches onFailure', async () => {
    const { delivery, requests, failures } = simulated({ maxAsyncEventAgeInSeconds: 90, maxAsyncRetryAttempts: 8 });
    await delivery.deliver('r', Buffer.from('event'), 0);
    expect(requests.map(({ at }) => at)).toEqual([0, 60_000]);
    expect(failures).toMatchObject([
      { requestContext: { condition: 'EventExpired', approximateInvokeCount: 2 }, requestPayload: 'event' },
    ]);
  });

  it('lets a dozen events wait without a warning', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const { delivery } = simulated({ sleep: (ms, signal) => delay(ms, undefined, { signal }) });
    const delivered = Array.from({ length: 12 }, (_, n) => delivery.deliver(`r${n}`, Buffer.alloc(0), 300_000));
    delivery.close();
    await Promise.all(delivered);
    await new Promise(setImmediate);
    expect(warnings).toEqual([]);
  });

  it('stops waiting when it is closed', async () => {
    let stopped = false;
    const { delivery, requests, failures } = simulated({
      sleep: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason);
          });
        }),
    });
    const delivered = delivery.deliver('r', Buffer.alloc(0), 0);
    await expect.poll(() => requests.length).toBe(1);
    delivery.close();
    await delivered;
    expect([stopped, requests.length, failures.length]).toEqual([true, 1, 0]);
  });
});
