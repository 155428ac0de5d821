// Who takes part in the bench, by the names that stand in its tables.

export const contestants = {
  function: 'oss-autostyle',
  functionOnPlainV8: 'oss-autostyle, V8 as it is',
  aliOss: 'ali-oss',
  aliOssBundled: 'ali-oss, bundled by esbuild',
  aliOssOnTunedV8: 'ali-oss, V8 set as in the function',
  undiciRequest: 'bare undici, Pool.request',
  undiciDispatch: 'floor: undici dispatch, POST and HEAD',
  nodeHttp: 'bare node:http or node:https',
} as const;

export type Contestant = keyof typeof contestants;

/** The others with another V8: what they ask for is the same, so that `wire` leaves them out. */
export const onOtherV8: readonly Contestant[] = ['functionOnPlainV8', 'aliOssOnTunedV8'];

/** Calls of OSS that each makes for an upload with one output. */
export const callsOf: Readonly<Record<Contestant, number>> = {
  function: 2,
  functionOnPlainV8: 2,
  aliOss: 1,
  aliOssBundled: 1,
  aliOssOnTunedV8: 1,
  undiciRequest: 1,
  undiciDispatch: 2,
  nodeHttp: 1,
};
