import type { Me, Scope } from "../../src/api/types.ts";

// Roles as bell-access ships them, cut to what pages ask for.
const agent = ["desk.use", "state.set", "call.place", "call.control", "call.read", "summary.write", "customer.read", "customer.write", "recording.play", "report.read", "user.read", "login.read", "ticket.read", "ticket.write"];
const supervisor = ["state.set", "call.control", "call.listen", "call.whisper", "call.barge", "call.read", "summary.write", "number.unmask", "customer.read", "customer.write", "recording.play", "live.read", "report.read", "report.export", "list.read", "list.write", "config.read", "user.read", "user.unlock", "login.read", "knowledge.write", "script.write", "ticket.read", "ticket.write"];
const administrator = [...supervisor, "recording.export", "recording.hold", "health.read", "trace.read", "flow.draft", "flow.publish", "queue.write", "calendar.write", "number.write", "trunk.write", "policy.write", "user.write", "role.grant", "list.approve", "token.write", "security.write"];
const auditor = ["call.read", "recording.play", "report.read", "live.read", "config.read", "health.read", "trace.read", "user.read", "audit.read", "audit.verify", "audit.export"];

const permit = (codes: string[], scope: Scope) => Object.fromEntries(codes.map((code) => [code, scope]));
const base = { tenant: "t1", company: "示例公司", language: "zh-CN" as const, version: "0.0.0", agent: null };

/** Everybody's password is `Belltower-1`. */
export const people: Record<string, Me> = {
  alice: {
    ...base, user: "u1", name: "alice", display_name: "陈小雨", listener: "desk", roles: ["agent"], permissions: permit(agent, "own"),
    agent: { name: "alice", display_name: "陈小雨", endpoints: ["1001", "1001-web"], browser_endpoint: "1001-web" },
  },
  sam: {
    ...base, user: "u2", name: "sam", display_name: "王立", listener: "desk", roles: ["supervisor"], permissions: permit(supervisor, "team"),
    agent: { name: "sup1", display_name: "班长台", endpoints: ["1090"], browser_endpoint: null },
  },
  root: { ...base, user: "u3", name: "root", display_name: "管理员", listener: "admin", roles: ["super_admin"], permissions: permit(administrator, "tenant") },
  ada: { ...base, user: "u4", name: "ada", display_name: "审计员", listener: "admin", roles: ["auditor"], permissions: permit(auditor, "tenant") },
};
