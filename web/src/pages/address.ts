import { useCallback } from "react";
import { useNavigate, useSearch } from "@tanstack/react-router";

/**
 * What a page's address asks for, and how to change it: filters that can be sent to somebody, and stay when one comes
 * back. Everything is text; what is empty is left out.
 */
export function useAddress<Name extends string>(names: readonly Name[]): [Partial<Record<Name, string>>, (change: Partial<Record<Name, string | undefined>>) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const asked: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = search[name];
    // A number in the address is read as one.
    if (typeof value === "string" || typeof value === "number") asked[name] = String(value);
  }
  const change = useCallback(
    (change: Partial<Record<Name, string | undefined>>) =>
      void navigate({
        to: ".",
        search: ((before: Record<string, unknown>) => Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ""))) as never,
        replace: true,
      }),
    [navigate],
  );
  return [asked, change];
}
