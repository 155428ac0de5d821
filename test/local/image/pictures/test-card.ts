// The picture that the stored results are made of, drawn by code: no two of its corners, edges or quarters are alike.
import sharp from 'sharp';

export const cardWidth = 120;
export const cardHeight = 80;

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${cardWidth}" height="${cardHeight}">
<defs><linearGradient id="sky" x2="1" y2="1"><stop stop-color="#2d6cdf"/><stop offset="1" stop-color="#f2c14e"/></linearGradient></defs>
<rect width="${cardWidth}" height="${cardHeight}" fill="url(#sky)"/>
<circle cx="88" cy="24" r="15" fill="#f7f4ea"/>
<path d="M0 80L30 34L52 62L66 48L92 80Z" fill="#1f5c3a"/>
<rect x="6" y="6" width="14" height="10" fill="#c1121f"/>
<path d="M104 50V78M109 50V78M114 50V78" stroke="#000" stroke-width="2"/>
<circle cx="60" cy="12" r="4" fill="#808080"/>
</svg>`;

const drawn = sharp(Buffer.from(svg)).removeAlpha();

export const testCard = {
  png: await drawn.clone().png().toBuffer(),
  jpg: await drawn.clone().jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer(),
  /** Stored lying on its side, with the EXIF orientation that puts it upright. */
  turnedJpg: await drawn
    .clone()
    .rotate(270)
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    .withMetadata({ orientation: 6 })
    .toBuffer(),
  gif: await drawn.clone().gif({ dither: 0 }).toBuffer(),
  /** With a hole that lets through. */
  alphaPng: await sharp(Buffer.from(svg.replace('<circle cx="60"', '<circle fill-opacity="0" cx="60"')))
    .composite([
      {
        input: Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>',
        ),
        left: 40,
        top: 25,
        blend: 'dest-out',
      },
    ])
    .png()
    .toBuffer(),
};

/** 40 × 30, half of it half transparent, on nothing. */
export const logo = await sharp(
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">
<circle cx="15" cy="15" r="14" fill="#ff6a00"/><rect x="20" y="5" width="18" height="20" fill="#fff" fill-opacity=".5"/></svg>`),
)
  .png()
  .toBuffer();
