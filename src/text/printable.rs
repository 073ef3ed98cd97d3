//! Text of other people's files on somebody's terminal.

/// The text with its control characters written out, as `\\u{1b}`: a terminal would obey them.
pub fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}
