// What stands around the function in the account: roles, queues and topics, and the IMM project of a bucket.
import { createOss, type Oss } from '../oss/client.js';
import { createConnection } from '../oss/connection.js';
import { resolveEndpoint } from '../oss/endpoint.js';
import { createGate } from '../oss/limit.js';
import type { Credentials } from '../oss/sign.js';
import { type Buckets, createBuckets } from './buckets.js';
import { ask, type Found } from './open-api.js';

export interface Surroundings {
  readonly buckets: Pick<Buckets, 'region'>;
  /** To look into buckets of the region; each call ends by `deadline`, epoch ms. */
  oss(deadline: number): Pick<Oss, 'listObjects' | 'getObject'>;
  /** `found` has `Role`, with `AssumeRolePolicyDocument`. */
  role(name: string): Promise<Found>;
  queue(name: string, region: string): Promise<Found>;
  topic(name: string, region: string): Promise<Found>;
  /** `found` has `ProjectName`: the project that the bucket is bound to. */
  immProject(bucket: string): Promise<Found>;
  close(): Promise<void>;
}

export interface SurroundingsOptions {
  readonly region: string;
  readonly credentials: Credentials;
  /** The address of a service; default: its own. */
  readonly originOf?: (service: Service, region: string) => string;
}

type Service = 'ram' | 'mns' | 'imm';

/** The account as these credentials see it. */
export function createSurroundings({
  region,
  credentials,
  originOf = publicOrigin,
}: SurroundingsOptions): Surroundings {
  const connection = createConnection();
  const endpoint = resolveEndpoint({ region, override: `https://oss-${region}.aliyuncs.com` });
  const question = (service: Service, version: string, action: string, query: Record<string, string>, at = region) =>
    ask({ origin: originOf(service, at), version, action, query }, credentials, connection);
  return {
    buckets: createBuckets({ endpoint, region, credentials, connection }),
    oss: (deadline) => createOss({ endpoint, region, credentials, connection, gate: createGate(1), deadline }),
    // https://help.aliyun.com/zh/ram/developer-reference/api-ram-2015-05-01-getrole
    role: (RoleName) => question('ram', '2015-05-01', 'GetRole', { RoleName }),
    // https://help.aliyun.com/zh/mns/developer-reference/api-mns-open-2022-01-19-getqueueattributes
    queue: (QueueName, at) => question('mns', '2022-01-19', 'GetQueueAttributes', { QueueName }, at),
    topic: (TopicName, at) => question('mns', '2022-01-19', 'GetTopicAttributes', { TopicName }, at),
    // https://help.aliyun.com/zh/imm/developer-reference/api-imm-2020-09-30-getossbucketattachment
    immProject: (OSSBucket) => question('imm', '2020-09-30', 'GetOSSBucketAttachment', { OSSBucket }),
    close: () => connection.close(),
  };
}

function publicOrigin(service: Service, region: string): string {
  if (service === 'ram') return 'https://ram.aliyuncs.com';
  return `https://${service === 'mns' ? 'mns-open' : service}.${region}.aliyuncs.com`;
}
