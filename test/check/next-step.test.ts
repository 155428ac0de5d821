import { describe, expect, it } from 'vitest';
import { nextSteps, nextStepsForConfigUri } from '../../src/check/next-step.js';
import { loadConfig } from '../../src/rules/load.js';

const configOf = (when: object, key = 'small/{file}') =>
  loadConfig(
    {
      journal: 'throw',
      rules: [
        {
          name: 'r',
          when: { bucket: 'shop', ...when },
          outputs: [{ style: 'image/info', to: { bucket: 'out', key } }],
        },
      ],
    },
    {},
  );

describe('nextSteps', () => {
  it('names an upload that a rule takes, and what will be there', () => {
    const text = nextSteps(configOf({ prefix: 'in/', suffix: ['.png'] }), 'cn-beijing').join('\n');
    expect(text).toContain('ossutil cp photo.png oss://shop/in/photo.png --region cn-beijing');
    expect(text).toContain('oss://out/small/photo.png');
  });

  it('quotes for a shell what rules may contain', () => {
    const text = nextSteps(configOf({ prefix: `it's $HOME/`, suffix: ['.jpg'] }), 'cn-beijing').join('\n');
    expect(text).toContain(String.raw`'oss://shop/it'\''s $HOME/photo.jpg'`);
  });

  it('goes on without an example when no upload can be thought of', () => {
    const text = nextSteps(configOf({ prefix: 'a/', exclude: ['a/'] }), 'cn-beijing').join('\n');
    expect(text).toBe('npm run doctor says whether everything is in place');
  });
});

describe('nextStepsForConfigUri', () => {
  it('says where the rules are, and names no upload that they may not take', () => {
    const text = nextStepsForConfigUri('oss://shop/rules.json').join('\n');
    expect(text).toContain('oss://shop/rules.json');
    expect(text).not.toContain('ossutil');
  });
});
