import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { processImage } from '../../../src/local/image/pipeline.js';
import { golden } from '../../style/golden.js';
import { type Directories, exifBlock, withExif } from './exif-block.js';
import { quadrants, waves } from './pictures.js';

const run = (source: Buffer, actions: string) =>
  processImage(source, `image/${actions}`, { readObject: async () => undefined, immBound: true, saving: true });
const info = async (source: Buffer) => String((await run(source, 'info')).body);
const jpeg = await quadrants(42, 33).jpeg().toBuffer();
type Entries = Readonly<Record<string, { readonly value: string }>>;
async function valuesOf(source: Buffer): Promise<Record<string, string>> {
  const entries: Entries = JSON.parse(await info(source));
  return Object.fromEntries(Object.entries(entries).map(([name, { value }]) => [name, value]));
}
const told = (directories: Directories, order?: 'II' | 'MM') =>
  valuesOf(withExif(jpeg, exifBlock(directories, order).bytes));
const basic = ['FileSize', 'Format', 'FrameCount', 'ImageHeight', 'ImageWidth'];

describe('info', () => {
  it('is the exact text of a resized image in the SDK tests', async () => {
    const { body } = await run(await waves(400, 267).jpeg().toBuffer(), 'resize,m_fixed,w_100,h_100');
    const { body: text, contentType } = await run(body, 'info');
    expect(String(text)).toBe(golden.info[1]?.text?.replace('3267', String(body.length)));
    expect(contentType).toBe('application/json');
  });

  // https://help.aliyun.com/document_detail/44975.htm, with the size and the offsets of this file.
  it('is the text of the documented example with EXIF', async () => {
    const { bytes, offsets } = exifBlock({
      main: [
        [0x0112, 'short', 7],
        [0x011a, 'rational', [96, 1]],
        [0x011b, 'rational', [96, 1]],
        [0x0128, 'short', 2],
        [0x0131, 'ascii', 'Microsoft Windows Photo Viewer 6.1.7600.16385'],
        [0x0132, 'ascii', '2015:02:11 15:38:27'],
      ],
      photo: [[0xea1c, 'undefined', Buffer.alloc(40)]],
      gps: [
        [0, 'byte', 2, 2, 0, 0],
        [1, 'ascii', 'N'],
        [2, 'rational', [0, 1], [0, 1], [0, 1]],
        [3, 'ascii', 'E'],
        [4, 'rational', [0, 1], [0, 1], [0, 1]],
        [18, 'ascii', 'WGS-84'],
      ],
      thumbnail: [
        [0x0103, 'short', 6],
        [0x011a, 'rational', [72, 1]],
        [0x0201, 'long', 4518],
        [0x0202, 'long', 3232],
      ],
    });
    const source = withExif(await quadrants(424, 333).jpeg().toBuffer(), bytes);
    expect(await info(source)).toBe(`{
    "Compression": {"value": "6"},
    "DateTime": {"value": "2015:02:11 15:38:27"},
    "ExifTag": {"value": "${offsets['photo']}"},
    "FileSize": {"value": "${source.length}"},
    "Format": {"value": "jpg"},
    "FrameCount": {"value": "1"},
    "GPSLatitude": {"value": "0deg "},
    "GPSLatitudeRef": {"value": "North"},
    "GPSLongitude": {"value": "0deg "},
    "GPSLongitudeRef": {"value": "East"},
    "GPSMapDatum": {"value": "WGS-84"},
    "GPSTag": {"value": "${offsets['gps']}"},
    "GPSVersionID": {"value": "2 2 0 0"},
    "ImageHeight": {"value": "333"},
    "ImageWidth": {"value": "424"},
    "JPEGInterchangeFormat": {"value": "4518"},
    "JPEGInterchangeFormatLength": {"value": "3232"},
    "Orientation": {"value": "7"},
    "ResolutionUnit": {"value": "2"},
    "Software": {"value": "Microsoft Windows Photo Viewer 6.1.7600.16385"},
    "XResolution": {"value": "96/1"},
    "YResolution": {"value": "96/1"}}`);
  });

  // Two answers that users have published: for a photo of an iPhone 13, of 2025, and for one of a Nikon D810, of 2017.
  // https://github.com/IceyWu/life-palette-utils/blob/main/playground/index.ts has the first.
  it.each(['II', 'MM'] as const)('tells tags as published answers do, from %s', async (order) => {
    const photo: Directories['photo'] = [
      [0x8827, 'short', 160],
      [0x9000, 'undefined', Buffer.from('0232')],
      [0x9010, 'ascii', '+08:00'],
      [0x9011, 'ascii', '+08:00'],
      [0x9012, 'ascii', '+08:00'],
      [0x9201, 'srational', [71_299, 12_053]],
      [0x9204, 'srational', [-1, 3]],
      [0x9209, 'short', 16],
      [0x9214, 'short', 2009, 1503, 2314, 1328],
      [0x927c, 'undefined', Buffer.alloc(3681, 1)],
      [0x9290, 'ascii', '543'],
      [0x9291, 'ascii', '941'],
      [0x9292, 'ascii', '941'],
      [0xa001, 'short', 65_535],
      [0xa002, 'long', 4032],
      [0xa301, 'undefined', Buffer.from([1])],
      [0xa302, 'undefined', Buffer.from([2, 0, 2, 0, 0, 1, 1, 2])],
      [0xa432, 'rational', [807_365, 524_263], [51, 10], [8, 5], [12, 5]],
      [0xa460, 'short', 2],
    ];
    const gps: Directories['gps'] = [
      [1, 'ascii', 'N'],
      [2, 'rational', [30, 1], [27, 1], [3512, 100]],
      [3, 'ascii', 'E'],
      [4, 'rational', [104, 1], [4, 1], [178, 100]],
      [7, 'rational', [7, 1], [55, 1], [5824, 100]],
      [29, 'ascii', '2025:01:10'],
      [31, 'rational', [1, 1]],
    ];
    const main: Directories['main'] = [
      [0x010f, 'ascii', 'Acme "Camera"'],
      [0x013c, 'ascii', 'iPhone 13'],
      [0x0142, 'long', 512],
    ];
    expect(await told({ main, photo, gps }, order)).toMatchObject({
      CFAPattern: '2 0 2 0 0 1 1 2',
      ColorSpace: '65535',
      CompositeImage: '2',
      ExifVersion: '48 50 51 50',
      ExposureBiasValue: '-1/3',
      Flash: '16',
      GPSDateStamp: '2025:01:10',
      GPSHPositioningError: '1/1',
      GPSLatitude: '30deg 27\' 35.120" ',
      GPSLatitudeRef: 'North',
      GPSLongitude: '104deg 4\' 1.780" ',
      GPSLongitudeRef: 'East',
      GPSTimeStamp: '7/1 55/1 5824/100',
      HostComputer: 'iPhone 13',
      ISOSpeedRatings: '160',
      ImageHeight: '33',
      ImageWidth: '42',
      LensSpecification: '807365/524263 51/10 8/5 12/5',
      Make: 'Acme "Camera"',
      MakerNote: '3681 bytes undefined data',
      OffsetTime: '+08:00',
      OffsetTimeDigitized: '+08:00',
      OffsetTimeOriginal: '+08:00',
      PixelXDimension: '4032',
      SceneType: '1',
      ShutterSpeedValue: '71299/12053',
      SubSecTime: '543',
      SubSecTimeDigitized: '941',
      SubSecTimeOriginal: '941',
      SubjectArea: '2009 1503 2314 1328',
      TileWidth: '512',
    });
  });

  // As exiv2's printDegrees does: https://github.com/Exiv2/exiv2/blob/v0.27.6/src/tags_int.cpp
  it.each<[[number, number][], string]>([
    [
      [
        [22, 1],
        [32, 1],
        [5400, 100],
      ],
      '22deg 32\' 54" ',
    ],
    [
      [
        [38, 1],
        [53_617, 1000],
        [0, 1],
      ],
      "38deg 53.61700' ",
    ],
    [
      [
        [77, 2],
        [0, 1],
        [0, 1],
      ],
      '38.5000000deg ',
    ],
    [
      [
        [0, 1],
        [0, 1],
        [5, 1],
      ],
      '0deg 0\' 5" ',
    ],
    [
      [
        [1, 1],
        [2, 0],
        [3, 1],
      ],
      '1/1 2/0 3/1',
    ],
    [
      [
        [1, 1],
        [2, 1],
      ],
      '1/1 2/1',
    ],
  ])('tells %j of latitude as %s', async (latitude, text) => {
    expect((await told({ main: [], gps: [[2, 'rational', ...latitude]] }))['GPSLatitude']).toBe(text);
  });

  it('leaves directions that are none, and those of other tags, as they are', async () => {
    const gps: Directories['gps'] = [
      [1, 'ascii', 'constructor'],
      [3, 'ascii', 'W'],
      [12, 'ascii', 'N'],
    ];
    expect(await told({ main: [], gps })).toMatchObject({
      GPSLatitudeRef: 'constructor',
      GPSLongitudeRef: 'West',
      GPSSpeedRef: 'N',
    });
  });

  // AVIF as the published answer for a HEIC has it: what the decoder has turned needs no turning any more.
  it.each([
    ['jpg', quadrants(42, 33).jpeg(), '42', '33', '6'],
    ['webp', quadrants(42, 33).webp(), '42', '33', '6'],
    ['tiff', quadrants(42, 33).tiff(), '42', '33', '6'],
    ['avif', quadrants(42, 33).avif(), '33', '42', '1'],
  ] as const)('tells the orientation that auto-orient finds in %s', async (Format, image, width, height, tag) => {
    const source = await image.withMetadata({ orientation: 6 }).toBuffer();
    expect(await valuesOf(source)).toMatchObject({ Format, ImageWidth: width, ImageHeight: height, Orientation: tag });
    expect(await sharp((await run(source, 'auto-orient,1/format,png')).body).metadata()).toMatchObject({
      width: 33,
      height: 42,
    });
  });

  it('tells the tags of a TIFF, which has them without EXIF', async () => {
    const tiff = await quadrants(42, 33).tiff({ xres: 10, yres: 5, resolutionUnit: 'cm' }).toBuffer();
    expect(await valuesOf(tiff)).toMatchObject({
      BitsPerSample: '8 8 8',
      ImageHeight: '33',
      ImageLength: '33',
      ImageWidth: '42',
      ResolutionUnit: '3',
      SamplesPerPixel: '3',
    });
  });

  it('keeps to five entries for PNG', async () => {
    const png = await quadrants(8, 6).png().withMetadata({ orientation: 6 }).toBuffer();
    expect(Object.keys(await valuesOf(png))).toEqual(basic);
  });
});

