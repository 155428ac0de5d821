import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/rules/load.js';
import { targetKey } from './contestants/upload.js';
import { folderOf, rulesJson } from './rules.js';

const loaded = (counts: { rules: number; outputs: number }) => loadConfig(JSON.parse(rulesJson(counts)), {});

describe('rulesJson', () => {
  it('is a right configuration with as many outputs as are wanted', () => {
    const { rules } = loaded({ rules: 1, outputs: 20 });
    expect(rules).toHaveLength(1);
    expect(rules[0]?.outputs).toHaveLength(20);
    expect(rules[0]?.when.prefixes).toEqual(['avatars/']);
  });

  it('has a folder for each of several rules', () => {
    const { rules } = loaded({ rules: 300, outputs: 1 });
    expect(rules.map(({ when }) => when.prefixes)).toEqual(Array.from({ length: 300 }, (_, rule) => [folderOf(rule)]));
  });

  it('saves under the keys that the other contestants save under', () => {
    const [rule] = loaded({ rules: 1, outputs: 2 }).rules;
    const keys = rule?.outputs.map(({ key }) => key.text.replace('{key}', 'avatars/1.jpg'));
    expect(keys).toEqual([targetKey('avatars/1.jpg', 0), targetKey('avatars/1.jpg', 1)]);
  });
});
