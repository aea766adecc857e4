import { type RefObject, useLayoutEffect, useState } from "react";

/** The height from an element's top to the window's end, less what stands below it: for tables that scroll by themselves. */
export function useRoom(of: RefObject<HTMLElement | null>, below: number, least = 240): number {
  const [room, setRoom] = useState(least);
  useLayoutEffect(() => {
    const measure = () => {
      const top = (of.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setRoom(Math.max(window.innerHeight - top - below, least));
    };
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(document.body);
    window.addEventListener("resize", measure);
    return () => {
      watcher.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [of, below, least]);
  return room;
}

/** The width of an element, as it is now. */
export function useWidth(of: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!of.current) return;
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watcher.observe(of.current);
    return () => watcher.disconnect();
  }, [of]);
  return width;
}
