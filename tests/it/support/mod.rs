//! What tests need besides the house itself.

pub mod bot;
pub mod data;
pub mod fake_telegram;
pub mod files;
pub mod scripted;
pub mod shop;
