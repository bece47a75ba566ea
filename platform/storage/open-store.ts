import { join } from 'node:path';
import { type Environment, EnvironmentError } from '../env.ts';
import { DiskStore } from './disk-store.ts';
import type { ObjectStore } from './object-store.ts';
import { type SigningEnvironment, signerOf } from './url-signature.ts';

export type StorageEnvironment = SigningEnvironment &
  Pick<
    Environment,
    | 'DATA_DIR'
    | 'S3_BUCKET'
    | 'S3_ENDPOINT'
    | 'S3_PUBLIC_ENDPOINT'
    | 'S3_REGION'
    | 'S3_ACCESS_KEY_ID'
    | 'S3_SECRET_ACCESS_KEY'
  >;

/** The store that the environment names: its S3 bucket, or the local disk under DATA_DIR. Throws `EnvironmentError`. */
export async function openObjectStore(environment: StorageEnvironment): Promise<ObjectStore> {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (bucket === undefined) return DiskStore.open(join(environment.DATA_DIR, 'objects'), signerOf(environment));
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new EnvironmentError('Set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither.');
  }
  // Loading the AWS client takes a good part of a second, which only those who use it should pay.
  const { S3Store } = await import('./s3-store.ts');
  return new S3Store({
    bucket,
    region: environment.S3_REGION,
    endpoint: environment.S3_ENDPOINT,
    publicEndpoint: environment.S3_PUBLIC_ENDPOINT,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
  });
}
