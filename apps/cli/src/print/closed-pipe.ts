/** A reader that has seen enough (`axion status | head`) ends the command quietly, as it ends other programs. */
export const endOnClosedPipe = (stream: NodeJS.WriteStream): void => {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
};
