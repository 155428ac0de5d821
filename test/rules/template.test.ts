import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  literalOf,
  parseTemplate,
  render,
  type Template,
  templateUses,
  type Variables,
  variablesOf,
} from '../../src/rules/template.js';

function parsed(text: string): Template {
  const result = parseTemplate(text);
  if ('issues' in result) throw new Error(JSON.stringify(result.issues));
  return result.template;
}

const filled = (template: Template, variables: Variables) => render(template, (variable) => variables[variable]);

const issuesOf = (text: string) => {
  const result = parseTemplate(text);
  return 'issues' in result ? result.issues : [];
};

describe('variables', () => {
  const parts: [string, { dir: string; file: string; name: string; ext: string }][] = [
    ['a/b/photo.jpg', { dir: 'a/b/', file: 'photo.jpg', name: 'photo', ext: 'jpg' }],
    ['photo.jpg', { dir: '', file: 'photo.jpg', name: 'photo', ext: 'jpg' }],
    ['a/PHOTO.Jpg', { dir: 'a/', file: 'PHOTO.Jpg', name: 'PHOTO', ext: 'Jpg' }],
    ['a/archive.tar.gz', { dir: 'a/', file: 'archive.tar.gz', name: 'archive.tar', ext: 'gz' }],
    ['a.b/none', { dir: 'a.b/', file: 'none', name: 'none', ext: '' }],
    ['a/.x', { dir: 'a/', file: '.x', name: '.x', ext: '' }],
    ['.x', { dir: '', file: '.x', name: '.x', ext: '' }],
    ['a/x.', { dir: 'a/', file: 'x.', name: 'x', ext: '' }],
    ['a/..x', { dir: 'a/', file: '..x', name: '.', ext: 'x' }],
    ['a//b', { dir: 'a//', file: 'b', name: 'b', ext: '' }],
    ['目录/照片.jpg', { dir: '目录/', file: '照片.jpg', name: '照片', ext: 'jpg' }],
    ['a/', { dir: 'a/', file: '', name: '', ext: '' }],
  ];
  it.each(parts)('%s', (key, expected) => {
    expect(variablesOf({ bucket: 'photos', key }, 'r')).toMatchObject({
      bucket: 'photos',
      key,
      rule: 'r',
      ...expected,
    });
  });

  it('dates are the time of the event in UTC', () => {
    const at = (time: Date | string | number) => {
      const { year, month, day } = variablesOf({ bucket: 'b', key: 'k', time }, 'r');
      return `${year}-${month}-${day}`;
    };
    expect(at('2026-01-31T23:30:00.000-02:00')).toBe('2026-02-01');
    expect(at('2026-01-05T23:59:59.999Z')).toBe('2026-01-05');
    expect(at(new Date(0))).toBe('1970-01-01');
    expect(at(1_767_225_600_000)).toBe('2026-01-01');
    expect(at('not a time')).toBe('undefined-undefined-undefined');
    expect(at(1e15)).toBe('undefined-undefined-undefined');
  });

  it('an ETag loses its quotes and keeps its case', () => {
    expect(variablesOf({ bucket: 'b', key: 'k', etag: '"AbC-2"' }, 'r').etag).toBe('AbC-2');
    expect(variablesOf({ bucket: 'b', key: 'k', etag: '""' }, 'r').etag).toBeUndefined();
  });
});

describe('rendering', () => {
  const subject = { bucket: 'photos', key: 'in/a.b.JPG', etag: 'E1', time: '2026-03-04T00:00:00Z' };
  const rendered: [string, string][] = [
    ['{key}.128.webp', 'in/a.b.JPG.128.webp'],
    ['{dir}thumbs/{name}.{ext}', 'in/thumbs/a.b.JPG'],
    ['{bucket}/{rule}/{year}/{month}/{day}/{etag}/{file}', 'photos/avatars/2026/03/04/E1/a.b.JPG'],
    ['{key}{key}', 'in/a.b.JPGin/a.b.JPG'],
    ['latest.webp', 'latest.webp'],
  ];
  it.each(rendered)('%s', (text, key) => {
    expect(filled(parsed(text), variablesOf(subject, 'avatars'))).toEqual({ key });
  });

  it('a value that the event lacks is missing only where it is used', () => {
    const variables = variablesOf({ bucket: 'b', key: 'k' }, 'r');
    expect(filled(parsed('x/{file}'), variables)).toEqual({ key: 'x/k' });
    expect(filled(parsed('{file}-{etag}'), variables)).toEqual({ missing: 'etag' });
    expect(filled(parsed('{year}/{etag}'), variables)).toEqual({ missing: 'year' });
  });

  it('values are not read as templates, nor as replacement patterns', () => {
    const key = "{dir}$&$1$'{";
    expect(filled(parsed('x/{key}'), variablesOf({ bucket: 'b', key }, 'r'))).toEqual({ key: `x/${key}` });
  });

  it('{dir}{file} is the key, and so is {dir}{name}.{ext} where there is an extension', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        const variables = variablesOf({ bucket: 'b', key }, 'r');
        expect(filled(parsed('{dir}{file}'), variables)).toEqual({ key });
        if (variables.ext) expect(filled(parsed('{dir}{name}.{ext}'), variables)).toEqual({ key });
      }),
    );
  });
});

