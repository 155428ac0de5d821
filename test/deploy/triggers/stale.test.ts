import { describe, expect, it } from 'vitest';
import { validateResource } from '../../../src/deploy/s-schema.js';
import { triggerRemovalEvents, triggerUploadEvents } from '../../../src/deploy/triggers/events.js';
import { staleTriggers } from '../../../src/deploy/triggers/stale.js';
import type { RemoteTrigger } from '../../../src/remote/function-compute.js';
import { remoteTrigger } from '../../support/memory-function-compute.js';
import { someProps, someTrigger } from '../../support/project.js';

function resourceOf(changes: object = {}) {
  const { props, mistakes } = validateResource({ ...someProps(), ...changes });
  if (props === undefined) throw new Error(JSON.stringify(mistakes));
  return props;
}

describe('staleTriggers', () => {
  const found = (deployed: readonly RemoteTrigger[], wanted?: readonly object[]) => {
    const { triggers } = resourceOf(wanted === undefined ? {} : { triggers: wanted });
    const { stale, similar, removeFirst, blocking } = staleTriggers(triggers, deployed);
    const names = (list: readonly RemoteTrigger[]): string[] => list.map(({ triggerName }) => triggerName);
    const filters = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
    return {
      stale: names(stale),
      similar: names(similar),
      removeFirst: filters(removeFirst),
      blocking: filters(blocking),
    };
  };

  it('finds triggers of ours that s.yaml no longer lists, and leaves those of others alone', () => {
    const triggers = [
      remoteTrigger('avatars/', { name: 'avatars' }),
      remoteTrigger('old/'),
      remoteTrigger('jane/', { description: "oss-autostyle's sibling: billing, by Jane" }),
      remoteTrigger('by-hand/', { description: 'made in the console' }),
      remoteTrigger('unnamed/', { description: '' }),
    ];
    expect(found(triggers)).toEqual({
      stale: ['oss_shop-photos_old'],
      similar: ['oss_shop-photos_jane'],
      removeFirst: [],
      blocking: [],
    });
    expect(found([])).toEqual({ stale: [], similar: [], removeFirst: [], blocking: [] });
  });

  it('finds what keeps OSS from having the triggers of s.yaml, whosever it is', () => {
    const theirs = remoteTrigger('gallery/2024/', { name: 'theirs', description: 'x' });
    expect(found([remoteTrigger('avatars/'), theirs])).toMatchObject({
      removeFirst: ['oss_shop-photos_avatars'],
      blocking: ['theirs'],
    });
  });

  it('finds nothing that blocks a trigger which is there already', () => {
    const there = { ...someTrigger('gallery', 'gallery/'), triggerConfig: remoteTrigger('gallery/').triggerConfig };
    const theirs = remoteTrigger('gallery/2024/', { name: 'theirs', description: 'x' });
    const present: RemoteTrigger = {
      ...remoteTrigger('gallery/', { name: 'gallery' }),
      triggerConfig: { events: [...triggerUploadEvents].reverse(), filter: { key: { prefix: 'gallery/' } } },
    };
    expect(found([present, theirs], [there])).toMatchObject({ blocking: [] });
    const other = {
      ...there,
      triggerConfig: { ...(there.triggerConfig as object), events: [...triggerUploadEvents, ...triggerRemovalEvents] },
    };
    expect(found([present, theirs], [other])).toMatchObject({ blocking: ['theirs'] });
  });
});
