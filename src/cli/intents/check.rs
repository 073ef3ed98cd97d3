//! `shophand intents check`.

use anyhow::Result;
use clap::Args;

use crate::app::{ShopDir, load_intents};
use crate::catalog::load_shop;

use super::super::output::Output;

/// How to check.
#[derive(Debug, Args)]
pub struct Check {}

/// Prints every problem.
///
/// # Errors
/// When `index/shop.yaml` cannot be read.
pub fn run(_: &Check, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let facts = load_shop(&shop.root)?;
    match load_intents(shop, &facts) {
        Ok(_) => Ok(0),
        Err(problems) => {
            out.line(&problems.to_string());
            Ok(1)
        }
    }
}
