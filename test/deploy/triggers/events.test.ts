import { describe, expect, it } from 'vitest';
import {
  isUploadEvent,
  kindsOf,
  listedEvents,
  triggerRemovalEvents,
  triggerUploadEvents,
} from '../../../src/deploy/triggers/events.js';
import { readEvent } from '../../../src/pipeline/event.js';

describe('listedEvents', () => {
  it.each(listedEvents)('has %s, which the function takes for what it is', (eventName) => {
    const event = { eventName, oss: { bucket: { name: 'photos' }, object: { key: 'a.jpg' } } };
    const { uploads, ignored } = readEvent(Buffer.from(JSON.stringify({ events: [event] })));
    expect(ignored).toEqual([]);
    expect(uploads.map(({ kind }) => kind)).toEqual([isUploadEvent(eventName) ? 'stored' : 'removed']);
  });
});

describe('kindsOf', () => {
  it.each([
    [triggerUploadEvents.slice(0, 1), 'uploads'],
    [triggerRemovalEvents, 'removals'],
    [[...triggerRemovalEvents, ...triggerUploadEvents], 'uploads and removals'],
    [[], ''],
  ])('calls %j %s', (events, kinds) => {
    expect(kindsOf(events)).toBe(kinds);
  });
});
