import { describe, expect, it } from 'vitest';
import { derive, type Task } from '../../src/pipeline/derive.js';
import { readEvent, type Upload } from '../../src/pipeline/event.js';
import { indexConfig, indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { type Call, type MemoryOss, memoryOss, ossError } from '../support/memory-oss.js';

const output = (bucket: string, key: string) => ({ style: 'image/resize,w_1', to: { bucket, key } });
const { rules } = loadConfig(
  {
    journal: 'throw',
    rules: [
      {
        name: 'kept',
        when: { bucket: 'photos', prefix: 'kept/' },
        outputs: [output('out', '{key}.1'), output('out', '{key}.2')],
      },
      {
        name: 'small',
        when: { bucket: 'photos', prefix: 'gone/', size: { max: 3 } },
        onDelete: 'remove',
        outputs: [output('out-small', '{key}')],
      },
      {
        name: 'gone',
        when: { bucket: 'photos', prefix: 'gone/' },
        onDelete: 'remove',
        outputs: [output('out', '{key}.1')],
      },
      { name: 'dated', when: { bucket: 'photos', prefix: 'dated/' }, outputs: [output('out', 'days/{day}/{key}')] },
      {
        name: 'named',
        when: { bucket: 'photos', prefix: 'named/' },
        outputs: [output('out', '{key}.{etag}'), output('out', '{key}.same')],
      },
    ],
  },
  {},
);

const start = Date.UTC(2026, 10, 22);

type Script = (call: Call, world: MemoryOss) => ReturnType<typeof ossError> | undefined;

/** Derives for one upload while `script` changes the world between calls. */
async function deriving(
  upload: Upload,
  stored: Record<string, string>,
  script: Script = () => undefined,
  task: Partial<Task> = {},
) {
  const oss = memoryOss(() => start, script);
  for (const [uri, body] of Object.entries(stored)) oss.store(uri, body);
  const derived = await derive(
    { upload, ...task },
    { index: indexRules(rules), oss: oss.oss, now: () => start, deadline: Number.POSITIVE_INFINITY },
  );
  return {
    ...derived,
    statuses: derived.outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.status)),
    asked: oss.calls.map(({ api, key, target }) => `${api} ${target?.key ?? key}`),
    out: oss.keys('oss://out').map((uri) => `${uri} = ${oss.objects.get(uri)?.body}`),
  };
}

function uploadOf(key: string, eTag: string | undefined, over: Record<string, unknown> = {}): Upload {
  const event = {
    eventName: 'ObjectCreated:PutObject',
    eventTime: new Date(start).toISOString(),
    oss: { bucket: { name: 'photos' }, object: { key, size: 9, eTag } },
    ...over,
  };
  const [upload] = readEvent(Buffer.from(JSON.stringify(event))).uploads;
  if (upload === undefined) throw new Error('no upload');
  return upload;
}

const sizeless = (key: string) => ({ oss: { bucket: { name: 'photos' }, object: { key } } });
const removal = (key: string): Upload => uploadOf(key, undefined, { eventName: 'ObjectRemoved:DeleteObject' });
const styled = (uri: string, body: string): string => `${uri} = image/resize,w_1 of ${body}`;

describe('rules inside an envelope', () => {
  const ruleAt = (prefix: string) => {
    const when = { bucket: 'photos', prefix };
    return { name: 'r', when, onDelete: 'remove', outputs: [output('out', '{key}')] };
  };
  const envelope = loadConfig({ journal: 'throw', rules: [ruleAt('in/')] }, {});
  const index = (prefix: string) => {
    const config = loadConfig({ journal: 'throw', rules: [ruleAt(prefix)] }, {});
    return indexConfig({ ...config, envelope });
  };

  it.each([
    [
      'inside both removes',
      'in/avatars/',
      'in/avatars/a',
      ['head in/avatars/a', 'delete in/avatars/a', 'head in/avatars/a'],
    ],
    ['outside the rules costs nothing', 'in/avatars/', 'in/other/a', []],
    ['outside the envelope costs nothing', 'other/', 'other/a', []],
  ])('a removal %s', async (_, prefix, key, expected) => {
    for (const unconfirmed of [false, true]) {
      const oss = memoryOss(() => start);
      const context = { index: index(prefix), oss: oss.oss, now: () => start, deadline: Number.POSITIVE_INFINITY };
      const { unsettled, outcomes } = await derive(
        { upload: removal(key), unconfirmed },
        { ...context, journal: 'throw' },
      );
      expect(oss.calls.map((call) => `${call.api} ${call.key}`)).toEqual(expected);
      expect(outcomes).toMatchObject([expected.length > 0 ? { status: 'removed' } : { reason: 'not-an-upload' }]);
      if (expected.length === 0) expect(unsettled).toBeUndefined();
    }
  });
});

