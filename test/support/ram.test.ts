import { describe, expect, it } from 'vitest';
import { isAllowed, like } from './ram.js';

const policy = (Effect: string, Action: string[], Resource: string[], Condition?: object) => ({
  Version: '1',
  Statement: [{ Effect, Action, Resource, ...(Condition === undefined ? {} : { Condition }) }],
});
const photo = { action: 'oss:GetObject', resource: 'acs:oss:oss-cn-hangzhou:123:photos/a/b.jpg' };

describe('the RAM of the tests', () => {
  it.each([
    ['a/b.jpg', 'a/*', true],
    ['a/b.jpg', 'a/*.jpg', true],
    ['a/b.jpg', 'a/?.jpg', true],
    ['a/b.jpg', 'a/b.jpg*', true],
    ['a/b.jpg', '*b*', true],
    ['a/b.jpg', 'A/*', false],
    ['a/b.jpg', 'a/b.jpg?', false],
    ['a/b.jpg', 'a/*.webp', false],
    ['😀', '?', true],
    ['', '*', true],
  ])('%j is like %j: %j', (text, pattern, expected) => {
    expect(like(text, pattern)).toBe(expected);
  });

  it('allows what is allowed and not denied', () => {
    const allow = policy('Allow', ['oss:Get*'], ['acs:oss:*:*:photos/a/*']);
    expect(isAllowed([allow], photo)).toBe(true);
    expect(isAllowed([allow], { ...photo, action: 'oss:PutObject' })).toBe(false);
    expect(isAllowed([allow], { ...photo, resource: 'acs:oss:oss-cn-hangzhou:123:photos/b.jpg' })).toBe(false);
    expect(isAllowed([allow, policy('Deny', ['*'], ['*'])], photo)).toBe(false);
    expect(isAllowed([], photo)).toBe(false);
  });

  it('never lets a wildcard of one field run into the next', () => {
    const allow = policy('Allow', ['oss:GetObject'], ['acs:oss:*:*:photos/*']);
    expect(isAllowed([allow], { ...photo, resource: 'acs:oss:oss-cn-hangzhou:123:other/:photos/x' })).toBe(false);
  });

  it('asks for every condition', () => {
    const list = { action: 'oss:ListObjects', resource: 'acs:oss:*:123:journal' };
    const allow = policy('Allow', ['oss:ListObjects'], ['acs:oss:*:*:journal'], {
      StringEquals: { 'oss:Prefix': ['due/'] },
    });
    expect(isAllowed([allow], { ...list, context: { 'oss:Prefix': 'due/' } })).toBe(true);
    expect(isAllowed([allow], { ...list, context: { 'oss:Prefix': '' } })).toBe(false);
    expect(isAllowed([allow], list)).toBe(false);
  });

  it('refuses what is no policy', () => {
    expect(() => isAllowed([policy('Allow', [], ['*'])], photo)).toThrow(TypeError);
    expect(() => isAllowed([{ Statement: [] }], photo)).toThrow(TypeError);
  });
});
