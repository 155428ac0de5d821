// Makes a plan: streams over the sources, compares each page with what is there, and counts. Nothing is changed.
import type { Config } from '../rules/rule.js';
import { compare } from '../sweep/compare.js';
import type { PresentOss } from '../sweep/present.js';
import { reconcileRules } from '../sweep/reconcilable.js';
import type { KeyRange, Selection } from '../sweep/selection.js';
import { createCounts } from './counts.js';
import { inventoried, inventoryScopes } from './inventoried.js';
import type { Inventory } from './inventory.js';
import { countOrphans } from './orphan-counts.js';
import type { Plan, PlanProgress } from './plan.js';
import { cutShards } from './shards.js';
import { ahead, distinctScopes, listed } from './sources.js';

export interface PlanOptions {
  /** Made anew for each page. */
  readonly client: () => PresentOss;
  /** Calls at a time. */
  readonly concurrency: number;
  /** Look only at so many sources of each scope, and at no orphans. */
  readonly sample?: number | undefined;
  /** Where the sources are read instead of listed; then nobody looks for orphans. */
  readonly inventory?: Inventory | undefined;
  readonly onProgress?: ((progress: PlanProgress) => void) | undefined;
}

/**
 * Looks at all sources of the scopes, at their derivatives, and for orphans.
 * @throws {UserError} for an inventory that cannot be read, or is of another bucket
 * @throws OssError
 */
export async function makePlan(
  scopes: readonly KeyRange[],
  config: Config,
  selection: Selection,
  options: PlanOptions,
): Promise<Plan> {
  const { concurrency, sample, inventory, onProgress = () => {} } = options;
  const requests = { lists: 0, heads: 0 };
  const client = counting(options.client, requests);
  const distinct = inventory ? inventoryScopes(scopes, inventory) : distinctScopes(scopes);
  const sources = inventory
    ? await inventoried(distinct, inventory, sample, (seen) =>
        onProgress({ doing: 'inventory', seen, targets: 0, at: '' }),
      )
    : listed(distinct, client, sample);
  const rules = reconcileRules(config);
  const counts = createCounts(config, distinct);
  const comparing = ahead(sources.pages(), async ({ page, tally }) => {
    return { tally, compared: await compare(page, rules, selection, client(), concurrency) };
  });
  for await (const { tally, compared } of comparing) {
    for (const source of compared) {
      const { objects, bytes } = counts.add(source);
      tally.add(source.upload.key, objects, bytes);
    }
    const at = compared.at(-1)?.upload.key ?? '';
    onProgress({ doing: 'sources', seen: counts.seen(), targets: counts.targets(), at });
  }
  const search = sample === undefined && inventory === undefined;
  const orphans = search
    ? await countOrphans({ scopes: distinct, config, rule: selection.rule, client, concurrency }, (seen, at) => {
        onProgress({ doing: 'orphans', seen, targets: counts.targets(), at });
      })
    : undefined;
  return {
    scopes: distinct,
    ...counts.result(orphans?.of),
    orphans: orphans?.all,
    sampled: sample,
    inventory: inventory && { createdAt: inventory.createdAt },
    shards: cutShards(sources.cells()),
    requests,
  };
}

/** Counts what is asked. */
function counting(client: () => PresentOss, requests: { lists: number; heads: number }): () => PresentOss {
  return () => {
    const oss = client();
    return {
      listObjects(request) {
        requests.lists += 1;
        return oss.listObjects(request);
      },
      headObject(object) {
        requests.heads += 1;
        return oss.headObject(object);
      },
    };
  };
}
