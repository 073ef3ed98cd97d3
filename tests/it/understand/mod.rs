//! The understanding room from outside: vectors, intents, entities.

mod clarify;
mod demo;
mod encoder;
mod languages;
