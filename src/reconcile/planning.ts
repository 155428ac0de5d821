// Makes the plan of a reconciliation, with its bill, and shows how far it is.
import { OssError } from '../oss/error.js';
import { printable } from '../rules/printable.js';
import type { KeyRange, Selection } from '../sweep/selection.js';
import { grouped } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import type { Choice } from './choice.js';
import { type Cost, costOf } from './cost.js';
import { cloudWorkers, type Deployed } from './deployed.js';
import { openInventory } from './inventory.js';
import { heardScopes, refuseUnheard } from './listeners.js';
import { locationText } from './location.js';
import { makePlan } from './make-plan.js';
import type { Plan, PlanProgress } from './plan.js';
import { distinctScopes } from './sources.js';
import { client, journalText, rateOf, rightsHint, type Work } from './work.js';

/** A plan, and all that is said about it. */
export interface Planned {
  readonly plan: Plan;
  readonly cost: Costs;
  readonly choice: Choice;
  readonly region: string;
  /** The journal, as people call it; undefined: there is none. */
  readonly journal: string | undefined;
  /** The rules file that was given, as the user named it. */
  readonly configFile?: string | undefined;
  /** The address that was given. */
  readonly endpoint?: string | undefined;
}

/** The bill, made on this machine or by the deployed function. */
export interface Costs {
  readonly here: Cost;
  /** Undefined where it is not known how the function is deployed, or it may not. */
  readonly inCloud?: (Cost & { readonly workers: number; readonly seconds: number }) | undefined;
  /** Why there is none in the cloud. */
  readonly notInCloud?: string | undefined;
}

/**
 * Looks at all sources of these locations, and changes nothing.
 * @throws {UserError} (1) where no rule listens, or OSS refuses
 */
export async function planOf(work: Work, scopes: readonly KeyRange[], selection: Selection): Promise<Planned> {
  const { config, choice, account, region } = work;
  refuseUnheard(scopes, selection, config);
  const progress = work.progress(`reconcile: looking at ${scopes.map(locationText).join(' ')}`);
  try {
    const inventory = choice.inventory && (await openInventory(choice.inventory, account.reader()));
    const made = await makePlan(heardScopes(scopes, selection, config), config, selection, {
      client: () => client(work),
      concurrency: account.concurrency,
      sample: choice.sample,
      inventory,
      onProgress: (at) => progress.step(progressText(at)),
    });
    // As the user has named them.
    const plan = { ...made, scopes: distinctScopes(scopes) };
    const { configFile, endpoint } = work;
    const cost = costsOf(plan, work);
    const journal = journalText(config.journal);
    return { plan, cost, choice: { ...choice, selection }, region, journal, configFile, endpoint };
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(`OSS cannot be read: ${cause.message}${rightsHint(cause)}`, 1, { cause });
  } finally {
    progress.end();
  }
}

/** The bill of a plan, made here and in the cloud. */
function costsOf(
  { make, outputs, sources, requests, shards }: Plan,
  {
    choice,
    region,
    account,
    deployed,
  }: Pick<Work, 'region' | 'deployed'> & {
    readonly choice: Pick<Choice, 'bounds'>;
    readonly account: Pick<Work['account'], 'concurrency'>;
  },
): Costs {
  const rate = rateOf(choice.bounds, region);
  const relays = outputs.reduce((sum, { relayed, wanted }) => sum + (relayed === undefined ? 0 : wanted), 0);
  const amount = { ...make, relays, seen: sources.seen, requests };
  const here = costOf(amount, rate, { concurrency: account.concurrency });
  const found = cloudWorkers(deployed, shards.length);
  if ('why' in found || deployed === undefined) return { here, notInCloud: 'why' in found ? found.why : undefined };
  const { concurrency, cpu, memorySize }: Deployed = deployed;
  return {
    here,
    inCloud: { ...costOf(amount, rate, { concurrency, cloud: { ...found, cpu, memorySize } }), ...found },
  };
}

const read: Readonly<Record<PlanProgress['doing'], string>> = {
  inventory: 'lines of the inventory read',
  sources: 'sources seen',
  orphans: 'objects under targets seen',
};

function progressText({ doing, seen, targets, at }: PlanProgress): string {
  const where = at === '' ? '' : `; at ${printable(at)}`;
  return `reconcile: ${grouped(seen)} ${read[doing]}, ${grouped(targets)} to make${where}`;
}
