//! Finding out how a feed writes its decimals.

use std::ops::ControlFlow;

use super::ImportError;
use super::feed::Feed;
use super::mapping::Reader;

/// Rows that are looked at.
const LOOKED_AT: usize = 2000;

/// Whether the prices of this feed have decimal commas: some end in a comma and one or two digits, and none in a dot and one
/// or two digits.
///
/// # Errors
/// As [`Feed::each`].
pub fn decimal_comma(feed: &Feed, reader: &mut Reader) -> Result<bool, ImportError> {
    let (mut commas, mut dots, mut rows) = (0, 0, 0);
    feed.each(&mut |item| {
        if let Ok(record) = item
            && let Some(price) = reader.row(&record).get("price")
        {
            commas += usize::from(ends_in_decimals(price, ','));
            dots += usize::from(ends_in_decimals(price, '.'));
        }
        rows += 1;
        Ok(if rows < LOOKED_AT { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(commas > 0 && dots == 0)
}

fn ends_in_decimals(price: &str, mark: char) -> bool {
    let number = price.trim_end_matches(|c: char| !c.is_ascii_digit());
    number.rsplit_once(mark).is_some_and(|(_, decimals)| {
        matches!(decimals.len(), 1 | 2) && decimals.chars().all(|c| c.is_ascii_digit())
    })
}
