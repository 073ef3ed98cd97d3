//! Buttons that say something which the shop itself does not understand.

use super::{Finding, LostButton, ReadLanguage, Spot};

pub(super) fn check(language: &ReadLanguage, lost: &[LostButton], found: &mut Vec<Finding>) {
    let lost = lost.iter().filter(|(code, _, _)| *code == language.code);
    for (_, intent, text) in lost {
        let files = language.files.intents.iter().filter(|(_, parsed)| parsed.intent.name == *intent);
        for (file, parsed) in files {
            for button in parsed.buttons.iter().filter(|button| button.text == *text) {
                let message = format!("the button {text:?} is not understood when it is tapped");
                let at = Spot::new(file, button.place, "");
                let help =
                    "a tap says this text: add it to the examples of the intent that it should lead to";
                found.push(Finding::warning("button", at, message).help(help));
            }
        }
    }
}
