import { useMay } from "~/api/me";

/** Whether the server has an end point, and the one who is signed in may use it. */
export function useServed(): (path: string, permission?: string) => boolean {
  const may = useMay();
  return (path, permission = "desk.use") => may({ permission, path });
}
