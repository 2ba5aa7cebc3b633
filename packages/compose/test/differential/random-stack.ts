import * as fc from 'fast-check';

/** Values by service key, in forms that merge, expand or default differently. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  cap_add: ['[A]', '[B, all]', '[]'],
  cap_drop: ['[A]', '[ALL]'],
  command: ['a b', '""', '[a]', '[]'],
  configs: ['[c]', '[{source: c, target: t}]', '[d, c]'],
  credential_spec: ['{config: k}', '{file: f}'],
  deploy: ['{replicas: 0}', '{replicas: 2, labels: [a=1]}', '{update_config: {parallelism: 0, delay: 1s}}', '{update_config: {max_failure_ratio: 0.3, order: stop-first}}', '{restart_policy: {delay: 0s, max_attempts: 0}}', '{placement: {constraints: [a==b], preferences: [{spread: a}]}}', '{resources: {limits: {cpus: "0.5", memory: 50m, pids: 5}}}', '{resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: g, value: 1}}]}}}', '{mode: global}', '{endpoint_mode: DNSRR}', 'null'],
  dns: ['a', '[b, c]', '[]'],
  environment: ['{A: 1, B: }', '[A=2, C]', '{A: "", B: x, FROM: }', '{D: 1.50, E: 0777, F: 2020-01-02}'],
  extra_hosts: ['{h: 1.1.1.1}', '["b:1", "h=2", "v6:[::1]"]'],
  healthcheck: ['{test: a}', '{test: [CMD, b], interval: 5s}', '{interval: 0s, retries: 0}', '{disable: true}', '{}'],
  image: ['y:1', '""'],
  init: ['true', 'false'],
  labels: ['{a: 1}', '[a=2, b]', '{}'],
  logging: ['{driver: a}', '{driver: b, options: {x: 1}}', '{options: {y: 2}}'],
  networks: ['[n]', '{n: {aliases: [q]}}', '{n: , m: {driver_opts: {a: b}}}', '[e]', '{}'],
  ports: ['[80]', '["1:1", "2:2"]', '[{target: 80, mode: host}]', '["5-20:5-20"]', '[1,2,3,4,5,6,7,8,9,10,11,12,13,"2:2","1:1",14]', '[]', '["x:1"]'],
  restart: ['always', '"no"', 'on-failure:3', 'never'],
  secrets: ['[s]', '[{source: s, target: t, mode: 5}]', '[t, s]'],
  stop_grace_period: ['5s', '0s', '1d'],
  sysctls: ['{a: 1}', '[a=2, b=3]'],
  tty: ['true', 'false', '"yes"'],
  ulimits: ['{nofile: 5}', '{nofile: {soft: 1, hard: 2}, nproc: 0}'],
  user: ['u', '""', '$FROM', '"${GONE:-d}"', '"${GONE?e}"'],
  volumes: ['[/a]', '["v:/v:ro", "/x:/x"]', '[{type: bind, source: /q, target: /v, bind: {propagation: shared}}]', '[{type: tmpfs, target: /t, tmpfs: {size: 5}}]', '["gone:/g"]', '[]'],
};

const REST = [
  'networks: {n: {labels: {a: 1}}, m: {name: mm, ipam: {config: [{subnet: 10.0.0.0/8}]}}, e: {external: true, name: ext1}}',
  'volumes: {v: {driver: d, driver_opts: {o: 1}}}',
  'secrets: {s: {file: ./value}, t: {external: true, name: ext2}}',
  'configs: {c: {file: ./value, labels: [a]}, d: {name: dd, file: value, template_driver: golang}, k: {file: value}}',
].join('\n');

const service = fc
  .subarray(Object.keys(VALUES), { maxLength: 8 })
  .chain((keys) => fc.tuple(...keys.map((key) => fc.constantFrom(...(VALUES[key] ?? [])).map((value) => `${key}: ${value}`))))
  .map((lines) => lines.join(', '));

/** One to three stack files about the services `a` and `b`. */
export const randomStack: fc.Arbitrary<readonly string[]> = fc
  .array(fc.record({ a: service, b: service }, { requiredKeys: ['a'] }), { minLength: 1, maxLength: 3 })
  .map((files) =>
    files.map(({ a, b }, at) => {
      const bodies = [['a', a], ...(b === undefined ? [] : [['b', b]])];
      const image = (body: string | undefined): string => (at === 0 && body?.includes('image:') !== true ? 'image: x, ' : '');
      return `services:\n${bodies.map(([name, body]) => `  ${name}: {${image(body)}${body}}`).join('\n')}\n${at === 0 ? REST : ''}`;
    }),
  );
