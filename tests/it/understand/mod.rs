//! The understanding room from outside: vectors, intents, entities.

mod encoder;
mod public;