describe('derive', () => {
  it('makes what the rule asks for and looks once', async () => {
    const { statuses, asked, out, ...rest } = await deriving(uploadOf('kept/a', 'v1'), { 'oss://photos/kept/a': 'v1' });
    expect(statuses).toEqual(['saved', 'saved']);
    expect(asked).toEqual(['process kept/a.1', 'process kept/a.2', 'head kept/a']);
    expect(out).toEqual([styled('oss://out/kept/a.1', 'v1'), styled('oss://out/kept/a.2', 'v1')]);
    expect(rest).toMatchObject({ rounds: 1, unsettled: undefined });
  });

  it('asks nothing for what no rule takes', async () => {
    const { statuses, asked } = await deriving(uploadOf('other/a', undefined), {}, undefined, { unconfirmed: true });
    expect({ statuses, asked }).toEqual({ statuses: ['no-rule'], asked: [] });
  });

  it('makes it again when the source was overwritten meanwhile', async () => {
    let heads = 0;
    const { rounds, out, unsettled } = await deriving(
      uploadOf('kept/a', 'v1'),
      { 'oss://photos/kept/a': 'v1' },
      ({ api }, world) => {
        if (api === 'head') heads += 1;
        if (api === 'head' && heads === 1) world.store('oss://photos/kept/a', 'v2');
        return undefined;
      },
    );
    expect({ rounds, unsettled }).toEqual({ rounds: 2, unsettled: undefined });
    expect(out).toEqual([styled('oss://out/kept/a.1', 'v2'), styled('oss://out/kept/a.2', 'v2')]);
  });

  it.each([
    ['has changed once', [2], { rounds: 2, unsettled: undefined, statuses: ['saved', 'saved'] }],
    ['is the same after all', [], { rounds: 1, unsettled: undefined, statuses: ['failed', 'failed'] }],
    ['keeps changing', [2, 3, 4], { rounds: 3, unsettled: 'changing', statuses: ['failed', 'failed'] }],
  ] as const)(
    'looks where a relay wrote nothing, since it found another version of the source: it %s',
    async (_, versions, expected) => {
      let looks = 0;
      const derived = await deriving(uploadOf('kept/a', 'v1'), { 'oss://photos/kept/a': 'v1' }, ({ api }, world) => {
        if (api === 'process' && looks < Math.max(1, versions.length)) {
          return ossError({ code: 'SourceChanged', status: 412 });
        }
        const version = versions[looks];
        if (api === 'head' && version !== undefined) world.store('oss://photos/kept/a', `v${version}`);
        if (api === 'head') looks += 1;
        return undefined;
      });
      const { rounds, unsettled, statuses } = derived;
      expect({ rounds, unsettled, statuses }).toEqual(expected);
      expect(looks).toBe(Math.max(1, expected.rounds));
    },
  );

  it('acts once where it is told to: nothing beyond its targets is made of a newer version', async () => {
    const { rounds, asked, unsettled } = await deriving(
      uploadOf('kept/a', 'v1'),
      { 'oss://photos/kept/a': 'v1' },
      ({ api }, world) => {
        if (api === 'head') world.store('oss://photos/kept/a', 'v2');
        return undefined;
      },
      { only: [{ bucket: 'out', key: 'kept/a.2' }], once: true },
    );
    expect({ rounds, unsettled }).toEqual({ rounds: 1, unsettled: 'changing' });
    expect(asked).toEqual(['process kept/a.2', 'head kept/a']);
  });

  it('leaves a source that keeps changing, after three rounds', async () => {
    let version = 1;
    const { rounds, unsettled } = await deriving(
      uploadOf('kept/a', 'v1'),
      { 'oss://photos/kept/a': 'v1' },
      ({ api }, world) => {
        if (api === 'head') {
          version += 1;
          world.store('oss://photos/kept/a', `v${version}`);
        }
        return undefined;
      },
    );
    expect({ rounds, unsettled }).toEqual({ rounds: 3, unsettled: 'changing' });
  });

  it.each([
    ['an event without an ETag', uploadOf('kept/a', undefined)],
    ['a link', uploadOf('kept/a', 'v1', { eventName: 'ObjectCreated:PutSymlink' })],
    ['a replica', uploadOf('kept/a', 'v1', { eventName: 'ObjectReplication:ObjectCreated' })],
    ['a restored object', uploadOf('kept/a', 'v1', { eventName: 'ObjectRestore:FinishRestore' })],
    ['a name that is in no document', uploadOf('kept/a', 'v1', { eventName: 'ObjectCreated:Teleport' })],
    ['an event without a time', uploadOf('kept/a', 'v1', { eventTime: undefined })],
  ])('looks first for %s', async (_, upload) => {
    const { asked, out } = await deriving(upload, { 'oss://photos/kept/a': 'v7' });
    expect(asked[0]).toBe('head kept/a');
    expect(out[0]).toBe(styled('oss://out/kept/a.1', 'v7'));
  });

  it('is unsettled when the look fails', async () => {
    const script: Script = ({ api }) => (api === 'head' ? ossError() : undefined);
    const { statuses, unsettled } = await deriving(uploadOf('kept/a', 'v1'), { 'oss://photos/kept/a': 'v1' }, script);
    expect({ statuses, unsettled }).toEqual({ statuses: ['saved', 'saved'], unsettled: 'look-failed' });
  });

  it('fails when it has to look first and cannot', async () => {
    const script: Script = ({ api }) =>
      api === 'head' ? ossError({ kind: 'setup', code: 'AccessDenied' }) : undefined;
    const { outcomes, unsettled } = await deriving(uploadOf('kept/a', undefined), {}, script);
    expect(outcomes).toMatchObject([{ status: 'failed', error: { kind: 'setup', code: 'AccessDenied' } }]);
    expect(unsettled).toBeUndefined();
  });

  it('is unsettled when a call was left without an answer, or may have been', async () => {
    const stored = { 'oss://photos/kept/a': 'v1' };
    const lost: Script = ({ api, target }) =>
      api === 'process' && target?.key === 'kept/a.1' ? ossError({ code: 'Timeout', confirmed: false }) : undefined;
    const first = await deriving(uploadOf('kept/a', 'v1'), stored, lost);
    expect(first.statuses).toEqual(['failed', 'saved']);
    expect(first.unsettled).toBe('unanswered');
    const again = await deriving(uploadOf('kept/a', 'v1'), stored, undefined, { unconfirmed: true });
    expect(again.unsettled).toBe('unanswered');
  });

  it('makes only the output that is wanted, as long as the version is the same', async () => {
    const only = [{ bucket: 'out', key: 'kept/a.2' }];
    const same = await deriving(uploadOf('kept/a', 'v1'), { 'oss://photos/kept/a': 'v1' }, undefined, { only });
    expect(same.asked).toEqual(['process kept/a.2', 'head kept/a']);
    const changed = await deriving(uploadOf('kept/a', 'v1'), { 'oss://photos/kept/a': 'v2' }, undefined, { only });
    expect(changed.asked).toEqual([
      'process kept/a.2',
      'head kept/a',
      'process kept/a.1',
      'process kept/a.2',
      'head kept/a',
    ]);
  });

  it('makes all of it when the rule saves elsewhere by now', async () => {
    const only = [{ bucket: 'out', key: 'elsewhere' }];
    const { asked } = await deriving(uploadOf('kept/a', 'v1'), { 'oss://photos/kept/a': 'v1' }, undefined, { only });
    expect(asked).toEqual(['process kept/a.1', 'process kept/a.2', 'head kept/a']);
  });

  it.each([
    ['of the version that is still there', 'v1', ['failed']],
    ['of another version, whose own event came', 'v2', ['no-rule']],
  ])('of a record that no rule takes any more, %s', async (_, body, expected) => {
    const stored = { 'oss://photos/other/a': body };
    const { statuses, outcomes } = await deriving(uploadOf('other/a', 'v1'), stored, undefined, { anyVersion: true });
    expect(statuses).toEqual(expected);
    if (body === 'v1') expect(outcomes).toMatchObject([{ error: { kind: 'setup', code: 'NoRule' } }]);
  });

  it('fails for now when no time is left for the first look, and forgets no call of an earlier invocation', async () => {
    const upload = uploadOf('kept/a', undefined);
    const oss = memoryOss(() => start);
    const { outcomes, unsettled } = await derive(
      { upload, unconfirmed: true },
      { index: indexRules(rules), oss: oss.oss, now: () => start, deadline: start },
    );
    expect(outcomes).toMatchObject([{ status: 'failed', error: { kind: 'transient', code: 'DeadlineExceeded' } }]);
    expect({ unsettled, calls: oss.calls }).toEqual({ unsettled: 'unanswered', calls: [] });
  });

  it('skips a source that is gone, and keeps on record what was saved before it went', async () => {
    expect((await deriving(uploadOf('kept/a', 'v1'), {})).statuses).toEqual(['source-gone', 'source-gone']);
    const { statuses, out } = await deriving(
      uploadOf('kept/a', 'v1'),
      { 'oss://photos/kept/a': 'v1' },
      ({ api }, world) => {
        if (api === 'head') world.objects.delete('oss://photos/kept/a');
        return undefined;
      },
    );
    expect(statuses).toEqual(['saved', 'saved']);
    expect(out).toHaveLength(2);
  });

  it('matches again by the size that it sees', async () => {
    const { out } = await deriving(uploadOf('gone/a', undefined), { 'oss://photos/gone/a': 'ab' });
    expect(out).toEqual([styled('oss://out-small/gone/a', 'ab')]);
  });
});

