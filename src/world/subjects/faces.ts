// People, head and shoulders. The colour asked for is what they wear, on head and shoulders both.
import { ellipse, rect, roundedRect } from "../geometry.js";
import { body, detail, part, type Shape, type Subject } from "../subject.js";
import { corners, curve, line, pair } from "./pen.js";

const face = (name: string, ...shapes: Shape[]): Subject => ({ name, kind: "face", shapes });

const shoulders = body("main", curve("6,93 12,76 34,68 66,68 88,76 94,93 50,95"));
const head = body("skin", ellipse(50, 46, 18, 21));
const neck = body("skin", rect(43, 58, 14, 16));
const eyes = pair(detail("black", ellipse(43, 45, 3)));
const smile = detail("red", curve("43,54 50,56 57,54 54,59 46,59"));

export const faces: readonly Subject[] = [
  face(
    "woman",
    body("wood", curve("50,18 73,30 79,56 78,77 22,77 21,56 27,30")),
    shoulders,
    neck,
    head,
    body("main", curve("30,26 34,9 50,6 66,9 70,26")),
    part("main", curve("6,32 24,24 50,21 76,24 94,32 76,36 50,33 24,36")),
    part("dark", corners("31,20 69,20 70,27 30,27")),
    ...eyes,
    smile,
    ...[38, 46, 54, 62].map((x) => detail("gold", ellipse(x, 74, 3))),
  ),
  face(
    "man",
    shoulders,
    neck,
    head,
    body("main", rect(31, 4, 38, 26)),
    part("main", roundedRect(18, 26, 64, 8, 4)),
    part("dark", rect(31, 20, 38, 7)),
    part("white", corners("40,70 60,70 50,94")),
    part("dark", corners("47,73 53,73 56,88 50,94 44,88")),
    ...eyes,
    detail("black", curve("50,54 58,53 66,58 56,60 50,58 44,60 34,58 42,53")),
  ),
  face(
    "boy",
    ...pair(body("skin", ellipse(31, 50, 5, 6))),
    shoulders,
    neck,
    body("skin", ellipse(50, 48, 20, 20)),
    body("wood", curve("30,42 34,30 66,30 70,42 60,36 40,36")),
    body("main", curve("27,34 30,16 50,8 70,16 73,34 50,31")),
    part("dark", curve("54,27 76,26 95,35 93,41 74,38 52,36")),
    part("light", line(6, "8,86 50,88 92,86")),
    detail("dark", ellipse(50, 9, 4)),
    ...eyes,
    smile,
  ),
  face(
    "girl",
    ...pair(body("main", curve("28,34 10,32 5,52 12,70 20,58 24,44"))),
    body("main", ellipse(50, 38, 27, 29)),
    shoulders,
    neck,
    body("skin", ellipse(50, 48, 19, 19)),
    part("main", curve("30,46 32,24 50,16 68,24 70,46 60,34 50,36 40,34")),
    part("white", curve("34,70 50,76 66,70 62,82 50,78 38,82")),
    ...pair(part("gold", ellipse(24, 34, 5))),
    ...eyes,
    smile,
  ),
  face(
    "grandfather",
    ...pair(body("white", ellipse(30, 46, 6, 9))),
    shoulders,
    body("skin", ellipse(50, 42, 20, 22)),
    body("main", curve("25,34 26,18 44,9 66,12 74,24 74,34 50,33")),
    part("dark", curve("4,36 16,29 40,27 74,28 74,35 46,36 20,42 7,41")),
    part("white", curve("30,50 38,57 50,53 62,57 70,50 68,72 50,86 32,72")),
    ...pair(detail("black", ellipse(41, 45, 7))),
    ...pair(detail("glass", ellipse(41, 45, 5))),
    detail("red", line(4, "45,63 50,64 55,63")),
  ),
  face(
    "queen",
    ...pair(body("main", corners("50,80 18,82 6,26 26,33 50,50"))),
    shoulders,
    neck,
    body("wood", ellipse(50, 42, 23, 23)),
    body("skin", ellipse(50, 47, 17, 19)),
    part("gold", corners("30,30 26,7 38,18 50,4 62,18 74,7 70,30")),
    part("white", corners("38,70 62,70 57,94 43,94")),
    detail("red", ellipse(50, 22, 4)),
    ...pair(detail("light", line(5, "13,36 18,54 24,68"))),
    ...eyes,
    smile,
  ),
  face(
    "wizard",
    shoulders,
    body("skin", ellipse(50, 50, 19, 18)),
    body("main", curve("28,40 42,16 58,3 66,12 62,18 72,40 50,42")),
    part("white", curve("30,50 40,58 50,55 60,58 70,50 68,76 50,94 32,76")),
    part("main", curve("10,44 30,36 50,34 70,36 90,44 70,46 50,43 30,46")),
    part("dark", corners("33,31 67,31 70,37 30,37")),
    detail("gold", corners("52,14 55,20 61,21 56,25 57,31 52,28 47,31 48,25 43,21 49,20")),
    ...eyes,
    detail("red", line(4, "46,62 50,63 54,62")),
  ),
];
