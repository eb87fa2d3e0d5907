//! The site files inside the binary: style sheet, islands, icons. Their addresses carry the
//! build, `/_v/{build}/…`, so a browser keeps them for ever and never mixes two builds.
//! Making them is `scripts/build-site.sh`'s. A debug build reads them from the disk as it runs.

use std::sync::Arc;

use app::request::Assets;
use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    },
};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use crate::security;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct Files;

/// What the islands' module is called; without it the site has none.
const ISLANDS: &str = "pkg/rdv.wasm";
/// Start of the addresses that never change.
const VERSIONED: &str = "/_v";
/// A year, the most that caches honour (RFC 9111 §1.2.2).
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const FOR_A_DAY: &str = "public, max-age=86400";
const ASK_FIRST: &str = "no-cache";

/// Where pages find the files, and whether islands are among them.
#[must_use]
pub fn assets() -> Assets {
    assets_of::<Files>()
}

/// The addresses of the files, and the two that browsers and robots ask for by themselves.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    routes_of::<Files, S>()
}

/// The same for any folder of files.
#[must_use]
pub fn assets_of<E: RustEmbed>() -> Assets {
    Assets {
        root: format!("{VERSIONED}/{}", build::<E>()),
        islands: E::get(ISLANDS).is_some(),
    }
}

/// The same for any folder of files.
pub fn routes_of<E: RustEmbed, S: Clone + Send + Sync + 'static>() -> Router<S> {
    let current: Arc<str> = build::<E>().into();
    // A page of the build before may ask for a file of that build: it gets the one of today, but
    // must not keep it under the old address.
    let versioned = move |Path((asked, path)): Path<(String, String)>, headers: HeaderMap| async move {
        let for_ever = !cfg!(debug_assertions) && *asked == *current;
        serve::<E>(&path, if for_ever { FOR_EVER } else { ASK_FIRST }, &headers)
    };
    let favicon = |headers: HeaderMap| async move {
        let drawn = E::get("favicon.ico").is_none();
        serve::<E>(
            if drawn { "favicon.svg" } else { "favicon.ico" },
            FOR_A_DAY,
            &headers,
        )
    };
    let robots = |headers: HeaderMap| async move { serve::<E>("robots.txt", FOR_A_DAY, &headers) };
    let router = Router::new()
        .route("/_v/{build}/{*path}", get(versioned))
        .route("/favicon.ico", get(favicon))
        .route("/robots.txt", get(robots));
    if !security::is_watched() {
        return router;
    }
    // The script that `cargo leptos watch` reloads pages with exchanges the style sheet for one
    // at an address without a build.
    let changed = |Path(path): Path<String>, headers: HeaderMap| async move {
        serve::<E>(&format!("pkg/{path}"), ASK_FIRST, &headers)
    };
    router.route("/pkg/{*path}", get(changed))
}

/// A name for exactly these files: twelve characters of a hash over their names and contents.
fn build<E: RustEmbed>() -> String {
    let mut names: Vec<_> = E::iter().collect();
    names.sort();
    let mut hash = Sha256::new();
    for name in names {
        if let Some(file) = E::get(&name) {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(file.metadata.sha256_hash());
        }
    }
    let mut build = URL_SAFE_NO_PAD.encode(hash.finalize());
    build.truncate(12);
    build
}

/// The file of that name, compressed as the browser likes best. Names are looked up among the
/// embedded ones, so no path leads out of them; the compressed variants have no address.
fn serve<E: RustEmbed>(name: &str, keep: &'static str, headers: &HeaderMap) -> Response {
    let known = !is_variant(name) && is_plain_path(name);
    let Some(plain) = known.then(|| E::get(name)).flatten() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let variant = |encoding: &'static str, extension: &str| {
        let file = accepts(headers, encoding).then(|| E::get(&format!("{name}.{extension}")));
        file.flatten().map(|file| (file, Some(encoding)))
    };
    let (file, encoding) = variant("br", "br")
        .or_else(|| variant("gzip", "gz"))
        .unwrap_or((plain, None));
    let tag = entity_tag(&file);
    let mut response = if matches_tag(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_owned().into_response()
    };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(ETAG, tag);
    }
    response
}

fn is_variant(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}

/// A debug build looks on the disk: nothing that climbs or hides is even looked for.
fn is_plain_path(name: &str) -> bool {
    !name.contains('\\')
        && name
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.'))
}

fn entity_tag(file: &EmbeddedFile) -> String {
    format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..12])
    )
}

fn matches_tag(headers: &HeaderMap, tag: &str) -> bool {
    let asked = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut tags = asked.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|asked| asked == "*" || asked.trim_start_matches("W/") == tag)
}

/// Whether the browser takes an encoding (RFC 9110 §12.5.3); a weight of 0 refuses it.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let accepted = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
        let weight = weight
            .trim()
            .trim_start_matches("q=")
            .parse::<f32>()
            .unwrap_or(0.0);
        name.trim().eq_ignore_ascii_case(encoding) && weight > 0.0
    })
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_compressed_file_is_sent_only_to_who_takes_it() {
        assert!(accepts(&accepting("gzip, deflate, br"), "br"));
        assert!(accepts(&accepting("br;q=0.5"), "br"));
        assert!(!accepts(&accepting("br;q=0, gzip"), "br"));
        assert!(!accepts(&accepting("identity"), "gzip"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn no_path_climbs_out_or_names_a_hidden_file() {
        for wrong in [
            "../Cargo.toml",
            "pkg/../../x",
            "/etc/passwd",
            ".env",
            "a//b",
            "a\\..\\b",
            "",
        ] {
            assert!(!is_plain_path(wrong), "{wrong}");
        }
        assert!(is_plain_path("pkg/rdv.css"));
    }
}
