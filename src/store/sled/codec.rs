//! How a record stands on disk: one byte for the envelope, then JSON, deflated when it is long.
//!
//! Deflating keeps the pages of the database small: sled 0.34 moves a page of more than a quarter of a segment into a
//! file of its own, and rewrites a page of sixteen records after every ten changes.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

const PLAIN: u8 = 1;
const DEFLATED: u8 = 2;
const LONG: usize = 700;

/// Stands for a moment in the place of a record that was removed: see `SledStore::give_back`. A process that is
/// killed in that moment leaves it there, so every reader takes it for nothing.
pub(super) const REMOVED: &[u8] = &[0];

/// Makes the bytes of a record.
pub(super) fn encode(value: &impl Serialize) -> Result<Vec<u8>, String> {
    let json = serde_json::to_vec(value).map_err(|error| error.to_string())?;
    pack(&json)
}

/// Reads a record.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(&unpack(bytes)?).map_err(|error| error.to_string())
}

/// JSON → envelope.
pub(super) fn pack(json: &[u8]) -> Result<Vec<u8>, String> {
    if json.len() < LONG {
        let mut bytes = Vec::with_capacity(json.len() + 1);
        bytes.push(PLAIN);
        bytes.extend_from_slice(json);
        return Ok(bytes);
    }
    let mut encoder = DeflateEncoder::new(vec![DEFLATED], Compression::fast());
    encoder.write_all(json).and_then(|()| encoder.finish()).map_err(|error| error.to_string())
}

/// Envelope → JSON.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    match bytes.split_first() {
        Some((&PLAIN, json)) => Ok(json.to_vec()),
        Some((&DEFLATED, packed)) => {
            let mut json = Vec::new();
            DeflateDecoder::new(packed).read_to_end(&mut json).map_err(|error| error.to_string())?;
            Ok(json)
        }
        Some((other, _)) => Err(format!("its envelope {other} is unknown")),
        None => Err("it is empty".to_owned()),
    }
}
