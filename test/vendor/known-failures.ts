// Why tests of the vendor's suites are left out or fail. A test is named `SUITE GROUP TEST`.

/** Parts of OSS that the embedded one leaves out as a whole. */
export const leftOut: readonly { name: string; tests: RegExp }[] = [
  { name: 'lifecycle', tests: /lifecycle/i },
  { name: 'inventory', tests: /inventory/i },
  { name: 'WORM', tests: /worm/i },
  { name: 'website', tests: /website/i },
  { name: 'referer', tests: /referer/i },
  { name: 'logging', tests: /logging/i },
  { name: 'KMS', tests: /kms/i },
  { name: 'restore', tests: /restore(?! lastest| and)|CleanRestored/i },
  { name: 'access points', tests: /access_?point/i },
  { name: 'select', tests: /select_object|SelectObject/i },
  { name: 'live channels', tests: /ali-oss rtmp/ },
  { name: 'traffic limits', tests: /traffic|speed limit/i },
  { name: 'replication', tests: /replication/i },
];

/** Failures that stay; `says`: what the runner's message must hold besides. */
export const knownFailures: readonly { tests: RegExp; says?: RegExp; reason: string }[] = [];
