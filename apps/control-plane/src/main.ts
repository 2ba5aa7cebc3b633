import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Secret } from '@axion/core';
import { startServer } from '@axion/grpc-kit';
import { AgentRegistry } from './agent-registry.ts';
import { startInspectServer } from './inspect-server.ts';
import { runnerAgentService } from './runner-agent-service.ts';
import { TokenCheck } from './token-check.ts';

const CLOSE_BUDGET_MS = 2000;

const { values } = parseArgs({
  options: {
    'grpc-port': { type: 'string', default: '0' },
    'http-port': { type: 'string', default: '0' },
    'token-file': { type: 'string' },
    'latest-version': { type: 'string' },
  },
});
if (values['token-file'] === undefined) {
  console.error('usage: control-plane --token-file FILE [--grpc-port N] [--http-port N] [--latest-version V]');
  process.exit(2);
}

const agents = new AgentRegistry(Date.now);
const tokens = new TokenCheck(new Secret(readFileSync(values['token-file'], 'utf8').trim()));
const grpc = await startServer({
  host: '127.0.0.1',
  port: Number(values['grpc-port']),
  services: [runnerAgentService({ agents, tokens, latestVersion: values['latest-version'] })],
  onDefect: (method, thrown) => console.error(`${method} failed:`, thrown),
});
const http = await startInspectServer(agents, Number(values['http-port']));

const stop = (): void => {
  http.close();
  void grpc.close(CLOSE_BUDGET_MS).then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

console.log(JSON.stringify({ grpc_port: grpc.port, http_port: http.port, agents_url: `http://127.0.0.1:${http.port}/agents` }));
