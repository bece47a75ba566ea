import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimJob } from '../../../platform/jobs/claim.ts';
import { cancelJob, completeJob, failJob } from '../../../platform/jobs/finish.ts';
import { camelCase } from '../../../schema/rest.ts';
import { jobs } from '../../../schema/tables.ts';
import { restRoutes } from '../../../server/rest/app.ts';
import { createUpload } from '../../../server/uploads/create-upload.ts';
import { uploadRoutes } from '../../../server/uploads/routes.ts';
import { openServices, type TestServices } from '../services.ts';

const SUBMIT = '/ai/generation/talk-v2v/generate-async';
/** The example of the contract's page. */
const EXAMPLE = {
  input_video: 'https://your-host.example/source.mp4',
  audio_file: 'https://your-host.example/voice.mp3',
  resolution: '720p',
  image_size: { width: 1280, height: 720 },
  keep_proportion: 'crop',
  frame_rate: 30,
  audio_duration: 8.5,
};

let bench: TestServices;
let app: ReturnType<typeof restRoutes>;
let caller: Awaited<ReturnType<TestServices['account']>>;

beforeAll(async () => {
  bench = await openServices();
  app = restRoutes(bench.services);
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  caller = await bench.account();
});

function submit(body: unknown, headers: Record<string, string> = {}) {
  return app.request(SUBMIT, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'api-key': caller.key, 'content-type': 'application/json', ...headers },
  });
}
const get = (path: string, key = caller.key) => app.request(path, { headers: { 'api-key': key } });
const submitted = async (body: unknown = EXAMPLE): Promise<string> => (await (await submit(body)).json()).data.job_id;

/** The error of an answer that has nothing else in it. */
async function errorOf(response: Response) {
  const body = await response.json();
  expect(body).toEqual({ success: false, error: { code: expect.any(String), message: expect.any(String) } });
  return { status: response.status, ...body.error };
}

async function rowOf(id: string) {
  const [row] = await bench.services.db.select().from(jobs).where(eq(jobs.id, id));
  return row;
}

async function claimed(id: string) {
  const claim = await claimJob(bench.services.db, id, 'wrk_test');
  if (claim.kind !== 'claimed') throw new Error(`the job is ${claim.kind}`);
  return claim.job;
}

async function completed(): Promise<string> {
  const { attempt, id } = await claimed(await submitted());
  await completeJob(bench.services.db, {
    id,
    attempt,
    creditsUsed: 70,
    stages: [],
    result: {
      videoKey: `results/${id}/1.mp4`,
      posterKey: `results/${id}/1.jpg`,
      width: 1280,
      height: 720,
      frameRate: 30,
      frameCount: 255,
      durationSeconds: 8.5,
      bytes: 1000,
      sha256: 'a'.repeat(64),
    },
  });
  return id;
}

