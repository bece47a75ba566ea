import { inject } from 'vitest';

/** The URL of one of the run's services, which is started if this is the first file to ask. */
export async function ask(service: '/postgres' | '/nats'): Promise<string> {
  const response = await fetch(new URL(service, inject('services')), { headers: { connection: 'close' } });
  const body = await response.text();
  if (!response.ok) throw new Error(`The test service ${service} did not start:\n${body}`);
  return body;
}
