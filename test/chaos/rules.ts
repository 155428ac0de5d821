// The rules of a chaos run, and a reader of them that shares nothing with the function: it tries them one by one.

export const buckets = { source: 'photos', target: 'photos-out', journal: 'photos-journal' } as const;
export const journalPrefix = 'autostyle/';

export interface ChaosRule {
  readonly name: string;
  readonly folder: string;
  readonly min?: number;
  readonly max?: number;
  readonly removes: boolean;
  readonly outputs: readonly ChaosOutput[];
}

export interface ChaosOutput {
  readonly style: string;
  /** Around the source's key. */
  readonly before: string;
  readonly after: string;
}

/** What a size condition divides: images of chaos runs are smaller, between, or larger than these. */
export const smallest = 600;
export const largest = 2_000;

/** The rules; with `onDelete` more of them take derivatives away with their source. */
export function chaosRules(onDelete: boolean): readonly ChaosRule[] {
  const out = (style: string, before: string, after = ''): ChaosOutput => ({ style, before, after });
  return [
    {
      name: 'faces',
      folder: 'faces/',
      removes: true,
      outputs: [out('image/resize,m_fill,w_20,h_20/format,webp', 'out/', '.20.webp')],
    },
    { name: 'plain', folder: 'plain/', removes: onDelete, outputs: [out('image/resize,w_16', 'w16/')] },
    {
      name: 'small',
      folder: 'sized/',
      max: smallest,
      removes: false,
      outputs: [out('image/rotate,90', 'sized-out/')],
    },
    {
      name: 'medium',
      folder: 'sized/',
      min: smallest + 1,
      max: largest,
      removes: false,
      outputs: [out('image/resize,w_12', 'sized-out/')],
    },
    {
      name: 'thumbs',
      folder: 'split/',
      max: smallest,
      removes: true,
      outputs: [out('image/resize,w_11', 'split-small/')],
    },
    {
      name: 'split',
      folder: 'split/',
      removes: true,
      outputs: [out('image/resize,w_13', 'split-large/')],
    },
    {
      name: 'trio',
      folder: 'trio/',
      removes: onDelete,
      outputs: [
        out('image/resize,w_14/format,webp', 'trio-out/', '.webp'),
        out('image/crop,w_10,h_10', 'trio-crop/'),
        out('image/bright,30', 'trio-bright/'),
      ],
    },
    {
      name: 'styled',
      folder: 'styled/',
      removes: onDelete,
      outputs: [out('image/resize,w_18', 'styled-out/'), out('style/missing', 'styled-missing/')],
    },
  ];
}

/** The rules as the function's configuration. */
export function configurationOf(rules: readonly ChaosRule[]): object {
  return {
    journal: { bucket: buckets.journal, prefix: journalPrefix },
    rules: rules.map(({ name, folder, min, max, removes, outputs }) => ({
      name,
      when: {
        bucket: buckets.source,
        prefix: folder,
        ...(min === undefined && max === undefined
          ? {}
          : { size: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }),
      },
      ...(removes ? { onDelete: 'remove' } : {}),
      outputs: outputs.map(({ style, before, after }) => ({
        style,
        to: { bucket: buckets.target, key: `${before}{key}${after}` },
      })),
    })),
  };
}

/** The rule for an object of that size. */
export function ruleFor(rules: readonly ChaosRule[], key: string, size: number): ChaosRule | undefined {
  for (const rule of rules) {
    if (!key.startsWith(rule.folder)) continue;
    if (rule.min !== undefined && size < rule.min) continue;
    if (rule.max !== undefined && size > rule.max) continue;
    return rule;
  }
  return undefined;
}

/** Every key that a rule can make something under. */
export function targetOf({ before, after }: ChaosOutput, key: string): string {
  return `${before}${key}${after}`;
}
