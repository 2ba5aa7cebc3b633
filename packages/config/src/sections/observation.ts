import { choice, flag, integer, optionalFile, optionalText, seconds, text } from '../key.ts';

/** Host and container samples. */
export const telemetry = {
  enabled: flag({ default: true, about: 'Take samples.' }),
  interval_seconds: seconds({ default: 10, min: 0.1, max: 3600, about: 'Time between samples.' }),
  batch_size: integer({ default: 100, min: 1, max: 10_000, unit: 'samples', about: 'Most samples in one message to the control plane.' }),
  send_timeout: seconds({ default: 5, min: 0.1, max: 600, about: 'Deadline for sending a batch.' }),
  buffer_mb: integer({ default: 64, min: 1, max: 65_536, unit: 'MB', about: 'Samples kept on disk while the control plane is away.' }),
  ship_logs: flag({ default: false, about: 'Send container logs to the control plane.' }),
};

/** The HTTP endpoint for probes, Prometheus and people. */
export const health = {
  bind: text({ default: '127.0.0.1', about: 'Address to listen on.' }),
  port: integer({ default: 8080, min: 0, max: 65_535, about: 'TCP port; 0: any free one.' }),
  check_interval: seconds({ default: 30, min: 0.1, max: 3600, about: 'Time between health checks.' }),
  timeout: seconds({ default: 10, min: 0.1, max: 600, about: 'Deadline of one health check.' }),
  failure_threshold: integer({ default: 3, min: 1, max: 100, about: 'Failures in a row before a check is unhealthy.' }),
};

/** Logs. */
export const logging = {
  level: choice(['trace', 'debug', 'info', 'warn', 'error'], { default: 'info', about: 'Least severe level that is written.' }),
  format: choice(['json', 'text'], { default: 'json', about: 'One JSON object a line, or lines for people.' }),
  file: optionalFile('Also write to this file, its name extended by the component (`agent.log` → `agent-command-worker.log`); empty: standard output only. Its folder is made over to the agent, so it has "axion" in its name or lies in `data_dir`.'),
  max_size_mb: integer({ default: 100, min: 1, max: 10_240, unit: 'MB', about: 'Size at which the file is rotated.' }),
  max_files: integer({ default: 5, min: 1, max: 100, about: 'Rotated files kept.' }),
};

/** Traces. */
export const tracing = {
  otlp_endpoint: optionalText('OTLP/HTTP endpoint that traces go to; empty: off.'),
};
