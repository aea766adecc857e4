import { expect, test } from "vitest";
import { browserName } from "./browser-name";

test("a browser's long name becomes what people call it", () => {
  expect(browserName("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0")).toBe("Edge 156, Windows");
  expect(browserName("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0")).toBe("Firefox 153, Linux");
  expect(browserName("curl/8")).toBe("curl/8");
});
