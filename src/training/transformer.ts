// The transformer in training: loss and gradients for pages of one size, a batch at once.
import {
  addFlowMatchingLoss,
  addLossGradients,
  cutIntoSegments,
  fluxTransformer,
  freeWeights,
  imageIds,
  openGradients,
  openSegments,
  ropeTable,
  type Device,
  type Feed,
  type FluxConfig,
  type GradientSession,
  type Gradients,
  type LatentSize,
  type Parameter,
} from "../engine/train/index.js";
import type { FlowBatch } from "./flow.js";
import type { TextStates } from "./text-encoders.js";

export interface TransformerOptions {
  config: FluxConfig;
  size: LatentSize;
  batch: number;
  /** text tokens of a prompt */
  textLength: number;
  parameters: readonly Parameter[];
  /** what is trained */
  wrt: readonly string[];
  /** every weight is an input, or lies in a file and rests */
  weightsPath?: string;
  device?: Device | undefined;
  /** of the LoRA branches; 0 leaves them out */
  rank?: number;
  /** block by block, computing each again on the way back: memory for one block, a third more work */
  recompute?: boolean;
}

export interface TransformerResult {
  loss: number;
  gradients: Gradients;
  /** gradients of the text states, where they are asked for */
  arriving: TextStates | undefined;
}

export interface TransformerSession {
  /** @param more - LoRA matrices, where the graph takes them */
  run(batch: FlowBatch, text: TextStates, more?: Record<string, Feed>): Promise<TransformerResult>;
  close(): Promise<void>;
}

export async function openTransformer(options: TransformerOptions): Promise<TransformerSession> {
  const { config, size, batch, textLength, weightsPath, rank = 0 } = options;
  const tokens = (size.height * size.width) / 4;
  const half = config.hiddenSize / config.numHeads / 2;
  const graph = fluxTransformer(config, { batch, takesLora: rank > 0 && "blocks" });
  const loss = addFlowMatchingLoss(graph, config.inChannels);
  if (weightsPath === undefined) freeWeights(graph, [...graph.weights.keys()]);
  const sizes: Record<string, number> = {
    B·L: batch * tokens,
    B·S: batch * textLength,
    tokens: tokens + textLength,
  };
  const differentiation = {
    wrt: options.wrt,
    sizeOf: (name: string) => sizes[name] ?? (name.startsWith("rank of ") ? rank : undefined),
  };
  const frozen = {
    ...(weightsPath !== undefined && { weightsPath }),
    ...(options.device && { device: options.device }),
  };
  let session: GradientSession;
  if (options.recompute === true)
    session = openSegments(cutIntoSegments(graph, differentiation), options.parameters, frozen);
  else {
    addLossGradients(graph, loss, differentiation);
    session = await openGradients(graph, options.parameters, frozen);
  }
  const ids = new Float32Array(3 * textLength);
  const rope = ropeTable(
    Float32Array.from([...ids, ...imageIds(size)]),
    config.axesDim,
    config.theta,
  );
  const fixed: Record<string, Feed> = {
    rope_cos: { data: rope.cos, dims: [tokens + textLength, half] },
    rope_sin: { data: rope.sin, dims: [tokens + textLength, half] },
    // A model with embedded guidance is trained at 1, as the paper does.
    ...(config.guidanceEmbed
      ? { guidance: { data: new Float32Array(batch).fill(1), dims: [batch] } }
      : {}),
  };
  return {
    async run({ img, target, timestep, weight }, { txt, vec }, more = {}) {
      const rows = [batch * tokens, config.inChannels];
      const { outputs, gradients } = await session.run({
        ...fixed,
        img: { data: img, dims: rows },
        target: { data: target, dims: rows },
        weight: { data: weight, dims: [batch * tokens, 1] },
        timestep: { data: timestep, dims: [batch] },
        txt: { data: txt, dims: [batch * textLength, config.contextDim] },
        vec: { data: vec, dims: [batch, config.vecDim] },
        ...more,
      });
      const [dTxt, dVec] = [gradients.get("txt"), gradients.get("vec")];
      return {
        loss: outputs.loss![0]!,
        gradients: new Map([...gradients].filter(([name]) => name !== "txt" && name !== "vec")),
        arriving: dTxt && dVec && { txt: dTxt, vec: dVec },
      };
    },
    close: () => session.close(),
  };
}