describe('derive from an empty object', () => {
  const empty = (key: string) => uploadOf(key, 'v0', { oss: { bucket: { name: 'photos' }, object: { key, size: 0 } } });

  it.each([
    ['where derivatives stay', 'kept/a', 'empty'],
    ['where no rule listens', 'other/a', 'no-rule'],
  ])('asks nothing %s', async (_, key, reason) => {
    for (const task of [{}, { unconfirmed: true }]) {
      const { statuses, asked, unsettled } = await deriving(empty(key), {}, undefined, task);
      expect({ statuses, asked, unsettled }).toEqual({ statuses: [reason], asked: [], unsettled: undefined });
    }
  });

  it.each([
    ['an event that does not tell its size', uploadOf('kept/a', undefined, sizeless('kept/a')), {}],
    ['a link, whose own size is no measure', uploadOf('kept/a', 'v0', { eventName: 'ObjectCreated:PutSymlink' }), {}],
    ['a journal record', uploadOf('kept/a', ''), { anyVersion: true }],
  ])('ends after a look that shows it: %s', async (_, upload, task) => {
    const { statuses, asked } = await deriving(upload, { 'oss://photos/kept/a': '' }, undefined, task);
    expect({ statuses, asked }).toEqual({ statuses: ['empty'], asked: ['head kept/a'] });
  });

  it('looks at a link, though its event tells no size but 0', async () => {
    const link = uploadOf('kept/a', 'v1', {
      eventName: 'ObjectCreated:PutSymlink',
      oss: { bucket: { name: 'photos' }, object: { key: 'kept/a', size: 0, eTag: 'v1' } },
    });
    expect((await deriving(link, { 'oss://photos/kept/a': 'v1' })).statuses).toEqual(['saved', 'saved']);
  });

  it('removes the derivatives of the state before, where rules say so', async () => {
    const made = { 'oss://out-small/gone/a': 'old', 'oss://out/gone/a.1': 'old' };
    const event = { oss: { bucket: { name: 'photos' }, object: { key: 'gone/a', size: 0, eTag: 'E' } } };
    const done = await deriving(uploadOf('gone/a', 'E', event), { 'oss://photos/gone/a': '', ...made });
    expect({ statuses: done.statuses, out: done.out }).toEqual({ statuses: ['removed', 'removed'], out: [] });
  });

  it('makes what is there when the photo has come by then', async () => {
    const event = { oss: { bucket: { name: 'photos' }, object: { key: 'gone/a', size: 0, eTag: 'E' } } };
    const { asked, out } = await deriving(uploadOf('gone/a', 'E', event), { 'oss://photos/gone/a': 'photo' });
    expect(asked.slice(0, 2)).toEqual(['head gone/a', 'process gone/a.1']);
    expect(out).toEqual([styled('oss://out/gone/a.1', 'photo')]);
  });
});