describe('info of hostile EXIF', () => {
  const whole = exifBlock({
    main: [
      [0x010f, 'ascii', 'Acme'],
      [0x011a, 'rational', [96, 1]],
    ],
    photo: [
      [0x9000, 'undefined', Buffer.from('0232')],
      [0x927c, 'undefined', Buffer.alloc(300)],
    ],
    gps: [[2, 'rational', [30, 1], [27, 1], [3512, 100]]],
    thumbnail: [[0x0103, 'short', 6]],
  }).bytes;
  const expectAnswer = async (block: Buffer) => {
    const values = await valuesOf(withExif(jpeg, block));
    expect(Object.keys(values)).toEqual(expect.arrayContaining(basic));
    for (const value of Object.values(values)) {
      expect(typeof value).toBe('string');
      expect(value.length).toBeLessThan(6000);
    }
  };
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 });

  it('answers whatever bytes of a good block are others, or missing', () =>
    fc.assert(
      fc.asyncProperty(changes, fc.integer({ min: 8, max: whole.length }), async (bytes, length) => {
        const block = Buffer.from(whole);
        for (const [at, value] of bytes) block[at] = value;
        await expectAnswer(block.subarray(0, length));
      }),
      { numRuns: 300 },
    ));

  it('answers whatever follows the byte order', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom('II*\0', 'MM\0*'), fc.uint8Array({ maxLength: 400 }), async (start, rest) =>
        expectAnswer(Buffer.concat([Buffer.from(start), rest])),
      ),
    ));

  // By hand: each offset that a block has, and each count, at its worst. The main directory begins at 8.
  it.each<[string, Record<number, string>]>([
    ['a directory that is its own next', { 58: '00000008' }],
    ['an Exif directory that is the main one', { 42: '00000008' }],
    ['a pointer that is negative', { 36: '0009', 42: 'ffffffff' }],
    ['a pointer that is the text 1.5', { 36: '0002', 38: '00000004', 42: '312e3500' }],
    ['a pointer that is a rational', { 36: '0005', 42: '00000008' }],
    ['a pointer beyond the end', { 42: 'ffffffff' }],
    ['65,535 entries', { 8: 'ffff' }],
    ['a text of 4 GB', { 14: 'ffffffff' }],
    ['a rational of 34 GB', { 26: 'ffffffff' }],
    ['a type that there is not', { 12: '0063' }],
  ])('answers for %s', async (_what, patches) => {
    const block = Buffer.from(whole);
    for (const [at, bytes] of Object.entries(patches)) block.write(bytes, Number(at), 'hex');
    await expectAnswer(block);
  });

  it('leaves out texts and lists beyond measure', async () => {
    const values = await told({
      main: [
        [0x010f, 'ascii', 'a'.repeat(1023)],
        [0x0110, 'ascii', 'a'.repeat(1024)],
      ],
      photo: [
        [0x9214, 'short', ...Array.from({ length: 257 }, () => 1)],
        [0x9286, 'undefined', Buffer.alloc(257)],
      ],
    });
    expect(values).toMatchObject({ Make: 'a'.repeat(1023), UserComment: '257 bytes undefined data' });
    expect(values).not.toHaveProperty('Model');
    expect(values).not.toHaveProperty('SubjectArea');
  });
});
