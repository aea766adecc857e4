// In words of ES5, as it must run in browsers that cannot run the console: those get a page that says what to do (AGT-01).
(function () {
  var able =
    "noModule" in HTMLScriptElement.prototype &&
    typeof Promise === "function" &&
    typeof BroadcastChannel === "function" &&
    typeof AbortSignal === "function" &&
    typeof AbortSignal.any === "function" &&
    typeof structuredClone === "function";
  if (able) return;
  function say() {
    document.body.innerHTML =
      '<main style="font:16px/1.6 sans-serif;max-width:32em;margin:15vh auto;padding:0 1.5em">' +
      "<h1>请换用新版浏览器</h1>" +
      "<p>此浏览器过旧，无法打开钟楼。请使用 Chrome 116、Edge 116、Firefox 124 或更新的版本。</p>" +
      "<h1>This browser is too old</h1>" +
      "<p>Belltower cannot run in it. Please use Chrome 116, Edge 116, Firefox 124 or newer.</p></main>";
  }
  window.belltowerUnsupported = true;
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", say);
  else say();
})();
