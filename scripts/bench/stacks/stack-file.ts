/** A stack of so many small services, as JSON, which is YAML too. Both sides get the same; the time to be believed is Swarm's default, five seconds. */
export const stackFile = (services: number, image: string): string =>
  JSON.stringify({
    services: Object.fromEntries(serviceNames(services).map((name) => [name, service(image, name)])),
    networks: { inner: {} },
  });

export const serviceNames = (services: number): readonly string[] => Array.from({ length: services }, (_, at) => `s${String(at).padStart(2, '0')}`);

export const COMMAND = ['sleep', '100000'];

const service = (image: string, name: string): object => ({
  image,
  command: COMMAND,
  environment: { NAME: name, LEVEL: 'info' },
  labels: { 'bench.service': name },
  networks: ['inner'],
  stop_grace_period: '0s',
  deploy: { endpoint_mode: 'dnsrr', labels: { bench: 'stacks' } },
});