describe('submitting', () => {
  test("answers the contract's example in the contract's shape, key by key", async () => {
    const response = await submit(EXAMPLE);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toMatch(
      /^\{"success":true,"data":\{"job_id":"tlk_[0-9]{13}_[0-9a-z]{16}","request_id":"[\w-]+","status":"queued","message":"Job submitted","estimated_time":"[0-9]+s","credit_cost":80\}\}$/,
    );
  });

  test.each(
    Object.entries({
      prompt: 'a smile',
      negative_prompt: 'a frown',
      model: 'retalk',
      function: 'variant-1',
      resolution: '480p',
      image_size: { width: 640, height: 480 },
      keep_proportion: 'pad',
      audio_duration: 3.25,
      frame_rate: 24,
      max_frames: 100,
      steps: 20,
      cfg_scale: 1.5,
      crf: 23,
      seed: 7,
      sync_mode: 'remap',
      articulation: 0.75,
      input_video: 'https://elsewhere.example/v.mov',
      audio_file: 'https://elsewhere.example/a.wav',
    }),
  )('takes %s and keeps it in the job', async (name, value) => {
    const id = await submitted({ ...EXAMPLE, image_size: undefined, [name]: value });
    expect((await rowOf(id)).request).toMatchObject({ [camelCase(name)]: value });
  });

  test.each([
    ['input_video', 'http://plain.example/v.mp4'],
    ['input_video', 'file:///etc/passwd'],
    ['input_video', 'https://user:secret@host.example/v.mp4'],
    ['input_video', undefined],
    ['audio_file', 'upload://../x'],
    ['audio_file', 7],
    ['prompt', 'x'.repeat(2001)],
    ['negative_prompt', 'x'.repeat(2001)],
    ['negative_prompt', 'a NUL: \0'],
    ['prompt', 'half a pair: \ud800'],
    ['input_video', 'https://host.example/\0'],
    ['function', 'no spaces'],
    ['resolution', '1080p'],
    ['image_size', { width: 1280 }],
    ['keep_proportion', 'zoom'],
    ['audio_duration', 0],
    ['audio_duration', 1801],
    ['frame_rate', 0],
    ['frame_rate', 61],
    ['frame_rate', 29.97],
    ['max_frames', 0],
    ['max_frames', 108_001],
    ['steps', 0],
    ['steps', 101],
    ['cfg_scale', -0.1],
    ['cfg_scale', 30.1],
    ['crf', -1],
    ['crf', 52],
    ['seed', -1],
    ['seed', 2 ** 31],
    ['sync_mode', 'cutoff'],
    ['articulation', 0.4],
    ['articulation', 1.6],
  ])('refuses %s = %j and names the field', async (name, value) => {
    const error = await errorOf(await submit({ ...EXAMPLE, [name]: value }));
    expect(error).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(error.message).toContain(name);
  });

  test.each([
    ['input_video', { audio_file: EXAMPLE.audio_file }],
    ['audio_file', { input_video: EXAMPLE.input_video }],
    ['image_size.height', { ...EXAMPLE, image_size: { width: 640 } }],
  ])('says that %s is required when it is missing', async (path, body) => {
    expect((await errorOf(await submit(body))).message).toBe(`${path}: is required`);
  });

  test.each([
    ['image_size.width', { width: 63, height: 720 }],
    ['image_size.height', { width: 1280, height: 721 }],
    ['image_size', { width: 1280, height: 1280 }],
  ])('names %s when %j is refused', async (path, size) => {
    const error = await errorOf(await submit({ ...EXAMPLE, image_size: size }));
    expect(error).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(error.message).toMatch(new RegExp(`^${path}: `));
  });

  test.each(['foo', 'inputVideo', 'imageSize', 'product_code', 'width'])(
    'refuses the unknown field %s by its name',
    async (name) => {
      const error = await errorOf(await submit({ ...EXAMPLE, [name]: 'x' }));
      expect(error).toMatchObject({ status: 400, code: 'UNKNOWN_FIELD' });
      expect(error.message).toContain(name);
    },
  );

  test('names a model that is not offered', async () => {
    const error = await errorOf(await submit({ ...EXAMPLE, model: 'dream' }));
    expect(error).toMatchObject({ status: 400, code: 'MODEL_NOT_FOUND' });
    expect(error.message).toContain('dream');
  });

  test('names the field of an upload that is unknown, or whose bytes have not come', async () => {
    const unknown = await errorOf(await submit({ ...EXAMPLE, input_video: 'upload://upl_unknown1' }));
    expect(unknown).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(unknown.message).toMatch(/^input_video: /);
    const { reference } = await createUpload(caller, { fileName: 'a.mp3', contentType: 'audio/mpeg' });
    const early = await errorOf(await submit({ ...EXAMPLE, audio_file: reference }));
    expect(early).toMatchObject({ status: 409, code: 'UPLOAD_NOT_READY' });
    expect(early.message).toMatch(/^audio_file: /);
  });

  test.each(['', '{', 'null', '[]', '"text"', '{"input_video":'])('refuses the body %j', async (body) => {
    expect(await errorOf(await submit(body))).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses the content type %s',
    async (type) => {
      const error = await errorOf(await submit(EXAMPLE, { 'content-type': type }));
      expect(error).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    },
  );

  test('takes JSON that names its character set', async () => {
    expect((await submit(EXAMPLE, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  test('refuses a body of more than a megabyte', async () => {
    const error = await errorOf(await submit({ ...EXAMPLE, prompt: 'x'.repeat(1_100_000) }));
    expect(error).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  test('refuses a job that the account cannot pay, and says what is missing', async () => {
    caller = await bench.account(79);
    const error = await errorOf(await submit(EXAMPLE));
    expect(error).toMatchObject({ status: 402, code: 'INSUFFICIENT_CREDITS' });
    expect(error.message).toMatch(/80.*79/);
  });

  test('a repeat with the same Idempotency-Key gives the same job, another payload a conflict', async () => {
    const key = { 'Idempotency-Key': 'order-1' };
    const first = await (await submit(EXAMPLE, key)).json();
    const second = await (await submit({ ...EXAMPLE, crf: 18 }, key)).json();
    expect(second.data.job_id).toBe(first.data.job_id);
    const conflict = await errorOf(await submit({ ...EXAMPLE, crf: 20 }, key));
    expect(conflict).toMatchObject({ status: 409, code: 'IDEMPOTENCY_CONFLICT' });
    const tooLong = await errorOf(await submit(EXAMPLE, { 'Idempotency-Key': 'x'.repeat(256) }));
    expect(tooLong).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(tooLong.message).toContain('Idempotency-Key');
  });
});

describe('the status', () => {
  test('of a queued job', async () => {
    const id = await submitted();
    const response = await get(`/ai/generation/status?jobId=${id}`);
    expect(response.status).toBe(200);
    const { data, ...rest } = await response.json();
    expect(rest).toEqual({ success: true });
    expect(data).toEqual({
      job_id: id,
      status: 'queued',
      progress: 0,
      stage: null,
      estimated_time: null,
      warnings: [],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(Object.keys(data)[0]).toBe('job_id');
  });

  test('of a job at work: whole percent, the stage, and the time that is left', async () => {
    const { id } = await claimed(await submitted());
    await bench.services.db
      .update(jobs)
      .set({ stage: 'render', progress: 0.999, etaSeconds: 12.4 })
      .where(eq(jobs.id, id));
    const { data } = await (await get(`/ai/generation/status?jobId=${id}`)).json();
    expect(data).toMatchObject({ status: 'processing', progress: 99, stage: 'render', estimated_time: '12s' });
  });

  test('of a completed job', async () => {
    const { data } = await (await get(`/ai/generation/status?jobId=${await completed()}`)).json();
    expect(data).toMatchObject({ status: 'completed', progress: 100, stage: null });
    expect(data).not.toHaveProperty('error');
  });

  test('of a failed job says why', async () => {
    const id = await submitted();
    await failJob(bench.services.db, { id, code: 'NO_FACE', message: 'Use a video that shows a face.' });
    const { data } = await (await get(`/ai/generation/status?jobId=${id}`)).json();
    expect(data).toMatchObject({
      status: 'failed',
      error: { code: 'NO_FACE', message: 'Use a video that shows a face.' },
    });
  });

  test('of a canceled job is failed, with the code CANCELED', async () => {
    const id = await submitted();
    await cancelJob(bench.services.db, id, eq(jobs.accountId, caller.account.id));
    const { data } = await (await get(`/ai/generation/status?jobId=${id}`)).json();
    expect(data).toMatchObject({ status: 'failed', error: { code: 'CANCELED' } });
  });
});

describe('the result', () => {
  test("of a completed job has the contract's shape, key by key", async () => {
    const id = await completed();
    const response = await get(`/ai/generation/result?jobId=${id}`);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toMatch(
      /^\{"success":true,"data":\{"job_id":"tlk_[0-9a-z_]+","status":"completed","result_url":"[^"]+","width":1280,"height":720,"type":"video\/mp4","used_credit":70,"created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}\}$/,
    );
    const { data } = JSON.parse(text);
    expect(data.created_at).toBe(`${(await rowOf(id)).createdAt.toISOString().slice(0, 19)}Z`);
    expect(data.result_url).toContain(`/media/results/${id}/1.mp4?expires=`);
  });

  test('is not ready before the job has completed', async () => {
    const id = await submitted();
    const waiting = await errorOf(await get(`/ai/generation/result?jobId=${id}`));
    expect(waiting).toMatchObject({ status: 409, code: 'NOT_READY' });
    await claimed(id);
    const working = await errorOf(await get(`/ai/generation/result?jobId=${id}`));
    expect(working).toMatchObject({ status: 409, code: 'NOT_READY' });
  });

  test.each([
    ['NO_FACE', 422],
    ['INPUT_UNREACHABLE', 422],
    ['WORKER_LOST', 500],
  ] as const)('of a job that failed of %s is that error, with status %i', async (code, status) => {
    const id = await submitted();
    await failJob(bench.services.db, { id, code, message: 'What to do.' });
    const error = await errorOf(await get(`/ai/generation/result?jobId=${id}`));
    expect(error).toEqual({ status, code, message: 'What to do.' });
  });

  test('of a canceled job will never be', async () => {
    const id = await submitted();
    await cancelJob(bench.services.db, id, eq(jobs.accountId, caller.account.id));
    const error = await errorOf(await get(`/ai/generation/result?jobId=${id}`));
    expect(error).toMatchObject({ status: 410, code: 'CANCELED' });
  });
});

describe.each(['/ai/generation/status', '/ai/generation/result'])('GET %s', (path) => {
  test('knows no job of another account', async () => {
    const id = await submitted();
    const stranger = await bench.account();
    expect(await errorOf(await get(`${path}?jobId=${id}`, stranger.key))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  test.each(['tlk_1777360165746_xyz789', 'nonsense', '\0', "'; drop table jobs; --"])('knows no job %j', async (id) => {
    const error = await errorOf(await get(`${path}?jobId=${encodeURIComponent(id)}`));
    expect(error).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  test('asks for a jobId that is missing', async () => {
    const error = await errorOf(await get(path));
    expect(error).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(error.message).toBe('jobId: is required');
  });
});

describe('canceling', () => {
  const cancel = async (id: string, key = caller.key) =>
    app.request(`/ai/generation/cancel?jobId=${id}`, { method: 'POST', headers: { 'api-key': key } });

  test('answers by the state of the job, and the job is failed of CANCELED then', async () => {
    const queued = await submitted();
    const answer = await cancel(queued);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      success: true,
      data: { job_id: queued, status: 'failed', outcome: 'canceled', message: 'Job canceled' },
    });
    const status = await (await get(`/ai/generation/status?jobId=${queued}`)).json();
    expect(status.data).toMatchObject({ status: 'failed', error: { code: 'CANCELED' } });
    expect((await (await cancel(queued)).json()).data.outcome).toBe('already_ended');
    const { id } = await claimed(await submitted());
    expect((await (await cancel(id)).json()).data).toMatchObject({
      status: 'failed',
      outcome: 'cancellation_requested',
    });
    const done = await (await cancel(await completed())).json();
    expect(done.data).toMatchObject({ status: 'completed', outcome: 'already_ended' });
  });

  test('knows no job of another account', async () => {
    const stranger = await bench.account();
    expect(await errorOf(await cancel(await submitted(), stranger.key))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the list of jobs', () => {
  const list = async (query = '') => (await (await get(`/ai/generation/jobs${query}`)).json()).data;

  test('goes from the newest on, page by page, each job as its status is', async () => {
    expect(await list()).toEqual({ jobs: [], next_cursor: null });
    const ids = [await submitted(), await completed(), await submitted()];
    const first = await list('?limit=2');
    expect(first.jobs.map(({ job_id }: { job_id: string }) => job_id)).toEqual([ids[2], ids[1]]);
    const status = await (await get(`/ai/generation/status?jobId=${ids[1]}`)).json();
    expect(first.jobs[1]).toEqual(status.data);
    const second = await list(`?limit=2&cursor=${first.next_cursor}`);
    expect(second.jobs).toMatchObject([{ job_id: ids[0] }]);
    expect(second.next_cursor).toBeNull();
  });

  test('of failed jobs holds the canceled ones', async () => {
    const [failed, canceled] = [await submitted(), await submitted()];
    await submitted();
    await failJob(bench.services.db, { id: failed, code: 'NO_FACE', message: 'No face.' });
    await cancelJob(bench.services.db, canceled, eq(jobs.accountId, caller.account.id));
    const { jobs: found } = await list('?status=failed');
    expect(found.map(({ job_id }: { job_id: string }) => job_id)).toEqual([canceled, failed]);
    expect((await list('?status=queued')).jobs).toHaveLength(1);
  });

  test.each([
    ['limit', '?limit=0'],
    ['limit', '?limit=101'],
    ['limit', '?limit=many'],
    ['cursor', '?cursor=nonsense'],
    ['status', '?status=canceled'],
  ])('names %s when %s is refused', async (name, query) => {
    const error = await errorOf(await get(`/ai/generation/jobs${query}`));
    expect(error).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(error.message).toMatch(new RegExp(`^${name}: `));
  });
});

describe('a key', () => {
  test.each([
    ['POST', SUBMIT],
    ['POST', '/uploads'],
    ['GET', '/ai/generation/status?jobId=tlk_1_abcdef'],
    ['POST', '/ai/generation/cancel?jobId=tlk_1_abcdef'],
    ['GET', '/ai/generation/jobs'],
    ['GET', '/ai/generation/result?jobId=tlk_1_abcdef'],
  ])('is needed for %s %s, before anything else is looked at', async (method, path) => {
    for (const headers of [undefined, { 'api-key': 'tk_wrong' }]) {
      const error = await errorOf(
        await app.request(path, { method, headers, body: method === 'POST' ? '{' : undefined }),
      );
      expect(error).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
      expect(error.message).toContain('api-key');
    }
  });
});

describe('uploads', () => {
  test('are created, filled and used by REST alone', async () => {
    const created = await app.request('/uploads', {
      method: 'POST',
      body: JSON.stringify({ file_name: 'voice.mp3', content_type: 'audio/mpeg', bytes: 5 }),
      headers: { 'api-key': caller.key, 'content-type': 'application/json' },
    });
    expect(created.status).toBe(200);
    const { data } = await created.json();
    expect(data).toEqual({
      upload_id: expect.stringMatching(/^upl_/),
      reference: `upload://${data.upload_id}`,
      upload_url: expect.stringContaining(`/uploads/${data.upload_id}?expires=`),
      max_bytes: 5,
      expires_at: expect.stringMatching(/Z$/),
    });
    const sent = await uploadRoutes(bench.services).request(data.upload_url, { method: 'PUT', body: 'voice' });
    expect(sent.status).toBe(200);
    expect((await submit({ ...EXAMPLE, audio_file: data.reference })).status).toBe(200);
  });

  test('of unknown fields and unusable types are refused by name', async () => {
    const post = (body: unknown) =>
      app.request('/uploads', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'api-key': caller.key, 'content-type': 'application/json' },
      });
    const unknown = await errorOf(await post({ file_name: 'a.mp4', content_type: 'video/mp4', fileName: 'x' }));
    expect(unknown).toMatchObject({ status: 400, code: 'UNKNOWN_FIELD', message: expect.stringContaining('fileName') });
    const empty = await errorOf(await post({}));
    expect(empty.message).toBe('file_name: is required; content_type: is required');
    const page = await errorOf(await post({ file_name: 'a.html', content_type: 'text/html' }));
    expect(page).toMatchObject({
      status: 400,
      code: 'INVALID_INPUT',
      message: expect.stringContaining('content_type'),
    });
  });
});
