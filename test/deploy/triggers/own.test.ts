import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { triggerBlock } from '../../../src/deploy/triggers/block.js';
import { triggerRemovalEvents, triggerUploadEvents } from '../../../src/deploy/triggers/events.js';
import { ownershipOf } from '../../../src/deploy/triggers/own.js';
import { planTriggers } from '../../../src/deploy/triggers/plan.js';
import type { RemoteTrigger } from '../../../src/remote/function-compute.js';
import { loadConfig } from '../../../src/rules/load.js';
import { remoteTrigger } from '../../support/memory-function-compute.js';

/** What Function Compute shows of the triggers that a configuration makes. */
function deployed(prefixes: readonly string[], onDelete: boolean, bucket = 'shop-photos'): RemoteTrigger[] {
  const rules = prefixes.map((prefix, index) => ({
    name: `r${index}`,
    when: { bucket, prefix },
    ...(onDelete ? { onDelete: 'remove' } : {}),
    outputs: [{ style: 'image/info', to: { bucket: 'out', key: `${index}/{key}` } }],
  }));
  const plan = planTriggers(loadConfig({ journal: { bucket: 'journal', prefix: 'j/' }, rules }, {}));
  const text = triggerBlock(plan, new Map(), 0).replaceAll('${vars.', '{');
  const { triggers } = parse(text) as { triggers: RemoteTrigger[] };
  // In another order, as nothing says that it is kept.
  return triggers.map((trigger) => {
    const config = trigger.triggerConfig as { events?: string[] };
    return config.events === undefined
      ? trigger
      : { ...trigger, triggerConfig: { ...config, events: [...config.events].reverse() } };
  });
}

describe('ownershipOf', () => {
  it('knows every trigger that a configuration makes', () => {
    const prefix = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => /^[^/\p{C}$<]/u.test(text));
    fc.assert(
      fc.property(fc.uniqueArray(prefix, { minLength: 1, maxLength: 4 }), fc.boolean(), (prefixes, onDelete) => {
        const triggers = deployed(prefixes, onDelete);
        expect(triggers.length).toBeGreaterThan(1);
        expect(triggers.map(ownershipOf)).toEqual(triggers.map(() => 'own'));
      }),
      { numRuns: 40 },
    );
  });

  const ours = remoteTrigger('avatars/');
  const config = ours.triggerConfig as { events: string[]; filter: object };
  const timer: RemoteTrigger = {
    ...ours,
    triggerName: 'every-minute',
    triggerType: 'timer',
    description: 'oss-autostyle runs what the journal holds due',
    triggerConfig: { cronExpression: '@every 5m', enable: true },
  };
  const former = { ...ours, triggerName: 'photos-avatars', description: 'oss-autostyle uploads' };

  it.each<[string, RemoteTrigger, string]>([
    ['one of ours', ours, 'own'],
    ['of an earlier version', former, 'own'],
    ['the timer', timer, 'own'],
    ['the timer of an earlier version', { ...timer, description: 'oss-autostyle journal' }, 'own'],
    [
      'a description that begins like ours',
      { ...ours, description: "oss-autostyle's sibling: billing, by Jane" },
      'similar',
    ],
    ['one that goes on', { ...ours, description: `${ours.description} and more` }, 'similar'],
    ['another name', { ...ours, triggerName: 'billing' }, 'similar'],
    ['the name of another bucket', { ...ours, sourceArn: 'acs:oss:cn-hangzhou:1234567890123456:photos' }, 'similar'],
    ['no bucket', { ...ours, triggerName: 'oss__avatars', sourceArn: '' }, 'similar'],
    ['an earlier name with another prefix', { ...remoteTrigger('gallery/'), ...named(former) }, 'similar'],
    ['a timer of another name', { ...timer, triggerName: 'nightly' }, 'similar'],
    ['a timer with the description of another', { ...timer, description: 'oss-autostyle hears uploads' }, 'similar'],
    [
      'a suffix',
      { ...ours, triggerConfig: { ...config, filter: { key: { prefix: 'avatars/', suffix: '.jpg' } } } },
      'similar',
    ],
    ['an event less', { ...ours, triggerConfig: { ...config, events: config.events.slice(1) } }, 'similar'],
    [
      'removals, said to be uploads',
      { ...ours, triggerConfig: { ...config, events: triggerRemovalEvents } },
      'similar',
    ],
    [
      'the same event four times',
      { ...ours, triggerConfig: { ...config, events: triggerUploadEvents.map(() => triggerUploadEvents[0]) } },
      'similar',
    ],
    ['no configuration', { ...ours, triggerConfig: 'what?' }, 'similar'],
    ['another description', { ...ours, description: 'made in the console' }, 'foreign'],
    ['none', { ...ours, description: '' }, 'foreign'],
    ['null', { ...ours, description: null as never }, 'foreign'],
  ])('judges %s', (_, trigger, expected) => {
    expect(ownershipOf(trigger)).toBe(expected);
  });
});

function named({ triggerName, description }: RemoteTrigger) {
  return { triggerName, description };
}
