// The commands of Alibaba Cloud's own command line (`aliyun`) that make the roles and policies, ready to be pasted.
import type { NamedPolicy, Part, Policies } from './policies.js';

/** A command a line, for these parts. */
export function commandsFor(policies: Policies, wanted: readonly Part[]): string[] {
  const { trust, trigger } = policies;
  const commands: string[] = [];
  if (wanted.includes('trust')) commands.push(createRole(trust.role, trust.document));
  if (wanted.includes('function')) commands.push(...forRole(policies.function.policies, policies.function.role));
  if (wanted.includes('trigger')) {
    commands.push(createRole(trigger.role, trigger.trust), ...forRole(trigger.policies, trigger.role));
  }
  for (const part of ['deployer', 'replay'] as const) {
    if (!wanted.includes(part)) continue;
    for (const policy of policies[part].policies) {
      commands.push(
        create(policy),
        `aliyun ram AttachPolicyToUser --PolicyType Custom --PolicyName ${policy.name} --UserName USER`,
      );
    }
  }
  return commands;
}

function forRole(policies: readonly NamedPolicy[], role: string): string[] {
  return policies.flatMap((policy) => [
    create(policy),
    `aliyun ram AttachPolicyToRole --PolicyType Custom --PolicyName ${policy.name} --RoleName ${role}`,
  ]);
}

function createRole(role: string, trust: object): string {
  return `aliyun ram CreateRole --RoleName ${role} --AssumeRolePolicyDocument ${quoted(trust)}`;
}

function create({ name, document }: NamedPolicy): string {
  return `aliyun ram CreatePolicy --PolicyName ${name} --PolicyDocument ${quoted(document)}`;
}

/** JSON as one word of a POSIX shell. */
function quoted(document: object): string {
  return `'${JSON.stringify(document).replaceAll("'", "'\\''")}'`;
}
