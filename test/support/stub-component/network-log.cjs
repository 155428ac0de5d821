// Loaded into every process by NODE_OPTIONS: writes down each address that Serverless Devs connects to, into the file that
// NETWORK_RECORD names, and lets none of them be reached.
const { appendFileSync } = require('node:fs');
const net = require('node:net');

const script = process.argv[1] ?? '';
if (/serverless-devs|node_modules\/\.bin\/s$/.test(script)) {
  net.Socket.prototype.connect = function connect(...args) {
    const [first] = args.flat();
    const { host = 'localhost', port, path } = typeof first === 'object' ? first : { port: first };
    appendFileSync(process.env.NETWORK_RECORD, `${script} ${path ?? `${host}:${port}`}\n`);
    process.nextTick(() => this.destroy(new Error('no network here')));
    return this;
  };
}
