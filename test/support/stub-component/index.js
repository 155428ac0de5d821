// Stands in for the component fc3, which comes over the network: writes down what Serverless Devs gave it, and the bytes
// that it would upload, into the file that STUB_RECORD names.
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

class StubComponent {
  getSchema() {
    return JSON.stringify({ type: 'object', required: ['functionName', 'region', 'runtime', 'code', 'handler'] });
  }

  async deploy({ props, args, yaml, getCredential }) {
    const folder = join(yaml.path, '..', props.code);
    const code = readdirSync(folder).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]);
    const credentials = await getCredential();
    const commandLine = readFileSync('/proc/self/cmdline', 'utf8').split('\0');
    const fixed = process.env.core_load_serverless_devs_component;
    const record = { props, args, code: Object.fromEntries(code), credentials, commandLine, fixed };
    writeFileSync(process.env.STUB_RECORD, JSON.stringify(record));
    return { functionName: props.functionName, leaked: credentials.AccessKeySecret };
  }
}

exports.default = StubComponent;
