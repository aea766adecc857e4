import { expect, test } from "vitest";
import { tokens } from "./tokens";

const said = (line: string) => tokens(line).map(({ kind, text }) => `${kind}:${text}`);

test("a line of TOML has its parts, and loses nothing", () => {
  expect(said("[nodes.menu]   # the first")).toEqual(["header:[nodes.menu]   ", "comment:# the first"]);
  expect(said('keys = { 1 = "sales#1", "#" = "repeat" }  # keys')).toEqual([
    "key:keys", "plain: = { ", "number:1", "plain: = ", 'text:"sales#1"', "plain:, ", 'text:"#"', "plain: = ", 'text:"repeat"', "plain: }  ", "comment:# keys",
  ]);
  for (const line of ["", "notice = true", 'a = "unclosed', "中文"]) expect(tokens(line).map(({ text }) => text).join("")).toBe(line);
});
