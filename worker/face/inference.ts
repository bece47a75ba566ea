import { type InferenceSession, Tensor } from 'onnxruntime-node';

/** The part of an inference session that looking at a picture takes. */
export interface PictureModel {
  run(feeds: Record<string, Tensor>): Promise<InferenceSession.OnnxValueMapType>;
}

/**
 * Runs a model on a square picture, `[1, size, size, 3] float32`, and gives the way to read its outputs by name. Throws a
 * TypeError for an output that isn't float32.
 */
export async function lookAt(
  model: PictureModel,
  input: { readonly name: string; readonly size: number },
  pixels: Float32Array,
): Promise<(output: string) => Float32Array> {
  const outputs = await model.run({ [input.name]: new Tensor('float32', pixels, [1, input.size, input.size, 3]) });
  return (output) => {
    const data = outputs[output]?.data;
    if (data instanceof Float32Array) return data;
    throw new TypeError(`The model's output ${output} isn't float32.`);
  };
}
