// What things cost, by the price page of Function Compute in China; to say how much something matters, not what the bill is.
// https://help.aliyun.com/zh/functioncompute/fc/product-overview/billing-overview-1

/** Yuan a CU, in the first tier. */
const yuanPerCu = 0.000_11;
/** CU an invocation. */
const cuPerInvocation = 0.0075;
/** CU a second: a vCPU, and a GB of memory. */
const cuPerCpu = 1;
const cuPerGb = 0.15;

/** Of a warm instance that finds nothing to do; seconds. */
const skippedSeconds = 0.02;

/** Yuan for a million invocations that skip all that they were started for. */
export function skippedMillion({ cpu, memorySize }: { readonly cpu: number; readonly memorySize: number }): number {
  const cuPerSecond = cpu * cuPerCpu + (memorySize / 1024) * cuPerGb;
  return 1_000_000 * (cuPerInvocation + cuPerSecond * skippedSeconds) * yuanPerCu;
}
