import { ServerReflectionDefinition } from '@axion/contracts/proto/grpc/reflection/v1/reflection';
import type { ServerReflectionRequest, ServerReflectionResponse } from '@axion/contracts/proto/grpc/reflection/v1/reflection';
import { PROTO_FILES } from '@axion/contracts/proto/proto_files';
import { status } from '@grpc/grpc-js';
import { serve, type ServedService } from './server.ts';

type Answer = NonNullable<ServerReflectionResponse['messageResponse']>;
type ProtoFile = (typeof PROTO_FILES)[number];

const failed = (errorCode: number, errorMessage: string): Answer => ({ $case: 'errorResponse', errorResponse: { errorCode, errorMessage } });

/** A file and everything it imports, each once: what a client needs to make sense of it. */
const withImports = (file: ProtoFile, seen = new Set<ProtoFile>()): ReadonlySet<ProtoFile> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const name of file.imports) {
    const imported = PROTO_FILES.find((candidate) => candidate.name === name);
    if (imported !== undefined) withImports(imported, seen);
  }
  return seen;
};

const described = (file: ProtoFile | undefined, wanted: string): Answer =>
  file === undefined
    ? failed(status.NOT_FOUND, `${wanted.slice(0, 200)} is not known here`)
    : { $case: 'fileDescriptorResponse', fileDescriptorResponse: { fileDescriptorProto: [...withImports(file)].map(({ descriptor }) => Buffer.from(descriptor, 'base64')) } };

const answerTo = (question: ServerReflectionRequest['messageRequest'], services: readonly string[]): Answer => {
  if (question === undefined) return failed(status.INVALID_ARGUMENT, 'the question is empty');
  if (question.$case === 'listServices') return { $case: 'listServicesResponse', listServicesResponse: { service: services.map((name) => ({ name })) } };
  if (question.$case === 'fileByFilename') return described(PROTO_FILES.find(({ name }) => name === question.fileByFilename), question.fileByFilename);
  if (question.$case === 'fileContainingSymbol') return described(PROTO_FILES.find(({ symbols }) => symbols.includes(question.fileContainingSymbol)), question.fileContainingSymbol);
  return failed(status.NOT_FOUND, 'these protocols have no extensions');
};

/** gRPC reflection under both of its names, for the given services (full names) and itself. */
export const reflectionServices = (services: readonly string[]): readonly ServedService[] => {
  const names = [ServerReflectionDefinition.fullName, 'grpc.reflection.v1alpha.ServerReflection'];
  const listed = [...services, ...names];
  return names.map((fullName) =>
    serve({ ...ServerReflectionDefinition, fullName } as unknown as typeof ServerReflectionDefinition, {}, {
      serverReflectionInfo: async function* (requests) {
        for await (const request of requests) {
          const originalRequest = request as ServerReflectionRequest;
          const answer: ServerReflectionResponse = { validHost: originalRequest.host, originalRequest, messageResponse: answerTo(originalRequest.messageRequest, listed) };
          yield answer;
        }
      },
    }),
  );
};
