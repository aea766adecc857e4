// Runs only in browsers that know no modules, so in words of ES5.
document.addEventListener("DOMContentLoaded", function () {
  document.body.innerHTML =
    '<div style="font:16px/1.6 sans-serif;max-width:32em;margin:15vh auto;padding:0 1.5em">' +
    "<h1>请换用新版浏览器</h1>" +
    "<p>此浏览器过旧，无法打开钟楼。请使用 Chrome、Edge 或 Firefox 的最新版本。</p>" +
    "<h1>This browser is too old</h1>" +
    "<p>Belltower cannot run in it. Please use a current Chrome, Edge or Firefox.</p></div>";
});
