// One picture in every storage that sources come in: in colours, in greys, and with holes. It has at most 16 colours,
// so that palettes hold it as it is.
import sharp, { type Sharp } from 'sharp';
import { bitmap } from './bitmaps.js';

/** How far two pictures are apart, in levels: the mean of all differences, and the largest. */
export interface Distance {
  readonly mean: number;
  readonly largest: number;
}
export interface Storage {
  /** The picture and the storage: `greys in a palette PNG`. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The picture before any encoder, as a plain PNG. */
  readonly picture: Buffer;
  /** What the storage shows, as a plain PNG: the picture, or what a lossy encoder has left of it. */
  readonly plain: Buffer;
  readonly loss: Distance;
  /** Holes are held against this. */
  readonly background: string;
}

const width = 45;
const height = 31;
// Fields with edges of every direction.
const indexes = Array.from({ length: width * height }, (_, i) => {
  const [x, y] = [i % width, Math.floor(i / width)];
  return ((x >> 3) + 3 * (y >> 3) + ((x - 20) ** 2 + (y - 16) ** 2 < 90 ? 5 : 0) + (x + y > 60 ? 7 : 0)) % 16;
});
type Colour = readonly [red: number, green: number, blue: number, alpha: number];
const sixteen = (colour: (i: number) => Colour) => Array.from({ length: 16 }, (_, i) => colour(i));

const none: Distance = { mean: 0, largest: 0 };
// A transform at its best quality rounds its coefficients.
const rounded: Distance = { mean: 1, largest: 10 };
// Colours are stored at half the size: beside each edge, a pixel in four, they are half those of the other field.
const halved: Distance = { mean: 8, largest: 110 };
// Inks mix neither bright colours nor the deepest black.
const inks: Distance = { mean: 16, largest: 64 };

const tiff = { compression: 'lzw' } as const;
const jpeg = { quality: 100, chromaSubsampling: '4:4:4' } as const;
type Kinds = Readonly<Record<string, Sharp | Buffer | readonly [Distance, Sharp]>>;

function drawn(colours: readonly Colour[]): Sharp {
  return sharp(Buffer.from(indexes.flatMap((index) => colours[index] ?? [])), { raw: { width, height, channels: 4 } });
}

// With alpha, even where all of it is opaque.
function withAlpha(colours: readonly Colour[]): Kinds {
  const image = () => drawn(colours);
  const words = indexes.map((index) => {
    const [r, g, b, a] = colours[index] ?? [0, 0, 0, 0];
    return ((a * 0x100 + r) * 0x100 + g) * 0x100 + b;
  });
  return {
    'a PNG with alpha': image().png(),
    'an interlaced PNG with alpha': image().png({ progressive: true }),
    'a PNG of 16 bits with alpha': image().toColourspace('rgb16').png(),
    'a TIFF with alpha': image().tiff(tiff),
    'a WebP with alpha': image().webp({ lossless: true, exact: true }),
    'a BMP of 32 bits with alpha': bitmap({ bits: 32, width, height, words }),
  };
}

