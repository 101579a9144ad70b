// The step player: one small page without dependencies. What runs in the browser is carried there as
// the text of functions, so that it is linted and built like everything else and needs no bundler.
import { createHash } from "node:crypto";
import { startApp } from "./app.js";
import { connectHost } from "./host.js";
import { startReading } from "./reading.js";
import { palette, playerStyle } from "./style.js";
import { createPlayer } from "./view.js";

/** For a page with `.player` elements beside `ol.steps` lists. */
export const readingScript = `(${String(startReading)})(${String(createPlayer)});`;

export const readingStyle = palette + playerStyle;

/** The player as an MCP App. */
export const appPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Step player</title>
<style>${palette}${playerStyle}body { margin: 0; padding: 10px; background: var(--paper); }</style>
</head>
<body>
<main class="player"></main>
<script>(${String(startApp)})(${String(createPlayer)}, ${String(connectHost)});</script>
</body>
</html>
`;

/** Hosts keep a page by its address: another page needs another. */
export const appUri = `ui://makeanything/player-${createHash("sha256").update(appPage).digest("hex").slice(0, 12)}.html`;
