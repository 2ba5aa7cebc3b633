import { expect, test } from 'vitest';
import { composeLimits } from './compose-limits.ts';

const MB = 1024 ** 2;
const limits = (services: string) => composeLimits({ composeYaml: `services:\n${services}` });

test.each([
  ['the new form, by replicas', '  web: {deploy: {replicas: 3, resources: {limits: {cpus: "0.5", memory: 64M}}}}', 1500, 192 * MB],
  ['the old form', '  web: {cpus: 2, mem_limit: 1gb}', 2000, 1024 * MB],
  ['bytes as a number', '  web: {mem_limit: 1048576}', 0, MB],
  ['several services', '  web: {mem_limit: 512k}\n  db: {scale: 2, mem_limit: 1m}\n  none:', 0, 2.5 * MB],
  ['what only a variable tells', '  web: {cpus: "${CPUS}", mem_limit: "${MEMORY:-64m}"}', 0, 0],
  ['a service that is scaled to nothing', '  web: {deploy: {replicas: 0}, mem_limit: 1g}', 0, 0],
])('%s', (_, services, cpuMillicores, memory) => expect(limits(services)).toEqual({ cpuMillicores, memory }));

test('what is no file promises nothing', () => {
  for (const composeYaml of ['', 'services: [', 'just text', '- a']) expect(composeLimits({ composeYaml })).toEqual({ cpuMillicores: 0, memory: 0 });
  expect(composeLimits({ composeYaml: Buffer.from('services: {a: {mem_limit: 1m}}').toString('base64') })).toEqual({ cpuMillicores: 0, memory: MB });
});
