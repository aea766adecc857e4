import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { runnerImport, type Plugin } from "vite";
import type * as Fake from "./server.ts";

/** Puts the fake server into Vite's own: FAKE=1 npm run dev. */
export function fakeServer(): Plugin {
  const use = async (vite: { middlewares: { use(handler: Handler): unknown }; httpServer: unknown }) => {
    let fake = await anew();
    (vite.httpServer as Server).on("upgrade", (...asked) => fake.upgrade(...asked));
    vite.middlewares.use((request, response, next) => {
      if (request.url === "/v1/fake/reset") {
        anew().then((one) => ((fake = one), response.writeHead(204).end()), next);
        return;
      }
      fake.answer(request, response).then((taken) => taken || next(), next);
    });
  };
  return { name: "fake-server", configureServer: use, configurePreviewServer: use };
}

/** All that the fake server knows is variables of its modules: loaded again, they know nothing of an earlier test. */
async function anew(): Promise<typeof Fake> {
  const path = fileURLToPath(new URL("./server.ts", import.meta.url));
  return (await runnerImport<typeof Fake>(path, { configFile: false, logLevel: "error" })).module;
}

type Handler = (request: Parameters<typeof Fake.answer>[0], response: Parameters<typeof Fake.answer>[1], next: (error?: unknown) => void) => void;
