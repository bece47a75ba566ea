declare module '@20minutes/s3rver' {
  import type { AddressInfo } from 'node:net';

  /** The part that the tests use: an S3 server over a folder, which checks every signature. Its only key is S3RVER. */
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      directory: string;
      silent: boolean;
      resetOnClose?: boolean;
      configureBuckets: readonly { name: string }[];
    });
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
