import { describe, expect, it } from 'vitest';
import config from '../src/config.js';
import { loadConfig } from '../src/rules/load.js';

describe('the shipped configuration', () => {
  it('loads with no environment set', () => {
    const { journal, rules } = loadConfig(config, {});
    expect(journal).toEqual({ bucket: 'photos-journal', prefix: 'autostyle/' });
    expect(rules.map(({ name, when }) => [name, when.buckets])).toEqual([
      ['avatars', ['photos']],
      ['gallery', ['photos']],
    ]);
  });

  it('takes its buckets from the environment, and is refused when they make it start itself', () => {
    const apart = { SOURCE_BUCKET: 'in-1', TARGET_BUCKET: 'out-1', JOURNAL_BUCKET: 'log-1' };
    expect(loadConfig(config, apart).rules[0]?.outputs[0]?.bucket).toBe('out-1');
    expect(() => loadConfig(config, { ...apart, TARGET_BUCKET: 'in-1' })).toThrow(/rule "?gallery/);
  });
});