describe('refused', () => {
  const wrong: [string, { at?: number; message: RegExp }[]][] = [
    ['', [{ message: /empty/ }]],
    ['{keyy}', [{ at: 0, message: /unknown variable "\{keyy\}"; there are \{bucket\} \{key\}/ }]],
    ['a{Key}', [{ at: 1, message: /unknown variable/ }]],
    ['{__proto__}', [{ at: 0, message: /unknown variable/ }]],
    ['{ key }', [{ at: 0, message: /unknown variable/ }]],
    ['{}', [{ at: 0, message: /unknown variable/ }]],
    ['a{key', [{ at: 1, message: /without its "\}"/ }]],
    ['a}b', [{ at: 1, message: /"\}" without a "\{"/ }]],
    [
      '{{key}}',
      [
        { at: 0, message: /without its/ },
        { at: 6, message: /"\}" without/ },
      ],
    ],
    [
      '{a}/{b}/}',
      [
        { at: 0, message: /unknown/ },
        { at: 4, message: /unknown/ },
        { at: 8, message: /"\}" without/ },
      ],
    ],
    ['/x', [{ at: 0, message: /must not start with "\/"/ }]],
    ['\\x', [{ at: 0, message: /must not start with/ }]],
    ['x\ud800{key}', [{ at: 1, message: /surrogate/ }]],
    ['./{key}', [{ message: /segment/ }]],
    ['a/../{key}', [{ message: /segment/ }]],
    ['{dir}../{file}', [{ message: /segment/ }]],
    ['{key}/..', [{ message: /segment/ }]],
    ['x'.repeat(1024), [{ message: /1024 bytes, more than OSS's 1023/ }]],
    [`${'照'.repeat(341)}x{key}`, [{ message: /1024 bytes/ }]],
  ];
  it.each(wrong)('%j', (text, expected) => {
    expect(issuesOf(text)).toMatchObject(
      expected.map(({ message, ...at }) => ({ ...at, message: expect.stringMatching(message) })),
    );
  });

  it.each(['x'.repeat(1023), '{dir}{name}..{ext}', '.hidden/{key}', 'a{dir}..b', '...', 'a//{key}', '照片/{key}'])(
    'not: %s',
    (text) => {
      expect(issuesOf(text)).toEqual([]);
    },
  );

  it('any text is either refused or rendered', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'key', 'dir', '/', '.', 'x', '\ud800') }), (text) => {
        const result = parseTemplate(text);
        if ('issues' in result) expect(result.issues.length).toBeGreaterThan(0);
        else expect(filled(result.template, variablesOf({ bucket: 'b', key: 'k' }, 'r'))).toHaveProperty('key');
      }),
    );
  });
});

it('takes literal text as another check than that of keys says', () => {
  const shouting = (text: string) => parseTemplate(text, () => (/[a-z]!/.test(text) ? [{ message: 'louder' }] : []));
  expect(shouting('/../{key}')).toHaveProperty('template.text', '/../{key}');
  expect(shouting('')).toHaveProperty('template.parts', []);
  expect(shouting('{kye}a!')).toMatchObject({ issues: [{ at: 0 }] });
  expect(shouting('a!')).toEqual({ issues: [{ message: 'louder' }] });
});

it('has literal text between its variables', () => {
  expect(literalOf(parsed('a{key}b{dir}'))).toBe('ab');
});

it('tells which variables it uses', () => {
  expect(templateUses(parsed('{year}/{key}'), 'year')).toBe(true);
  expect(templateUses(parsed('year/{key}'), 'year')).toBe(false);
});