describe('derive to keys that name the version', () => {
  const source = 'oss://photos/named/a';

  it('looks first, so that a late event makes nothing under the key of a version that is gone', async () => {
    const { asked, out } = await deriving(uploadOf('named/a', 'v1'), { [source]: 'v2' });
    const looks = ['head named/a.V1', 'head named/a'];
    expect(asked).toEqual(['head named/a', 'process named/a.V2', 'process named/a.same', ...looks]);
    expect(out).toEqual([styled('oss://out/named/a.V2', 'v2'), styled('oss://out/named/a.same', 'v2')]);
  });

  it('deletes what an earlier invocation may have made under that key, also where nobody tells of it', async () => {
    const { out } = await deriving(uploadOf('named/a', 'v1'), { [source]: 'v2', 'oss://out/named/a.V1': 'of v2' });
    expect(out).toEqual([styled('oss://out/named/a.V2', 'v2'), styled('oss://out/named/a.same', 'v2')]);
  });

  it('deletes what it made of another version than its key names', async () => {
    let processed = 0;
    const { asked, out, unsettled } = await deriving(
      uploadOf('named/a', 'v1'),
      { [source]: 'v1' },
      ({ api }, world) => {
        if (api === 'process' && ++processed === 1) world.store(source, 'v2');
        return undefined;
      },
    );
    expect(asked.slice(4)).toEqual([
      'process named/a.V2',
      'process named/a.same',
      'head named/a.V1',
      'delete named/a.V1',
      'head named/a',
    ]);
    expect(out).toEqual([styled('oss://out/named/a.V2', 'v2'), styled('oss://out/named/a.same', 'v2')]);
    expect(unsettled).toBeUndefined();
  });

  it('keeps what was made before the other version came', async () => {
    let heads = 0;
    const { out } = await deriving(uploadOf('named/a', 'v1'), { [source]: 'v1' }, ({ api }, world) => {
      if (api === 'head' && ++heads === 2) world.store(source, 'v2', start + 1_000);
      return undefined;
    });
    expect(out).toEqual([
      styled('oss://out/named/a.V1', 'v1'),
      styled('oss://out/named/a.V2', 'v2'),
      styled('oss://out/named/a.same', 'v2'),
    ]);
  });

  it.each([{ anyVersion: true }, { unconfirmed: true }])(
    'looks at what an earlier invocation may have made so: %j',
    async (task) => {
      const made = 'oss://out/named/a.V1';
      const { out } = await deriving(uploadOf('named/a', 'v1'), { [source]: 'v2', [made]: 'of v2' }, undefined, task);
      expect(out).toEqual([styled('oss://out/named/a.V2', 'v2'), styled('oss://out/named/a.same', 'v2')]);
    },
  );

  it('is left for later when it cannot look at what it may have made so', async () => {
    const script: Script = ({ api, key }) => (api === 'head' && key === 'named/a.V1' ? ossError() : undefined);
    const upload = uploadOf('named/a', 'v1');
    const { outcomes } = await deriving(upload, { [source]: 'v2' }, script, { anyVersion: true });
    const failed = outcomes.filter(({ status }) => status === 'failed');
    expect(failed).toMatchObject([{ target: { bucket: 'out', key: 'named/a.V1' }, error: { kind: 'transient' } }]);
  });

  it('deletes what it made under the date of the version before', async () => {
    const dated = 'oss://photos/dated/a';
    const upload = uploadOf('dated/a', 'v1', { eventTime: new Date(start - 1_000).toISOString() });
    const { asked, out } = await deriving(upload, { [dated]: 'v1' }, ({ api }, world) => {
      if (api === 'process') world.store(dated, 'v2');
      return undefined;
    });
    expect(asked).toContain('process days/21/dated/a');
    expect(out).toEqual([styled('oss://out/days/22/dated/a', 'v2')]);
  });
});

