import type { ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { isProblem } from "~/api/problem";
import { NotYet, Query } from "~/ui";

/** Draws a query; says that the server does not offer this, if its end point is not there. */
export function Offered<Data>({ of, compact = false, children }: { of: UseQueryResult<Data>; compact?: boolean; children: (data: Data) => ReactNode }) {
  if (of.data === undefined && (isProblem(of.error, "not_found") || isProblem(of.error, "status_404"))) return <NotYet />;
  return (
    <Query of={of} compact={compact}>
      {children}
    </Query>
  );
}
