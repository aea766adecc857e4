import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "public", "shots", "src/api/described.ts", "test-results"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/only-throw-error": "off",
      "max-lines": ["error", { max: 800 }],
      "max-lines-per-function": ["error", { max: 110, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "@typescript-eslint/unbound-method": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  {
    files: ["**/*.test.{ts,tsx}", "e2e/**", "test/**"],
    rules: { "max-lines": ["error", { max: 900 }], "max-lines-per-function": "off" },
  },
  {
    files: ["**/*.{js,mjs}"],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, "max-lines-per-function": "off" },
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", localStorage: "readonly", setTimeout: "readonly" }, parserOptions: { projectService: false } },
  },
);
