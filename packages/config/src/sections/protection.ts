import * as v from 'valibot';
import { choice, fileMode, flag, integer, list, optionalText, seconds, text } from '../key.ts';

const fingerprint = v.pipe(v.string(), v.regex(/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i));

/** Updates of the agent itself. */
export const update = {
  check_interval: seconds({ default: 3600, min: 1, max: 604_800, about: 'Time between looks for an update.' }),
  download_timeout: seconds({ default: 300, min: 1, max: 86_400, about: 'Time for a download.' }),
  install_timeout: seconds({ default: 60, min: 1, max: 3600, about: 'Time for an installation.' }),
  rollback_on_failure: flag({ default: true, about: 'Switch back when the new release is not healthy.' }),
  max_backups: integer({ default: 5, min: 1, max: 100, about: 'Releases kept beside the running one.' }),
  public_keys: list({ default: [], about: 'Ed25519 keys that may sign a release.' }),
};

/** TLS and what is trusted. */
export const security = {
  tls_verify: flag({ default: true, about: "Verify the control plane's certificate." }),
  tls_ca_location: optionalText('CA of the control plane (PEM file).'),
  tls_cert_location: optionalText('Client certificate (PEM file).'),
  tls_key_location: optionalText("Client certificate's key (PEM file)."),
  min_tls_version: choice(['1.2', '1.3'], { default: '1.2', about: 'Oldest TLS version spoken.' }),
  pinned_cert_sha256: list({ default: [], about: 'SHA-256 fingerprints of which the control plane must show one.' }, fingerprint, 'a list of SHA-256 fingerprints: 64 hexadecimal digits, colons allowed'),
  allow_insecure: flag({ default: false, about: 'Allow `http://` to hosts other than loopback.' }),
  command_public_keys: list({ default: [], about: 'Ed25519 keys that may sign commands; when set, unsigned commands are refused.' }),
};

/** The doors on this host. */
export const local = {
  enabled: flag({ default: false, about: 'Open the local doors.' }),
  ipc_socket_path: text({ default: '/run/axion/agent.sock', about: 'Unix socket.' }),
  ipc_pipe_name: text({ default: '\\\\.\\pipe\\axion-runner-agent', about: 'Named pipe on Windows.' }),
  grpc_local_port: integer({ default: 50_051, min: 0, max: 65_535, about: 'gRPC port on loopback; 0: any free one.' }),
  socket_permissions: fileMode({ default: 0o600, about: 'Permissions of the socket.' }),
  allowed_users: list({ default: [], about: 'Users that may connect; empty: whoever the permissions let in.' }),
};
