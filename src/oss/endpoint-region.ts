// The region that an endpoint of OSS is in, by its name: a request that is signed for another one is refused
// (https://help.aliyun.com/en/oss/user-guide/0002-00000226).

// The endpoints of finance clouds have names of their own, which do not hold the region's.
const ofRegion = /^oss-((?!.*(?:finance|jbp))[a-z]{2}-[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com(?::\d+)?$/;

/** The region in a host, with or without a port; undefined where it names none, as oss-accelerate does. */
export function regionOfHost(host: string): string | undefined {
  return ofRegion.exec(host)?.[1];
}
