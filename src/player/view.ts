// @ts-nocheck -- runs in a browser, whose types this program does not have
// The step player itself. It knows steps and where their pictures come from, and nothing of hosts.

/**
 * Builds a player inside `root`; it is carried into a page as text, so it uses nothing from outside.
 * `show(procedure, from)` takes `{ steps: [{ number, caption, isNew }], total, picture(number, isLarge),
 * more?(number) }`: `picture` promises an address, `more` paints steps between `number` and the next.
 * The steps may be a part of the whole; `from` is the number of the one to begin with.
 */
export function createPlayer(root) {
  const icon = (path) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  const PLAY = icon("M8 5.5v13l10-6.5z");
  const PAUSE = icon("M8 6v12M16 6v12");
  root.innerHTML = `<div class="board" role="group" aria-roledescription="step player" aria-label="Steps">
    <div class="turn">
      <button class="back" aria-label="Previous step">${icon("M15 5l-7 7 7 7")}</button>
      <div class="stage" tabindex="0"><img alt=""></div>
      <button class="on" aria-label="Next step">${icon("M9 5l7 7-7 7")}</button>
    </div>
    <div class="told">
      <p class="status" role="status"></p>
      <div class="text" aria-atomic="true"><p class="count"><b></b><span></span></p><p class="caption" dir="auto"></p></div>
    </div>
    <div class="controls">
      <button class="play" aria-label="Play">${PLAY}</button>
      <button class="zoom" aria-label="Zoom" aria-pressed="false">${icon("M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13M15.5 15.5L20 20M10.5 7.5v6M7.5 10.5h6")}</button>
      <button class="more" hidden></button>
    </div>
    <ol class="film" aria-label="All steps"></ol>
  </div>`;
  const [stage, picture, told, count, caption, status, film] = [
    ".stage",
    ".stage img",
    ".text",
    ".count",
    ".caption",
    ".status",
    ".film",
  ].map((selector) => root.querySelector(selector));
  const [back, on, play, zoom, more] = ["back", "on", "play", "zoom", "more"].map((name) =>
    root.querySelector(`button.${name}`),
  );
  let procedure = { steps: [], total: 0 };
  let at = 0;
  let timer;
  let isBusy = false;

  back.onclick = () => goTo(at - 1);
  on.onclick = () => goTo(at + 1);
  play.onclick = () => setPlaying(timer === undefined);
  zoom.onclick = () => setZoom(!isZoomed());
  stage.onclick = ({ offsetX, offsetY }) =>
    setZoom(!isZoomed(), offsetX / stage.clientWidth, offsetY / stage.clientHeight);
  more.onclick = async () => {
    if (isBusy) return;
    setPlaying(false);
    const { more: paintMore } = procedure;
    try {
      isBusy = true;
      update();
      await paintMore(moreAfter());
    } catch (error) {
      say(error.message);
    } finally {
      isBusy = false;
      update();
    }
  };
  root.onkeydown = (event) => {
    const keys = {
      ArrowRight: () => goTo(at + 1),
      ArrowLeft: () => goTo(at - 1),
      Home: () => goTo(0),
      End: () => goTo(procedure.steps.length - 1),
      Escape: () => setZoom(false),
      " ": () => play.click(),
      z: () => zoom.click(),
    };
    const isNative =
      (event.key === " " && event.target.tagName === "BUTTON") ||
      (event.key.startsWith("Arrow") && event.target === stage && isZoomed());
    if (isNative || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  };
  update();
  return { show, say };

  function show(next, from) {
    setPlaying(false);
    procedure = next;
    film.replaceChildren(...next.steps.map(thumbnail));
    at = Math.max(
      0,
      next.steps.findIndex(({ number }) => number === from),
    );
    update();
    fillFilm(next);
  }

  function say(text, isWaiting = false) {
    status.textContent = text;
    status.classList.toggle("busy", isWaiting);
  }

  function thumbnail({ number, caption: text, isNew }, index) {
    const item = document.createElement("li");
    item.innerHTML = `<button><img alt=""><span aria-hidden="true"></span></button>`;
    item.classList.toggle("new", isNew);
    const button = item.firstChild;
    button.lastChild.textContent = number;
    button.setAttribute("aria-label", `Step ${number}${isNew ? ", new" : ""}: ${text}`);
    button.onclick = () => goTo(index);
    return item;
  }

  /** One picture after the other, until another procedure is shown. */
  async function fillFilm(shown) {
    for (const [index, item] of [...film.children].entries()) {
      const { number } = shown.steps[index];
      const source = await shown.picture(number, false).catch(() => undefined);
      if (procedure !== shown) return;
      if (source) item.querySelector("img").src = source;
    }
  }

  function goTo(index) {
    const last = procedure.steps.length - 1;
    const next = Math.max(0, Math.min(last, index));
    if (next === at) return;
    at = next;
    say("");
    setZoom(false);
    update();
    if (film.contains(document.activeElement)) film.children[at].firstChild.focus();
    if (timer !== undefined) setPlaying(at < last);
  }

  function update() {
    const { steps, total } = procedure;
    const step = steps[at];
    setDisabled(back, at === 0);
    setDisabled(on, at >= steps.length - 1);
    setDisabled(play, steps.length < 2);
    setDisabled(zoom, steps.length === 0);
    setDisabled(more, isBusy);
    more.hidden = procedure.more === undefined || total < 2 || step === undefined;
    if (step === undefined) return;
    more.textContent = `More detail between ${moreAfter()} and ${moreAfter() + 1}`;
    count.firstChild.textContent = `Step ${step.number}`;
    count.lastChild.textContent = ` of ${total}${step.isNew ? " · new" : ""}`;
    caption.textContent = step.caption;
    picture.alt = step.caption;
    for (const [index, item] of [...film.children].entries()) {
      const button = item.firstChild;
      button.tabIndex = index === at ? 0 : -1;
      if (index === at) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
    const thumb = film.children[at];
    film.scrollTo({ left: thumb.offsetLeft - (film.clientWidth - thumb.offsetWidth) / 2 });
    paint(false);
  }

  /** Not the attribute `disabled`: it would take the keyboard's focus away. */
  function setDisabled(button, isDisabled) {
    button.setAttribute("aria-disabled", String(isDisabled));
  }

  async function paint(isLarge) {
    const [shown, index] = [procedure, at];
    try {
      const source = await shown.picture(shown.steps[index].number, isLarge);
      if (procedure === shown && at === index && isLarge === isZoomed()) picture.src = source;
    } catch (error) {
      say(error.message);
    }
  }

  /** The present step, or the last but one: the first of the pair that can be told in more detail. */
  function moreAfter() {
    return Math.min(procedure.steps[at].number, procedure.total - 1);
  }

  function setPlaying(isWanted) {
    const isPlaying = isWanted && procedure.steps.length > 1;
    clearTimeout(timer);
    timer = undefined;
    play.innerHTML = isPlaying ? PAUSE : PLAY;
    play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    // Who listens to every step cannot listen while they run by.
    told.setAttribute("aria-live", isPlaying ? "off" : "polite");
    if (!isPlaying) return;
    const isAtEnd = at === procedure.steps.length - 1;
    const readingMs = Math.max(1500, Math.min(4000, 900 + 20 * procedure.steps[at].caption.length));
    timer = setTimeout(() => goTo(isAtEnd ? 0 : at + 1), isAtEnd ? 0 : readingMs);
  }

  function isZoomed() {
    return stage.classList.contains("zoomed");
  }

  /** Enlarges the picture around a point, in fractions of it. */
  function setZoom(isOn, x = 0.5, y = 0.5) {
    if (isOn === isZoomed() || procedure.steps.length === 0) return;
    stage.classList.toggle("zoomed", isOn);
    zoom.setAttribute("aria-pressed", String(isOn));
    if (!isOn) return;
    stage.scrollTo(
      x * (stage.scrollWidth - stage.clientWidth),
      y * (stage.scrollHeight - stage.clientHeight),
    );
    paint(true);
  }
}
