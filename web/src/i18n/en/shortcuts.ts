import type zh from "../zh/shortcuts";
import type { Texts } from "../texts";

export default {
  title: "Keyboard shortcuts",
  part: { everywhere: "On every page", desk: "At the desk", call: "Time line of a call", flow: "Flow editor" },
  everywhere: { help: "Show the shortcuts", skip: "To the next item; first of all past the navigation", close: "Close a dialog" },
  desk: {
    answer: "Answer",
    hangUp: "Hang up or decline",
    hold: "Hold or resume",
    mute: "Mute",
    available: "Sign in or become available",
    break: "Take a break",
    help: "Show the shortcuts",
  },
  call: { zoom: "Closer, farther", move: "Left, right", whole: "Show all", play: "Play, pause" },
  flow: { undo: "Undo", redo: "Redo" },
} satisfies Texts<typeof zh>;
