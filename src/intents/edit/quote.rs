//! Texts as YAML scalars.

use std::path::Path;

use super::Meaning;

/// A text as a scalar of a list or value: plain where YAML lets it be and nobody could misread it, quoted otherwise.
pub(crate) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// In single quotes, or in double ones where only those can say it.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains(char::is_control) {
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}

fn is_plain(text: &str) -> bool {
    let lower = text.to_lowercase();
    let misread =
        ["yes", "no", "on", "off", "true", "false", "null", "y", "n", "~"].contains(&lower.as_str());
    let number =
        text.parse::<f64>().is_ok() || text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(' ');
    let first = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '$' | '(' | '.' | '+'));
    if misread || number || !first || text.contains(char::is_control) {
        return false;
    }
    let line = format!("- {text}\n");
    Meaning::of(Path::new(""), &line)
        .is_ok_and(|read| read == Meaning::List(vec![Meaning::Text(text.to_owned())]))
}
