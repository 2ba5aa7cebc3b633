import { machine, platform } from 'node:os';
import { RunnerControlChannelDefinition } from '@axion/contracts/proto/axion/runner/control_channel';
import { openDuplex, type CallMetadata, type GrpcChannel } from '@axion/grpc-kit';
import { ACTION_KINDS, type ActionChannel, type ControlWord } from './channel/action.ts';
import type { LinkIdentity } from './control-plane.ts';
import { agentFrame, heardWord } from './mapping/channel-frames.ts';

/** Opens the control channel over the session's connection and introduces the agent. */
export const openActionChannel = (channel: GrpcChannel, { agentId, serverId }: LinkIdentity, version: string, sent: CallMetadata, signal: AbortSignal): ActionChannel => {
  const call = openDuplex(RunnerControlChannelDefinition, 'connect', channel, sent, signal);
  const agentInfo = { version, os: platform(), architecture: machine(), serverInfo: undefined };
  const introduced = call.send({ frame: { $case: 'hello', hello: { agentId, serverId, agentInfo, actions: [...ACTION_KINDS] } } });
  // Whoever reads learns of it too.
  introduced.catch(() => undefined);

  async function* heard(): AsyncIterable<ControlWord> {
    for await (const frame of call.received) {
      const word = heardWord(frame);
      if (word !== undefined) yield word;
    }
  }

  return {
    heard: heard(),
    say: async (word) => {
      await introduced;
      await call.send(agentFrame(word));
    },
  };
};
