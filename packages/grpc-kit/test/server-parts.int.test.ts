import { HealthCheckRequest, HealthCheckResponse, HealthCheckResponse_ServingStatus, HealthDefinition } from '@axion/contracts/proto/grpc/health/v1/health';
import { ServerReflectionRequest, ServerReflectionResponse } from '@axion/contracts/proto/grpc/reflection/v1/reflection';
import { HeartbeatResponse } from '@axion/contracts/proto/axion/runner/heartbeat';
import { RunnerAgentServiceDefinition } from '@axion/contracts/proto/axion/runner/runner_agent_service';
import { waitFor } from '@axion/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { healthService, openChannel, parseServerUrl, reflectionServices, serve, ServingState, startServer, unaryClient, type GrpcChannel, type RunningServer } from '../src/index.ts';

const SERVICE = 'axion.runner.RunnerAgentService';
const state = new ServingState();
let server: RunningServer;
let channel: GrpcChannel;
beforeAll(async () => {
  const services = [serve(RunnerAgentServiceDefinition, { heartbeat: () => HeartbeatResponse.fromPartial({}) }), healthService([SERVICE], state), ...reflectionServices([SERVICE])];
  server = await startServer({ host: '127.0.0.1', port: 0, services, onDefect: () => {} });
  channel = openChannel({ address: parseServerUrl(`http://127.0.0.1:${server.port}`), tls: { verify: true, minVersion: '1.2', pinnedCertSha256: [] } });
});
afterAll(async () => {
  channel.close();
  await server.close(0);
});

const ask = async (path: string, ...questions: ServerReflectionRequest['messageRequest'][]): Promise<readonly ServerReflectionResponse[]> => {
  const stream = channel.client.makeBidiStreamRequest(
    path,
    (request: ServerReflectionRequest) => Buffer.from(ServerReflectionRequest.encode(request).finish()),
    (bytes: Buffer) => ServerReflectionResponse.decode(bytes),
  );
  for (const messageRequest of questions) stream.write({ host: 'h', messageRequest });
  stream.end();
  return (await stream.toArray()) as ServerReflectionResponse[];
};

test.each(['v1', 'v1alpha'])('reflection %s lists the services and gives each file with its imports', async (version) => {
  const [list, file, missing] = await ask(
    `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    { $case: 'listServices', listServices: '' },
    { $case: 'fileContainingSymbol', fileContainingSymbol: SERVICE },
    { $case: 'fileContainingSymbol', fileContainingSymbol: 'no.such.Thing' },
  );
  expect(list?.messageResponse).toMatchObject({ listServicesResponse: { service: expect.arrayContaining([{ name: SERVICE }]) as object[] } });
  const described = file?.messageResponse;
  const files = described?.$case === 'fileDescriptorResponse' ? described.fileDescriptorResponse.fileDescriptorProto.map((bytes) => Buffer.from(bytes).toString('latin1')) : [];
  expect(files[0]).toContain('RunnerAgentService');
  expect(files.some((text) => text.includes('axion/common/common.proto'))).toBe(true);
  expect(missing?.messageResponse).toMatchObject({ errorResponse: { errorCode: 5 } });
});

test('health is checked and watched', async () => {
  const client = unaryClient(HealthDefinition, channel, { timeoutMs: 5000, metadata: () => ({}) });
  expect(await client.check({ service: SERVICE })).toEqual({ status: HealthCheckResponse_ServingStatus.SERVING });
  await expect(client.check({ service: 'no.such.Service' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const seen: number[] = [];
  const watch = channel.client.makeServerStreamRequest(
    '/grpc.health.v1.Health/Watch',
    (request: HealthCheckRequest) => Buffer.from(HealthCheckRequest.encode(request).finish()),
    (bytes: Buffer) => HealthCheckResponse.decode(bytes),
    { service: '' },
  );
  watch.on('data', ({ status }: HealthCheckResponse) => seen.push(status)).on('error', () => undefined);
  await waitFor(() => seen.length === 1);
  state.serving = false;
  await waitFor(() => seen.length === 2);
  expect(seen).toEqual([HealthCheckResponse_ServingStatus.SERVING, HealthCheckResponse_ServingStatus.NOT_SERVING]);
  watch.cancel();
});
