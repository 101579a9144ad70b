// What the ways have come to, as tables: the mean over the models, and how far the models lie apart.
import { DEPTHS } from "../between-rows.js";
import { markdownLines, mean, sayValue } from "../table.js";
import { columnsBetween, columnsOf, type Column } from "../tables.js";
import { rowOf, type ComparedModel } from "./compare.js";
import type { Comparison, ComparisonRecipe } from "./recipe.js";

export const comparisonTables = (
  { comparisons }: ComparisonRecipe,
  models: readonly ComparedModel[],
): string[] =>
  comparisons.map((comparison) => {
    const named = comparison.task === "between" ? columnsBetween : columnsOf;
    const shown = named(...comparison.columns);
    const groups = Object.entries(comparison.groups ?? {});
    const lines = rowsOf(comparison).flatMap(({ row, title }) => [
      lineOf(title, row, shown, models),
      ...groups.map(([group, crafts]) => lineOf(`${title}, ${group}`, row, shown, models, crafts)),
    ]);
    return markdownLines(comparison.title, shown, lines);
  });

function rowsOf(comparison: Comparison): { row: string; title: string }[] {
  if (comparison.task !== "between")
    return comparison.ways.map((way) => ({ row: rowOf(comparison, way), title: way.name }));
  const byDepth = (row: string, title: string) =>
    DEPTHS.map((depth) => ({ row: `${row} ${depth}`, title: `${title}, depth ${depth}` }));
  return [
    ...byDepth("between", "interpolation"),
    ...byDepth("cross-fade", "cross-fading"),
    { row: "true between 1", title: "true frames" },
  ];
}

/** @param crafts - of which alone; all where they are not given */
function lineOf(
  title: string,
  row: string,
  shown: readonly Column[],
  models: readonly ComparedModel[],
  crafts?: readonly string[],
): string[] {
  const measured = models.map(({ asked, records }) =>
    records
      .filter((each) => each.row === row)
      .filter(({ index }) => crafts?.includes(asked[index]!.craft.slug) ?? true)
      .map(({ measures }) => measures),
  );
  const cells = shown.map((column) =>
    sayRange(
      measured.flatMap((all) => {
        const { key } = column;
        return mean(all.flatMap(({ [key]: value }) => (value === undefined ? [] : [value]))) ?? [];
      }),
      column,
    ),
  );
  return [title, `${measured.reduce((sum, { length }) => sum + length, 0)}`, ...cells];
}

/** "62.0 % (58.3 % … 66.1 %)", or one figure where all are alike */
function sayRange(means: readonly number[], column: Column): string {
  const say = (value: number) => sayValue(value, column);
  const whole = sayValue(mean(means), column);
  const [least, most] = [say(Math.min(...means)), say(Math.max(...means))];
  return means.length < 2 || least === most ? whole : `${whole} (${least} … ${most})`;
}
