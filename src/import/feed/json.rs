//! JSON: one object a line, a list of objects, an object of objects, or a list within an object. All of them as they
//! stream by.

use std::cell::RefCell;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::import::ImportError;

use super::record::{Fields, Place, Record};
use super::{Visit, refuse};

/// Visits every non-empty line as an object; a line that is none is refused.
pub(super) fn each_line(file: &Path, text: Box<dyn Read>, visit: Visit<'_>) -> Result<(), ImportError> {
    let mut row = 0;
    for (i, line) in BufReader::new(text).lines().enumerate() {
        let line = line.map_err(|error| ImportError::read(file, error))?;
        if line.trim().is_empty() {
            continue;
        }
        row += 1;
        let at = Place { row, line: Some(i as u64 + 1) };
        let item = match serde_json::from_str::<Value>(&line) {
            Ok(Value::Object(object)) => Ok(Record { at, key: None, fields: Fields::Json(object) }),
            Ok(_) => Err((at, refuse("line", &line, "the line is no JSON object"))),
            Err(error) => Err((at, refuse("line", &line, format!("the line is no JSON: {error}")))),
        };
        if visit(item)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Visits every object of one JSON document.
pub(super) fn each(file: &Path, text: Box<dyn Read>, visit: Visit<'_>) -> Result<(), ImportError> {
    let sink = RefCell::new(Sink { visit, row: 0, stopped: None });
    let mut deserializer = serde_json::Deserializer::from_reader(BufReader::new(text));
    let result = deserializer.deserialize_any(Records { sink: &sink, depth: 0, key: None });
    let stopped = sink.into_inner().stopped;
    match (stopped, result) {
        (Some(Some(error)), _) => Err(error),
        (Some(None), _) | (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(ImportError::Unreadable {
            file: file.to_owned(),
            reason: format!("this is no JSON: {error}; every record before that place was read"),
        }),
    }
}

struct Sink<'v> {
    visit: Visit<'v>,
    row: u64,
    /// Set when reading must end: by an error, or because the visitor has enough.
    stopped: Option<Option<ImportError>>,
}

impl Sink<'_> {
    fn record(&mut self, key: Option<String>, value: Value) -> Result<(), ()> {
        self.row += 1;
        let at = Place { row: self.row, line: None };
        let item = match value {
            Value::Object(object) => Ok(Record { at, key, fields: Fields::Json(object) }),
            other => Err((at, refuse("record", &other.to_string(), "the record is no JSON object"))),
        };
        match (self.visit)(item) {
            Ok(ControlFlow::Continue(())) => Ok(()),
            Ok(ControlFlow::Break(())) => {
                self.stopped = Some(None);
                Err(())
            }
            Err(error) => {
                self.stopped = Some(Some(error));
                Err(())
            }
        }
    }
}

/// The document (depth 0), or one value in it.
struct Records<'s, 'v> {
    sink: &'s RefCell<Sink<'v>>,
    depth: usize,
    key: Option<String>,
}

impl Records<'_, '_> {
    fn found<E: serde::de::Error>(&self, key: Option<String>, value: Value) -> Result<(), E> {
        self.sink.borrow_mut().record(key, value).map_err(|()| E::custom("stopped"))
    }
}

impl<'de> DeserializeSeed<'de> for Records<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Records<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects or an object of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if self.depth > 1 {
            return Err(A::Error::custom("a list of lists"));
        }
        while let Some(value) = items.next_element::<Value>()? {
            self.found(None, value)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        if self.depth > 0 {
            let mut object = serde_json::Map::new();
            while let Some((key, value)) = entries.next_entry::<String, Value>()? {
                object.insert(key, value);
            }
            return self.found(self.key.clone(), Value::Object(object));
        }
        while let Some(key) = entries.next_key::<String>()? {
            let inner = Records { sink: self.sink, depth: 1, key: Some(key) };
            entries.next_value_seed(inner)?;
        }
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.found(None, Value::String(text.to_owned()))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        self.found(None, number.into())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.found(None, number.into())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        self.found(None, number.into())
    }

    fn visit_bool<E: serde::de::Error>(self, flag: bool) -> Result<(), E> {
        self.found(None, flag.into())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.found(None, Value::Null)
    }
}
