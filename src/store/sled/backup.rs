//! The whole store as JSON lines, and back.
//!
//! First line `{"shophand_backup":1}`, then one record a line as `{"tree":…,"key":…,"value":…}` with the key in
//! hexadecimal digits, last line `{"records":N}`, by which a truncated file is known.

use std::io::{BufRead, Write};
use std::sync::PoisonError;

use serde::Deserialize;

use super::access::Changes;
use super::keys::Tree;
use super::open::{RESTORING_KEY, bad_record};
use super::{FORMAT, SledStore, codec};
use crate::store::StoreError;

const AT_ONCE: usize = 500;

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Head { shophand_backup: u32 },
    Record { tree: String, key: String, value: serde_json::Value },
    End { records: usize },
}

pub(super) fn write(store: &SledStore, out: &mut dyn Write) -> Result<usize, StoreError> {
    let _nobody_writes = store.writer.lock().unwrap_or_else(PoisonError::into_inner);
    let io = |error: std::io::Error| StoreError::Io {
        path: "of the backup".to_owned(),
        reason: error.to_string(),
    };
    writeln!(out, "{{\"shophand_backup\":{FORMAT}}}").map_err(io)?;
    let mut records = 0;
    for tree in Tree::ALL.into_iter().filter(|tree| *tree != Tree::Meta) {
        for entry in store.scan(tree, &[]) {
            let (key, bytes) = entry?;
            let value = if bytes.is_empty() {
                b"null".to_vec()
            } else {
                codec::unpack(&bytes).map_err(|reason| bad_record(tree, &key, reason))?
            };
            write!(out, "{{\"tree\":\"{}\",\"key\":\"{}\",\"value\":", tree.name(), hex(&key)).map_err(io)?;
            out.write_all(&value).and_then(|()| out.write_all(b"}\n")).map_err(io)?;
            records += 1;
        }
    }
    writeln!(out, "{{\"records\":{records}}}").and_then(|()| out.flush()).map_err(io)?;
    Ok(records)
}

pub(super) fn read(store: &SledStore, from: &mut dyn BufRead) -> Result<usize, StoreError> {
    if Tree::ALL.into_iter().any(|tree| tree != Tree::Meta && store.scan(tree, &[]).next().is_some()) {
        return Err(StoreError::BadBackup { line: 1, reason: "the store is not empty".to_owned() });
    }
    let mut lines = Lines { from, number: 0 };
    match lines.next()? {
        Some(Line::Head { shophand_backup }) if shophand_backup <= FORMAT => {}
        Some(Line::Head { shophand_backup }) => {
            return Err(lines.bad(format!("its format {shophand_backup} is newer than this version")));
        }
        _ => return Err(lines.bad("it is no backup of Shophand".to_owned())),
    }
    store.write(|changes| changes.put(Tree::Meta, RESTORING_KEY.into(), &true))?;
    let records = records(store, &mut lines)?;
    store.write(|changes| {
        changes.remove(Tree::Meta, RESTORING_KEY);
        Ok(())
    })?;
    Ok(records)
}

fn records(store: &SledStore, lines: &mut Lines<'_>) -> Result<usize, StoreError> {
    let mut records = 0;
    loop {
        let mut end = None;
        store.write(|changes| {
            for _ in 0..AT_ONCE {
                match lines.next()? {
                    Some(Line::Record { tree, key, value }) => {
                        put(lines, changes, &tree, &key, &value)?;
                        records += 1;
                    }
                    Some(Line::End { records }) => {
                        end = Some(records);
                        break;
                    }
                    Some(Line::Head { .. }) => return Err(lines.bad("a second backup begins".to_owned())),
                    None => return Err(lines.bad("the file is cut off".to_owned())),
                }
            }
            Ok(())
        })?;
        match end {
            Some(expected) if expected == records => return Ok(records),
            Some(expected) => return Err(lines.bad(format!("{expected} records expected, {records} found"))),
            None => {}
        }
    }
}

fn put(
    lines: &Lines<'_>,
    changes: &mut Changes,
    tree: &str,
    key: &str,
    value: &serde_json::Value,
) -> Result<(), StoreError> {
    let tree = Tree::from_name(tree).ok_or_else(|| lines.bad(format!("{tree:?} is unknown")))?;
    let key = unhex(key).ok_or_else(|| lines.bad(format!("the key {key:?} is not hexadecimal")))?;
    if value.is_null() {
        changes.mark(tree, key);
        return Ok(());
    }
    changes.put(tree, key, value)
}

struct Lines<'a> {
    from: &'a mut dyn BufRead,
    number: usize,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<Line>, StoreError> {
        let mut line = String::new();
        self.number += 1;
        match self.from.read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => serde_json::from_str(&line).map(Some).map_err(|error| self.bad(error.to_string())),
            Err(error) => Err(self.bad(error.to_string())),
        }
    }

    fn bad(&self, reason: String) -> StoreError {
        StoreError::BadBackup { line: self.number, reason }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits?;
    (digits.len() % 2 == 0).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
