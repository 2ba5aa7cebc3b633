import { flag, folder, integer, optionalText, seconds, text } from '../key.ts';
import { urlOf } from '../url.ts';

/** The Docker engine. */
export const docker = {
  host: text(
    {
      derive: () => 'unix:///var/run/docker.sock',
      defaultText: '`$DOCKER_HOST`, else `unix:///var/run/docker.sock`',
      ambient: ({ env }) => (env['DOCKER_HOST'] ? { text: env['DOCKER_HOST'], name: 'DOCKER_HOST' } : undefined),
      about: 'Where the engine answers. A command that changes something waits up to 60 s for one that is away, and then fails.',
    },
    urlOf('unix', 'npipe', 'tcp', 'http', 'https', 'ssh'),
    'a unix://, npipe://, tcp://, http://, https:// or ssh:// URL',
  ),
  operation_timeout: seconds({ default: 60, min: 0.1, max: 3600, about: 'Deadline of one call to the engine.' }),
};

/** Deployments of projects as Swarm stacks. */
export const deploy = {
  timeout: seconds({ default: 600, min: 1, max: 86_400, about: 'Time for a deployment to converge.' }),
  rollback_on_failure: flag({ default: true, about: 'Put the revision before back when a deployment fails.' }),
  keep_revisions: integer({ default: 5, min: 1, max: 100, about: 'Revisions kept for each project.' }),
  prune: flag({ default: true, about: 'Remove configs and secrets that no kept revision needs.' }),
  parallelism: integer({ default: 4, min: 1, max: 64, about: 'Projects worked on at a time.' }),
};

/** Workloads: containers, Compose applications and virtual machines. */
export const workloads = {
  enabled: flag({ default: true, about: 'Take workloads at all.' }),
  docker: flag({ default: true, about: 'Containers.' }),
  compose: flag({ default: true, about: 'Compose applications.' }),
  compose_binary: text({ default: 'docker compose', about: 'Command that runs Compose.' }),
  vm: flag({ default: false, about: 'Virtual machines.' }),
  libvirt_uri: text({ default: 'qemu:///system', about: 'Where libvirt answers.' }),
  reconcile_enabled: flag({ default: true, about: 'Bring workloads back to what was asked for.' }),
  reconcile_interval: seconds({ default: 30, min: 1, max: 86_400, about: 'Time between two passes.' }),
  volumes_dir: folder({ default: '/var/lib/axion/volumes', about: 'Disks of virtual machines and managed volumes.' }),
  max_memory_percent: integer({ default: 80, min: 1, max: 100, unit: '%', about: 'Refuse a workload above this use of memory.' }),
  max_cpu_percent: integer({ default: 80, min: 1, max: 100, unit: '%', about: 'Refuse a workload above this use of CPU.' }),
  max_disk_percent: integer({ default: 90, min: 1, max: 100, unit: '%', about: 'Refuse a workload above this use of disk.' }),
  gc_orphans: flag({ default: false, about: 'Remove workload containers that no stored workload explains.' }),
  pending_timeout: seconds({ default: 300, min: 1, max: 86_400, about: 'Time after which a pending workload counts as stuck.' }),
};

/** A Persys scheduler to register with. */
export const scheduler = {
  enabled: flag({ default: false, about: 'Register with a Persys scheduler; takes `workloads.enabled`, and `agent_api.enabled` or `agent_grpc_endpoint`.' }),
  addr: text({ default: '127.0.0.1:8085', about: "The scheduler's address, `host:port`." }),
  insecure: flag({ default: false, about: 'Speak to it without TLS; else with the certificates of `[agent_api]`, or those of `[security]` where it names none.' }),
  agent_grpc_endpoint: optionalText("Address at which the scheduler reaches this agent, `host:port`; when empty, this host's address towards the scheduler and `agent_api.port`."),
};

/** The Persys agent API for remote schedulers. */
export const agentApi = {
  enabled: flag({ default: false, about: 'Serve the Persys agent API.' }),
  bind: text({ default: '0.0.0.0', about: 'Address to listen on; mutual TLS is required unless it is loopback.' }),
  port: integer({ default: 50_051, min: 1, max: 65_535, about: 'TCP port.' }),
  tls_cert_location: optionalText('Server certificate (PEM file).'),
  tls_key_location: optionalText("Server certificate's key (PEM file)."),
  tls_ca_location: optionalText('CA of the clients (PEM file).'),
};
