// What CORS rules say: which origins, methods and headers they fit, and the headers that come of it.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  allowsOrigin,
  type CorsConfiguration,
  corsHeaders,
  fitsForm,
  preflightHeaders,
} from '../../../../src/local/oss/answer/cors.js';

const cors: CorsConfiguration = {
  rules: [
    {
      allowedOrigins: ['https://*.example.com', 'http://localhost:*'],
      allowedMethods: ['PUT', 'POST'],
      allowedHeaders: ['x-oss-*', 'content-type'],
      exposeHeaders: ['ETag', 'x-oss-request-id'],
      maxAgeSeconds: 60,
    },
    { allowedOrigins: ['*'], allowedMethods: ['GET'], allowedHeaders: [], exposeHeaders: [] },
  ],
  responseVary: false,
};

test.each([
  ['*', 'http://a', true],
  ['*', 'null', true],
  ['*', '', true],
  ['http://a', 'http://a', true],
  ['http://a', 'http://a:80', false],
  ['http://a', 'https://a', false],
  ['http://localhost:*', 'http://localhost:5173', true],
  ['http://localhost:*', 'http://localhost', false],
  ['http://localhost:*', 'http://localhost.evil.example:1', false],
  ['https://*.example.com', 'https://a.b.example.com', true],
  ['https://*.example.com', 'https://example.com', false],
  ['https://*.example.com', 'https://a.example.com.evil.example', false],
  ['ab*ba', 'aba', false],
  ['ab*ba', 'abba', true],
])('%s and %s: %s', (form, text, expected) => {
  expect(fitsForm(form, text)).toBe(expected);
});

test('a form with one * fits what it is filled in with, and one without it itself only', () => {
  const text = fc.string().filter((one) => !one.includes('*'));
  fc.assert(
    fc.property(text, text, text, (before, middle, after) => {
      expect(fitsForm(`${before}*${after}`, `${before}${middle}${after}`)).toBe(true);
      expect(fitsForm(before, middle)).toBe(before === middle);
    }),
  );
});

describe('preflight', () => {
  it.each<[string, string, string | undefined, object | undefined]>([
    [
      'https://a.example.com',
      'PUT',
      'X-OSS-Date,content-type , x-oss-meta-a',
      {
        'Access-Control-Allow-Origin': 'https://a.example.com',
        'Access-Control-Allow-Methods': 'PUT, POST',
        'Access-Control-Allow-Headers': 'x-oss-date, content-type, x-oss-meta-a',
        'Access-Control-Expose-Headers': 'ETag, x-oss-request-id',
        'Access-Control-Max-Age': '60',
      },
    ],
    ['http://other', 'GET', '', { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET' }],
    ['http://other', 'get', undefined, { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET' }],
    ['http://other', 'GET', 'authorization', undefined],
    ['http://other', 'PUT', undefined, undefined],
    ['https://a.example.com', 'DELETE', undefined, undefined],
    ['https://a.example.com', 'PUT', 'content-type,authorization', undefined],
    ['https://a.example.com', '', undefined, undefined],
    ['', 'PUT', undefined, undefined],
  ])('%s %s %s', (origin, method, names, expected) => {
    expect(preflightHeaders(cors, origin, method, names)).toEqual(expected);
  });

  it('is of the first rule that fits in all', () => {
    const rule = { allowedOrigins: ['*'], allowedMethods: ['PUT'], exposeHeaders: [] };
    const rules = [
      { ...rule, allowedHeaders: ['a'], maxAgeSeconds: 1 },
      { ...rule, allowedHeaders: ['*'], maxAgeSeconds: 2 },
      { ...rule, allowedHeaders: ['*'], maxAgeSeconds: 3 },
    ];
    const age = (names: string) =>
      preflightHeaders({ rules, responseVary: true }, 'http://a', 'PUT', names)?.['Access-Control-Max-Age'];
    expect([age('A'), age('A, b'), age('')]).toEqual(['1', '2', '1']);
  });
});

test('an answer', () => {
  expect(corsHeaders(cors, 'http://localhost:1', 'POST')).toEqual({
    'Access-Control-Allow-Origin': 'http://localhost:1',
    'Access-Control-Allow-Methods': 'PUT, POST',
    'Access-Control-Expose-Headers': 'ETag, x-oss-request-id',
    'Access-Control-Max-Age': '60',
  });
  expect(corsHeaders(cors, 'http://other', 'POST')).toEqual({});
  expect(corsHeaders(cors, undefined, 'GET')).toEqual({});
  const varying = { ...cors, responseVary: true };
  expect(corsHeaders(varying, undefined, 'GET')).toEqual({ Vary: 'Origin' });
  expect(corsHeaders(varying, 'http://other', 'PUT')).toEqual({ Vary: 'Origin' });
  expect(corsHeaders(varying, 'http://other', 'GET')).toMatchObject({
    Vary: 'Origin',
    'Access-Control-Allow-Origin': '*',
  });
});

test('an origin is allowed a method exactly if the answer to it may be read', () => {
  const origins = fc.constantFrom('https://a.example.com', 'http://localhost:9', 'http://b', 'null');
  fc.assert(
    fc.property(origins, fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS'), (origin, method) => {
      const readable = 'Access-Control-Allow-Origin' in corsHeaders(cors, origin, method);
      expect(allowsOrigin(cors, origin, method)).toBe(readable);
      expect(preflightHeaders(cors, origin, method, '') !== undefined).toBe(readable);
    }),
  );
});
