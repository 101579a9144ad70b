// The blind comparison for people.
export { formKey, makeForm, type FormKey } from "./form.js";
export { tally, type Count } from "./tally.js";
