//! The understanding room from outside: vectors, intents, entities.

mod clarify;
mod complaints;
mod demo;
mod encoder;
mod languages;
mod requests;
