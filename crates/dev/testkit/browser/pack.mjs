// Puts JsSIP and what it requires into one script for a page. A bundler would do more, and be a hundred times as large.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

const require = createRequire(import.meta.url);

/** What a package is in a browser. */
const IN_BROWSERS = { debug: 'debug/src/browser.js', events: 'events/events.js' };

/** The file that `require(name)` means in a file of this directory. */
function find(name, from) {
  if (!name.startsWith('.')) return require.resolve(IN_BROWSERS[name] ?? name);
  const base = resolve(from, name);
  const candidates = [base, `${base}.js`, resolve(base, 'index.js')];
  const found = candidates.find((path) => existsSync(path) && statSync(path).isFile());
  if (!found) throw new Error(`${name} is not to be found from ${from}`);
  return found;
}

/** A script that defines `window[global]` as what the package exports. */
export function pack(name, global) {
  const modules = new Map();
  const visit = (path) => {
    if (modules.has(path)) return;
    const text = readFileSync(path, 'utf8');
    const names = new Map();
    modules.set(path, { text, names });
    if (path.endsWith('.json')) return;
    for (const [, wanted] of text.matchAll(/require\(['"]([^'"]+)['"]\)/g)) {
      const file = find(wanted, dirname(path));
      names.set(wanted, file);
      visit(file);
    }
  };
  const entry = find(name, '/');
  visit(entry);
  const bodies = [...modules].map(([path, { text, names }]) => {
    const body = path.endsWith('.json') ? `module.exports = ${text};` : text;
    const known = JSON.stringify(Object.fromEntries(names));
    return `${JSON.stringify(path)}: [function (module, exports, require) {${body}\n}, ${known}]`;
  });
  return `window[${JSON.stringify(global)}] = (() => {
    const files = {${bodies.join(',\n')}};
    const made = {};
    const load = (path) => {
      if (made[path]) return made[path].exports;
      const module = made[path] = { exports: {} };
      const [body, names] = files[path];
      body.call(module.exports, module, module.exports, (name) => load(names[name]));
      return module.exports;
    };
    return load(${JSON.stringify(entry)});
  })();`;
}
