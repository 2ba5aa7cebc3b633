import { flag, folder, integer, map, optionalText, seconds, secret, text } from '../key.ts';
import { ambientProxy } from '../proxy.ts';
import { TOKEN_ALLOWED, TOKEN_TEXT } from '../token.ts';
import { urlOf } from '../url.ts';

/** It becomes part of topic names, which take these characters alone. */
const AGENT_ID = /^$|^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Who this agent is and where it keeps its things. */
export const agent = {
  token: secret('Enrolment token; the control link needs it for its first start.', { shape: { pattern: TOKEN_TEXT, allowed: `${TOKEN_ALLOWED}, or empty` } }),
  id: optionalText('Id of this agent; given by enrolment when empty.', '1 to 128 letters, digits, ".", "_" and "-", beginning with a letter or digit, or empty', AGENT_ID),
  server_id: text({ derive: (facts) => facts.hostname, defaultText: 'the host name', about: 'Name of this server as the control plane shows it.' }),
  version: text({ derive: (facts) => facts.version, defaultText: "the build's", about: 'Version the agent reports.' }),
  update_channel: text({ default: 'stable', about: 'Channel that updates are taken from.' }),
  auto_update_enabled: flag({ default: true, about: 'Install updates without being asked.' }),
  data_dir: folder({ default: '/var/lib/axion', about: 'Identity, bus store and state; under systemd not in a home folder or `/tmp`.' }),
  projects_dir: folder({ default: '/opt/axion/projects', about: 'Files that belong to projects.' }),
  labels: map({ default: {}, about: 'Labels of this agent; as a variable: `zone=eu-1,disk=ssd`.' }),
};

/** The gRPC link to the control plane. */
export const controlPlane = {
  grpc_url: text(
    { default: 'https://control.axion.dev:443', about: 'Address of the control plane; `http://` only on loopback or with `security.allow_insecure`.' },
    urlOf('https', 'http'),
    'an https:// or http:// URL',
  ),
  enabled: flag({ default: true, about: 'Connect to a control plane at all.' }),
  timeout: seconds({ default: 30, min: 0.1, max: 3600, about: 'Deadline of one call.' }),
  retry_attempts: integer({ default: 3, min: 0, max: 100, about: 'Further tries of a call that failed in a way that may pass.' }),
  heartbeat_interval: seconds({ default: 5, min: 0.1, max: 3600, about: 'Time between heartbeats.' }),
  circuit_breaker_threshold: integer({ default: 5, min: 1, max: 1000, about: 'Failures in a row that open the circuit breaker.' }),
  rate_limit_rps: integer({ default: 100, min: 1, max: 100_000, unit: 'calls a second', about: 'Most calls a second.' }),
  proxy: secret('HTTP CONNECT proxy, e.g. `http://proxy:3128`; when empty, `HTTPS_PROXY` and `NO_PROXY` are read.', {
    ambient: (facts) => ambientProxy(facts.env, facts.text('control_plane.grpc_url')),
  }),
};
