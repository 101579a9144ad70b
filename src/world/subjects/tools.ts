// Tools.
import { ellipse, rect, roundedRect, turn } from "../geometry.js";
import { body, detail, part, type Shape, type Subject } from "../subject.js";
import { corners, curve, lean, line, pair, ring } from "./pen.js";

const tool = (name: string, ...shapes: Shape[]): Subject => ({ name, kind: "tool", shapes });

export const tools: readonly Subject[] = [
  tool(
    "hammer",
    body("wood", rect(44, 30, 13, 50)),
    body("main", roundedRect(42, 66, 17, 28, 5)),
    body("main", roundedRect(58, 6, 28, 30, 5)),
    body("main", curve("62,9 40,8 20,16 6,34 26,30 44,34 62,33")),
    part("dark", rect(45, 8, 11, 27)),
    part("light", rect(79, 8, 6, 26)),
    detail("dark", rect(42, 74, 17, 4)),
    detail("dark", rect(42, 83, 17, 4)),
  ),
  tool(
    "key",
    body("main", turn(ring(50, 30, 26, 11), 90, [50, 30])),
    body("main", rect(43, 48, 14, 46)),
    body("main", rect(55, 67, 19, 10)),
    body("main", rect(55, 82, 15, 10)),
    part("dark", roundedRect(36, 54, 28, 8, 3)),
    detail("light", line(5, "31,33 35,20 46,13")),
  ),
  tool(
    "umbrella",
    body("wood", line(6, "50,10 50,50 50,82 44,91 35,90 33,82")),
    body(
      "main",
      curve("4,54 10,30 28,15 50,10 72,15 90,30 96,54 86,49 74,54 62,49 50,54 38,49 26,54 14,49"),
    ),
    part("light", curve("50,11 43,24 41,49 50,54 59,49 57,24")),
    part("dark", curve("22,19 10,30 4,54 14,49 18,34")),
    detail("wood", rect(47, 4, 6, 9)),
  ),
  tool(
    "scissors",
    ...pair(body("grey", corners("44,58 22,10 26,4 34,10 58,52"))),
    ...pair(body("main", turn(ring(27, 76, 19, 9), -45, [27, 76]))),
    ...pair(body("main", corners("35,68 50,44 58,50 44,74"))),
    part("dark", ellipse(50, 54, 7)),
    ...pair(detail("light", line(5, "14,76 17,68 23,64"))),
  ),
  tool(
    "pencil",
    lean(40, body("skin", corners("33,74 67,74 50,100"))),
    lean(40, body("main", rect(33, 14, 34, 62))),
    lean(40, body("red", roundedRect(33, 0, 34, 14, 5))),
    lean(40, part("grey", rect(33, 10, 34, 6))),
    lean(40, part("light", rect(33, 16, 6, 60))),
    lean(40, part("dark", rect(61, 16, 6, 60))),
    lean(40, detail("black", corners("44,91 56,91 50,100"))),
  ),
  tool(
    "lamp",
    body("dark", rect(46, 44, 8, 44)),
    body("gold", ellipse(50, 50, 24, 7)),
    body("main", corners("34,8 66,8 90,50 10,50")),
    body("main", curve("24,93 30,84 50,80 70,84 76,93 50,94")),
    part("light", corners("34,8 45,8 40,50 26,50")),
    part("dark", rect(10, 46, 80, 5)),
    part("main", ellipse(50, 66, 10)),
    detail("gold", line(4, "74,50 74,58 74,64")),
  ),
  tool(
    "saw",
    body(
      "main",
      corners("4,42 74,22 74,66 68,74 61,66 54,74 47,66 40,73 33,64 26,70 19,61 12,66 4,57"),
    ),
    body("wood", curve("70,20 84,18 95,26 93,44 96,64 90,74 72,74 70,48")),
    part("black", ellipse(82, 47, 5, 11)),
    part("light", line(4, "10,45 36,38 66,30")),
    part("dark", rect(67, 24, 5, 44)),
    detail("grey", ellipse(79, 28, 3)),
  ),
];
