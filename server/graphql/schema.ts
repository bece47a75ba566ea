import { builder } from './builder.ts';
import './scalars.ts';
import './errors.ts';
import './request-input.ts';
import './job.ts';
import './job-list.ts';
import './job-mutations.ts';
import './job-subscriptions.ts';
import './quote.ts';
import './upload.ts';
import './viewer.ts';

export const schema = builder.toSchema();
