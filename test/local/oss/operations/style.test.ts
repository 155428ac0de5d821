// Named styles of a bucket.
import { beforeEach, expect, test } from 'vitest';
import { codeOf, startOss, type TestOss } from '../fixture.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss({ now: () => Date.UTC(2026, 10, 23) });
});

const request = (method: string, styleName?: string, body?: string) =>
  oss.wire({
    method,
    path: `/photos?style${styleName === undefined ? '' : `&styleName=${encodeURIComponent(styleName)}`}`,
    queries: { style: null, ...(styleName !== undefined && { styleName: styleName || null }) },
    at: Date.UTC(2026, 10, 23),
    ...(body !== undefined && { body }),
  });
const style = (content: string) => `<Style><Content>${content}</Content></Style>`;

test('put, get, list, replace and delete', async () => {
  expect((await request('PUT', 'small', style('image/resize,p_50'))).status).toBe(200);
  expect((await request('PUT', 'A.b_c-1', style('image/flip,1'))).status).toBe(200);
  expect((await request('PUT', 'small', style('image/resize,p_25'))).status).toBe(200);
  const got = await request('GET', 'small');
  expect(got.text).toContain('<Name>small</Name><Content>image/resize,p_25</Content><Category>image</Category>');
  expect(got.text).toContain('<CreateTime>Mon, 23 Nov 2026 00:00:00 GMT</CreateTime>');
  const list = await request('GET');
  expect([...list.text.matchAll(/<Name>([^<]*)/g)].map(([, name]) => name)).toEqual(['A.b_c-1', 'small']);
  expect((await request('DELETE', 'small')).status).toBe(204);
  expect((await request('DELETE', 'small')).status).toBe(204);
  expect([codeOf(await request('GET', 'small')), (await request('GET', 'small')).status]).toEqual(['NoSuchStyle', 404]);
});

test.each([
  ['a b', style('image/flip,1'), 'InvalidArgument'],
  ['../x', style('image/flip,1'), 'InvalidArgument'],
  ['x'.repeat(64), style('image/flip,1'), 'InvalidArgument'],
  ['', style('image/flip,1'), 'InvalidArgument'],
  ['s', style('video/convert'), 'InvalidArgument'],
  ['s', style('image/flip,1|sys/saveas,o_YQ'), 'InvalidArgument'],
  ['s', style("image/watermark,text_'"), 'InvalidArgument'],
  ['s', style(''), 'InvalidArgument'],
  ['s', '<Style/>', 'InvalidArgument'],
  ['s', '<Other><Content>image/flip,1</Content></Other>', 'MalformedXML'],
  ['s', '<Style>', 'MalformedXML'],
  ['s', '', 'MalformedXML'],
])('PutStyle %j %j: %s', async (name, body, code) => {
  const answer = await request('PUT', name, body);
  expect([codeOf(answer), answer.status]).toEqual([code, 400]);
});

test('at most 50', async () => {
  for (let i = 0; i < 50; i += 1) expect((await request('PUT', `s${i}`, style('image/flip,1'))).status).toBe(200);
  expect(codeOf(await request('PUT', 'one-more', style('image/flip,1')))).toBe('TooManyStyles');
  expect((await request('PUT', 's7', style('image/flip,2'))).status).toBe(200);
});

test.each([
  ['image', 200],
  ['document', 501],
])('the category %s: %i', async (category, status) => {
  const queries = { style: null, styleName: 'small', category };
  const path = `/photos?style&styleName=small&category=${category}`;
  const answer = await oss.wire({
    method: 'PUT',
    path,
    queries,
    body: style('image/resize,p_50'),
    at: Date.UTC(2026, 10, 23),
  });
  expect(answer.status).toBe(status);
});
