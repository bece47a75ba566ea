import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { revokedKeys } from '../../platform/accounts.ts';
import type { Database } from '../../platform/database.ts';

/** Remembers which key each socket came with, so that it can be closed when that is revoked. */
export class SocketKeys {
  readonly #keyIds = new WeakMap<WebSocket, string>();

  set(socket: WebSocket, keyId: string): void {
    this.#keyIds.set(socket, keyId);
  }

  /** Closes those of the sockets whose key is good no more, as a wrong key does. One query for all of them. */
  async closeRevoked(db: Database, sockets: ReadonlySet<WebSocket>): Promise<void> {
    const opened = [...sockets].map((socket) => ({ socket, keyId: this.#keyIds.get(socket) ?? '' }));
    const revoked = await revokedKeys(db, new Set(opened.map(({ keyId }) => keyId).filter(Boolean)));
    for (const { socket, keyId } of opened) if (revoked.has(keyId)) socket.close(CloseCode.Forbidden, 'Forbidden');
  }
}
