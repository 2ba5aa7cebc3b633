import { startServer } from '@axion/grpc-kit';
import { agentControlService } from './agent-control-service.ts';
import { AgentRegistry } from './agent-registry.ts';
import { ChannelDesk } from './channel-desk.ts';
import { controlChannelService } from './control-channel-service.ts';
import { startInspectServer } from './inspect-server.ts';
import { NodeRegistry } from './node-registry.ts';
import { readOptions } from './options.ts';
import { runnerAgentService } from './runner-agent-service.ts';
import { TokenCheck } from './token-check.ts';

const CLOSE_BUDGET_MS = 2000;
const host = '127.0.0.1';

const options = readOptions(process.argv.slice(2));
if (options === undefined) process.exit(2);

const onDefect = (method: string, thrown: unknown): void => console.error(`${method} failed:`, thrown);
const agents = new AgentRegistry(Date.now);
const nodes = new NodeRegistry({ leaseSeconds: options.leaseSeconds, now: Date.now });
const desks = new ChannelDesk();
const tokens = new TokenCheck(options.tokens);
const runner = runnerAgentService({ agents, tokens, latestVersion: options.latestVersion });
const grpc = await startServer({ host, port: options.grpcPort, services: options.withChannel ? [runner, controlChannelService(desks, agents, tokens)] : [runner], onDefect });
const scheduler = await startServer({ host, port: options.schedulerPort, tls: options.schedulerTls, services: [agentControlService(nodes, options.heartbeatSeconds)], onDefect });
const http = await startInspectServer({ agents, nodes, desks }, options.httpPort);

const stop = (): void => {
  http.close();
  void Promise.all([grpc.close(CLOSE_BUDGET_MS), scheduler.close(CLOSE_BUDGET_MS)]).then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

console.log(JSON.stringify({ grpc_port: grpc.port, http_port: http.port, scheduler_port: scheduler.port, agents_url: `http://127.0.0.1:${http.port}/agents`, nodes_url: `http://127.0.0.1:${http.port}/nodes` }));
