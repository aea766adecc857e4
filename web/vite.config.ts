import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type PluginOption } from "vite";

// Where `belltower` listens while the console is worked on; FAKE=1 answers from test/fake instead.
const server = process.env["BELLTOWER_CONSOLE"] ?? "http://127.0.0.1:8080";

export default defineConfig(async () => {
  const plugins: PluginOption[] = [react()];
  const fake = process.env["FAKE"] === "1";
  if (fake) plugins.push((await import("./test/fake/plugin.ts")).fakeServer());
  return {
    plugins,
    resolve: { alias: { "~": fileURLToPath(new URL("./src", import.meta.url)) } },
    server: fake
      ? {}
      : { proxy: { "/v1": { target: server, ws: true }, "/sip": { target: server, ws: true } } },
    build: {
      target: "es2022",
      chunkSizeWarningLimit: 900,
      rolldownOptions: {
        output: {
          codeSplitting: {
            // A group for each library would drag what they share into every page, and one for Ant Design would load
            // its tables with the sign-in. React alone stays the same over versions; import() sorts out the rest.
            groups: [{ name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }],
          },
        },
      },
    },
  };
});
