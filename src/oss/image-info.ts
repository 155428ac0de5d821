// image/info: what OSS knows of a stored image without processing it.
// https://help.aliyun.com/en/oss/user-guide/query-the-exif-data-of-an-image-4
import type { Oss } from './client.js';
import { notSent } from './error.js';
import type { ObjectName } from './object-name.js';

/** Beside the size it lists the EXIF tags, texts among them; a camera's own may be long. */
const maxBytes = 1_000_000;

/** Pixels a side; far beyond what OSS processes. The numbers go into a style. */
const maxSide = 1_000_000;

/**
 * Width and height in pixels, as stored, and the EXIF orientation (1 where there is none; OSS reads none in a PNG).
 * @throws OssError
 */
export async function imageInfo(
  { getObject }: Pick<Oss, 'getObject'>,
  { bucket, key }: ObjectName,
): Promise<{ readonly width: number; readonly height: number; readonly orientation: number }> {
  const { body } = await getObject({ bucket, key, process: 'image/info', maxBytes });
  try {
    // All values are texts: {"ImageWidth": {"value": "6000"}, …}.
    const { ImageWidth, ImageHeight, Orientation } = JSON.parse(String(body));
    const [width, height] = [Number(ImageWidth.value), Number(ImageHeight.value)];
    const orientation = Number(Orientation?.value);
    if (isWhole(width, maxSide) && isWhole(height, maxSide)) {
      return { width, height, orientation: isWhole(orientation, 8) ? orientation : 1 };
    }
  } catch {}
  throw notSent('transient', 'UnexpectedResponse', 'image/info does not tell the size');
}

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= most;
}
