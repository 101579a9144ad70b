// A tutorial as PDF: three steps in a row on A4, tagged, so that pictures have their alternative texts.
import Pdf from "pdfkit";
import type { ExportSource, Render } from "./format.js";
import { type SetText, type TextStyle, Typesetter } from "./pdf-text.js";
import { stepJpegs } from "./pictures.js";

const MARGIN_PT = 42;
const GAP_PT = 14;
const COLUMNS = 3;
const PICTURE_PX = 640;

export const exportPdf: Render = async (source) => {
  const document = new Pdf({
    size: "A4",
    margin: MARGIN_PT,
    tagged: true,
    displayTitle: true,
    info: { Title: source.tutorial.title, Creator: "makeanything" },
  });
  const written = collect(document);
  const typesetter = new Typesetter(document, source);
  await write(document, typesetter, source);
  document.end();
  const bytes = await written;
  return { bytes: () => bytes, missing: typesetter.missing };
};

async function write(
  document: PDFKit.PDFDocument,
  typesetter: Typesetter,
  source: ExportSource,
): Promise<void> {
  const { title, facts, warnings, notes, steps } = source.tutorial;
  const jpegs = await stepJpegs(source, PICTURE_PX);
  const { width, height } = document.page;
  const widthPt = width - 2 * MARGIN_PT;
  const cellPt = (widthPt - (COLUMNS - 1) * GAP_PT) / COLUMNS;
  let topPt = MARGIN_PT;

  await tell("H1", title, { font: "Helvetica-Bold", fontPt: 20, widthPt });
  await tell("P", facts, { fontPt: 9, widthPt, color: "#665f56" });
  for (const text of [...warnings, ...notes]) await tell("P", text, { fontPt: 9, widthPt });
  topPt += GAP_PT;

  for (let first = 0; first < steps.length; first += COLUMNS) {
    const row = await Promise.all(
      steps.slice(first, first + COLUMNS).map(async ({ caption }, i) => ({
        caption,
        jpeg: jpegs[first + i]!,
        leftPt: MARGIN_PT + i * (cellPt + GAP_PT),
        text: await typesetter.set(`${first + i + 1}. ${caption}`, { fontPt: 9, widthPt: cellPt }),
      })),
    );
    const textPt = Math.max(...row.map(({ text }) => text.heightPt));
    makeRoom(cellPt + 6 + textPt);
    for (const { caption, jpeg, leftPt, text } of row) {
      tag("Figure", { alt: caption }, () =>
        document.image(Buffer.from(jpeg), leftPt, topPt, {
          fit: [cellPt, cellPt],
          align: "center",
        }),
      );
      tag("P", {}, () => text.put(leftPt, topPt + cellPt + 6));
    }
    topPt += cellPt + 6 + textPt + GAP_PT;
  }

  async function tell(type: "H1" | "P", text: string, style: TextStyle): Promise<void> {
    const set: SetText = await typesetter.set(text, style);
    makeRoom(set.heightPt);
    tag(type, {}, () => set.put(MARGIN_PT, topPt));
    topPt += set.heightPt + 4;
  }

  function makeRoom(heightPt: number): void {
    if (topPt + heightPt <= height - MARGIN_PT) return;
    document.addPage();
    topPt = MARGIN_PT;
  }

  function tag(type: string, options: { alt?: string }, draw: () => void): void {
    document.addStructure(document.struct(type, options, draw));
  }
}

function collect(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    document.on("data", (chunk: Buffer) => chunks.push(chunk));
    document.on("end", () => resolve(Buffer.concat(chunks)));
    document.on("error", reject);
  });
}
