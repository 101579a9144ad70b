// What the form's page does, as the text that stands in it.

/** Reads and writes nothing but its own page, the browser's store and the file that is downloaded. */
export const formScript = `
"use strict";
const { form, pairs: count } = document.body.dataset;
const pairs = [...document.querySelectorAll(".pair")];
const find = (id) => document.getElementById(id);
const names = ["alignment", "coherence", "usability"];
const store = "makeanything-form-" + form;
const answers = restore();
let at = 0;

function restore() {
  try { return JSON.parse(localStorage.getItem(store)) || {}; } catch { return {}; }
}
function save() {
  try { localStorage.setItem(store, JSON.stringify(answers)); } catch { /* answers live as long as the page */ }
}
const isAnswered = (i) => names.every((name) => answers[i]?.[name]);

function show() {
  pairs.forEach((pair, i) => { pair.hidden = i !== at; });
  find("end").hidden = at < pairs.length;
  find("where").textContent = at < pairs.length ? "Pair " + (at + 1) + " of " + count : "All " + count + " pairs";
  document.querySelector("progress").value = pairs.filter((_, i) => isAnswered(i)).length;
  find("back").disabled = at === 0;
  find("next").hidden = at === pairs.length;
  find("next").disabled = !isAnswered(at);
}
function go(to) {
  at = Math.max(0, Math.min(pairs.length, to));
  show();
  scrollTo(0, 0);
}
pairs.forEach((pair, i) => {
  for (const input of pair.querySelectorAll("input")) {
    const [name] = input.name.split("-");
    input.checked = answers[i]?.[name] === input.value;
    input.addEventListener("change", () => {
      answers[i] = { ...answers[i], [name]: input.value };
      save();
      show();
    });
  }
});
find("back").addEventListener("click", () => go(at - 1));
find("next").addEventListener("click", () => go(at + 1));
find("download").addEventListener("click", () => {
  const done = pairs.flatMap((_, i) => (isAnswered(i) ? [{ pair: i, ...answers[i] }] : []));
  const result = { form, rater: find("rater").value, answers: done };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(result, null, 1)], { type: "application/json" }));
  link.download = "answers-" + form + ".json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
const open = pairs.findIndex((_, i) => !isAnswered(i));
go(open === -1 ? pairs.length : open);
`;
