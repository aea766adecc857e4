import type zh from "../zh/health";
import type { Texts } from "../texts";

export default {
  title: "Health",
  well: "All is well",
  warning_one: "{{count}} thing to look at",
  warning: "{{count}} things to look at",
  failed_one: "{{count}} thing does not work",
  failed: "{{count}} things do not work",
  version: "Version {{version}}",
  started: "Started",
  at: "Looked at",
  refresh: "Look again",
  level: { ok: "Well", warning: "Look at it", failed: "Does not work" },
  layer: {
    machine: "Machine",
    network: "Network",
    carriers: "Carriers",
    media: "Audio",
    storage: "Storage",
    node: "Node",
    calls: "Calls",
    other: "Other",
  },
  layerHint: {
    machine: "Processor, memory, clock",
    network: "Addresses, ports, the way to phones",
    carriers: "Whether carriers' lines can be used",
    media: "Audio ports, writing of recordings",
    storage: "Disk, database, journal",
    node: "Configuration, queues, alerts",
    calls: "Calls and transfers now",
    other: "",
  },
  remedy: "What to do",
  none: "The server named nothing it looked at",
} satisfies Texts<typeof zh>;
