import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectBus } from '@axion/bus';
import { freePort, natsServerBinary, spawnComponent, tempDir, waitFor } from '@axion/testkit';

/** The nats-server that a bus-server runs. */
const natsPid = async (parent: number): Promise<number | undefined> => {
  const [first] = (await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')).trim().split(' ');
  return first ? Number(first) : undefined;
};

test('it is ready once the streams are, starts a killed nats-server again, and leaves nothing running', async () => {
  await using home = await tempDir('bus-server');
  const url = `nats://127.0.0.1:${await freePort()}`;
  const config = join(home.path, 'agent.toml');
  await writeFile(config, `[agent]\ndata_dir = ${JSON.stringify(home.path)}\n[bus]\nurl = "${url}"\n`);
  await using component = await spawnComponent('bus-server', { env: { AXION_CONFIG: config, AXION_NATS_SERVER: natsServerBinary() } });
  const bus = await connectBus({ component: 'cli', url, credentialsDir: join(home.path, 'bus', 'credentials') });
  try {
    expect(await bus.bucket('ledger').keys()).toEqual([]);
    const killed = (await natsPid(component.pid))!;
    process.kill(killed, 'SIGKILL');
    const again = await waitFor(async () => (await natsPid(component.pid)) !== killed && natsPid(component.pid), { what: 'another nats-server' });
    await waitFor(() => bus.bucket('ledger').keys(), { what: 'the bus to answer again' });
    await component.stop();
    expect(existsSync(`/proc/${again}`)).toBe(false);
  } finally {
    await bus.close();
  }
});
