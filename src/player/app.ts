// @ts-nocheck -- runs in a browser, whose types this program does not have
// The player inside a host: shows what a tool answered, asks for one frame at a time, and paints more.

/** Carried into the page as text; the two it needs are handed to it. */
export async function startApp(createPlayer, connectHost) {
  const WAIT_SECONDS = 20; // a host gives up on a call after a minute
  const player = createPlayer(document.querySelector(".player"));
  const host = connectHost({
    "ui/notifications/tool-input": ({ arguments: input }) =>
      player.say(input?.subject ? `Painting ${input.subject} …` : "Painting …", true),
    "ui/notifications/tool-result": take,
    "ui/notifications/tool-cancelled": () => player.say("This was cancelled."),
    "ui/notifications/host-context-changed": dress,
  });
  player.say("Waiting for the pictures …", true);
  new ResizeObserver(() =>
    host.notify("ui/notifications/size-changed", {
      height: Math.ceil(document.body.getBoundingClientRect().height),
    }),
  ).observe(document.body);

  const { hostCapabilities = {}, hostContext = {} } = await host.request("ui/initialize", {
    appInfo: { name: "makeanything-player", version: "1" },
    appCapabilities: {},
    protocolVersion: "2026-01-26",
  });
  dress(hostContext);
  host.notify("ui/notifications/initialized", {});

  function dress({ theme, styles }) {
    const { style } = document.documentElement;
    if (theme) style.colorScheme = theme;
    for (const [name, value] of Object.entries(styles?.variables ?? {}))
      if (name.startsWith("--") && value) style.setProperty(name, value);
  }

  async function take(result) {
    try {
      if (result.isError) throw new Error(result.content.map(({ text = "" }) => text).join("\n"));
      show(await finished(result));
      player.say("");
    } catch (error) {
      player.say(error.message);
    }
  }

  /** What a tool answered, once it is painted to the end. */
  async function finished({ structuredContent: record }) {
    if (!record) throw new Error("The host passed on no steps.");
    const { procedure_id, status, steps, progress = 0, message } = record;
    if (status === "running" || status === "queued") {
      player.say(`Painting … ${Math.round(100 * progress)}%`, true);
      return finished(
        await host.callTool("get_procedure", { procedure_id, wait_seconds: WAIT_SECONDS }),
      );
    }
    if (!steps?.length) throw new Error(`No steps: ${message ?? status}.`);
    return record;
  }

  function show({ procedure_id, steps, frames }, from = steps[0].index) {
    const pictures = new Map();
    player.show(
      {
        steps: steps.map(({ index, caption, origin }) => ({
          number: index,
          caption,
          isNew: origin === "interpolated",
        })),
        total: frames,
        picture(number, isLarge) {
          const key = `${number} ${isLarge}`;
          if (!pictures.has(key)) {
            const frame = fetchFrame(procedure_id, number, isLarge);
            frame.catch(() => pictures.delete(key));
            pictures.set(key, frame);
          }
          return pictures.get(key);
        },
        ...(hostCapabilities.serverTools && {
          more: (number) => paintMore(procedure_id, frames, number),
        }),
      },
      from,
    );
  }

  async function fetchFrame(procedure_id, step, isLarge) {
    const input = { procedure_id, step, size: isLarge ? 1024 : 512 };
    const { content } = await host.callTool("view_frame", input);
    const { mimeType, data } = content.find(({ type }) => type === "image");
    return `data:${mimeType};base64,${data}`;
  }

  async function paintMore(procedure_id, count, number) {
    const between = [number, number + 1];
    player.say(`Painting between ${between.join(" and ")} …`, true);
    const input = { procedure_id, between, wait_seconds: WAIT_SECONDS };
    const record = await finished(await host.callTool("refine_steps", input));
    show(record, number + 1);
    player.say(`${record.frames - count} new steps.`);
    if (!hostCapabilities.updateModelContext) return;
    const text = `The person asked the step player for more detail between steps ${between.join(" and ")} of procedure ${procedure_id}. They now see procedure ${record.procedure_id}, with ${record.frames} steps.`;
    await host.request("ui/update-model-context", { content: [{ type: "text", text }] });
  }
}
