import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTriggers } from '../../../src/check/project/triggers.js';
import { triggerRemovalEvents, triggerUploadEvents } from '../../../src/deploy/triggers/events.js';
import { configOf, deployment, ossTrigger, timer } from '../deployment.js';

const plain = configOf([{ when: { prefix: 'a/' } }]);
const removing = configOf([{ when: { prefix: 'a/' }, onDelete: 'remove' }]);
const unjournaled = configOf([{ when: { prefix: 'a/' } }], 'throw');
const uploads = ossTrigger('photos', 'a/', triggerUploadEvents);

const cron = (cronExpression: string, enable = true, triggerName = 'mine') => ({
  ...timer,
  triggerName,
  triggerConfig: { cronExpression, enable },
});

describe('triggers against rules', () => {
  it.each([
    ['nothing of what is planned', plain, undefined, []],
    ['nothing of what is planned with onDelete', removing, undefined, []],
    ['nothing without a journal and a timer', unjournaled, undefined, []],
    ['a missing trigger', plain, [timer], ['error triggerMissing props.triggers']],
    [
      'a trigger of another bucket',
      plain,
      [ossTrigger('scans', 'a/', triggerUploadEvents), timer],
      ['error triggerMissing props.triggers', 'warning triggerIdle props.triggers[0]'],
    ],
    [
      'a trigger for a part',
      plain,
      [ossTrigger('photos', 'a/b/', triggerUploadEvents), timer],
      ['error triggerTooNarrow props.triggers[0]'],
    ],
    [
      'a trigger for one case of a suffix',
      plain,
      [ossTrigger('photos', 'a/', triggerUploadEvents, '.jpg'), timer],
      ['error triggerTooNarrow props.triggers[0]'],
    ],
    [
      'a trigger without one of the events',
      plain,
      [ossTrigger('photos', 'a/', triggerUploadEvents.slice(1)), timer],
      ['error triggerMissing props.triggers'],
    ],
    ['nothing of a wider trigger', plain, [ossTrigger('photos', '', triggerUploadEvents), timer], []],
    ['a missing removal trigger', removing, [uploads, timer], ['error removalTriggerMissing props.triggers']],
    [
      'half a removal trigger',
      removing,
      [ossTrigger('photos', 'a/', [...triggerUploadEvents, 'oss:ObjectRemoved:DeleteObject']), timer],
      ['error removalTriggerMissing props.triggers'],
    ],
    [
      'removals that no rule asks for',
      plain,
      [ossTrigger('photos', 'a/', [...triggerUploadEvents, ...triggerRemovalEvents]), timer],
      ['warning removalsIdle props.triggers[0].triggerConfig.events'],
    ],
    [
      'a trigger without a rule',
      plain,
      [uploads, ossTrigger('photos', 'b/', triggerUploadEvents, '', 'two'), timer],
      ['warning triggerIdle props.triggers[1]'],
    ],
    ['a missing timer', plain, [uploads], ['error timerMissing props.triggers']],
    [
      'a timer that is off',
      plain,
      [uploads, { ...timer, triggerConfig: { ...timer.triggerConfig, enable: false } }],
      ['error timerMissing props.triggers[1].triggerConfig.enable'],
    ],
    [
      'a slow timer',
      plain,
      [uploads, { ...timer, triggerConfig: { cronExpression: '@every 5m', enable: true } }],
      ['info timerSlow props.triggers[1].triggerConfig.cronExpression'],
    ],
    ...(
      [
        ['nothing of a timer that cron has every minute', [cron('0 * * * * *')], []],
        ['nothing of one that is off, where another runs', [cron('0 0 3 * * *', false), timer], []],
        ['nothing of a nightly one beside one of every minute', [cron('0 0 3 * * *'), timer], []],
        ['an hourly timer', [cron('0 0 * * * *')], ['info timerSlow props.triggers[1].triggerConfig.cronExpression']],
        [
          'the best timer that is on',
          [cron('0 0 3 * * *'), cron('0 0 4 1 1 *', true, 'yearly'), cron('* * * * * *', false, 'off')],
          ['warning timerSlow props.triggers[1].triggerConfig.cronExpression'],
        ],
        ['a yearly timer', [cron('0 0 0 1 1 *')], ['warning timerSlow props.triggers[1].triggerConfig.cronExpression']],
      ] as const
    ).map(([what, timers, expected]) => [what, plain, [uploads, ...timers], expected] as const),
    ['nothing of a timer that is off, without a journal', unjournaled, [uploads, cron('0 0 3 * * *', false)], []],
    ['a timer without a journal', unjournaled, [uploads, timer], ['warning timerIdle props.triggers[1]']],
  ] as const)('finds %s', (_, config, triggers, expected) => {
    const found = checkTriggers(config, deployment(config, triggers === undefined ? {} : { triggers }));
    expect(found.map(({ severity, code, where }) => `${severity} ${code} ${where}`)).toEqual(expected);
    for (const { message, fix } of found) expect(message !== '' && fix !== '').toBe(true);
  });

  it('shows what skipped invocations cost', () => {
    const triggers = [uploads, ossTrigger('photos', 'b/', triggerUploadEvents, '', 'two'), timer];
    const [found] = checkTriggers(plain, deployment(plain, { triggers }));
    // 0.0075 CU a call and 0.02 s of 0.1 vCPU and 0.25 GB, at ¥0.00011 a CU.
    expect(found?.message).toContain('about ¥1.13 a million');
  });

  const text = fc
    .string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 3 })
    .filter((made) => !made.startsWith('/'));
  const rules = fc.array(
    fc.record({ prefix: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }), removes: fc.boolean() }),
    { minLength: 1, maxLength: 5 },
  );

  it('finds nothing in any plan, and a missing trigger when one is taken out', () => {
    fc.assert(
      fc.property(rules, fc.nat(), (some, which) => {
        const config = configOf(
          some.map(({ prefix, removes }, index) => ({
            when: { prefix },
            ...(removes ? { onDelete: 'remove' as const } : {}),
            outputs: [{ style: 'image/resize,w_1', to: { bucket: 'out', key: `${index}/{key}` } }],
          })),
        );
        const planned = deployment(config);
        expect(checkTriggers(config, planned).filter(({ severity }) => severity !== 'info')).toEqual([]);
        const out = which % (planned.triggers.length - 1);
        const left = { ...planned, triggers: planned.triggers.filter((_, index) => index !== out) };
        expect(checkTriggers(config, left).some(({ severity }) => severity === 'error')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
