import type { Server } from "node:http";
import type { Plugin } from "vite";
import { answer, serveEvents } from "./server.ts";
import { firstOf } from "./live.ts";

/** Puts the fake server into Vite's own: FAKE=1 npm run dev. */
export function fakeServer(): Plugin {
  const use = (server: { middlewares: { use(handler: Handler): unknown }; httpServer: unknown }) => {
    serveEvents(server.httpServer as Server, firstOf);
    server.middlewares.use((request, response, next) => {
      answer(request, response).then((taken) => taken || next(), next);
    });
  };
  return { name: "fake-server", configureServer: use, configurePreviewServer: use };
}

type Handler = (request: Parameters<typeof answer>[0], response: Parameters<typeof answer>[1], next: (error?: unknown) => void) => void;
