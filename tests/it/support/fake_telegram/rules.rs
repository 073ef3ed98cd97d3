//! What Telegram refuses, in its own words.

use resvg::tiny_skia::Pixmap;
use serde_json::Value;

/// A refusal: HTTP status, description, parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub description: String,
    pub parameters: Option<Value>,
}

/// 400 with these words.
pub fn bad(description: &str) -> Refusal {
    Refusal { status: 400, description: format!("Bad Request: {description}"), parameters: None }
}

/// The words that a person sees, if Telegram takes them.
pub fn words(text: &str, parse_mode: Option<&str>, limit: usize, caption: bool) -> Result<String, Refusal> {
    let plain = match parse_mode {
        None => text.to_owned(),
        Some("HTML") => html(text)?,
        Some(other) => return Err(bad(&format!("unsupported parse_mode {other}"))),
    };
    let plain = plain.trim().to_owned();
    if plain.is_empty() && !caption {
        return Err(bad("message text is empty"));
    }
    if plain.encode_utf16().count() > limit {
        return Err(bad(if caption { "message caption is too long" } else { "message is too long" }));
    }
    Ok(plain)
}

const TAGS: &[&str] = &["b", "strong", "i", "em", "u", "s", "code", "pre", "blockquote", "tg-spoiler"];

/// Takes the marks out of Telegram's HTML; every tag must be known and closed, every entity known.
fn html(text: &str) -> Result<String, Refusal> {
    let cannot = |why: &str| bad(&format!("can't parse entities: {why}"));
    let mut plain = String::new();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&']) {
        plain.push_str(&rest[..at]);
        let (mark, tail) = (&rest[at..=at], &rest[at + 1..]);
        let end = if mark == "&" { ';' } else { '>' };
        let length =
            tail.find(end).filter(|_| mark != ">").ok_or_else(|| cannot("unclosed or stray mark"))?;
        let name = &tail[..length];
        rest = &tail[length + 1..];
        match (mark, name.strip_prefix('/')) {
            ("&", _) => plain.push(match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                _ => return Err(cannot("unsupported entity")),
            }),
            (_, Some(name)) if open.pop() == Some(name) => {}
            (_, None) if TAGS.contains(&name) => open.push(name),
            _ => return Err(cannot(&format!("unsupported or unexpected tag \"{name}\""))),
        }
    }
    plain.push_str(rest);
    if open.is_empty() { Ok(plain) } else { Err(cannot("can't find end tag")) }
}

/// Rows of (label, data) of an inline keyboard, if Telegram takes it.
pub fn buttons(markup: Option<&Value>) -> Result<Vec<Vec<(String, String)>>, Refusal> {
    let rows = markup.and_then(|markup| markup["inline_keyboard"].as_array()).cloned().unwrap_or_default();
    let mut shown = Vec::new();
    for row in &rows {
        let mut keys = Vec::new();
        for key in row.as_array().ok_or_else(|| bad("can't parse inline keyboard button"))? {
            let label = key["text"].as_str().unwrap_or_default();
            let data = key["callback_data"].as_str().unwrap_or_default();
            if label.trim().is_empty() {
                return Err(bad("can't parse inline keyboard button: Button text must be non-empty"));
            }
            if !(1..=64).contains(&data.len()) {
                return Err(bad("BUTTON_DATA_INVALID"));
            }
            keys.push((label.to_owned(), data.to_owned()));
        }
        shown.push(keys);
    }
    if shown.iter().map(Vec::len).sum::<usize>() > 100 || shown.iter().any(|row| row.len() > 8) {
        return Err(bad("reply markup is too long"));
    }
    Ok(shown)
}

/// An uploaded photo must be a picture of at most 10 MB whose sides are sound.
pub fn photo(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() > 10 * 1024 * 1024 {
        return Err(bad("file is too big"));
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Ok(());
    }
    let picture = Pixmap::decode_png(bytes).map_err(|_| bad("IMAGE_PROCESS_FAILED"))?;
    if picture.width() + picture.height() > 10_000 {
        return Err(bad("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok(())
}
