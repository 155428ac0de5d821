// The policies for people: what each statement is for, and the commands of Alibaba Cloud's own command line (`aliyun`)
// that create the roles and policies, ready to be pasted.

import { printable } from '../../rules/printable.js';
import { shellWord } from '../../terminal/shell-quote.js';
import { lengthOf, mostCharacters, type Statement } from './document.js';
import type { NamedPolicy, Part, Policies } from './policies.js';

/** The documents of these parts as JSON, and the notes. */
export function policiesJson({ fitted: _, notes, ...documents }: Policies, wanted: readonly Part[]): string {
  const chosen = Object.fromEntries(wanted.map((part) => [part, documents[part]]));
  return `${JSON.stringify({ ...chosen, notes: wanted.flatMap((part) => notes[part]) }, null, 2)}\n`;
}

/** These parts as text. @param anyAccount whether the account is not known */
export function policiesText(policies: Policies, wanted: readonly Part[], anyAccount: boolean): string {
  const titles: Readonly<Record<Part, string>> = {
    function: `function: policy of the role ${policies.function.role}`,
    trust: `trust: who may take the role ${policies.trust.role}`,
    trigger: `trigger: the role ${policies.trigger.role}, which OSS (oss.aliyuncs.com) takes`,
    deployer: 'deployer: policy of whoever runs npm run deploy',
    replay: 'replay: policy of whoever runs npm run replay',
    sweep: `sweep: what a sweep in the cloud adds to the role ${policies.sweep.role}`,
    reconcile: 'reconcile: policy of whoever runs npm run reconcile',
  };
  const sections = wanted.flatMap((part) => [
    titles[part],
    '',
    ...(part === 'trust' ? ['  Function Compute (fc.aliyuncs.com)'] : granted(policies, part)),
    ...policies.notes[part].map((note) => `  note: ${note}`),
    '',
  ]);
  const lines = [
    ...sections,
    ...(anyAccount ? ['  note: without --account (or ACCOUNT_ID) the account in them is *, which means any.', ''] : []),
    'create them with the command line of Alibaba Cloud:',
    '',
    ...commandsFor(policies, wanted).map((line) => `  ${line}`),
    '',
    'or in the console (https://ram.console.aliyun.com), with the documents of --json:',
    '  Policies → Create Policy → JSON: paste a document, save it under its name.',
    ...consoleSteps.flatMap(([parts, step]) => (parts.some((part) => wanted.includes(part)) ? [step] : [])),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** How many resources of a statement are shown. */
const shown = 12;

function granted({ fitted, ...policies }: Policies, part: Exclude<Part, 'trust'>): string[] {
  const statements = fitted[part].grants.flatMap(({ why, statement: { Action, Resource, Condition } }) => [
    `  ${why}`,
    `    ${Action.join(', ')}`,
    ...Resource.slice(0, shown).map((resource) => `      ${resource}`),
    ...(Resource.length > shown ? [`      … and ${Resource.length - shown} more (--json has all)`] : []),
    ...(Condition === undefined ? [] : [`      if ${conditionText(Condition)}`]),
  ]);
  const count = (characters: number) => characters.toLocaleString('en');
  const sizes = policies[part].policies.map(
    ({ name, document }) => `  ${name}: ${count(lengthOf(document))} of ${count(mostCharacters)} characters`,
  );
  return [...statements, ...sizes];
}

function conditionText(condition: NonNullable<Statement['Condition']>): string {
  return JSON.stringify(condition, (_, value) =>
    Array.isArray(value) && value.length > shown
      ? [...value.slice(0, shown), `… and ${value.length - shown} more (--json has all)`]
      : value,
  );
}

const consoleSteps: readonly (readonly [parts: readonly Part[], step: string])[] = [
  [
    ['trust', 'function'],
    '  Roles → Create Role → Cloud Service → Function Compute; then Grant Permission → Custom Policy.',
  ],
  [['sweep'], '  Roles → the role of the function → Grant Permission → Custom Policy.'],
  [['trigger'], '  Roles → Create Role → Cloud Service → Object Storage Service; the same.'],
  [['deployer', 'replay'], '  Users → whoever deploys or replays → Grant Permission → Custom Policy.'],
  [['reconcile'], '  Users → whoever reconciles → Grant Permission → Custom Policy.'],
];

/** A command a line, for these parts. */
export function commandsFor(policies: Policies, wanted: readonly Part[]): string[] {
  const { trust, trigger, deployer, replay, sweep, reconcile } = policies;
  const commands: Readonly<Record<Part, readonly string[]>> = {
    trust: [createRole(trust.role, trust.document)],
    function: attached(policies.function.policies, 'Role', policies.function.role),
    trigger: [createRole(trigger.role, trigger.trust), ...attached(trigger.policies, 'Role', trigger.role)],
    deployer: attached(deployer.policies, 'User', 'USER'),
    replay: attached(replay.policies, 'User', 'USER'),
    sweep: attached(sweep.policies, 'Role', sweep.role),
    reconcile: attached(reconcile.policies, 'User', 'USER'),
  };
  // A role is created before its policy is attached.
  return (['trust', 'function', 'sweep', 'trigger', 'deployer', 'replay', 'reconcile'] as const).flatMap((part) =>
    wanted.includes(part) ? commands[part] : [],
  );
}

function attached(policies: readonly NamedPolicy[], kind: 'Role' | 'User', owner: string): string[] {
  return policies.flatMap(({ name, document }) => [
    `aliyun ram CreatePolicy --PolicyName ${name} --PolicyDocument ${shellWord(JSON.stringify(document))}`,
    `aliyun ram AttachPolicyTo${kind} --PolicyType Custom --PolicyName ${name} --${kind}Name ${owner}`,
  ]);
}

/** The command that creates a role. */
export function createRole(role: string, trust: object): string {
  return `aliyun ram CreateRole --RoleName ${role} --AssumeRolePolicyDocument ${shellWord(JSON.stringify(trust))}`;
}
