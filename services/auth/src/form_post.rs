//! The way back from providers that send browsers with a form (OAuth 2.0 Form Post Response Mode): a redirect to the
//! plain callback. The browser's own request brings the cookie, which a form from elsewhere does not.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use url::form_urlencoded;

/// Largest form, in bytes.
const MAX_FORM: usize = 32 * 1024;
/// What is passed on. Names and tokens that a form may hold as well do not belong into an address.
const PASSED_ON: [&str; 4] = ["code", "state", "iss", "error"];

/// The route.
pub fn router() -> Router {
    Router::new()
        .route("/api/v1/auth/oauth/{provider}/callback", post(redirect))
        .layer(DefaultBodyLimit::max(MAX_FORM))
}

async fn redirect(
    Path(provider): Path<String>,
    form: Bytes,
) -> Result<(StatusCode, [(HeaderName, String); 1]), impl IntoResponse> {
    match target(&provider, &form) {
        Some(target) => Ok((StatusCode::SEE_OTHER, [(header::LOCATION, target)])),
        None => Err(StatusCode::NOT_FOUND),
    }
}

/// Where the browser goes: never to another host, whatever the provider is called.
fn target(provider: &str, form: &[u8]) -> Option<String> {
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    if provider.is_empty() || !provider.chars().all(plain) {
        return None;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(form) {
        if PASSED_ON.contains(&name.as_ref()) {
            query.append_pair(&name, &value);
        }
    }
    Some(format!(
        "/api/v1/auth/oauth/{provider}/callback?{}",
        query.finish()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_a_query_of_what_is_needed() {
        let form = b"state=a%26b&code=c&id_token=secret&user=%7B%22name%22%3A1%7D";
        assert_eq!(
            target("apple", form).unwrap(),
            "/api/v1/auth/oauth/apple/callback?state=a%26b&code=c"
        );
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for provider in ["", "/evil.example", "..", "a?b", "a\r\nb", "A"] {
            assert_eq!(target(provider, b"code=c"), None, "{provider:?}");
        }
        let target = target("x", b"code=%0d%0aLocation:%20/evil").unwrap();
        assert!(!target.contains(['\r', '\n']), "{target}");
    }
}
