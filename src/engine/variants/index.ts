// The ways in which a model can be run, and which of them this machine allows.
export {
  chooseVariant,
  type Choice,
  type ProvenProvider,
  type Refusal,
  type Situation,
  type Wish,
} from "./choose.js";
export { formOf } from "./form.js";
export { memoryNeeds, type Load, type MemoryNeed } from "./memory.js";
export { placement, type Place, type Placement, type Room } from "./placement.js";
export { proveProviders, type Proof } from "./proven.js";
export { isForProcessor, settle, type Settlement, type SettleOptions } from "./settle.js";
export { variants, type Variant, type VariantName } from "./table.js";
