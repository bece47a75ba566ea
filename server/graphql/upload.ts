import { requireAccount } from '../context.ts';
import { InvalidInput, PayloadTooLarge } from '../refusal.ts';
import { type CreatedUpload, createUpload } from '../uploads/create-upload.ts';
import { builder } from './builder.ts';

const UploadObject = builder.objectRef<CreatedUpload>('Upload').implement({
  description: 'A place for one file. PUT its bytes to the URL, then name the reference in a request.',
  fields: (t) => ({
    id: t.exposeID('id'),
    reference: t.exposeString('reference', { description: 'upload://<id>, for inputVideo and audioFile.' }),
    url: t.exposeString('url', { description: 'Takes one PUT, without a key, until it expires.' }),
    maxBytes: t.exposeFloat('maxBytes'),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
});

const CreateUploadInput = builder.inputType('CreateUploadInput', {
  fields: (t) => ({
    fileName: t.string({ required: true }),
    contentType: t.string({ required: true, description: 'video/… or audio/…' }),
    bytes: t.float({ description: 'Size of the file, if known: too large ones are refused before the upload.' }),
  }),
});

builder.mutationField('createUpload', (t) =>
  t.field({
    type: UploadObject,
    errors: {
      types: [InvalidInput, PayloadTooLarge],
      union: { name: 'CreateUploadResult' },
      result: { name: 'CreateUploadSuccess' },
      dataField: { name: 'upload' },
    },
    args: { input: t.arg({ type: CreateUploadInput, required: true }) },
    resolve: (_root, { input }, context) =>
      createUpload(requireAccount(context), { ...input, bytes: input.bytes ?? undefined }),
  }),
);
