// The regions that have FC 3.0: where a function can be deployed.
// https://help.aliyun.com/zh/functioncompute/fc/product-overview/region-availability
const china =
  'hangzhou shanghai qingdao beijing zhangjiakou huhehaote wulanchabu shenzhen heyuan guangzhou chengdu hongkong';
const elsewhere =
  'ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 eu-central-1 eu-west-1 us-east-1 us-west-1 me-central-1 me-east-1';

/** Each once, those of China first. */
export const regions: readonly string[] = [...china.split(' ').map((city) => `cn-${city}`), ...elsewhere.split(' ')];
