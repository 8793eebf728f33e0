//! The description of the API: the document itself, and a page to read it with.
//!
//! The viewer's files are in the binary; nothing is asked of another host, and the page's content security
//! policy holds it to that.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

/// Beyond its own origin the viewer needs only the pictures that its style sheet holds.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The viewer's own files that the page loads.
const VIEWER: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/// Serves `/openapi.json`, and the page at `/docs/`.
///
/// Every answer carries an entity tag and is revalidated on each use, so that a new release shows at once.
pub fn router() -> Router {
    let page = [
        File::new("", "text/html; charset=utf-8", include_str!("docs/index.html")),
        File::new(
            "docs.js",
            "text/javascript; charset=utf-8",
            include_str!("docs/docs.js"),
        ),
        File::new(
            "docs.css",
            "text/css; charset=utf-8",
            include_str!("docs/docs.css"),
        ),
    ];
    let document = File::new("", "application/json", pfms_proto::OPENAPI);
    let router = Router::new()
        .route(
            "/openapi.json",
            get(async move |headers: HeaderMap| document.answer(&headers)),
        )
        .route("/docs", get(async || Redirect::permanent("/docs/")));
    page.into_iter().chain(viewer()).fold(router, |router, file| {
        let path = format!("/docs/{}", file.name);
        let handler =
            async move |headers: HeaderMap| ([(CONTENT_SECURITY_POLICY, POLICY)], file.answer(&headers));
        router.route(&path, get(handler))
    })
}

fn viewer() -> impl Iterator<Item = File> {
    let config = Arc::new(utoipa_swagger_ui::Config::default());
    VIEWER.into_iter().filter_map(move |name| {
        let file = utoipa_swagger_ui::serve(name, Arc::clone(&config))
            .ok()
            .flatten()?;
        Some(File::new(name, &file.content_type, file.bytes.into_owned()))
    })
}

/// A file that does not change while the process lives.
#[derive(Clone)]
struct File {
    name: &'static str,
    content_type: String,
    tag: String,
    content: axum::body::Bytes,
}

impl File {
    fn new(name: &'static str, content_type: &str, content: impl Into<axum::body::Bytes>) -> Self {
        let content = content.into();
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        Self {
            name,
            content_type: content_type.to_owned(),
            tag: format!("\"{:016x}\"", hasher.finish()),
            content,
        }
    }

    fn answer(&self, request: &HeaderMap) -> Response {
        let headers = [(ETAG, self.tag.as_str()), (CACHE_CONTROL, "no-cache")];
        if self.is_held_by(request) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (
            headers,
            [(CONTENT_TYPE, self.content_type.as_str())],
            self.content.clone(),
        )
            .into_response()
    }

    /// Whether the client names this content in `If-None-Match`, also weakly, as after compression.
    fn is_held_by(&self, request: &HeaderMap) -> bool {
        request
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use axum::body::{Body, to_bytes};
    use axum::http::header::LOCATION;
    use axum::http::{Request, Response, StatusCode};
    use tower::ServiceExt;

    use super::*;

    async fn get(path: &str, known: Option<&str>) -> Response<Body> {
        let mut request = Request::get(path);
        if let Some(tag) = known {
            request = request.header(IF_NONE_MATCH, tag);
        }
        router()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    async fn text(response: Response<Body>) -> String {
        String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_document_is_served_as_json() {
        let response = get("/openapi.json", None).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(text(response).await, pfms_proto::OPENAPI);
    }

    #[tokio::test]
    async fn a_held_document_is_not_sent_again() {
        let tag = get("/openapi.json", None).await.headers()[ETAG]
            .to_str()
            .unwrap()
            .to_owned();
        for known in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"other\", {tag}"),
            "*".to_owned(),
        ] {
            let response = get("/openapi.json", Some(&known)).await;
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(response.headers()[ETAG], tag.as_str());
            assert_eq!(text(response).await, "");
        }
        assert_eq!(
            get("/openapi.json", Some("\"other\"")).await.status(),
            StatusCode::OK
        );
    }

    #[tokio::test]
    async fn the_page_lives_in_a_folder_of_its_own() {
        let response = get("/docs", None).await;
        assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
        assert_eq!(response.headers()[LOCATION], "/docs/");
    }

    #[tokio::test]
    async fn the_page_and_all_that_it_loads_are_served_under_the_policy() {
        let page = text(get("/docs/", None).await).await;
        let loaded: Vec<_> = ["src=\"", "href=\""]
            .into_iter()
            .flat_map(|attribute| page.split(attribute).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .filter(|path| !path.starts_with('/'))
            .collect();
        assert_eq!(loaded.len(), 5, "{loaded:?}");
        for path in loaded.into_iter().chain([""]) {
            let response = get(&format!("/docs/{path}"), None).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers()[CONTENT_SECURITY_POLICY], POLICY, "{path}");
            assert!(response.headers().contains_key(CONTENT_TYPE), "{path}");
        }
    }

    #[tokio::test]
    async fn nothing_of_ours_names_another_host() {
        for path in ["/docs/", "/docs/docs.js", "/docs/docs.css"] {
            let content = text(get(path, None).await).await;
            assert!(!content.contains("://") && !content.contains("\"//"), "{path}");
        }
    }

    #[tokio::test]
    async fn other_files_are_not_there() {
        assert_eq!(
            get("/docs/swagger-initializer.js", None).await.status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            get("/docs/../openapi.json", None).await.status(),
            StatusCode::NOT_FOUND
        );
    }
}
