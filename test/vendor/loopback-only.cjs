// Loaded before a suite: connections to other hosts than this one are refused. NAME.localhost is this one, as RFC 6761
// has it, also where the resolver does not know that.
const { Socket } = require('node:net');

const { connect } = Socket.prototype;
const loopback = new Set([undefined, '', 'localhost', '127.0.0.1', '::1']);

Socket.prototype.connect = function (...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const options = typeof first === 'object' && first !== null ? first : { host: args[1] };
  const { host } = options;
  if (/(?:^|\.)localhost$/.test(String(host))) options.host = '127.0.0.1';
  if (typeof host === 'function' || loopback.has(options.host)) return connect.apply(this, args);
  const error = Object.assign(new Error(`${host} is not this machine`), { code: 'ENOTFOUND' });
  process.nextTick(() => this.destroy(error));
  return this;
};
