import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * Halves of libraries that the agent never reaches, by path under `node_modules`: they would be read and kept at every start.
 * JetStream's client is one: `packages/bus` speaks to the server's own API. NATS's `denobuffer` looks like one and is none: its
 * parser takes it for a message that arrives in two pieces, which happens in bursts alone, and without it the connection is deaf.
 */
const NEVER_REACHED: readonly string[] = [
  'nats/lib/jetstream/\\w+',
  'nats/lib/nats-base-client/(bench|js-sha256|nkeys|service|serviceclient)',
  '@grpc/proto-loader/build/src/index',
  'pino/lib/transport',
  // Standard input of a container and the packing of a build's context; with them go two copies of `stream`.
  'docker-modem/lib/(ssh|http_duplex)',
  'tar-fs/index',
  '@balena/dockerignore/ignore',
  'dockerode/lib/(session|buildkit)',
];

const pattern = new RegExp(`[\\\\/]node_modules[\\\\/](${NEVER_REACHED.join('|').replaceAll('/', '[\\\\/]')})\\.js$`);

const NO_TLS = 'no-tls';

/** NATS's client asks of each connection whether it is a TLS socket, which would load all of TLS for a bus on loopback. */
const noTls = "exports.TLSSocket = class {}; exports.connect = () => { throw new Error('the bus is on this host and speaks no TLS'); };";

const NO_HTTP2 = 'no-http2';

/** hono's server asks of each request whether it came by HTTP/2, which would load all of that and TLS with it. */
const noHttp2 = 'exports.Http2ServerRequest = class {}; exports.constants = {};';

/** Puts a refusal in place of each. Whoever reaches it after all is told what is missing. */
export const leftOut: Plugin = {
  name: 'left-out',
  setup(build) {
    build.onResolve({ filter: /^tls$/ }, ({ importer }) => (/[\\/]nats[\\/]lib[\\/]/.test(importer) ? { path: 'tls', namespace: NO_TLS } : undefined));
    build.onResolve({ filter: /^node:http2$/ }, ({ importer }) => (/[\\/]@hono[\\/]node-server[\\/]/.test(importer) ? { path: 'http2', namespace: NO_HTTP2 } : undefined));
    build.onLoad({ filter: /.*/, namespace: NO_HTTP2 }, () => ({ contents: noHttp2 }));
    build.onLoad({ filter: /.*/, namespace: NO_TLS }, () => ({ contents: noTls }));
    build.onLoad({ filter: pattern }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error(${JSON.stringify(`${path.split(/[\\/]/).at(-1)} is left out of this build`)}); };`,
    }));
  },
};
