// Text on a PDF's page. What the PDF's own fonts can say is text; what they cannot is drawn by the
// system's fonts, in any script, with its letters kept beside it: it can be found, copied and read aloud.
import type { ExportSource } from "./format.js";

/** Pixels a point of drawn text: 288 dpi. */
const SHARPNESS = 4;
/** The letters of the PDF's own fonts: Windows code page 1252. */
const STANDARD = /^[\x20-\x7E\xA0-\xFF€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/;
/** Texts whose first letter is written from right to left. */
const RIGHT_TO_LEFT =
  /^\P{L}*[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}]/u;

export interface TextStyle {
  widthPt: number;
  fontPt: number;
  font?: "Helvetica" | "Helvetica-Bold";
  color?: string;
}

/** A text that has its size, and can be put on the page. */
export interface SetText {
  heightPt: number;
  put(leftPt: number, topPt: number): void;
}

export class Typesetter {
  readonly #document: PDFKit.PDFDocument;
  readonly #source: Pick<ExportSource, "pictures" | "signal">;
  readonly #missing = new Set<string>();

  constructor(document: PDFKit.PDFDocument, source: Pick<ExportSource, "pictures" | "signal">) {
    this.#document = document;
    this.#source = source;
  }

  /** Letters that no font of this machine has. */
  get missing(): string {
    return [...this.#missing].join("");
  }

  set(text: string, style: TextStyle): Promise<SetText> | SetText {
    return STANDARD.test(text) ? this.#write(text, style) : this.#draw(text, style);
  }

  #write(text: string, style: TextStyle): SetText {
    const { widthPt: width, fontPt, font = "Helvetica", color = "#26221d" } = style;
    const document = this.#document;
    const inStyle = () => document.font(font, fontPt).fillColor(color);
    return {
      heightPt: inStyle().heightOfString(text, { width }),
      put: (leftPt, topPt) => inStyle().text(text, leftPt, topPt, { width }),
    };
  }

  async #draw(text: string, { widthPt, fontPt }: TextStyle): Promise<SetText> {
    const document = this.#document;
    const { pictures, signal } = this.#source;
    const drawn = await pictures.typeset(
      {
        texts: [text],
        widthPx: Math.floor(SHARPNESS * widthPt),
        fontPx: Math.round(SHARPNESS * fontPt),
      },
      { signal },
    );
    for (const letter of drawn.missing) this.#missing.add(letter);
    const { png, widthPx, heightPx } = drawn.texts[0]!;
    const size = { width: widthPx / SHARPNESS, height: heightPx / SHARPNESS };
    const indentPt = RIGHT_TO_LEFT.test(text) ? widthPt - size.width : 0;
    return {
      heightPt: size.height,
      put(leftPt, topPt) {
        document.markContent("Span", { actual: text });
        document.image(Buffer.from(png), leftPt + indentPt, topPt, size);
        // Readers find a text's place by its letters: a blank as large as the picture stands for them.
        document.font("Helvetica", size.height);
        const horizontalScaling = (100 * size.width) / document.widthOfString(" ");
        const blank = { lineBreak: false, horizontalScaling };
        document.text(" ", leftPt + indentPt, topPt, blank);
        document.endMarkedContent();
      },
    };
  }
}
