// How large an event may be. https://www.alibabacloud.com/help/en/functioncompute/product-overview/limits-1

/** Bytes. */
export const eventLimits = { sync: 32 * 1024 * 1024, async: 128 * 1024 } as const;
