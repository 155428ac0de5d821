// Every value of a configuration, good and bad, through loadConfig: what a user sees.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';

const style = 'image/resize,w_100';
const good = () => ({
  journal: { bucket: 'journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'a',
      when: { bucket: 'photos', prefix: 'in/' },
      outputs: [{ style, to: { bucket: 'out', key: '{key}.webp' } }],
    },
  ],
});

function issuesOf(config: unknown, environment = {}) {
  try {
    loadConfig(config, environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues;
  }
}

/** The good configuration with one value replaced. */
function withValue(path: string, value: unknown): unknown {
  const config: unknown = good();
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() ?? '';
  let at: unknown = config;
  for (const key of keys) at = Reflect.get(Object(at), key);
  Reflect.set(Object(at), last, value);
  return config;
}

const rule0 = 'rules[0]';
const namePath = `${rule0}.name`;
const bucketPath = `${rule0}.when.bucket`;
const prefixPath = `${rule0}.when.prefix`;
const suffixPath = `${rule0}.when.suffix`;
const excludePath = `${rule0}.when.exclude`;
const sizePath = `${rule0}.when.size`;
const onDeletePath = `${rule0}.onDelete`;
const stylePath = `${rule0}.outputs[0].style`;
const targetPath = `${rule0}.outputs[0].to.bucket`;
const keyPath = `${rule0}.outputs[0].to.key`;

const accepted: [string, unknown[]][] = [
  ['journal', ['throw', { bucket: 'abc', prefix: '' }]],
  ['journal.prefix', ['a/b/', 'ä b/', `${'x'.repeat(511)}/`]],
  [namePath, ['a', 'A_-9', 'x'.repeat(64)]],
  [bucketPath, ['abc', '0-9', 'x'.repeat(63), ['abc', 'abd'], [{ env: 'NONE', default: 'abc' }]]],
  [prefixPath, ['', 'in', 'a//b', '照片/', 'a\\', ['in/', 'on/'], 'x'.repeat(1023)]],
  [suffixPath, [['.jpg'], ['g', '.JPEG', '照片.jpg', '/x']]],
  [excludePath, [[], ['in/raw/'], ['in/']]],
  [sizePath, [{}, { min: 0 }, { max: 0 }, { min: 5, max: 5 }, { max: Number.MAX_SAFE_INTEGER }]],
  [onDeletePath, ['remove']],
  [
    stylePath,
    [
      'image/x',
      'image/auto-orient,1/resize,m_fill,w_1',
      'style/a',
      `style/${'x'.repeat(63)}`,
      'style/A_.-9',
      `image/${'x'.repeat(4090)}`,
    ],
  ],
  [
    stylePath,
    [
      'image/watermark,text_SGVsbG8gV29ybGQ,x_10',
      'image/watermark,text_6Zi+6YeM',
      'image/a~b.c:d*e!f=g',
      'image/system',
    ],
  ],
  [targetPath, ['abc', { env: 'NONE', default: 'abc' }]],
];

const refused: [string, RegExp, unknown[]][] = [
  ['journal', /"throw" or \{ bucket, prefix \}/, [undefined, null, 'drop', 1, true]],
  ['journal.bucket', /bucket name/, ['Ab', 'ab', '-abc', 'abc-', 'a_b', 'a.b.c', 'x'.repeat(64), '', 'abc\n']],
  [
    'journal.prefix',
    /prefix|Unicode|bytes|string/,
    [
      'x',
      '/',
      '/x/',
      'x//',
      './',
      '../x/',
      'a/../b/',
      'a{b}/',
      'a\\b/',
      '\\/',
      'a\0/',
      '\ud800/',
      `${'x'.repeat(512)}/`,
      1,
      null,
    ],
  ],
  [namePath, /1 to 64 characters|string/, ['', 'a b', 'ä', 'x'.repeat(65), 'a\n', 1, null, undefined, {}]],
  [bucketPath, /bucket|string|list|item/, ['AB', [], ['abc', 'X'], 1, null, [['abc']], new Array(101).fill('abc'), {}]],
  [bucketPath, /not a bucket alias/, ['photos-ossalias', ['photos-0-ossalias'], 'photos-1-opapalias']],
  [prefixPath, /does not start with "\/"/, ['/', '/in', ['in', '/x']]],
  [prefixPath, /does not start with "\\"/, ['\\in']],
  [prefixPath, /lone surrogate/, ['a\ud800', '\udc00x', 'a\udc00\ud800']],
  [prefixPath, /1023 bytes/, ['x'.repeat(1024), `${'照'.repeat(341)}x`]],
  [prefixPath, /string|item/, [[], 1, null, new Array(101).fill('x')]],
  [
    suffixPath,
    /list|string|suffix|surrogate|item|bytes/,
    ['.jpg', [], [''], [1], ['\ud800'], [{ env: 'A' }], new Array(101).fill('x'), ['x'.repeat(1024)]],
  ],
  [excludePath, /list|string|prefix|item/, ['in/', [''], ['/x'], [null], new Array(101).fill('x')]],
  [
    sizePath,
    /size|min|object|key/,
    [
      1,
      [],
      null,
      { min: -1 },
      { max: 1.5 },
      { min: '1' },
      { min: Number.NaN },
      { max: Number.POSITIVE_INFINITY },
      { max: 2 ** 53 },
      { min: 2, max: 1 },
      { mni: 1 },
    ],
  ],
  [onDeletePath, /"remove"/, ['Remove', 'keep', '', null, true, false, ['remove'], { env: 'A' }, new String('remove')]],
  [`${rule0}.outputs`, /list|item/, [[], {}, 'x', null, new Array(51).fill(good().rules[0]?.outputs[0])]],
  [
    stylePath,
    /a style|string/,
    [
      '',
      'image',
      'image/',
      'image/ö',
      'Image/x',
      'video/x',
      'style/',
      'style/a/b',
      'style/a,b',
      `style/${'x'.repeat(64)}`,
      ' image/x',
      'image/x\n',
      'image/a b',
      'image/a%20b',
      'style/a+b',
      'image/a&b',
      `image/${'x'.repeat(4091)}`,
      1,
      null,
      undefined,
      [style],
    ],
  ],
  [
    stylePath,
    /without "\|" or "sys\/"/,
    ['image/x|sys/saveas,o_eA', 'image/x|image/y', 'image/sys/saveas', 'image/x/SYS/saveas', 'style/a|b'],
  ],
  [keyPath, /template/, ['', '{', '}', '{nope}', '/x', '\ud800', 1, null, undefined, {}]],
  [targetPath, /bucket|string/, ['X', '', 1, null, ['abc'], 'a-ossalias', 'a-opapalias']],
];

describe('values', () => {
  for (const [path, values] of accepted) {
    it.each(values.map((value) => [value]))(`${path} may be %j`, (value) => {
      expect(issuesOf(withValue(path, value))).toEqual([]);
    });
  }
  for (const [path, expected, values] of refused) {
    it.each(values.map((value) => [value]))(`${path} may not be %j`, (value) => {
      const issues = issuesOf(withValue(path, value));
      expect(issues.length).toBeGreaterThan(0);
      for (const issue of issues) {
        expect(issue.path.startsWith(path)).toBe(true);
        expect(`${issue.expected} ${issue.message}`).toMatch(expected);
      }
    });
  }
});

describe('keys', () => {
  it('every unknown key is reported, everywhere', () => {
    const text = JSON.stringify(good())
      .replaceAll('{"', '{"constructor":1,"__proto__":{"name":"x"},"toString":null,"a b":2,"')
      .replaceAll('"when"', '"hasOwnProperty":1,"when"');
    const paths = issuesOf(JSON.parse(text)).map(({ path }) => path);
    for (const owner of [
      '',
      'journal.',
      'rules[0].',
      'rules[0].when.',
      'rules[0].outputs[0].',
      'rules[0].outputs[0].to.',
    ]) {
      for (const key of ['constructor', '__proto__', 'toString']) expect(paths).toContain(`${owner}${key}`);
    }
    expect(paths).toContain('["a b"]');
    expect(paths).toContain('rules[0].hasOwnProperty');
    expect(paths).toHaveLength(6 * 4 + 1);
    expect(Object.prototype).not.toHaveProperty('name');
  });

  it('a list is no object, and that is one mistake', () => {
    for (const path of [
      'journal',
      'rules[0]',
      `${rule0}.when`,
      sizePath,
      `${rule0}.outputs[0]`,
      `${rule0}.outputs[0].to`,
    ]) {
      expect(issuesOf(withValue(path, ['x', 'y']))).toMatchObject([
        { path, expected: expect.stringMatching(/^an object with \w/), value: 'a list of 2' },
      ]);
    }
  });

  it('what is missing is named, and inherited values are not there', () => {
    expect(issuesOf({}).map(({ path }) => path)).toEqual(['journal', 'rules']);
    expect(issuesOf({ __proto__: good() }).map(({ path }) => path)).toEqual(['journal', 'rules']);
    expect(issuesOf({ ...good(), rules: [{}] }).map(({ path }) => path)).toEqual([
      'rules[0].name',
      'rules[0].when',
      'rules[0].outputs',
    ]);
  });

  it.each([[null], [undefined], [1], ['{}'], [[]], [() => good()], [Symbol('x')], [10n]])(
    'a configuration is no %s',
    (value) => {
      expect(issuesOf(value).length).toBeGreaterThan(0);
    },
  );
});

describe('texts from the environment', () => {
  const marked = (marker: unknown) => withValue(bucketPath, marker);

  it('the variable, else the default; empty counts as unset', () => {
    const bucketOf = (marker: object, environment: object) =>
      loadConfig(marked(marker), { ...environment }).rules[0]?.when.buckets[0];
    expect(bucketOf({ env: 'SRC' }, { SRC: 'from-env' })).toBe('from-env');
    expect(bucketOf({ env: 'SRC', default: 'fallback' }, { SRC: 'from-env' })).toBe('from-env');
    expect(bucketOf({ env: 'SRC', default: 'fallback' }, { SRC: '' })).toBe('fallback');
    expect(bucketOf({ env: 'SRC', default: 'fallback' }, { SRC: undefined })).toBe('fallback');
  });

  it.each([[{}], [{ SRC: '' }], [{ src: 'photos' }], [Object.create({ SRC: 'inherited' })]])(
    'unset in %j',
    (environment) => {
      expect(issuesOf(marked({ env: 'SRC' }), environment)).toMatchObject([
        { path: bucketPath, expected: 'the environment variable SRC to be set (or a default)' },
      ]);
    },
  );

  it('what a variable holds is never shown', () => {
    const issues = issuesOf(marked({ env: 'SRC' }), { SRC: 'Hidden_Value' });
    expect(issues).toMatchObject([{ path: bucketPath, value: 'the value of SRC' }]);
    expect(JSON.stringify(issues)).not.toContain('Hidden_Value');
    expect(issuesOf(marked({ env: 'SRC', default: 'Bad' }))).toMatchObject([{ value: 'the default of SRC, "Bad"' }]);
  });

  it.each([
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    'ALIBABA_CLOUD_SECURITY_TOKEN',
    'API_KEY',
    'DB_PWD',
    'AUTH',
    'accessKeyId',
    'db_password',
  ])('a credential is not taken: %s', (name) => {
    expect(issuesOf(withValue(prefixPath, { env: name }), { [name]: 'abc' })).toMatchObject([
      { path: prefixPath, expected: 'an environment variable that holds no credential' },
    ]);
  });

  it.each([
    [{ env: '' }],
    [{ env: 'A B' }],
    [{ env: '1A' }],
    [{ env: 1 }],
    [{ env: 'A', default: 1 }],
    [{ env: 'A', fallback: 'abc' }],
    [{ default: 'abc' }],
    [{ env: 'x'.repeat(129) }],
    [{ env: '__proto__' }],
  ])('no marker: %j', (marker) => {
    expect(issuesOf(marked(marker), { A: 'photos' })).toMatchObject([{ path: bucketPath }]);
  });
});

describe('styles that render themselves', () => {
  const builder = (render: () => unknown) => ({ operations: [], toString: render });

  it('are rendered once, when the configuration is loaded', () => {
    let calls = 0;
    const config = withValue(
      stylePath,
      builder(() => `image/resize,w_${++calls}`),
    );
    expect(loadConfig(config, {}).rules[0]?.outputs[0]?.style).toBe('image/resize,w_1');
    expect(calls).toBe(1);
  });

  it('may be instances of a class', () => {
    class Style {
      #width = 7;
      toString() {
        return `image/resize,w_${this.#width}`;
      }
    }
    expect(loadConfig(withValue(stylePath, new Style()), {}).rules[0]?.outputs[0]?.style).toBe('image/resize,w_7');
  });

  it.each([
    ['renders what is no style', () => 'image/x|sys/saveas', '"image/x|sys/saveas"'],
    ['renders no text', () => 7, 'an object whose toString() gives no string'],
    [
      'throws',
      () => {
        throw new RangeError('w must be at least 1');
      },
      'an object whose toString() throws: "w must be at least 1"',
    ],
    [
      'throws nothing much',
      () => {
        throw undefined;
      },
      'an object whose toString() throws',
    ],
  ])('refused: %s', (_, render, value) => {
    expect(issuesOf(withValue(stylePath, builder(render)))).toMatchObject([{ path: stylePath, value }]);
  });

  it('JSON cannot make one', () => {
    expect(issuesOf(withValue(stylePath, JSON.parse('{"toString":"image/x"}')))).toMatchObject([
      { path: stylePath, value: 'an object' },
    ]);
    expect(issuesOf(withValue(stylePath, {}))).toMatchObject([{ path: stylePath, value: 'an object' }]);
  });
});

describe('hostile input is refused, and nothing but ConfigError comes of it', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic, cyclic, cyclic, { cyclic });
  const thrower = {
    get rules(): never {
      throw new Error('secret');
    },
  };
  const trap = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('secret');
      },
      get: () => {
        throw new Error('secret');
      },
      getPrototypeOf: () => {
        throw new Error('secret');
      },
    },
  );
  const { proxy: revoked, revoke } = Proxy.revocable([], {});
  revoke();
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const sparse = new Array(4_000_000_000);
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, index]));
  const evils: [string, unknown][] = [
    ['a cycle', cyclic],
    ['a getter that throws', thrower],
    ['a proxy that throws', trap],
    ['a revoked proxy', revoked],
    ['100,000 levels', deep],
    ['four thousand million holes', sparse],
    ['5,000 keys', wide],
    ['a long text', 'x'.repeat(1_000_000)],
    ['a date', new Date()],
    ['a map', new Map([['name', 'x']])],
    ['a function', () => 'photos'],
  ];
  const places = [
    'journal',
    'journal.bucket',
    'rules',
    'rules[0]',
    namePath,
    `${rule0}.when`,
    bucketPath,
    prefixPath,
    suffixPath,
    sizePath,
    onDeletePath,
    `${rule0}.outputs`,
    `${rule0}.outputs[0]`,
    stylePath,
    `${rule0}.outputs[0].to`,
    keyPath,
    `${rule0}.outputs[0].headers`,
    `${rule0}.outputs[0].tags`,
    'unknown',
  ];
  it.each(evils)('%s', (_, evil) => {
    expect(issuesOf(evil).length).toBeGreaterThan(0);
    for (const path of places) {
      const issues = issuesOf(withValue(path, evil));
      expect(issues.length).toBeGreaterThan(0);
      const said = JSON.stringify(issues);
      expect(said.length).toBeLessThan(100_000);
      expect(said).not.toContain('secret');
    }
  });

  it('a getter is read once: what was checked is what counts', () => {
    let reads = 0;
    const config = withValue(bucketPath, undefined) as ReturnType<typeof good>;
    Object.defineProperty(config.rules[0]?.when, 'bucket', {
      enumerable: true,
      get: () => (++reads === 1 ? 'photos' : 'out'),
    });
    expect(loadConfig(config, {}).rules[0]?.when.buckets).toEqual(['photos']);
    expect(reads).toBe(1);
  });

  it('values are shown short, on one line, with nothing that reorders text', () => {
    const [issue] = issuesOf(withValue(namePath, `${'x'.repeat(50)}\n\u001b[31m\u202e\u2028\u0085${'y'.repeat(500)}`));
    expect(issue?.value).toMatch(/^"x{50}\\n\\u001b\[31m\\u202e\\u2028\\u0085y+"… \(559 characters\)$/);
    expect(issue?.value.length).toBeLessThan(140);
  });

  const keys = fc.constantFrom(
    'journal',
    'rules',
    'name',
    'when',
    'bucket',
    'prefix',
    'suffix',
    'exclude',
    'size',
    'min',
    'max',
    'onDelete',
    'outputs',
    'style',
    'to',
    'headers',
    'tags',
    'Cache-Control',
    'key',
    'env',
    'default',
    '__proto__',
    'constructor',
    'toString',
    'length',
  );
  const leaf = fc.oneof(
    fc.string(),
    fc.constantFrom('throw', 'photos', 'image/x', '{key}', '', '\ud800'),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  );
  const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
    ),
  })).value;

  it('random JSON', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(issuesOf(JSON.parse(JSON.stringify(value) ?? 'null')).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('random JSON in the place of any value', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), anyJson, (path, value) => {
        const issues = issuesOf(withValue(path, JSON.parse(JSON.stringify(value))));
        expect(issues.filter(({ path: at, message }) => at === '' || message === '')).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('anything JavaScript can hold', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withObjectString: true,
          withSet: true,
          withSparseArray: true,
          withTypedArray: true,
        }),
        (path, value) => {
          issuesOf(withValue(path, value));
        },
      ),
      { numRuns: 500 },
    );
  });
});

