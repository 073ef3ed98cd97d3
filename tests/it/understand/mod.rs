//! The understanding room from outside: vectors, intents, entities.

mod demo;
mod encoder;
