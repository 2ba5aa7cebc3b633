import { RunnerControlChannelDefinition, type AgentFrame } from '@axion/contracts/proto/axion/runner/control_channel';
import { serve, type ServedService } from '@axion/grpc-kit';
import type { AgentRegistry } from './agent-registry.ts';
import type { ChannelDesk } from './channel-desk.ts';
import type { TokenCheck } from './token-check.ts';

/** The channel that agents keep open. */
export const controlChannelService = (desks: ChannelDesk, agents: AgentRegistry, tokens: TokenCheck): ServedService =>
  serve(RunnerControlChannelDefinition, {}, {
    connect: (frames, signal, call) => {
      tokens.checkBearer(call.metadata('authorization'));
      return desks.serve(frames as AsyncIterable<AgentFrame>, signal, (agentId) => agents.assertKnown(agentId));
    },
  });
