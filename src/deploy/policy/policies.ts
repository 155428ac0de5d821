// All policies of a deployment, each part with its name, its documents and what is to be known of it.

import type { Config } from '../../rules/rule.js';
import { planTriggers } from '../triggers/plan.js';
import { deployerGrants, triggerGrants } from './deployer.js';
import type { TrustDocument } from './document.js';
import {
  type Grant,
  intoDocuments,
  lengthOf,
  mostCharacters,
  mostPolicies,
  type PolicyDocument,
  trusting,
} from './document.js';
import { functionGrants, functionNotes, replayGrants } from './function-role.js';
import { type Setting, standardTriggerRole } from './setting.js';

export const parts = ['function', 'trust', 'trigger', 'deployer', 'replay'] as const;
export type Part = (typeof parts)[number];

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
  /** What the documents grant, a line each. */
  readonly grants: Readonly<Record<Exclude<Part, 'trust'>, readonly Grant[]>>;
  readonly notes: Readonly<Record<Part, readonly string[]>>;
}

/** The policies that a configuration needs where it is deployed. */
export function policiesOf(config: Config, setting: Setting): Policies {
  const { functionName, functionRole } = setting;
  const standard = setting.triggerRole === standardTriggerRole;
  const triggerRole = standard ? `${functionName}-trigger` : setting.triggerRole;
  const own = intoDocuments(functionGrants(config, setting));
  const trigger = intoDocuments(triggerGrants(setting));
  const deployer = intoDocuments(deployerGrants(config, planTriggers(config), setting));
  const replay = intoDocuments(replayGrants(config, setting));
  return {
    function: { role: functionRole, policies: named(`${functionName}-function`, own.documents) },
    trust: { role: functionRole, document: trusting('fc.aliyuncs.com') },
    trigger: {
      role: triggerRole,
      trust: trusting('oss.aliyuncs.com'),
      policies: named(`${functionName}-trigger`, trigger.documents),
    },
    deployer: { policies: named(`${functionName}-deployer`, deployer.documents) },
    replay: { policies: config.journal === 'throw' ? [] : named(`${functionName}-replay`, replay.documents) },
    grants: {
      function: own.grants,
      trigger: trigger.grants,
      deployer: deployer.grants,
      replay: replay.grants,
    },
    notes: {
      function: [...sizeNotes(own), ...functionNotes(config, setting)],
      trust: [],
      trigger: standard
        ? [
            `until TRIGGER_ROLE is set, s.yaml names ${standardTriggerRole}: the role that the console makes with the ` +
              'first OSS trigger, which may call every function of the account. To grant this function alone, create ' +
              `this role, set TRIGGER_ROLE=${triggerRole} and run this again`,
          ]
        : [],
      deployer: [
        ...sizeNotes(deployer),
        'where a deployment is refused for a permission, its message names the action that is missing: the documents of ' +
          'Function Compute do not list all that its tools ask for',
      ],
      replay: config.journal === 'throw' ? ['there is no journal, and nothing to replay'] : sizeNotes(replay),
    },
  };
}

function named(name: string, documents: readonly PolicyDocument[]): NamedPolicy[] {
  return documents.map((document, index) => ({
    name: documents.length === 1 ? name : `${name}-${index + 1}`,
    document,
  }));
}

function sizeNotes({ documents, widenedTo }: ReturnType<typeof intoDocuments>): string[] {
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