// Beside what is matched above: whole sentences, one of each kind, in the order in which they are said.
describe('a refusal says', () => {
  const outputs = [{ style, to: { bucket: 'out', key: '{key}' } }];
  const rows: readonly (readonly [config: unknown, says: readonly string[]])[] = [
    [7, ['expected an object with journal, rules, got 7']],
    [{}, ['journal: required, but missing', 'rules: required, but missing']],
    [
      { journal: 'no', rules: {}, more: 1 },
      [
        'journal: expected "throw" or { bucket, prefix }, got "no"',
        'rules: expected a list, got an object',
        'more: unknown key; expected one of the keys journal, rules',
      ],
    ],
    [{ journal: ['x'], rules: [] }, ['journal: expected an object with bucket, prefix, got a list of 1']],
    [
      { journal: { bucket: 1, prefix: 'x', 'a b': 0 }, rules: [null, []] },
      [
        'journal.bucket: expected a string or env(NAME), got 1',
        'journal.prefix: expected a prefix that ends in "/" (or an empty one), got "x"',
        'journal["a b"]: unknown key; expected one of the keys bucket, prefix',
        'rules[0]: expected an object with name, when, onDelete, outputs, got null',
        'rules[1]: expected an object with name, when, onDelete, outputs, got a list of 0',
      ],
    ],
    [
      {
        journal: 'throw',
        rules: [
          {
            name: 1,
            when: { bucket: [], prefix: undefined, suffix: ['', 1], exclude: '', size: { min: 2, max: 1 } },
            onDelete: 'keep',
            outputs: [{ style: 7, to: {} }, { to: null }],
          },
          { name: 'a', when: { bucket: ['abc', { env: 'NONE' }], size: new Date(0) }, outputs },
          { name: 'a', when: { bucket: 'abc', size: { min: 2, max: 1, mean: 1 } }, outputs: {} },
          { name: 'a', when: 'abc', outputs: [{ style, to: { key: '{a}{b' } }] },
        ],
      },
      [
        'rules[0].name: expected a string, got 1',
        'rules[0].when.bucket: expected 1 to 100 items, got a list of 0',
        'rules[0].when.suffix[0]: expected a suffix that is not empty; leave the list out to match every key, got ""',
        'rules[0].when.suffix[1]: expected a string, got 1',
        'rules[0].when.exclude: expected a list, got ""',
        'rules[0].when.size: expected min to be at most max, got min 2, max 1',
        'rules[0].onDelete: expected "remove", or no such key, got "keep"',
        'rules[0].outputs[0].style: expected a string, or an object that renders one, got 7',
        'rules[0].outputs[0].to.key: required, but missing',
        'rules[0].outputs[1].style: required, but missing',
        'rules[0].outputs[1].to: expected an object with bucket, key, got null',
        'rules[1].when.bucket[1]: expected the environment variable NONE to be set (or a default), got an unset variable',
        'rules[1].when.size: expected an object with min, max, got an object',
        'rules[2].when.size.mean: unknown key; expected one of the keys min, max',
        'rules[2].outputs: expected a list, got an object',
        'rules[3].when: expected an object with bucket, prefix, suffix, exclude, size, got "abc"',
        'rules[3].outputs[0].to.key: expected a key template; at character 1: unknown variable "{a}"; there are ' +
          '{bucket} {key} {dir} {file} {name} {ext} {rule} {etag} {year} {month} {day}, got "{a}{b"',
        'rules[3].outputs[0].to.key: expected a key template; at character 4: "{" without its "}" (no template holds ' +
          'a literal brace), got "{a}{b"',
      ],
    ],
  ];
  it.each(rows.map(([config, says]) => ({ says, config })))('$says.0', ({ config, says }) => {
    expect(issuesOf(config).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))).toEqual(says);
  });

  it('of what throws nothing but where it stands', () => {
    const journal = {
      get bucket(): never {
        throw new Error('secret');
      },
    };
    const rule = {
      name: 'a b',
      get when(): never {
        throw new Error('secret');
      },
    };
    expect(issuesOf({ journal, rules: [rule, 1] }).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      ': expected plain data, got an object that cannot be read',
      'rules[0]: expected plain data, got an object that cannot be read',
      'rules[1]: expected an object with name, when, onDelete, outputs, got 1',
    ]);
  });
});
