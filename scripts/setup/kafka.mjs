// Apache Kafka for tests and the demo: the jars that deploy/kafka/pom.xml pins, resolved by Maven.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { needPrograms } from './debian.mjs';
import { dev, root } from './paths.mjs';
import { step } from './progress.mjs';
import { digest, once } from './stamp.mjs';

const home = join(dev, 'kafka');
const libs = join(home, 'libs');
const pom = join(root, 'deploy/kafka/pom.xml');
const copyJars = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const otherwise = 'Or set KAFKA_BROKERS to a broker of your own.';

/**
 * Makes sure that a broker can be started and gives the folder of its jars.
 *
 * @param {import('./children.mjs').Children} children
 * @returns {Promise<string>}
 */
export const provideKafka = async (children) => {
  const java = { programs: ['java'], packages: ['openjdk-17-jre-headless'], why: 'Apache Kafka runs on Java', otherwise };
  await needPrograms(children, java);
  await once(join(home, 'stamp'), digest(readFileSync(pom)), () => existsSync(libs), async () => {
    await needPrograms(children, { programs: ['mvn'], packages: ['maven'], why: "Maven fetches Kafka's jars", otherwise });
    await step('Fetching Apache Kafka (the broker that commands come from; 45 MB) with Maven into .dev/kafka', async (detail) => {
      mkdirSync(home, { recursive: true });
      const next = join(home, 'libs.next');
      rmSync(next, { recursive: true, force: true });
      const args = ['--batch-mode', '--no-transfer-progress', '-f', pom, copyJars, `-DoutputDirectory=${next}`, '-DincludeScope=runtime'];
      await run(children, 'mvn', args, { onLine: detail });
      rmSync(libs, { recursive: true, force: true });
      renameSync(next, libs);
    });
  });
  return libs;
};
