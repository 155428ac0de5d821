// What stands around the function, in memory: everything is there, but for what a test says.
import type { Oss } from '../../src/oss/client.js';
import type { Found } from '../../src/remote/open-api.js';
import type { Surroundings } from '../../src/remote/surroundings.js';
import { memoryOss } from './memory-oss.js';

export interface MemorySurroundings {
  /** The answer for a name, in place of the usual one: `role oss-autostyle`, `queue failed`, `imm photos`. */
  readonly answers?: Readonly<Record<string, Found>>;
  /** The region of a bucket, or undefined: there is none; an error is thrown. */
  readonly buckets?: Readonly<Record<string, string | undefined | Error>>;
  /** What the buckets hold; nothing when absent. */
  readonly oss?: Oss;
}

/** Of a role that both services may take. */
export const trusted: Found = {
  found: { Role: { AssumeRolePolicyDocument: trust('fc.aliyuncs.com', 'oss.aliyuncs.com') } },
};

/** The document of a role that these services may take. */
export function trust(...Service: string[]): string {
  return JSON.stringify({
    Version: '1',
    Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service } }],
  });
}

export function memorySurroundings({
  answers = {},
  buckets = {},
  oss = memoryOss(Date.now).oss,
}: MemorySurroundings = {}) {
  const asked: string[] = [];
  const answer = async (what: string, usual: Found): Promise<Found> => {
    asked.push(what);
    return answers[what] ?? usual;
  };
  const around: Surroundings = {
    buckets: {
      async region(bucket) {
        asked.push(`bucket ${bucket}`);
        const found = Object.hasOwn(buckets, bucket) ? buckets[bucket] : 'cn-hangzhou';
        if (found instanceof Error) throw found;
        return found;
      },
    },
    oss: () => oss,
    role: (name) => answer(`role ${name}`, trusted),
    queue: (name, region) => answer(`queue ${name}${region === 'cn-hangzhou' ? '' : ` in ${region}`}`, { found: {} }),
    topic: (name) => answer(`topic ${name}`, { found: {} }),
    immProject: (bucket) => answer(`imm ${bucket}`, { found: { ProjectName: 'project' } }),
    close: async () => void asked.push('closed'),
  };
  return { around, asked };
}
