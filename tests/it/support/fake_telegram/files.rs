//! Parameters of a request, as JSON or as multipart with files.

use std::collections::HashMap;

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

/// The parameters of one call.
#[derive(Default)]
pub struct Params {
    values: HashMap<String, Value>,
    files: HashMap<String, (String, Vec<u8>)>,
}

impl Params {
    /// Reads a request's body.
    pub async fn of(request: Request) -> Params {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return Self::multipart(request).await;
        }
        let body = axum::body::to_bytes(request.into_body(), 1 << 24).await.unwrap_or_default();
        let values = serde_json::from_slice::<HashMap<String, Value>>(&body).unwrap_or_default();
        Params { values, ..Params::default() }
    }

    async fn multipart(request: Request) -> Params {
        let mut params = Params::default();
        let mut form = Multipart::from_request(request, &()).await.expect("a multipart body");
        while let Ok(Some(field)) = form.next_field().await {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = field.bytes().await.unwrap_or_default().to_vec();
                    params.files.insert(name, (file, bytes));
                }
                None => {
                    let text = field.text().await.unwrap_or_default();
                    params.values.insert(name, json!(text));
                }
            }
        }
        params
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_str()
    }

    /// A number, which multipart writes as text.
    pub fn number(&self, name: &str) -> Option<i64> {
        let value = self.values.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    /// An object or a list, which multipart writes as text.
    pub fn json(&self, name: &str) -> Option<Value> {
        let value = self.values.get(name)?;
        match value.as_str() {
            Some(text) => serde_json::from_str(text).ok(),
            None => Some(value.clone()),
        }
    }

    /// A file that is attached: under the parameter's own name, or by `attach://…`.
    pub fn file(&self, name: &str) -> Option<(String, Vec<u8>)> {
        let attached = self.text(name).and_then(|text| text.strip_prefix("attach://"));
        self.files.get(attached.unwrap_or(name)).cloned()
    }
}
