import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { convertToOnnx } from './model/convert.ts';
import { readTfjsGraph } from './model/tfjs-graph.ts';

export interface FaceModels extends AsyncDisposable {
  readonly detector: InferenceSession;
  readonly mesh: InferenceSession;
}

export interface FaceModelOptions {
  /** Threads inside one inference. One is best where several jobs or ffmpeg share the machine. */
  readonly threads?: number;
}

/** Names of the nodes of BlazeFace (256 px) that hold scores and boxes of its two grids, 16 × 16 × 2 and 8 × 8 × 6. */
export const DETECTOR_OUTPUTS = {
  fineScores: 'Identity',
  fineBoxes: 'Identity_2',
  coarseScores: 'Identity_1',
  coarseBoxes: 'Identity_3',
} as const;

/** Names of the nodes of FaceMesh (192 px) that we use; its third output, 133 contour points, is left out. */
export const MESH_OUTPUTS = { presence: 'Identity_1', points: 'Identity_2' } as const;

export const DETECTOR_INPUT = { name: 'input', size: 256 } as const;
export const MESH_INPUT = { name: 'input_1', size: 192 } as const;

/**
 * Loads MediaPipe's BlazeFace and FaceMesh from the npm package that ships them, converted in memory from TensorFlow.js
 * to ONNX, onto the CPU.
 */
export async function loadFaceModels(options: FaceModelOptions = {}): Promise<FaceModels> {
  const [detector, mesh] = await Promise.all([
    loadModel('blazeface', Object.values(DETECTOR_OUTPUTS), options.threads ?? 1),
    loadModel('facemesh', Object.values(MESH_OUTPUTS), options.threads ?? 1),
  ]);
  return {
    detector,
    mesh,
    async [Symbol.asyncDispose]() {
      await Promise.all([detector.release(), mesh.release()]);
    },
  };
}

async function loadModel(name: string, outputs: readonly string[], threads: number): Promise<InferenceSession> {
  const model = await convertFaceModel(name, outputs);
  return InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
}

/** The ONNX bytes of a model of the package, by its file name. */
export async function convertFaceModel(name: string, outputs: readonly string[]): Promise<Uint8Array> {
  // The package exports its code only; its models lie beside that.
  const entry = createRequire(import.meta.url).resolve('@vladmandic/human');
  const folder = join(dirname(entry), '..', 'models');
  const graph = await readTfjsGraph(join(folder, `${name}.json`), join(folder, `${name}.bin`));
  return convertToOnnx(graph, outputs);
}
