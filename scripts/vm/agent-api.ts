import { AgentServiceDefinition, ApplyWorkloadRequest } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import type { ApplyWorkloadResponse, DeleteWorkloadResponse } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { actualStateToJSON } from '@axion/contracts/proto/persys/agent/v1/workload_status';

/** Runs a shell script on the node and gives its standard output. */
export type Shell = (script: string, timeoutMs?: number) => Promise<string>;

/** What a client sees of a workload. */
export interface SeenWorkload {
  readonly revision: string;
  /** Without `ACTUAL_STATE_`. */
  readonly state: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

type Methods = typeof AgentServiceDefinition.methods;

/** Of one call, s: an apply answers when it is brought about. */
const CALL_SECONDS = 600;

/** The node's Persys API at its local door. Nothing of the node is open to others, so curl speaks gRPC there. */
export class AgentApi {
  readonly #sh: Shell;

  constructor(sh: Shell) {
    this.#sh = sh;
  }

  async apply(id: string, revision: string, type: 'CONTAINER' | 'COMPOSE' | 'VM', spec: object, desired = 'RUNNING'): Promise<ApplyWorkloadResponse> {
    const request = { id, type: `WORKLOAD_TYPE_${type}`, revisionId: revision, desiredState: `DESIRED_STATE_${desired}`, spec };
    const { methods } = AgentServiceDefinition;
    return methods.applyWorkload.responseType.decode(await this.#call('applyWorkload', ApplyWorkloadRequest.encode(ApplyWorkloadRequest.fromJSON(request)).finish()));
  }

  async delete(id: string): Promise<DeleteWorkloadResponse> {
    const { requestType, responseType } = AgentServiceDefinition.methods.deleteWorkload;
    return responseType.decode(await this.#call('deleteWorkload', requestType.encode({ id }).finish()));
  }

  /** `undefined`: it has none of that id. */
  async status(id: string): Promise<SeenWorkload | undefined> {
    const { requestType, responseType } = AgentServiceDefinition.methods.getWorkloadStatus;
    const answer = await this.#call('getWorkloadStatus', requestType.encode({ id }).finish()).catch((error: unknown) => {
      if (error instanceof Error && error.message.includes('there is no workload')) return undefined;
      throw error;
    });
    if (answer === undefined) return undefined;
    const { status } = responseType.decode(answer);
    return status && { revision: status.revisionId, state: actualStateToJSON(status.actualState).replace('ACTUAL_STATE_', ''), message: status.message, metadata: status.metadata };
  }

  async #call(method: keyof Methods, request: Uint8Array): Promise<Uint8Array> {
    const size = Buffer.alloc(5);
    size.writeUInt32BE(request.length, 1);
    const url = `http://127.0.0.1:50051/${AgentServiceDefinition.fullName}/${AgentServiceDefinition.methods[method].name}`;
    const text = await this.#sh(
      `echo ${Buffer.concat([size, request]).toString('base64')} | base64 -d | curl -sS -m ${CALL_SECONDS} --http2-prior-knowledge -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- -D /root/call.head -o /root/call.body ${url}
sed -n 's/\\r//; s/^grpc-\\(status\\|message\\): /\\1 /p' /root/call.head
base64 -w 0 /root/call.body`,
      (CALL_SECONDS + 60) * 1000,
    );
    const [, code = '?'] = /^status (\d+)$/m.exec(text) ?? [];
    const [, message = ''] = /^message (.*)$/m.exec(text) ?? [];
    if (code !== '0') throw new Error(`${method}: ${decodeURIComponent(message)} (gRPC status ${code})`);
    return Buffer.from(text.trim().split('\n').at(-1) ?? '', 'base64').subarray(5);
  }
}
