import { describe, expect, it } from 'vitest';
import { nextText } from '../../src/reconcile/next-command.js';
import { plan, planned } from './planned.js';

describe('nextText', () => {
  it('gives the command that carries the plan out, with its number where it is large', () => {
    const { scopes, make } = plan;
    expect(nextText(planned())).toBe(
      [
        'Nothing was changed. To make them:',
        '  npm run reconcile -- oss://photos/avatars/ --apply --max-objects 12003',
        'or, inside the deployed function, on its timer:',
        '  npm run reconcile -- oss://photos/avatars/ --apply --max-objects 12003 --in-cloud',
        'To delete the orphans:',
        '  npm run reconcile -- oss://photos/avatars/ --apply --prune 40',
        '',
      ].join('\n'),
    );
    const given = planned(
      {
        scopes: [...scopes, { bucket: 'photos', prefix: 'a b/' }],
        make: { ...make, targets: 9, bytes: 1 },
        orphans: undefined,
      },
      { rule: 'avatars', since: '2026-11-01', force: true },
    );
    const { here } = given.cost;
    expect(nextText({ ...given, cost: { here }, configFile: 'rules.json', endpoint: 'http://127.0.0.1:9000' })).toBe(
      'Nothing was changed. To make them:\n' +
        "  npm run reconcile -- oss://photos/avatars/ 'oss://photos/a b/' --rule avatars --since 2026-11-01T00:00:00.000Z " +
        '--force --config rules.json --endpoint http://127.0.0.1:9000 --apply\n',
    );
  });

  it('offers nothing where nothing is to be made, and the whole after a sample', () => {
    const none = { targets: 0, bytes: 0, sources: 0 };
    expect(nextText(planned({ make: none, orphans: undefined }))).toBe('Nothing is to be made.\n');
    expect(nextText(planned({ sampled: 1_000 }))).toBe(
      'Nothing was changed. This was a look at the first 1,000; the whole: leave out --sample\n',
    );
  });
});
