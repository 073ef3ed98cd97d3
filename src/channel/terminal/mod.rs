//! `shophand chat`: a conversation in the terminal, or line by line from a pipe.

mod json;
mod paint;
mod trace;

pub use json::{entity_value, turn_as_json};
pub use paint::Painter;
pub use trace::explained;

use crate::model::{Input, LONGEST_TEXT, Reply, Token, TurnId};

/// As much of a line as is read, without the white space around it: no more than fits a message of another channel.
pub fn readable(line: &str) -> &str {
    let line = line.trim();
    let end = line.char_indices().nth(LONGEST_TEXT).map_or(line.len(), |(byte, _)| byte);
    line[..end].trim_end()
}

/// What a typed line is: a command, a button of the last reply named by its label, or text.
pub fn input_of(line: &str, last: Option<(TurnId, &Reply)>) -> Input {
    let line = readable(line);
    if let Some(command) = line.strip_prefix('/') {
        let (name, payload) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        return Input::Command { name: name.to_lowercase(), payload: payload.trim().to_owned() };
    }
    let own_buttons = last.and_then(|(turn, reply)| {
        let index = reply.numbered_parts().find_map(|(start, part)| {
            let first = start + part.first_button_of(part.cards.len());
            part.buttons.iter().position(|button| button.label.eq_ignore_ascii_case(line)).map(|i| first + i)
        })?;
        Some(Token { turn, index: u16::try_from(index).ok()? })
    });
    own_buttons.map_or_else(|| Input::Text(line.to_owned()), Input::Tap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_line_that_no_channel_would_carry_the_beginning_is_read() {
        let long = format!("  {}", "größe 8 ".repeat(20_000));
        let Input::Text(text) = input_of(&long, None) else { panic!("no text") };
        assert!(text.chars().count() <= LONGEST_TEXT && text.starts_with("größe 8 größe"));
        assert_eq!(input_of(" boots ", None), Input::Text("boots".into()));
    }
}
