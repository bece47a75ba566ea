import { createServer } from 'node:net';
import { isErrno } from './process.ts';

/** A loopback TCP port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === undefined) throw new Error('This machine has no free TCP port on 127.0.0.1.');
  return port;
}

/** True when somebody listens on the loopback port. */
export async function isTaken(port: number): Promise<boolean> {
  return (await tryListen(port)) === undefined;
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (isErrno(error, 'EADDRINUSE') ? resolve(undefined) : reject(error)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
