//! What the words of a text are, whoever reads it: messages, example sentences, entity words, catalogue names.
//!
//! [`Folded`] is a text in one spelling (NFKC, lower case, plain apostrophes, single spaces) that still knows where
//! each of its characters came from, so that an entity found in it can be marked in the message as written.

mod fold;
mod nearby;
mod printable;
mod private;
mod sentences;
pub mod units;
mod wording;
mod words;

pub use fold::{Folded, fold, umlaut};
pub use nearby::Words;
pub use printable::printable;
pub use private::{announced_phone, emails, phone_number, phones};
pub use sentences::{measures, sentences};
pub use wording::wording;
pub use words::{Word, key, singular, words};

#[cfg(test)]
mod tests;
