// The networks of a model, by name: each is a session of its own.
/** What a model is made of. The transformer is the whole of it, or its blocks where the modulation runs apart. */
export type NetworkName = "transformer" | "modulation" | "t5" | "clip" | "encoder" | "decoder";
