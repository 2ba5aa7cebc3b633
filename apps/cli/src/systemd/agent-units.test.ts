import { expect, test } from 'vitest';
import { COMPONENTS } from '@axion/contracts';
import { agentUnits } from './agent-units.ts';
import { renderUnit } from './unit-file.ts';

const units = agentUnits({ release: '/opt/axion/current', config: '/etc/axion/agent.toml', dataDir: '/var/lib/axion' });
const text = (name: string): string => renderUnit(units.find((unit) => unit.name === name)!);

test('there is a target, a bus and a unit for every component of the manifest', () => {
  expect(units).toHaveLength(COMPONENTS.length + 2);
  for (const { name } of COMPONENTS) expect(text('axion-agent.target')).toContain(`axion-${name}`);
});

test('instances get a template unit that names its instance', () => {
  expect(text('axion-swarm-executor@.service')).toContain('Environment=AXION_INSTANCE=%i');
  expect(text('axion-agent.target')).toContain('axion-swarm-executor@1.service');
});

test('nobody requires anybody: each restarts, stops or is masked alone', () => {
  for (const unit of units) expect(renderUnit(unit)).not.toMatch(/^(Requires|BindsTo|Requisite)=/m);
});

test('only an executor is in the docker group', () => {
  const inGroup = units.filter((unit) => renderUnit(unit).includes('SupplementaryGroups=docker')).map((unit) => unit.name);
  expect(inGroup).toEqual(['axion-swarm-executor@.service']);
});

test('each component reads its own key and runs as its own user', () => {
  expect(text('axion-telemetry-sampler.service')).toContain('LoadCredential=bus.nk:/var/lib/axion/bus/credentials/telemetry-sampler.nk');
  expect(new Set(units.flatMap((unit) => renderUnit(unit).match(/^User=.*$/m) ?? [])).size).toBe(COMPONENTS.length + 1);
});
