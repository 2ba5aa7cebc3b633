/** Who this agent is, in bucket `identity` under the key `agent`; written by control-link alone. */
export interface AgentIdentity {
  readonly agent_id: string;
  readonly server_id: string;
  /** `config`: set in the configuration; `enrolment`: given by the control plane; `local`: no control plane. */
  readonly source: 'config' | 'enrolment' | 'local';
  /** RFC 3339 UTC. */
  readonly since: string;
}
