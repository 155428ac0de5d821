// Function properties that the strict schema accepts, and an environment in which the shipped s.yaml resolves.

export const deployEnv = {
  ACCOUNT_ID: '1234567890123456',
  SOURCE_BUCKET: 'shop-photos',
  TARGET_BUCKET: 'shop-derivatives',
  JOURNAL_BUCKET: 'shop-journal',
} as const;

/** A fresh copy each time: cases spoil it. */
export function someProps() {
  return {
    region: 'cn-hangzhou',
    functionName: 'oss-autostyle',
    runtime: 'nodejs20',
    code: './dist',
    handler: 'index.handler',
    cpu: 0.1,
    memorySize: 256,
    diskSize: 512,
    timeout: 300,
    role: 'acs:ram::1234567890123456:role/oss-autostyle',
    environmentVariables: { SOURCE_BUCKET: 'shop-photos' } as Record<string, unknown>,
    instanceLifecycleConfig: { initializer: { handler: 'index.initialize', timeout: 10 } },
    logConfig: {
      project: 'logs',
      logstore: 'function',
      enableRequestMetrics: true,
      enableInstanceMetrics: false,
      logBeginRule: 'None',
    } as unknown,
    concurrencyConfig: { reservedConcurrency: 5 },
    asyncInvokeConfig: {
      maxAsyncRetryAttempts: 8,
      maxAsyncEventAgeInSeconds: 86_400,
      destinationConfig: {
        onFailure: { destination: 'acs:mns:cn-hangzhou:1234567890123456:/queues/failed/messages' },
      },
    },
    triggers: [
      someTrigger('avatars', 'avatars/'),
      someTrigger('gallery', 'gallery/'),
      {
        triggerName: 'every-minute',
        triggerType: 'timer',
        triggerConfig: { cronExpression: '@every 1m', enable: true, payload: '' },
      },
    ] as Record<string, unknown>[],
    tags: [{ key: 'app', value: 'oss-autostyle' }],
  };
}

export function someTrigger(triggerName: string, prefix: string) {
  return {
    triggerName,
    triggerType: 'oss',
    description: 'oss-autostyle uploads',
    qualifier: 'LATEST',
    sourceArn: 'acs:oss:cn-hangzhou:1234567890123456:shop-photos',
    invocationRole: 'acs:ram::1234567890123456:role/aliyunosseventnotificationrole',
    triggerConfig: {
      events: ['oss:ObjectCreated:PutObject', 'oss:ObjectCreated:PostObject'],
      filter: { key: { prefix, suffix: '' } },
    },
  };
}
