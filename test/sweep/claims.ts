// What holds of every sweep, however it is interrupted: for a quick test of few runs, and a slow one of many.
import fc from 'fast-check';
import { expect } from 'vitest';
import { config, derivatives, type Options, simulation, start, type WrittenMarker } from './simulation.js';

const keys = ['kept/a', 'kept/b', 'kept/c', 'kept/d', 'kept/e', 'removed/a', 'removed/b', 'removed/c'];

/** What happens next; the number picks one of those that could. */
const action = fc.record({
  what: fc.oneof(
    { weight: 30, arbitrary: fc.constant('step' as const) },
    { weight: 2, arbitrary: fc.constantFrom('tick' as const, 'kill' as const, 'land' as const) },
    { weight: 4, arbitrary: fc.constantFrom('upload' as const, 'upload' as const, 'remove' as const) },
    { weight: 4, arbitrary: fc.constant('deliver' as const) },
    { weight: 1, arbitrary: fc.constantFrom('second' as const, 'minute' as const, 'hold' as const) },
  ),
  which: fc.nat(1000),
});

const scenario = fc.record({
  /** Of each key: is there, with which derivatives: none, older ones, current ones, of which all but the first lack. */
  sources: fc.array(fc.constantFrom('absent', 'missing', 'stale', 'current', 'half', 'bad'), {
    minLength: keys.length,
    maxLength: keys.length,
  }),
  cut: fc.constantFrom('one', 'two', 'three'),
  bounds: fc.array(fc.nat(8), { minLength: 3, maxLength: 3 }),
  unbounded: fc.boolean(),
  workers: fc.integer({ min: 1, max: 2 }),
  page: fc.integer({ min: 1, max: 4 }),
  force: fc.boolean(),
  live: fc.boolean(),
  cancels: fc.option(fc.nat(100), { freq: 5 }),
  actions: fc.array(action, { maxLength: 200, size: 'max' }),
});

