//! The one integration binary: each further one would link libtorch again.

mod broken_inputs;
mod catalog;
mod claims;
mod conversations;
mod eval_personalization;
mod eval_recommend;
mod eval_search;
mod fuzz;
mod index_check;
mod intents_check;
mod intents_tools;
mod personal;
mod reload;
mod report;
mod restart;
mod shop_on_telegram;
mod shophand_test;
mod socket;
mod store;
mod support;
mod telegram;
mod tidy;
mod understand;
