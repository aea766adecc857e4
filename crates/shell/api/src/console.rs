//! The console: files of `web/dist`, embedded. Every page of it is the same file; which one is shown, its own router says.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::Problem;
use crate::visit::text;
use crate::words::Code;

#[derive(RustEmbed)]
#[folder = "../../../web/dist"]
struct Files;

const PAGE: &str = "index.html";

/// What is shown by a program that was built before the console was.
const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>Belltower</title>\
<body><h1>控制台尚未构建</h1><p>此程序在构建时没有包含网页控制台。请在源代码目录运行 <code>./dev web</code>\
（或在 <code>web/</code> 中运行 <code>npm ci &amp;&amp; npm run build</code>)，再重新构建程序。接口 <code>/v1</code> 照常可用。</p>\
<h1 lang=\"en\">The console is not built</h1><p lang=\"en\">This program was built without the console. Run <code>./dev web</code> \
in the source directory (or <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>), then build the program again. \
The API at <code>/v1</code> works all the same.</p></body></html>";

/// Serves a file, or the page for every path that is one of the console's own.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::of(Code::NotAllowed).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Files::get(path).filter(|_| path != PAGE) {
        return sent(path, file, &headers);
    }
    // A file that is not there must not be answered by a page: a script would be "unexpected token <".
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) && path != PAGE {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Files::get(PAGE) {
        Some(page) => sent(PAGE, page, &headers),
        None => ([(CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

/// Names below `assets/` contain a hash of what they hold: they may be kept for ever.
fn sent(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let hash: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{hash}\"");
    let keep = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    if text(headers, &IF_NONE_MATCH).is_some_and(|known| known.contains(&tag)) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag), (CACHE_CONTROL, keep.to_owned())]).into_response();
    }
    let kind = file.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    ([(CONTENT_TYPE, kind), (ETAG, tag), (CACHE_CONTROL, keep.to_owned())], file.data).into_response()
}
