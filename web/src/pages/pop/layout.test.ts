import { describe, expect, test } from "vitest";
import type { Unit } from "~/api/people";
import { choicesOf, CODE_CHARS_MAX, crmFieldsOf, FIELDS_MAX, moved, pathsOf, same, sampleOf, standingOf, wrongWith } from "./layout";

const unit = (id: string, parent: string | null, kind: Unit["kind"] = "team"): Unit => ({ unit: id, parent, kind, name: `unit ${id}` });

describe("agt_02: the layout of the screen pop", () => {
  test("a field moves by places, and not beyond the ends", () => {
    const fields = ["number", "region", "level"];
    expect(moved(fields, 2, 1)).toEqual(["number", "level", "region"]);
    expect(moved(fields, 0, 2)).toEqual(["region", "level", "number"]);
    for (const [from, to] of [[0, -1], [2, 3], [3, 0]] as const) expect(moved(fields, from, to)).toBe(fields);
  });

  test("order is part of a layout", () => {
    expect(same(["number", "region"], ["number", "region"])).toBe(true);
    expect(same(["number", "region"], ["region", "number"])).toBe(false);
    expect(same(["number"], ["number", "region"])).toBe(false);
  });

  test("what the server would refuse is said before it is sent", () => {
    expect(wrongWith("order_2", ["number"])).toBeNull();
    expect(wrongWith("Order", [])).toBe("characters");
    expect(wrongWith("最近订单", [])).toBe("characters");
    expect(wrongWith("a".repeat(CODE_CHARS_MAX), [])).toBeNull();
    expect(wrongWith("a".repeat(CODE_CHARS_MAX + 1), [])).toBe("long");
    expect(wrongWith("number", ["number"])).toBe("twice");
    expect(wrongWith("name", [])).toBe("always");
    const full = Array.from({ length: FIELDS_MAX }, (_, place) => `f${place}`);
    expect(wrongWith("one_more", full)).toBe("full");
    expect(wrongWith("f1", full)).toBe("twice");
  });

  test("the fields of the system of customers can be chosen, each once", () => {
    const crm = crmFieldsOf('[crm]\nurl = "https://crm.example.com/{number}"\nfields = { level = "/level", contract = "/contract" }');
    expect(crm).toEqual(["level", "contract"]);
    const choices = choicesOf(["number", "company"], crm);
    expect(choices.filter((field) => field === "level")).toHaveLength(1);
    expect(choices).toContain("contract");
    expect(choices).not.toContain("number");
    for (const text of ["", "[crm", "crm = 1", "[crm]\nfields = 3"]) expect(crmFieldsOf(text)).toEqual([]);
  });

  test("a layout is its own, that of the unit above, or what is usual", () => {
    const usual = ["number", "region", "carrier", "contacts"];
    expect(standingOf(usual, null)).toBe("usual");
    expect(standingOf(["number"], null)).toBe("own");
    expect(standingOf(usual, usual)).toBe("above");
    expect(standingOf(["number"], usual)).toBe("own");
  });

  test("units stand below what they belong to, and none is lost", () => {
    const units = [unit("3", "2"), unit("1", null, "organisation"), unit("2", "1", "department"), unit("4", "1"), unit("5", "9"), unit("6", "6")];
    expect(pathsOf(units).map(({ unit, path }) => [unit.unit, path.map(({ unit }) => unit).join("/")])).toEqual([
      ["1", "1"],
      ["2", "1/2"],
      ["3", "1/2/3"],
      ["4", "1/4"],
      ["5", "5"],
      ["6", "6"],
    ]);
  });

  test("the sample knows every field of a layout, the centre's own too", () => {
    const words = { name: "n", province: "p", city: "c", carrier: "t", colleague: "k", relation: "r", values: { level: "gold", other: "sample" } };
    expect(sampleOf(["number", "level", "contract"], words).fields).toMatchObject({ level: "gold", contract: "sample" });
  });
});