describe('derive with onDelete', () => {
  const both = { 'oss://out/gone/a.1': 'x', 'oss://out-small/gone/a': 'x', 'oss://out/gone/b.1': 'x' };

  it('removes the derivatives of every rule that may have made them, and looks', async () => {
    const { statuses, asked, out } = await deriving(removal('gone/a'), both);
    expect(statuses).toEqual(['removed', 'removed']);
    expect(asked).toEqual(['head gone/a', 'delete gone/a', 'delete gone/a.1', 'head gone/a']);
    expect(out).toEqual(['oss://out/gone/b.1 = x']);
  });

  it('leaves the derivatives of other rules, and looks whether an earlier version came back', async () => {
    const { statuses, asked } = await deriving(removal('kept/a'), { 'oss://out/kept/a.1': 'x' });
    expect({ statuses, asked }).toEqual({ statuses: ['not-an-upload'], asked: ['head kept/a'] });
  });

  it('does nothing for a removal that is old news', async () => {
    const { statuses, asked } = await deriving(removal('gone/a'), { ...both, 'oss://photos/gone/a': 'new bytes' });
    expect({ statuses, asked }).toEqual({ statuses: ['source-present'], asked: ['head gone/a'] });
  });

  it('makes them again when the source comes back while it removes', async () => {
    const { statuses, out } = await deriving(removal('gone/a'), both, ({ api }, world) => {
      if (api === 'delete') world.store('oss://photos/gone/a', 'came back');
      return undefined;
    });
    expect(statuses).toEqual(['saved', 'removed']);
    expect(out).toContain(styled('oss://out/gone/a.1', 'came back'));
  });

  it('removes what a rule for another size made of the version before', async () => {
    const size = (bytes: number) => ({
      oss: { bucket: { name: 'photos' }, object: { key: 'gone/a', size: bytes, eTag: 'v1' } },
    });
    const made = { 'oss://out-small/gone/a': 'old', 'oss://out/gone/a.1': 'old' };
    const large = await deriving(uploadOf('gone/a', 'v1', size(9)), { 'oss://photos/gone/a': 'v1', ...made });
    expect(large.statuses).toEqual(['saved', 'removed']);
    expect(large.out).toEqual([styled('oss://out/gone/a.1', 'v1')]);
    const small = await deriving(uploadOf('gone/a', 'v1', size(2)), { 'oss://photos/gone/a': 'v1', ...made });
    expect(small.statuses).toEqual(['saved', 'removed']);
    expect(small.out).toEqual([styled('oss://out-small/gone/a', 'v1')]);
  });

  it.each([{ anyVersion: true }, { unconfirmed: true }])(
    'makes them again when a deletion may have hit them: %j',
    async (task) => {
      const { out } = await deriving(removal('gone/a'), { 'oss://photos/gone/a': 'new bytes' }, undefined, task);
      expect(out).toEqual([styled('oss://out/gone/a.1', 'new bytes')]);
    },
  );

  it('makes them for a journal record, which may stand for an upload too, without onDelete as well', async () => {
    const stored = { 'oss://photos/kept/a': 'new bytes' };
    const { out } = await deriving(removal('kept/a'), stored, undefined, { anyVersion: true });
    expect(out).toContain(styled('oss://out/kept/a.1', 'new bytes'));
  });

  it('removes what it saved when the source goes meanwhile', async () => {
    const { statuses, out } = await deriving(
      uploadOf('gone/a', 'v1'),
      { 'oss://photos/gone/a': 'v1' },
      ({ api }, world) => {
        if (api === 'head') world.objects.delete('oss://photos/gone/a');
        return undefined;
      },
    );
    expect(statuses).toEqual(['removed', 'removed']);
    expect(out).toEqual([]);
  });

  it('is unsettled when a deletion was left without an answer', async () => {
    const script: Script = ({ api }) => (api === 'delete' ? ossError({ confirmed: false }) : undefined);
    const { statuses, unsettled } = await deriving(removal('gone/a'), both, script);
    expect({ statuses, unsettled }).toEqual({ statuses: ['failed', 'failed'], unsettled: 'unanswered' });
  });
});
