// All policies of a deployment: for each part its role or user, its documents, and what is to be known about them.
import type { Config } from '../../rules/rule.js';
import { deployerGrants, triggerGrants } from './deployer.js';
import {
  type Fitted,
  intoDocuments,
  lengthOf,
  mostCharacters,
  mostPolicies,
  type PolicyDocument,
  type TrustDocument,
  trusting,
} from './document.js';
import { functionGrants, functionNotes, replayGrants } from './function-role.js';
import { reconcileGrants, reconcileNotes, sweepGrants } from './reconcile.js';
import { type Setting, standardTriggerRole } from './setting.js';

export const parts = ['function', 'trust', 'trigger', 'deployer', 'replay'] as const;
/** What reconciling adds: to the function's role for sweeps in the cloud, and for whoever runs it. */
export const reconcileParts = ['sweep', 'reconcile'] as const;
export type Part = (typeof parts)[number] | (typeof reconcileParts)[number];

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface Policies {
  readonly function: { readonly role: string; readonly policies: readonly NamedPolicy[] };
  readonly trust: { readonly role: string; readonly document: TrustDocument };
  readonly trigger: {
    readonly role: string;
    readonly trust: TrustDocument;
    readonly policies: readonly NamedPolicy[];
  };
  readonly deployer: { readonly policies: readonly NamedPolicy[] };
  /** Empty without a journal. */
  readonly replay: { readonly policies: readonly NamedPolicy[] };
  /** For the function's role, beside its own; empty without a journal. */
  readonly sweep: { readonly role: string; readonly policies: readonly NamedPolicy[] };
  readonly reconcile: { readonly policies: readonly NamedPolicy[] };
  readonly fitted: Readonly<Record<Exclude<Part, 'trust'>, Fitted>>;
  readonly notes: Readonly<Record<Part, readonly string[]>>;
}

/** The policies that a configuration needs where it is deployed. */
export function policiesOf(config: Config, setting: Setting): Policies {
  const { functionName, functionRole } = setting;
  const standard = setting.triggerRole === standardTriggerRole;
  const triggerRole = standard ? `${functionName}-trigger` : setting.triggerRole;
  const journal = config.journal !== 'throw';
  const own = intoDocuments(functionGrants(config, setting));
  const room = mostPolicies - own.documents.length;
  const fitted = {
    function: own,
    trigger: intoDocuments(triggerGrants(setting)),
    deployer: intoDocuments(deployerGrants(config, setting)),
    replay: intoDocuments(replayGrants(config, setting)),
    sweep: intoDocuments(sweepGrants(config, setting), room),
    reconcile: intoDocuments(reconcileGrants(config, setting)),
  };
  const named = (part: keyof typeof fitted): NamedPolicy[] =>
    fitted[part].documents.map((document, index, { length }) => ({
      name: `${functionName}-${part}${length === 1 ? '' : `-${index + 1}`}`,
      document,
    }));
  return {
    function: { role: functionRole, policies: named('function') },
    trust: { role: functionRole, document: trusting('fc.aliyuncs.com') },
    trigger: { role: triggerRole, trust: trusting('oss.aliyuncs.com'), policies: named('trigger') },
    deployer: { policies: named('deployer') },
    replay: { policies: journal ? named('replay') : [] },
    sweep: { role: functionRole, policies: journal ? named('sweep') : [] },
    reconcile: { policies: named('reconcile') },
    fitted,
    notes: {
      function: [...sizeNotes(fitted.function), ...functionNotes(config, setting)],
      trust: [],
      trigger: standard
        ? [
            `until TRIGGER_ROLE is set, s.yaml names ${standardTriggerRole}: the role that the console creates with the ` +
              'first OSS trigger, which may call every function of the account. To grant this function alone, create ' +
              `this role, set TRIGGER_ROLE=${triggerRole} and run this again`,
          ]
        : [],
      deployer: [
        ...sizeNotes(fitted.deployer),
        'where a deployment is refused for a missing permission, the message names the action: the documents of Function ' +
          'Compute do not list all actions that its tools need',
      ],
      replay: journal ? sizeNotes(fitted.replay) : ['there is no journal, so that there is nothing to replay'],
      sweep: journal
        ? sweepNotes(fitted.sweep, room)
        : ['there is no journal, so that there can be no sweep in the cloud'],
      reconcile: [...sizeNotes(fitted.reconcile), ...reconcileNotes],
    },
  };
}

/** @param room policies that the function's role can still have */
function sweepNotes(fitted: Fitted, room: number): string[] {
  const { length } = fitted.documents;
  const more = `with the function's own policies the role needs more than the ${mostPolicies} that RAM allows it`;
  return [...sizeNotes(fitted), ...(length > room ? [more] : [])];
}

function sizeNotes({ documents, widenedTo }: Fitted): string[] {
  if (widenedTo === undefined) {
    if (documents.length === 1) return [];
    return [
      `RAM allows ${mostCharacters} characters a policy, so there are ${documents.length} of them (a role or user can ` +
        `have ${mostPolicies})`,
    ];
  }
  const fits = documents.length <= mostPolicies && documents.every((document) => lengthOf(document) <= mostCharacters);
  return [
    `these rules need more than the ${mostPolicies} policies of ${mostCharacters} characters that RAM allows a role: they ` +
      `grant wider prefixes, at most ${widenedTo} a bucket and statement, and so more keys than the rules reach. Prefixes ` +
      `with a common start, or targets below one folder, make them exact${fits ? '' : '; even so they do not fit'}`,
  ];
}