const cuts = {
  one: [{ prefix: '' }],
  two: [{ prefix: 'kept/' }, { prefix: 'removed/' }],
  three: [{ prefix: 'kept/', through: 'kept/b' }, { prefix: 'kept/', after: 'kept/b' }, { prefix: 'removed/' }],
};

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** @param runs how many scenarios are tried */
export async function holdTheClaims(runs: number, seed?: number): Promise<void> {
  await fc.assert(fc.asyncProperty(scenario, check), { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
}

async function check({ sources, cut, bounds, unbounded, workers, page, force, live, cancels, actions }: Scenario) {
  const shards: Options['shards'] = cuts[cut].map((range, shard) => {
    return { ...range, objects: unbounded ? 1_000 : (bounds[shard] ?? 0) };
  });
  const run = simulation({ shards, workers, page, selection: force ? { force } : {} });
  const { world } = run;
  const body = (uri: string) => world.objects.get(uri)?.body;
  for (const [index, key] of keys.entries()) {
    const state = sources[index];
    if (state === 'absent') continue;
    const bytes = state === 'bad' ? `bad ${key}` : `first ${key}`;
    world.store(`oss://photos/${key}`, bytes, start - 100_000);
    for (const [output, { uri, body }] of derivatives(key, state === 'stale' ? 'older' : bytes).entries()) {
      if (state === 'stale') world.store(uri, body, start - 200_000);
      if (state === 'current' || (state === 'half' && output === 0)) world.store(uri, body, start - 50_000);
    }
  }
  const before = new Map([...world.objects].map(([uri, { body }]) => [uri, body]));
  run.startSweep();
  run.tick();

  let kills = 0;
  let ticks = 1;
  let version = 0;
  for (const [index, { what, which }] of actions.entries()) {
    const key = keys[which % keys.length] ?? '';
    if (index === cancels) run.cancel();
    if (what === 'step') await run.step(which);
    if (what === 'tick') {
      run.tick();
      ticks += 1;
    }
    if (what === 'kill' && run.kill(which, which)) kills += 1;
    if (what === 'land') run.land(which);
    if (what === 'upload' && live) run.upload(key, `v${++version} ${key}`);
    if (what === 'remove' && live) run.remove(key);
    if (what === 'deliver') run.deliver(which);
    if (what === 'second') run.wait(1_000);
    if (what === 'minute') run.wait(60_000);
    if (what === 'hold') run.wait(7 * 60_000);
  }
  await run.calmDown(150, () => run.isEnded() && run.isNothingDue());

  // It ends, however often it was interrupted.
  expect(run.failures).toEqual([]);
  expect(run.isEnded()).toBe(true);

  const versions = (key: string) => body(`oss://photos/${key}`);
  const unchanged = (key: string) => versions(key) !== undefined && versions(key) === before.get(`oss://photos/${key}`);
  const made = new Set(run.made.map(({ target }) => target));

  // Nothing is stale: what there is, is of the present source, or nobody has come to it.
  for (const key of keys) {
    const source = versions(key);
    for (const { uri, body: right } of derivatives(key, source ?? '')) {
      const there = body(uri);
      if (source === undefined) {
        const kept = key.startsWith('removed/') ? before.has(`oss://photos/${key}`) === false : true;
        if (key.startsWith('removed/') && !kept) expect([uri, there]).toEqual([uri, undefined]);
      } else if (there !== right && !source.startsWith('bad')) {
        expect([uri, unchanged(key), there]).toEqual([uri, true, before.get(uri)]);
        // Of a sweep that is cancelled, a call that was lost is not made again; nor need it be within a share that may
        // end early.
        const shard = shards.findIndex((range) => isWithin(range, key));
        if (cancels === null && !mayEndEarly(run.markers, shard)) expect(made).not.toContain(uri);
        expect(unbounded && cancels === null).toBe(false);
      }
    }
  }

  // The bound is on distinct targets, whoever makes them; each kill, and each tick more, may repeat a unit.
  for (const [shard, range] of shards.entries()) {
    const { objects } = range;
    const calls = run.made.filter(({ source }) => isWithin(range, source));
    expect([shard, new Set(calls.map(({ target }) => target)).size <= objects]).toEqual([shard, true]);
    if (!live) expect(calls.length).toBeLessThanOrEqual(objects + (kills + ticks) * page * 2);
    // And it is used up, but for what the next source needs as a whole.
    if (live || cancels !== null || mayEndEarly(run.markers, shard)) continue;
    const tried = new Set(calls.map(({ target }) => target));
    const left = keys
      .filter((key) => isWithin(range, key) && before.has(`oss://photos/${key}`))
      .map((key) => derivatives(key, versions(key) ?? '').filter(({ uri, body }) => force || before.get(uri) !== body))
      .map((wanted) => wanted.filter(({ uri }) => !tried.has(uri)).length);
    const next = left.find((count) => count > 0);
    if (next !== undefined) expect(tried.size + next, `shard ${shard}`).toBeGreaterThan(objects);
  }

  // A marker is written once, and what is up to its `after` is done with.
  const markers = new Map<string, string>();
  for (const { key, body, objects } of run.markers) {
    expect(markers.get(key) ?? body).toBe(body);
    markers.set(key, body);
    const { shard, kind } = nameOf(key);
    const { after: upTo = '' } = JSON.parse(body);
    const { prefix, after = '' } = shards[shard] ?? { prefix: '?' };
    const done = keys.filter((one) => one.startsWith(prefix) && one > after && one <= upTo && kind === 'done');
    for (const source of done) {
      const bytes = objects.get(`oss://photos/${source}`) ?? 'bad';
      // What has changed is for its event.
      if (bytes !== before.get(`oss://photos/${source}`) || bytes.startsWith('bad')) continue;
      for (const { uri, body: right } of derivatives(source, bytes)) {
        expect([key, uri, objects.get(uri)]).toEqual([key, uri, right]);
      }
    }
  }
  expect(config.rules).toHaveLength(2);
}

function isWithin({ prefix, after = '', through = '\uffff' }: Options['shards'][number], key: string): boolean {
  return key.startsWith(prefix) && key > after && key <= through;
}

/** What the name of a marker tells. */
function nameOf(key: string) {
  const [, shard, unit, kind, run] = /units\/(\d{4})\/(\d{8})-[12]-(done|begun)\.(.+)\.json$/.exec(key) ?? [];
  return { shard: Number(shard), unit, kind, run };
}

/**
 * Whether the share of a shard may end before so much is made: where two runs have tried a unit, of which one was
 * killed, or was held up beyond its deadline, they may have counted differently, and what either has counted is taken
 * as made (`standOf`). Who goes on lists the markers after that deadline: a `done` from before it is seen.
 */
function mayEndEarly(markers: readonly WrittenMarker[], shard: number): boolean {
  const own = markers.map((marker) => ({ ...marker, ...nameOf(marker.key) })).filter((one) => one.shard === shard);
  return own.some(({ unit, kind, run, body }) => {
    if (kind !== 'begun') return false;
    const ofUnit = own.filter((one) => one.unit === unit);
    const { deadline } = JSON.parse(body);
    const isDone = ofUnit.some((one) => one.run === run && one.kind === 'done' && one.at <= deadline);
    return !isDone && ofUnit.some((one) => one.run !== run);
  });
}
