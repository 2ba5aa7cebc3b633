import { expect, test } from 'vitest';
import { loadConfig } from '@axion/config';
import { COMPONENTS } from '@axion/contracts';
import { sysusers, tmpfiles } from './accounts.ts';
import { agentUnits } from './agent-units.ts';
import type { Host } from './host.ts';
import { renderUnit } from './unit-file.ts';

const host = (changes: Partial<Host> = {}, toml = ''): Host => ({
  release: '/opt/axion/current',
  configFile: '/etc/axion/agent.toml',
  config: loadConfig({ env: {}, cwd: '/', readFile: (path) => (path === '/agent.toml' ? toml : undefined) }).config,
  systemd: 252,
  secretsDir: '/etc/axion/secrets',
  secrets: new Map(),
  ...changes,
});
const text = (name: string, on = host()): string => renderUnit(agentUnits(on).find((unit) => unit.name === name)!);
const all = (on = host()): readonly string[] => agentUnits(on).map(renderUnit);

test('there is a target, a bus and a unit for every component of the manifest', () => {
  expect(all()).toHaveLength(COMPONENTS.length + 2);
  const everything = host({}, '[local]\nenabled = true');
  for (const { name } of COMPONENTS) expect(text('axion-agent.target', everything)).toContain(`axion-${name}`);
});

test('what the configuration switches off has a unit and is not started', () => {
  const off = host({}, '[telemetry]\nenabled = false');
  expect(text('axion-agent.target', off)).not.toContain('telemetry-sampler');
  expect(all(off)).toHaveLength(COMPONENTS.length + 2);
});

test('instances get a template unit that names its instance', () => {
  expect(text('axion-swarm-executor@.service')).toContain('Environment=AXION_INSTANCE=%i');
  expect(text('axion-agent.target')).toContain('axion-swarm-executor@1.service');
});

test('nobody requires anybody: each restarts, stops or is masked alone', () => {
  for (const unit of agentUnits(host())) {
    expect(renderUnit(unit)).not.toMatch(/^(Requires|BindsTo|Requisite)=/m);
    if (unit.name.endsWith('.service')) expect(renderUnit(unit)).not.toMatch(/^Wants=.*axion-/m);
  }
});

test('only executors are in the docker group', () => {
  const inGroup = agentUnits(host()).filter((unit) => renderUnit(unit).includes('SupplementaryGroups=docker')).map((unit) => unit.name);
  expect(inGroup).toEqual(COMPONENTS.filter(({ touches }) => 'docker' in touches).map(({ name, instances }) => `axion-${name}${instances ? '@' : ''}.service`));
});

test('each process has a user of its own, who is made with the group and the folders that are his', () => {
  const users = all().flatMap((unit) => unit.match(/^User=(.*)$/m)?.[1] ?? []);
  expect(new Set(users).size).toBe(COMPONENTS.length + 1);
  for (const user of users) expect(sysusers(host())).toContain(`u ${user} - `);
  expect(tmpfiles(host())).toContain('d /var/lib/axion/swarm 0700 axion-swarm-executor axion -');
});

test('libvirt is there for the executor of workloads alone, and only where virtual machines are asked for', () => {
  const vm = host({}, '[workloads]\nvm = true\nvolumes_dir = "/srv/volumes"');
  expect(text('axion-workload-executor.service', vm)).toMatch(/^SupplementaryGroups=docker libvirt$/m);
  expect(text('axion-workload-executor.service', vm)).toMatch(/^ReadWritePaths=-\/srv\/volumes$/m);
  expect(text('axion-workload-executor.service', vm)).toMatch(/^UMask=0066$/m);
  expect(all(vm).join('\n').match(/^AmbientCapabilities=.*$/gm)?.filter((line) => !line.endsWith('='))).toEqual(['AmbientCapabilities=CAP_DAC_READ_SEARCH']);
  expect(all(vm).join('\n').match(/libvirt$/gm)).toHaveLength(1);
  expect(sysusers(vm)).toMatch(/^g libvirt -[^]*^u axion-workload-executor [^]*^m axion-workload-executor libvirt$/m);
  expect(tmpfiles(vm)).toContain('d /srv/volumes 0711 axion-workload-executor axion -');
  expect(sysusers(host()) + all().join('\n')).not.toContain('libvirt');
});

test('a port may be bound by whom the configuration gives it, and by nobody else', () => {
  const doors = host({}, '[local]\nenabled = true\ngrpc_local_port = 7001\n[agent_api]\nport = 7002\n[health]\nport = 7003');
  const allowed = Object.fromEntries(agentUnits(doors).map((unit) => [unit.name, renderUnit(unit).match(/(?<=SocketBindAllow=).*/g) ?? []]));
  expect(allowed).toMatchObject({ 'axion-local-gateway.service': ['tcp:7001'], 'axion-health-endpoint.service': ['tcp:7003'], 'axion-bus.service': ['tcp:4322'] });
  expect(Object.values(allowed).flat()).toHaveLength(3);
  expect(text('axion-local-gateway.service', host({}, '[local]\nenabled = true\ngrpc_local_port = 0'))).toMatch(/^SocketBindAllow=tcp$/m);
});

test('what needs no other host reaches none: who listens on loopback alone is kept to it', () => {
  const confined = (toml: string): readonly string[] =>
    agentUnits(host({}, toml)).filter((unit) => /^IPAddressDeny=any\nIPAddressAllow=localhost$/m.test(renderUnit(unit))).map(({ name }) => name);
  const always = ['axion-bus.service', 'axion-telemetry-sampler.service'];
  const [gateway, health] = ['axion-local-gateway.service', 'axion-health-endpoint.service'];
  expect(confined('')).toEqual([...always, gateway, health]);
  expect(confined('[local]\nenabled = true\n[agent_api]\nenabled = true\nbind = "127.0.0.1"\nport = 50052\n[health]\nbind = "::1"')).toEqual([...always, gateway, health]);
  expect(confined('[agent_api]\nenabled = true')).toEqual([...always, health]);
  expect(confined('[health]\nbind = "0.0.0.0"')).toEqual([...always, gateway]);
});

test('no process leaves a core, in which its secrets would be', () => {
  for (const unit of all()) if (unit.includes('[Service]')) expect(unit).toMatch(/^LimitCORE=0$/m);
});

test('a secret reaches only the component that needs it, and only when it is there', () => {
  const secrets = new Map([['agent.token', 'encrypted'], ['kafka.sasl_password', 'plain']] as const);
  const lines = all(host({ secrets })).join('\n').match(/^LoadCredential.*(token|password).*$/gm);
  expect(lines).toEqual(['LoadCredential=kafka.sasl_password:/etc/axion/secrets/kafka.sasl_password', 'LoadCredentialEncrypted=agent.token:/etc/axion/secrets/agent.token.cred']);
  expect(text('axion-control-link.service', host({ secrets }))).toContain('agent.token');
  expect(all().join('\n')).not.toMatch(/token|password/);
});

test('an old systemd is asked for nothing that it does not know', () => {
  const newer = /^(OpenFile|SocketBind\w+|LoadCredentialEncrypted|Restart(Steps|MaxDelaySec))=/m;
  const secrets = new Map([['agent.token', 'plain']] as const);
  for (const unit of all(host({ systemd: 247, secrets }))) expect(unit).not.toMatch(newer);
  expect(text('axion-bus.service', host({ systemd: 257 }))).toMatch(/^NotifyAccess=main\nOpenFile=\/run\/systemd\/notify:axion-notify$/m);
});
