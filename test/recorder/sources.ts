// What a look at the sources of an event sees: mostly the version that the event speaks of, sometimes another one, or
// none.
import type { Sight } from './case.js';
import type { Draw } from './draw.js';
import { objectsIn } from './events.js';

type Sources = Record<string, readonly Sight[]>;

/** When the sources were stored, where the event does not say: 2026-11-22T08:30:00Z. */
const storedAt = Date.UTC(2026, 10, 22, 8, 30);

/** Every source of an event as the event tells it, with removals gone. */
export function sourcesAsTold(event: Buffer): Sources {
  return sourcesBy(event, (told, removed) => (removed ? [] : [told]));
}

/** Every source of an event, in a state that is drawn. */
export function drawSources(event: Buffer, draw: Draw): Sources {
  return sourcesBy(event, (told, removed) => {
    const other = { ...told, etag: `${draw.hex(4)}0000000000000000000000000000`, modified: told.modified + 4_000 };
    if (removed && draw.percent(60)) return [];
    return draw.percent(62) ? [told] : draw.oneOf(oddStates(told, other));
  });
}

/** Gone, replaced, changing, refused, versioned, a link, stored a little later than its event says. */
function oddStates(told: Sight, other: Sight): (readonly Sight[])[] {
  const but = (difference: Partial<Sight>): Sight => ({ ...told, ...difference });
  return [
    [],
    [],
    [other],
    [told, other],
    [told, but({ status: 404 })],
    [but({ status: 403 })],
    [but({ status: 503 })],
    [but({ status: 0 })],
    [told, but({ status: 503 })],
    [but({ size: told.size === 1 ? 2_000_000 : 1 })],
    [{ ...other, size: 1_500_000 }],
    [but({ versionId: 'CAEQ1' })],
    [but({ versionId: 'CAEQ1' }), but({ versionId: 'CAEQ2' })],
    [but({ type: 'Symlink' })],
    [but({ modified: told.modified + 1_000 })],
    Array.from({ length: 7 }, (_, nth) => ({ ...other, etag: `${nth}${other.etag.slice(1)}` })),
  ];
}

function sourcesBy(event: Buffer, see: (told: Sight, removed: boolean) => readonly Sight[]): Sources {
  const sources: Sources = {};
  for (const { bucket, key, record } of objectsIn(event.toString())) {
    const { object } = record['oss'] as { object: { size?: unknown; eTag?: unknown } };
    const told = Date.parse(String(record['eventTime']));
    const sight: Sight = {
      status: 200,
      // A header holds no more than this.
      etag: /^[\w"-]{1,200}$/.test(String(object.eTag)) ? String(object.eTag) : 'NONE',
      modified: Number.isNaN(told) ? storedAt : told,
      size: Number.isSafeInteger(object.size) && Number(object.size) >= 0 ? Number(object.size) : 4321,
    };
    sources[`${bucket}/${key}`] ??= see(sight, String(record['eventName']).includes('Removed'));
  }
  return sources;
}
