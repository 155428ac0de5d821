// The XML reader takes what OSS clients send and refuses what could do harm.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { childText, parseXml, toXml, XmlError, xmlTime } from '../../../src/local/oss/xml.js';

test('reads a request as clients write it', () => {
  const root = parseXml(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>
    <!-- a comment with <tags> -->
    <Delete xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com" a='1'>
      <Quiet>true</Quiet><Empty/><Object ><Key> a &amp; &lt;b&gt; &#39;c&#x27; &quot;d&apos; &#x76EE; </Key></Object >
    </Delete>\n`);
  expect(root.name).toBe('Delete');
  expect(childText(root, 'Quiet')).toBe('true');
  expect(childText(root, 'Empty')).toBe('');
  expect(childText(root, 'None')).toBeUndefined();
  expect(root.children[2]?.children[0]?.text).toBe(` a & <b> 'c' "d' 目 `);
});

test('CDATA is text as it stands', () => {
  expect(parseXml('<a>x <![CDATA[<b>&amp;]] ]]>&amp;<![CDATA[]]></a>').text).toBe('x <b>&amp;]] &');
});

test('what XML cannot hold is a reference, quotes are themselves', () => {
  const text = toXml('K', '\u0001\t\u001f"\'\uffff<&>').split('\n')[1];
  expect(text).toBe('<K>&#x1;&#x9;&#x1f;"\'&#xffff;&lt;&amp;&gt;</K>');
});

describe('refuses', () => {
  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>x'],
    ['an open element', '<a><b></b>'],
    ['a wrong end', '<a><b></a></b>'],
    ['an end too many', '<a/></a>'],
    ['an open tag', '<a'],
    ['an open comment', '<a><!-- </a>'],
    ['a doctype', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an external entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ['an unknown entity', '<a>&lol;</a>'],
    ['a bare ampersand', '<a>&</a>'],
    ['a zero reference', '<a>&#0;</a>'],
    ['a surrogate reference', '<a>&#xD800;</a>'],
    ['a reference out of Unicode', '<a>&#x110000;</a>'],
    ['an inner instruction', '<a><?php x ?></a>'],
    ['CDATA outside the root', '<a/><![CDATA[x]]>'],
    ['open CDATA', '<a><![CDATA[x]]</a>'],
    ['a broken attribute', '<a b=c/>'],
    ['depth', `${'<a>'.repeat(10)}${'</a>'.repeat(10)}`],
    ['a million elements', `<r>${'<a/>'.repeat(1_000_000)}</r>`],
  ])('%s', (_, document) => {
    expect(() => parseXml(document)).toThrow(XmlError);
  });

  test('long garbage in linear time', () => {
    for (const unit of [' ', '<a ', '<a b=""', '&', '<!--', '<![CDATA[', ']]>', '</a', "<a x='"]) {
      expect(() => parseXml(`<a${unit.repeat(200_000)}`)).toThrow(XmlError);
    }
  });
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 50 }), fc.string({ unit: 'grapheme' }), (ascii, text) => {
      fc.pre(!ascii.includes('\0'));
      const root = parseXml(toXml('R', { A: ascii, B: text, N: 7, T: true, Z: [], Y: {}, X: ['', 'x'], W: undefined }));
      expect(root.children.map((child) => child.text)).toEqual([ascii, text, '7', 'true', '', '', 'x']);
    }),
  );
});

test('times are whole seconds', () => {
  expect(xmlTime(Date.UTC(2026, 10, 29, 1, 2, 3, 999))).toBe('2026-11-29T01:02:03.000Z');
});
