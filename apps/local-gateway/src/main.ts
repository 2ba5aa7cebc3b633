import { connectBus } from '@axion/bus';
import { systemClock } from '@axion/core';
import { beatSource, runComponent } from '@axion/service-kit';
import { agentApiTls } from './agent-api-tls.ts';
import { agentService } from './agent-service.ts';
import { CallMeter } from './call-meter.ts';
import { GrpcDoor } from './grpc-door.ts';

const component = 'local-gateway';

await runComponent({
  name: component,
  async build({ config, log, metrics, health, own, instance, version, signal }) {
    const tls = config.agent_api.enabled ? agentApiTls(config) : undefined;
    const bus = own(await connectBus({ component, instance, url: config.bus.url, credentialsDir: config.bus.credentials_dir, log }, signal));
    const services = [agentService(bus.actions, systemClock, new CallMeter(metrics))];
    const door = (name: string, host: string, port: number, way?: typeof tls): GrpcDoor => new GrpcDoor({ name, host, port, tls: way, services, health: health.check(name), log });
    const doors = [
      ...(config.local.enabled ? [door('local gRPC', '127.0.0.1', config.local.grpc_local_port)] : []),
      ...(config.agent_api.enabled ? [door('agent API', config.agent_api.bind, config.agent_api.port, tls)] : []),
    ];
    return [bus.presence({ health: beatSource(health, { component, instance, version }), metrics }), ...doors];
  },
});