function opaque(colours: readonly Colour[]): Kinds {
  const image = () => drawn(colours).removeAlpha();
  const indexed = { width, height, palette: colours, words: indexes };
  const words = indexes.map((index) => {
    const [r, g, b] = colours[index] ?? [0, 0, 0, 0];
    return (r * 0x100 + g) * 0x100 + b;
  });
  return {
    'a PNG': image().png(),
    'an interlaced PNG': image().png({ progressive: true }),
    'a palette PNG': image().png({ palette: true, dither: 0 }),
    'a PNG of 16 bits': image().toColourspace('rgb16').png(),
    'a TIFF': image().tiff(tiff),
    'a CMYK TIFF': [inks, image().toColourspace('cmyk').tiff(tiff)],
    'a GIF': image().gif({ dither: 0 }),
    'a lossless WebP': image().webp({ lossless: true }),
    'a WebP': [halved, image().webp({ quality: 100 })],
    'an AVIF': [rounded, image().avif({ quality: 100, chromaSubsampling: '4:4:4', effort: 0 })],
    'a JPEG': [rounded, image().jpeg(jpeg)],
    'a progressive JPEG': [rounded, image().jpeg({ ...jpeg, progressive: true })],
    'a CMYK JPEG': [inks, image().toColourspace('cmyk').jpeg(jpeg)],
    'a BMP of 24 bits': bitmap({ bits: 24, width, height, words }),
    'a BMP of 32 bits': bitmap({ bits: 32, width, height, words }),
    'a BMP of 8 bits': bitmap({ ...indexed, bits: 8, colours: 16 }),
    'a BMP of 4 bits': bitmap({ ...indexed, bits: 4 }),
    'an OS/2 BMP of 4 bits': bitmap({ ...indexed, header: 12, bits: 4 }),
  };
}

function grey(colours: readonly Colour[]): Kinds {
  const image = () => drawn(colours).removeAlpha().toColourspace('b-w');
  return {
    'a grey PNG': image().png(),
    'a grey PNG of 16 bits': drawn(colours).removeAlpha().toColourspace('grey16').png(),
    'a grey TIFF': image().tiff(tiff),
    'a grey TIFF whose 0 is white': image().tiff({ ...tiff, miniswhite: true }),
    'a grey JPEG': [rounded, image().jpeg(jpeg)],
  };
}

function greyWithAlpha(colours: readonly Colour[]): Kinds {
  return {
    'a grey PNG with alpha': drawn(colours).toColourspace('b-w').png(),
    'a grey PNG of 16 bits with alpha': drawn(colours).toColourspace('grey16').png(),
  };
}

async function storagesOf(name: string, background: string, picture: Buffer, kinds: Kinds): Promise<Storage[]> {
  return Promise.all(
    Object.entries(kinds).map(async ([kind, made]) => {
      const [loss, image] = Array.isArray(made) ? made : [none, made];
      const bytes = image instanceof Buffer ? image : await image.toBuffer();
      const plain = loss === none ? picture : await sharp(bytes).toColourspace('srgb').png().toBuffer();
      return { name: `${name} in ${kind}`, bytes, picture, plain, loss, background };
    }),
  );
}

const coloured = sixteen((i) => [60 + 9 * i, 150 - 5 * i + 20 * (i % 3), 70 + 25 * ((i * 5) % 7), 255]);
const greys = sixteen((i) => [17 * i, 17 * i, 17 * i, 255]);
// A hole, and halves of holes.
const holed = (colours: readonly Colour[]) =>
  sixteen((i) => {
    const [r, g, b] = colours[i] ?? [0, 0, 0, 0];
    return [r, g, b, i === 4 ? 0 : i % 3 === 0 ? 128 : 255];
  });
const png = (colours: readonly Colour[]) => drawn(colours).png().toBuffer();
const opaquePng = (colours: readonly Colour[]) => drawn(colours).removeAlpha().png().toBuffer();

export const storages: readonly Storage[] = [
  ...(await storagesOf('colours', '#ffffff', await opaquePng(coloured), {
    ...opaque(coloured),
    ...withAlpha(coloured),
  })),
  ...(await storagesOf('greys', '#ffffff', await opaquePng(greys), {
    ...opaque(greys),
    ...withAlpha(greys),
    ...grey(greys),
    ...greyWithAlpha(greys),
  })),
  ...(await storagesOf('colours with holes', '#ff00ff', await png(holed(coloured)), {
    ...withAlpha(holed(coloured)),
    'a palette PNG with alpha': drawn(holed(coloured)).png({ palette: true, dither: 0 }),
  })),
  ...(await storagesOf('greys with holes', '#ff00ff', await png(holed(greys)), {
    ...withAlpha(holed(greys)),
    ...greyWithAlpha(holed(greys)),
  })),
];
