import { jetstreamManager } from '@nats-io/jetstream';
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { claimJob } from '../../platform/jobs/claim.ts';
import { connectNats, type NatsHandle } from '../../platform/nats.ts';
import { jobs } from '../../schema/tables.ts';
import { startSweeps } from '../../server/sweeps.ts';
import { submitTalkV2V } from '../../server/use-cases/submit.ts';
import { ownNats } from '../support/nats.ts';
import { waitFor } from '../support/wait-for.ts';
import { INPUT, log, openServices } from './services.ts';

const OFTEN = { jobsMs: 20, idleMs: 1, uploadsMs: 20 };

async function queuedMessages(nats: NatsHandle): Promise<number> {
  const manager = await jetstreamManager(nats.connection);
  return (await manager.streams.info(nats.subjects.jobStream)).state.messages;
}

test('a job submitted while NATS was away is published when it is back, once, however many servers sweep', async () => {
  await using server = await openServices();
  await using natsServer = await ownNats();
  await using nats = await connectNats({ url: natsServer.url, prefix: 'sweep', name: 'test', log });
  const context = { ...(await server.account()), nats };
  await natsServer.stop();
  await submitTalkV2V(context, { input: INPUT });
  await natsServer.start();
  await using _one = startSweeps({ ...server.services, nats }, OFTEN);
  await using _two = startSweeps({ ...server.services, nats }, OFTEN);
  await waitFor('the message', async () => (await queuedMessages(nats).catch(() => 0)) === 1);
  // Both go on publishing; the stream takes no second message. Its count of refusals can't be asked, its sequence can.
  const manager = await jetstreamManager(nats.connection);
  const { state } = await manager.streams.info(nats.subjects.jobStream);
  expect(state).toMatchObject({ messages: 1, last_seq: 1 });
});

test('a job whose worker is lost is queued again, its watchers see it and its message is back', async () => {
  await using server = await openServices();
  const context = await server.account();
  const job = await submitTalkV2V(context, { input: INPUT });
  const manager = await jetstreamManager(context.nats.connection);
  await waitFor('the first message', async () => (await queuedMessages(context.nats)) === 1);
  await manager.streams.purge(context.nats.subjects.jobStream);
  await claimJob(context.db, job.id, 'wrk_lost');
  const watcher = await context.feed.watch(context, job.id);
  expect((await watcher.next()).value).toMatchObject({ status: 'processing' });

  await context.db.update(jobs).set({ leaseExpiresAt: sql`now() - interval '1 second'` }).where(eq(jobs.id, job.id));
  await using _sweeps = startSweeps(server.services, OFTEN);
  expect((await watcher.next()).value).toMatchObject({ status: 'queued', stage: null });
  await waitFor('the message to be back', async () => (await queuedMessages(context.nats)) === 1);
  await watcher.return?.();
});
