// What a person sees while the set-up works.

const started = performance.now();
const terminal = process.stdout.isTTY && process.env['CI'] === undefined;

/** @param {number} ms */
export const seconds = (ms) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

/** Since this process started, for a closing line. */
export const elapsed = () => seconds(performance.now() - started);

/**
 * Prints one line.
 *
 * @param {string} text
 */
export const say = (text) => void process.stdout.write(`${text}\n`);

/**
 * One line for one part of something longer: what, and when it is there how long it took, counting while it is not.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export const part = async (title, work) => {
  const begun = performance.now();
  const spent = () => seconds(performance.now() - begun);
  process.stdout.write(`  ${title} … `);
  const tick = setInterval(() => process.stdout.write(terminal ? `\r\x1b[2K  ${title} … ${spent()}` : `${spent()} … `), terminal ? 500 : 2_000);
  const close = (/** @type {string} */ verdict) => {
    clearInterval(tick);
    process.stdout.write(`${terminal ? `\r\x1b[2K  ${title} … ` : ''}${verdict}\n`);
  };
  try {
    const result = await work();
    close(spent());
    return result;
  } catch (error) {
    close('not done');
    throw error;
  }
};

/**
 * Says what is about to be done and why, shows that it goes on when it takes longer than two seconds, and how long it took.
 *
 * @template T
 * @param {string} title what is done, and why where it is not plain
 * @param {(detail: (text: string) => void) => Promise<T>} work may report what it is at through `detail`
 * @returns {Promise<T>}
 */
export const step = async (title, work) => {
  say(`• ${title}`);
  const begun = performance.now();
  let detail = '';
  let nextLine = 2_000;
  const tick = setInterval(() => {
    const spent = performance.now() - begun;
    if (spent < nextLine) return;
    const text = `  … ${seconds(spent)}${detail === '' ? '' : `: ${detail}`}`;
    if (terminal) process.stdout.write(`\r\x1b[2K${text.slice(0, (process.stdout.columns ?? 80) - 1)}`);
    else {
      // A log keeps every line, so there they come further and further apart.
      say(text.slice(0, 160));
      nextLine = spent + Math.max(5_000, spent);
    }
  }, 500);
  const close = () => {
    clearInterval(tick);
    if (terminal && performance.now() - begun >= 2_000) process.stdout.write('\r\x1b[2K');
  };
  try {
    const result = await work((text) => {
      detail = text.trim();
    });
    close();
    const spent = performance.now() - begun;
    if (spent >= 2_000) say(`  done in ${seconds(spent)}`);
    return result;
  } catch (error) {
    close();
    throw error;
  }
};
