// Whole events explained: uploads, and the records and ticks that are none.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventJson, eventReport, explainEvent } from '../../../src/check/explain/event.js';
import { readEvent } from '../../../src/pipeline/event.js';
import { loadConfig } from '../../../src/rules/load.js';

const rule = (name: string, prefix: string) => ({
  name,
  when: { bucket: 'photos', prefix },
  outputs: [{ style: 'image/auto-orient,1/resize,w_10', to: { bucket: 'out', key: '{key}' } }],
});
const config = loadConfig({ journal: 'throw', rules: [rule('a', 'a/'), rule('b', 'b/'), rule('c', 'c/')] }, {});
const options = { region: 'cn-hangzhou', override: undefined, now: 0, fromFile: true };
const explained = (bytes: Buffer) => explainEvent(readEvent(bytes), config, options);

const record = (eventName: string, key: string) => ({
  eventName,
  eventSource: 'acs:oss',
  oss: { bucket: { name: 'photos' }, object: { key } },
});

describe('explainEvent', () => {
  it('explains each upload, and keeps what is none', async () => {
    const records = [record('ObjectCreated:PutObject', 'a/1.jpg'), record('ObjectCreated:UploadPart', 'a/2.jpg'), {}];
    const event = await explained(Buffer.from(JSON.stringify({ events: records })));
    expect(event.explanations.map(({ source }) => source)).toEqual(['oss://photos/a/1.jpg']);
    expect([event.ignored.length, event.malformed.length, event.ticks.length]).toEqual([1, 1, 0]);
    const text = eventReport(event, 1, 'cn-hangzhou');
    expect(text).toContain('rule a (rules[0]) takes it\n');
    expect(text).toContain('  … and 1 more (--all)\n');
    expect(text).toContain('oss://photos/a/2.jpg\n\nit is skipped: not-an-upload\n');
    expect(text).toMatch(/events\[2\]\n\ncannot be read: .+\n$/);
  });

  it('prints no key that could end a line or move the cursor', async () => {
    const [stored, part] = [
      record('ObjectCreated:PutObject', 'a/\n\u001b[2J'),
      record('ObjectCreated:UploadPart', 'a/\n'),
    ];
    const event = await explained(Buffer.from(JSON.stringify({ events: [stored, part] })));
    const text = eventReport(event, 1, 'cn-hangzhou');
    expect(text).toContain('oss://photos/a/\\u000a\\u001b[2J  (');
    expect(text).toContain('oss://photos/a/\\u000a\n\nit is skipped');
    expect(text).not.toContain('\u001b');
  });

  it('cuts the other rules in JSON, and counts those that it leaves out', async () => {
    const event = await explained(Buffer.from(JSON.stringify(record('ObjectCreated:PutObject', 'a/1.jpg'))));
    expect(eventJson(event, 1)).toMatchObject({ explanations: [{ others: [{ rule: 'b' }], othersOmitted: 1 }] });
    expect(eventJson(event, 2)).toMatchObject({ explanations: [expect.not.objectContaining({ othersOmitted: 0 })] });
  });

  it('shows what a tick does', async () => {
    const event = await explained(readFileSync('events/timer.json'));
    expect(eventReport(event, 1, 'cn-hangzhou')).toMatch(/^timer \S+\n\nruns due records of the journal\n$/);
  });

  it('refuses an endpoint that cannot be used, as a mistake of the user', async () => {
    const bytes = Buffer.from(JSON.stringify(record('ObjectCreated:PutObject', 'a/1.jpg')));
    await expect(explainEvent(readEvent(bytes), config, { ...options, override: 'ftp://x' })).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 1,
    });
  });
});
