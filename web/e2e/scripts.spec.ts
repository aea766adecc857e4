import type { WebSocketRoute } from "@playwright/test";
import { expect, test } from "./test";
import { enter } from "./enter";

test("agt_14: lines are written for a queue and a phase, with places, and agents have them filled", async ({ page }) => {
  await enter(page, "sam", "/scripts?queue=售前咨询&phase=closing");
  await expect(page.getByText("还没有自己的话术")).toBeVisible();
  const zh = page.getByLabel("中文话术");
  await zh.fill("再见，");
  await page.getByRole("group", { name: "插入" }).getByRole("button", { name: "姓名", exact: true }).click();
  await expect(zh).toHaveValue("再见，{name}");
  await page.keyboard.type("。{nmae}");
  const preview = page.getByRole("region", { name: /预览/ });
  await expect(preview).toContainText("再见，张伟。");
  await expect(preview.locator("mark")).toHaveText("nmae");
  await expect(page.getByText("{nmae}：不是每通电话都有的内容")).toBeVisible();
  await page.keyboard.press("Control+s");
  await expect(page.getByText("第 1 版 · sam")).toBeVisible();
  await zh.fill("谢谢");
  page.once("dialog", (dialog) => void dialog.dismiss());
  await page.getByText("投诉", { exact: true }).click();
  await expect(zh).toHaveValue("谢谢");
  await page.getByRole("button", { name: /^保\s*存$/ }).click();
  await page.getByText("历史版本").click();
  await page.getByRole("button", { name: "恢复第 1 版" }).click();
  await expect(zh).toHaveValue("再见，{name}。{nmae}");
});

test("agt_14: an agent sees the customer's name in his lines, and what is not known as a place", async ({ page }) => {
  await enter(page, "alice", "/desk");
  await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
  await page.request.post("/v1/fake/scripts", { data: { phase: "vip", zh: "{name}您好，{agent}为您服务，{birthday}" } });
  await page.request.post("/v1/fake/desk", { data: { stage: "talk" } });
  await expect(page.getByText("张伟您好，陈小雨为您服务，")).toBeVisible();
  await expect(page.locator("mark")).toHaveText("birthday");
});

test("who else writes the same lines is told of", async ({ page }) => {
  await enter(page, "sam", "/scripts?queue=售前咨询&phase=opening");
  await page.getByLabel("中文话术").fill("我的");
  await page.request.put(`/v1/scripts/${encodeURIComponent("售前咨询")}/opening`, { data: { zh: "对方的", en: "" } });
  await expect(page.getByText("您修改期间，sam 已保存第 1 版")).toBeVisible();
  await page.getByRole("button", { name: "改用对方的版本" }).click();
  await expect(page.getByLabel("中文话术")).toHaveValue("对方的");
});

test("what was written while the link was lost is there once it is back", async ({ page }) => {
  let away = false;
  const links: WebSocketRoute[] = [];
  await page.routeWebSocket("**/v1/events", (socket) => {
    if (away) return void socket.close();
    socket.connectToServer();
    links.push(socket);
  });
  await enter(page, "sam", "/scripts?queue=售前咨询&phase=opening");
  await expect(page.getByText("还没有自己的话术")).toBeVisible();
  await expect.poll(() => links.length).toBeGreaterThan(0);
  away = true;
  for (const link of links) await link.close();
  await expect(page.getByText("与服务器的连接已断开")).toBeVisible();
  await page.request.put(`/v1/scripts/${encodeURIComponent("售前咨询")}/opening`, { data: { zh: "对方的", en: "" } });
  away = false;
  await expect(page.getByLabel("中文话术")).toHaveValue("对方的");
});

test("who writes no lines does not see the page", async ({ page }) => {
  await enter(page, "alice", "/scripts");
  await expect(page.getByText("您没有权限")).toBeVisible();
});
