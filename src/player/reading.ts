// @ts-nocheck -- runs in a browser, whose types this program does not have
// The player on a page that already holds its steps as a list: what is printed is what is played.

/** Carried into the page as text; the player is handed to it. */
export function startReading(createPlayer) {
  for (const root of document.querySelectorAll(".player")) {
    const items = [...root.parentElement.querySelectorAll("ol.steps > li")];
    root.hidden = false;
    createPlayer(root).show({
      steps: items.map((item, index) => ({
        number: index + 1,
        caption: item.querySelector(".text").textContent,
        isNew: item.classList.contains("new"),
      })),
      total: items.length,
      picture: async (number) => items[number - 1].querySelector("img").src,
    });
  }
}
