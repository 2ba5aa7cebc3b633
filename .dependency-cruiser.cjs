// The layers of the design as a check: L0 core ← L1 contracts, config, compose ← L2 service-kit, bus, grpc-kit,
// docker-engine, resilience, tracing, kafka ← swarm-stack (on docker-engine) ← L3 apps. Arrows only go down.
const pkg = (names) => `^packages/(${names})/`;
const only = (name, library, path) => ({
  name,
  comment: `${library} stays behind its adapter`,
  severity: 'error',
  from: { path: '^(packages|apps)/', pathNot: path },
  to: { path: `node_modules/${library}/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'core-imports-nothing', severity: 'error', from: { path: pkg('core') }, to: { path: '^(packages/(?!core/)|apps/)' } },
    {
      name: 'layer-1-only-core',
      severity: 'error',
      from: { path: '^packages/(contracts|config|compose)/' },
      to: { path: '^packages/(?!core/)', pathNot: '^packages/$1/' },
    },
    {
      name: 'layer-2-only-below',
      severity: 'error',
      from: { pathNot: '/test/', path: '^packages/(service-kit|bus|grpc-kit|docker-engine|resilience|tracing|kafka)/' },
      to: { path: '^packages/(?!(core|contracts|config|compose)/)', pathNot: '^packages/$1/' },
    },
    {
      name: 'swarm-stack-above-docker-engine',
      comment: 'what the executor and `axion stack` share knows files and the engine, no bus',
      severity: 'error',
      from: { pathNot: '(/test/|[.]test[.]ts$)', path: '^packages/swarm-stack/' },
      to: { path: '^packages/(?!(core|compose|docker-engine)/)', pathNot: '^packages/swarm-stack/' },
    },
    { name: 'packages-never-import-apps', severity: 'error', from: { path: '^packages/' }, to: { path: '^apps/' } },
    { name: 'no-app-imports-another', severity: 'error', from: { path: '^apps/([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    {
      name: 'testkit-from-tests-only',
      severity: 'error',
      from: { pathNot: '(^packages/testkit/|/test/|\\.test\\.ts$)' },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'pure-folders-do-no-io',
      comment: 'plan, convert, mapping and parse are data in, data out',
      severity: 'error',
      from: { path: '/(plan|convert|mapping|parse)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(node:)?(fs|fs/promises|net|http|https|child_process|dgram|tls)$' },
    },
    only('nats-only-in-bus', 'nats', pkg('bus')),
    only('grpc-only-in-grpc-kit', '@grpc', pkg('grpc-kit')),
    only('dockerode-only-in-docker-engine', 'dockerode', pkg('docker-engine')),
    only('opentelemetry-only-in-tracing', '@opentelemetry', pkg('tracing')),
    only('kafkajs-only-in-kafka', 'kafkajs', '(^packages/kafka/|/test/)'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/gen/|/dist/)' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.mjs', '.cjs'] },
  },
};
