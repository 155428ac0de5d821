// The tag names of exif-reader 2, by number; the package's own types describe its parser only.
declare module 'exif-reader/tags.js' {
  export type Names = Readonly<Record<number, string>>;
  const tags: Readonly<Record<'Image' | 'Photo' | 'GPSInfo' | 'Iop', Names>>;
  export default tags;
}
