// The rules of a chaos run, and a reader of them that shares nothing with the function: it tries them one by one.

export const buckets = { source: 'photos', target: 'photos-out', journal: 'photos-journal' } as const;
export const journalPrefix = 'autostyle/';

export interface ChaosRule {
  readonly name: string;
  readonly folder: string;
  /** Keys that start so are left alone. */
  readonly exclude?: string;
  readonly min?: number;
  readonly max?: number;
  readonly removes: boolean;
  readonly outputs: readonly ChaosOutput[];
}

/** With headers or tags, or with an AVIF style, an output is relayed. */
export interface ChaosOutput extends Partial<Labels> {
  readonly style: string;
  /** Around the source's key. */
  readonly before: string;
  readonly after: string;
  /** Saved beside the sources, where triggers listen. */
  readonly inSource?: true;
}

/** Headers and tags. In those of an output `{key}`, `{file}` and `{etag}` stand for what they are of the source. */
export interface Labels {
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** The styles of the source bucket; `style/missing` is none of them. */
export const namedStyles: Readonly<Record<string, string>> = { chip: 'image/resize,w_15/format,png' };

/** Tells of which version of which source a derivative is. */
const traced = { 'x-oss-meta-version': '{etag}', 'x-oss-meta-source': '{key}' };

/** Gives 300 KB, which the function sends in pieces. */
const large = 'image/resize,m_fixed,limit_0,w_320,h_320/format,bmp';

/** What a size condition divides: images of chaos runs are smaller, between, or larger than these. */
export const smallest = 600;
export const largest = 2_000;

/** The rules; with `onDelete` more of them take derivatives away with their source. */
export function chaosRules(onDelete: boolean): readonly ChaosRule[] {
  const out = (
    style: string,
    before: string,
    after = '',
    more: Partial<Labels> & Pick<ChaosOutput, 'inSource'> = {},
  ): ChaosOutput => ({ style, before, after, ...more });
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
      outputs: [out('image/resize,w_12', 'sized-out/', '', { headers: traced })],
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
        out('image/crop,w_10,h_10', 'trio-crop/', '', { tags: { version: '{etag}' } }),
        out('image/bright,30', 'trio-bright/'),
      ],
    },
    {
      name: 'styled',
      folder: 'styled/',
      removes: onDelete,
      outputs: [out('image/resize,w_18', 'styled-out/'), out('style/missing', 'styled-missing/')],
    },
    {
      name: 'relayed',
      folder: 'relayed/',
      exclude: 'relayed/made/',
      removes: onDelete,
      outputs: [
        out('image/resize,w_17/format,webp', 'relayed-out/', '.webp', {
          headers: {
            'cache-control': 'public, max-age=60',
            'content-disposition': "inline; filename*=UTF-8''{file}",
            ...traced,
          },
          tags: { version: '{etag}', source: '{key}' },
        }),
        out('image/resize,m_fixed,w_8,h_8/format,avif', 'relayed-avif/', '.avif'),
        out('style/chip', 'relayed-chip/', '', { headers: traced }),
        out(large, 'relayed/made/', '.bmp', { headers: traced, inSource: true }),
      ],
    },
  ];
}

/** The rules as the function's configuration. */
export function configurationOf(rules: readonly ChaosRule[]): object {
  return {
    journal: { bucket: buckets.journal, prefix: journalPrefix },
    rules: rules.map(({ name, folder, exclude, min, max, removes, outputs }) => ({
      name,
      when: {
        bucket: buckets.source,
        prefix: folder,
        ...(exclude === undefined ? {} : { exclude: [exclude] }),
        ...(min === undefined && max === undefined
          ? {}
          : { size: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }),
      },
      ...(removes ? { onDelete: 'remove' } : {}),
      outputs: outputs.map(({ style, headers, tags, ...to }) => ({
        style,
        ...(headers && { headers }),
        ...(tags && { tags }),
        to: { bucket: bucketOf(to), key: `${to.before}{key}${to.after}` },
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

/** The headers and tags of what an output makes of a source. Keys of chaos runs need no encoding. */
export function labelsOf({ headers = {}, tags = {} }: ChaosOutput, key: string, etag: string): Labels {
  const filled = (template: string) =>
    template
      .replace('{key}', key)
      .replace('{file}', key.slice(key.lastIndexOf('/') + 1))
      .replace('{etag}', etag);
  const all = (templates: Labels['tags']) =>
    Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, filled(template)]));
  return { headers: all(headers), tags: all(tags) };
}

/** Where an output is saved. */
export function bucketOf({ inSource }: Pick<ChaosOutput, 'inSource'>): string {
  return inSource ? buckets.source : buckets.target;
}

/** Every key that a rule can make something under. */
export function targetOf({ before, after }: ChaosOutput, key: string): string {
  return `${before}${key}${after}`;
}
